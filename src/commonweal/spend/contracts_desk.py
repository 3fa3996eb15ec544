"""The analyst's desk: what came of a register of contracts, and taking one back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.bringing.results import run_refused
from commonweal.design.words import many
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import registers
from .contracts_frame import CONTRACTS
from .contracts_planned import newest
from .desk import ANALYST, start_run
from .forms import TakeOutForm
from .models import ContractsFile


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
        to=reverse("contracts-file", args=[file.pk]),
        file=file,
        shows=lambda: {"gone": gone, "is_newest": newest(file.anchor) == file},
    )


@staff(ANALYST)
def contracts_refused(request: SignedInRequest, pk: int) -> HttpResponse:
    """A register's lines left out, with their reasons, to be corrected and chosen again."""
    return run_refused(CONTRACTS, request, pk)


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
