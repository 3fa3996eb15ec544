"""Public pages of a round: what it is about, its rule sheet, and handing in an idea."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commonweal.accounts.limits import Limit, limited
from commonweal.accounts.models import Person
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act

from ..models import Round
from . import drafting, reads
from .forms import IdeaForm

IDEAS = Limit(
    "ideas",
    10,
    timedelta(days=1),
    "Ten ideas came from here today. Hand in more tomorrow, or bring them to the council's desk.",
)


@only_read
def budgets(request: HttpRequest) -> HttpResponse:
    """Every round, by what can be done about it now."""
    return render(request, "voice/budgets.html", {"stages": reads.rounds_by_stage()})


@only_read
def budget(request: HttpRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    now = timezone.now()
    context = {
        "round": budget_round,
        "stage": budget_round.stage(now),
        "is_open": budget_round.is_open(now),
        "projects": reads.projects_shown(budget_round),
        "sheet_rows": reads.sheet_rows(budget_round),
        "notices": reads.notices(budget_round),
        "receipts": reads.receipts_shown(budget_round),
        "pair": reads.other_ballot_shown(budget_round),
        "places": budget_round.places.all(),
    }
    return render(request, "voice/budget.html", context)


@limited(IDEAS)
def idea(request: HttpRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)

    def do(answers: dict[str, Any]) -> None:
        by = request.user if isinstance(request.user, Person) else None
        drafting.hand_in(budget_round=budget_round, answers=answers, by=by)

    return act(
        request,
        IdeaForm(request.POST or None),
        do,
        said="Thank you. Your idea is kept, and is checked before the vote. You will find the "
        "answer on this page.",
        to=budget_round,
        heading="Hand in an idea",
        button="Hand it in",
        back=(budget_round.get_absolute_url(), budget_round.title),
    )


@only_read
def sheet_json(request: HttpRequest, code: str) -> HttpResponse:
    """The rule sheet, byte for byte what its SHA-256 was made of."""
    budget_round = get_object_or_404(Round, code=code)
    if not budget_round.sheet:
        raise Http404
    return HttpResponse(budget_round.sheet.encode(), content_type="application/json")
