"""The analyst's desk: files of payments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.revisions import in_pieces
from commonweal.design.every_answer import only_read
from commonweal.design.words import many
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import importing
from .desk import ANALYST, page, start_run
from .forms import PayeeReasonForm, SayForm, TakeForm, UploadForm
from .models import Release
from .views import columns_of

# Larger files are read by a job, so that the page does not keep anybody waiting.
READ_AT_ONCE = 4 * 1024 * 1024


@staff(ANALYST)
@in_pieces
def upload(request: SignedInRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent: UploadedFile[Any] = form.cleaned_data["file"]
        try:
            release = importing.upload(
                anchor=form.cleaned_data["anchor"],
                route=form.cleaned_data["route"],
                content=sent.read(),
                name=sent.name or "payments.csv",
                by=request.user,
                source_url=form.cleaned_data["source_url"],
            )
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            if release.size_bytes <= READ_AT_ONCE:
                importing.read(release)
            else:
                start_run(request)
            return redirect("desk-release", release.code)
    context = page("Upload payments", "Read it") | {
        "form": form,
        "multipart": True,
        "before": "Nothing counts before you have seen what came of every line.",
    }
    return render(request, "design/act.html", context)


def get_release(code: str) -> Release:
    return get_object_or_404(Release.objects.select_related("anchor__partner"), code=code)


@staff(ANALYST)
@only_read
def release(request: SignedInRequest, code: str) -> HttpResponse:
    """What came of a file: lines, money, mapping with three payments, what was left out."""
    release = get_release(code)
    may_replace = importing.may_replace(release)
    context = {
        "release": release,
        "columns": columns_of(release),
        "sample": importing.sample_of(release),
        "left_out": importing.left_out(release, 40),
        "may_replace": may_replace if release.state == "read" else [],
        "take_form": TakeForm(may_replace),
    }
    return render(request, "spend/desk_release.html", context)


@staff(ANALYST)
@in_pieces
def say(request: SignedInRequest, code: str) -> HttpResponse:
    release = get_release(code)
    address = reverse("desk-release", args=[code])
    usual = {name: release.said.get(name) for name in ("order", "repeats")}
    form = SayForm(release, request.POST or None, initial=usual)

    def do(answers: dict[str, Any]) -> None:
        period = (answers["first"], answers["last"]) if answers["first"] else None
        importing.say(
            release=release,
            columns=form.columns(),
            order=answers["order"],
            period=period,
            repeats=answers["repeats"],
            by=request.user,
        )

    return act(
        request,
        form,
        do,
        said="Read again. The publisher's next file is read in the same way.",
        **page(
            "Say how the file is to be read",
            "Read it again",
            to=address,
            back=(address, release.file_name),
        ),
    )


@staff(ANALYST)
@require_POST
@in_pieces
def take(request: SignedInRequest, code: str) -> HttpResponse:
    release = get_release(code)
    form = TakeForm(importing.may_replace(release), request.POST)
    chosen = request.POST.get("replaces", "none")
    old = next(
        (earlier for earlier in importing.may_replace(release) if earlier.code == chosen), None
    )
    if not form.is_valid():
        messages.error(request, "Say whether it replaces a file that counts already.")
        return redirect("desk-release", code)
    try:
        importing.take(release=release, by=request.user, replaces=old)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk-release", code)
    start_run(request)
    messages.success(request, "Taken. The figures are being worked out anew.")
    return redirect("desk-spend")


@staff(ANALYST)
def undo(request: SignedInRequest, code: str) -> HttpResponse:
    release = get_release(code)
    address = reverse("desk-release", args=[code])

    def do(answers: dict[str, Any]) -> None:
        importing.undo(release=release, by=request.user, **answers)
        start_run(request)

    return act(
        request,
        PayeeReasonForm(request.POST or None),
        do,
        said="Undone. It counts no more; it stays in the list, with your reason.",
        **page(
            "Undo a release",
            "Undo it",
            back=(address, release.file_name),
            danger=True,
            before=f"{release.file_name}: {many(release.accepted, 'payment')} will count no more.",
        ),
    )


@staff(ANALYST)
@require_POST
def throw_away(request: SignedInRequest, code: str) -> HttpResponse:
    try:
        importing.throw_away(release=get_release(code), by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Thrown away. Nothing of it is kept.")
    return redirect("desk-spend")
