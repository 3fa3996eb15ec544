"""The five moves of a page on which somebody does something with one form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from .errors import Refused


def act(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    said: str | Callable[[Any], str],
    to: Any,
    template: str = "design/act.html",
    refused_at: str | None = None,
    shows: Callable[[], Mapping[str, Any]] = dict,
    **context: Any,
) -> HttpResponse:
    """Ask again while an answer is wrong; do it; say so; go on.

    ``do`` gets the form's cleaned answers. Where it refuses, its sentence stands above the form (or
    at the field ``refused_at``) and what was typed is kept. ``said`` and ``to`` (an address, or
    what has one) may be functions of what ``do`` returns. ``context`` for the usual template:
    heading, button, back (an address and its words), before (a sentence), danger. ``shows`` is
    asked for more of it only where the page is shown, and after a refusal: what came since is
    there.
    """
    if request.method == "POST" and form.is_valid():
        try:
            done = do(form.cleaned_data)
        except Refused as refused:
            form.add_error(refused_at, str(refused))
        else:
            messages.success(request, said(done) if callable(said) else said)
            return redirect(to(done) if callable(to) else to)
    return render(request, template, {"form": form, **context, **shows()})
