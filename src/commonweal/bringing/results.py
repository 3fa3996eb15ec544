"""What was brought in: the files, what became of the rows of each, and taking it back."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string

from commonweal.accounts.access import SignedInRequest
from commonweal.design.paging import paged
from commonweal.design.words import many
from commonweal.office.errors import Refused

from .choosing import back_to
from .forms import RemovalForm
from .frames import Frame
from .previews import drawn
from .refusals import refused_csv


def runs(frame: Frame, request: SignedInRequest) -> HttpResponse:
    """The files that were brought in, the newest first."""
    runs_context = frame.runs_more()
    context = {
        "frame": frame,
        "back": back_to(frame),
        "page": paged(request, frame.runs()),
        "more": render_to_string(frame.pieces.runs, runs_context, request)
        if frame.pieces.runs
        else "",
    }
    return render(request, "bringing/runs.html", context)


def run_page(frame: Frame, request: SignedInRequest, pk: int) -> HttpResponse:
    """One file: what became of its rows, with links to what they made; where its room lets it,
    taking off what it does not list."""
    run = get_object_or_404(frame.runs(), pk=pk)
    gone, of = frame.unlisted_of(run)
    form = frame.removal_form(request.POST or None, unlisted=len(gone), of=of)
    if gone and request.method == "POST" and form.is_valid():
        try:
            sentence = frame.take_off(request, run, count=form.to_remove() or 0)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, sentence)
            return redirect(frame.addresses.run, run.pk)
    return _run_page(frame, request, run, form)


def _run_page(frame: Frame, request: SignedInRequest, run: Any, form: RemovalForm) -> HttpResponse:
    gone, _ = frame.unlisted_of(run)
    made_page = paged(request, frame.made_by(run), at="of")
    context = {
        "frame": frame,
        "run": run,
        "lead": frame.lead(run),
        "may_undo": frame.may_undo(run),
        "page": paged(request, frame.rejected_of(run)),
        "made": made_page,
        "table": drawn(request, frame.pieces.made, made_page.object_list),
        "unlisted": drawn(request, frame.pieces.things, gone),
        "not_named": frame.words.unlisted.format(many(len(gone), frame.words.thing)),
        "form": form,
        "more": drawn(request, frame.pieces.run, run),
    }
    return render(request, "bringing/run.html", context)


def run_refused(frame: Frame, request: SignedInRequest, pk: int) -> HttpResponse:
    """The refused rows of a file that was brought in, to be corrected and chosen again."""
    run = get_object_or_404(frame.runs(), pk=pk)
    if not run.refused:
        raise Http404
    refused_rows = json.loads(run.refused)
    return refused_csv(
        refused_rows["header"], refused_rows["rows"], name=f"refused-{run.as_at}.csv"
    )


def undo(frame: Frame, request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back all that a file brought in, once what goes and the reason were seen."""
    run = get_object_or_404(frame.runs(), pk=pk)
    form = frame.undo_form(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            because, seen = form.cleaned_data.get("because", ""), request.POST.get("seen", "")
            sentence = frame.undo(request, run, because=because, seen=seen)
            messages.success(request, sentence or f"“{run.file_name}” is undone.")
            return redirect(frame.addresses.run, run.pk)
    except Refused as refused:
        form.add_error(None, str(refused))
    try:
        planned = frame.plan_undo(run)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(frame.addresses.run, run.pk)
    return _undo_page(frame, request, run, form, planned)


def _undo_page(
    frame: Frame, request: SignedInRequest, run: Any, form: Any, planned: Any
) -> HttpResponse:
    frame.note_shown(request, planned.gone)
    context = {
        "frame": frame,
        "run": run,
        "form": form,
        "undoing": planned,
        "gone": drawn(request, frame.pieces.things, planned.gone),
        "put_back": drawn(request, frame.pieces.things, planned.back),
        "left": drawn(request, frame.pieces.things, planned.left),
        "more": drawn(request, frame.pieces.undoing, planned),
    }
    return render(request, "bringing/undo.html", context)
