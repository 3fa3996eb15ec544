"""A file is chosen: held, and on to its preview, or to its columns where nobody knows them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from commonweal.accounts.access import SignedInRequest
from commonweal.office.errors import Refused

from . import holding
from .frames import Frame
from .meanings import Choice
from .models import HeldFile
from .pages import columns_page
from .plans import LacksColumns
from .reading import Understood
from .refusals import template_csv


def choose(frame: Frame, request: SignedInRequest) -> HttpResponse:
    """Choose a file. Nothing is written before its preview was seen."""
    form = frame.form(request)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_hold(frame, request, form.cleaned_data))
        except Refused as refused:
            form.add_error("file", str(refused))
    context = {"frame": frame, "form": form, "back": back_to(frame), "files": files(frame, request)}
    return render(request, "bringing/choose.html", context)


def files(frame: Frame, request: HttpRequest) -> str:
    """The files that came before, where they stand on the page on which one is chosen."""
    if frame.addresses.runs != frame.addresses.choose or not frame.pieces.runs:
        return ""
    return render_to_string(frame.pieces.runs, frame.runs_more(), request)


def back_to(frame: Frame) -> tuple[str, str]:
    """Where a room's first page leads back to, and its words."""
    name, label = frame.words.back
    return reverse(name), label


def _hold(frame: Frame, request: SignedInRequest, answers: dict[str, Any]) -> str:
    """Hold a file, and where to go with it.

    Raises
    ------
    Refused
        It can't be read, or shows a day that can't be.
    """
    columns = frame.told_of(answers)
    held = holding.hold(answers["file"], place=frame.place, by=request.user, **columns)
    try:
        return _onward(frame, held)
    except Refused:
        holding.let_go(held)
        raise


def _onward(frame: Frame, held: HeldFile) -> str:
    content = holding.content_of(held)
    if frame.is_table(held) and (remembered := frame.known_again(held, content)):
        choice, held.answers = remembered
        held.choice = choice.kept()
        held.save(update_fields=["choice", "answers"])
    try:
        frame.plan(held)
    except LacksColumns:
        # Read it once, so that what can't be read is refused here.
        frame.understand(held, content, None)
        return reverse(frame.addresses.columns, args=[held.code])
    return reverse(frame.addresses.held, args=[held.code])


def held_of(frame: Frame, code: Any) -> HeldFile | None:
    return HeldFile.objects.filter(place=frame.place, code=code).first()


def not_held(frame: Frame, request: HttpRequest) -> HttpResponse:
    messages.error(request, holding.not_held(frame.waits_at_most))
    return redirect(frame.addresses.runs)


def columns(frame: Frame, request: SignedInRequest, code: Any) -> HttpResponse:
    """Say what the columns of a held file mean."""
    held = held_of(frame, code)
    if held is None or not frame.is_table(held):
        return not_held(frame, request)
    try:
        content = holding.content_of(held)

        def read(choice: Choice | None) -> Understood:
            return frame.understand(held, content, choice)

        return columns_page(
            request,
            held,
            read=read,
            meanings=frame.meanings(held),
            fixed=frame.fixed(held),
            onward=reverse(frame.addresses.held, args=[held.code]),
            back=(reverse(frame.addresses.choose), "Choose another file"),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(frame.addresses.choose)


def template(frame: Frame, request: SignedInRequest) -> HttpResponse:
    """An empty file of the room's own layout with one line filled in."""
    return template_csv(frame.meanings(), frame.examples(), name=frame.template_name)
