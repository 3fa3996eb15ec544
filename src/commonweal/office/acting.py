"""The five moves of a page on which somebody does something with one form."""

from __future__ import annotations

from collections.abc import Callable
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
    said: str,
    to: str,
    template: str = "design/act.html",
    **context: Any,
) -> HttpResponse:
    """Ask again while an answer is wrong; do it; say so; go on.

    ``do`` gets the form's cleaned answers. Where it refuses, its sentence stands above the form
    and what was typed is kept. ``context`` for the usual template: heading, button, back (an
    address and its words), before (a sentence), danger.
    """
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, said)
            return redirect(to)
    return render(request, template, {"form": form, **context})
