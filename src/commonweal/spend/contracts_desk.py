"""The analyst's desk: registers of contracts, what came of each, and taking one back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.revisions import in_pieces
from commonweal.design.words import many
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import contracts, registers
from .desk import ANALYST, page, start_run
from .forms import ContractsForm, TakeOutForm
from .models import ContractsFile

# Lines of a file that are named with their reasons.
LINES_NAMED = 20
FILES_SHOWN = 50


@staff(ANALYST)
@in_pieces
def contracts_read(request: SignedInRequest) -> HttpResponse:
    """Read a register: it adds and updates, and shows what it does not name any more."""
    form = ContractsForm(request.POST or None, request.FILES or None)

    def do(answers: dict[str, Any]) -> ContractsFile:
        sent: UploadedFile[Any] = answers["file"]
        name = sent.name or "contracts.csv"
        register = contracts.read(answers["anchor"], sent.read(), name, answers["source_url"])
        file = registers.keep(
            anchor=answers["anchor"], register=register, file_name=name[-200:], by=request.user
        )
        _say(request, register)
        start_run(request)
        return file

    return act(
        request,
        form,
        do,
        said="Read. The page of opportunities shows what ends when.",
        template="spend/desk_contracts.html",
        files=ContractsFile.objects.select_related("anchor__partner")[:FILES_SHOWN],
        **page("Read a register of contracts", "Read it", to=_address),
    )


def _address(file: ContractsFile) -> str:
    return reverse("contracts-file", args=[file.pk])


def _say(request: SignedInRequest, register: contracts.Read) -> None:
    messages.info(
        request,
        f"{many(len(register.contracts), 'contract')} kept; lines left out: "
        f"{len(register.left_out):,}"
        + _lines_named(register.left_out)
        + "".join(f" {note}" for note in register.notes),
    )
    if register.without_value:
        texts = [(line, f"{text[:40]!r} is no amount") for line, text in register.without_value]
        messages.info(request, "Kept without a value" + _lines_named(texts))


def _lines_named(lines: list[tuple[int, str]]) -> str:
    named = "".join(f"; line {line}: {why}" for line, why in lines[:LINES_NAMED])
    rest = len(lines) - LINES_NAMED
    return f"{named}; and {rest:,} more." if rest > 0 else f"{named}."


@staff(ANALYST)
def contracts_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """What became of a register's lines; taking out what it no longer names."""
    file = get_object_or_404(ContractsFile.objects.select_related("anchor__partner"), pk=pk)
    gone = registers.unlisted(file)
    form = TakeOutForm(
        request.POST or None, unlisted=gone.count(), of=file.anchor.contracts.count()
    )

    def do(answers: dict[str, Any]) -> int:
        count = registers.remove(file=file, count=form.to_remove() or 0, by=request.user)
        start_run(request)
        return count

    return act(
        request,
        form,
        do,
        said=lambda count: f"{many(count, 'contract')} taken out.",
        template="spend/desk_contracts_file.html",
        to=_address(file),
        file=file,
        shows=lambda: {"gone": gone, "is_newest": registers.newest(file.anchor) == file},
    )


@require_POST
@staff(ANALYST)
def contracts_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back what a register did."""
    file = get_object_or_404(ContractsFile, pk=pk)
    try:
        registers.undo(file=file, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"“{file.file_name}” is undone.")
        start_run(request)
    return redirect("contracts-file", file.pk)
