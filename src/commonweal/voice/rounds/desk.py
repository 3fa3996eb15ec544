"""The desk's pages of rounds: drafting, checking ideas, publishing the sheet, emergencies."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from ..access import DESK
from ..models import Emergency, Project, Round
from ..ways import totals
from . import days, drafting, emergencies, pots, reads, sheet
from .forms import (
    USUAL,
    AreasForm,
    EmergencyForm,
    FeasibilityForm,
    ProjectForm,
    RoundForm,
    SealForm,
)


def at_desk(budget_round: Round) -> str:
    return reverse("desk-budget", args=[budget_round.code])


def page(budget_round: Round, heading: str, button: str, **context: Any) -> dict[str, Any]:
    """What the page of one form shows about a round."""
    back = (at_desk(budget_round), budget_round.title)
    return {"heading": heading, "button": button, "back": back} | context


@staff(*DESK)
def begin(request: SignedInRequest) -> HttpResponse:
    form = RoundForm(request.POST or None, initial=USUAL)
    return act(
        request,
        form,
        lambda _: drafting.begin(answers=form.sheet(), by=request.user),
        said="Begun. Ideas can be handed in from now on.",
        to=at_desk,
        heading="A new round",
        button="Begin",
        back=(reverse("desk-voice"), "Have your say today"),
    )


@staff(*DESK)
@only_read
def budget(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    now = timezone.now()
    faults = []
    if budget_round.is_draft:
        faults = sheet.faults_of(budget_round, sheet.on_ballot(budget_round), now)
    context = {
        "round": budget_round,
        "stage": budget_round.stage(now),
        "faults": faults,
        "has_closed": budget_round.has_closed(now) or budget_round.state == Round.State.CLOSED,
        "projects": budget_round.projects.select_related("area"),
        "emergencies": budget_round.emergencies.select_related("project", "asked_by", "agreed_by"),
        "batches": budget_round.batches.select_related("area"),
        "pair": reads.other_ballot(budget_round),
        "places": budget_round.places.all(),
        "is_open": budget_round.is_open(now),
        "is_over": budget_round.is_over(now),
        "ways": totals.by_way(budget_round),
        "sheet_rows": reads.sheet_rows(budget_round),
        "pots": pots.pots_of(budget_round),
    }
    return render(request, "voice/desk_budget.html", context)


@staff(*DESK)
def change(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    form = RoundForm(request.POST or None, initial=RoundForm.shown(budget_round))
    return act(
        request,
        form,
        lambda _: drafting.change(budget_round=budget_round, answers=form.sheet(), by=request.user),
        said="Saved.",
        to=at_desk(budget_round),
        **page(budget_round, "The rule sheet", "Save"),
    )


@staff(*DESK)
def share_out(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    form = AreasForm(request.POST or None, initial=AreasForm.shown(budget_round))
    return act(
        request,
        form,
        lambda _: drafting.share_out(
            budget_round=budget_round, budgets=form.budgets, by=request.user
        ),
        said="Saved.",
        to=at_desk(budget_round),
        **page(
            budget_round,
            "Money of areas",
            "Save",
            before="Leave everything empty for one sum that all voters share out. Where areas have "
            "money of their own, each is counted by itself, and a letter’s code votes in the area "
            "where the letter goes. Together the sums must make the round’s money.",
        ),
    )


@staff(*DESK)
@require_POST
def close_ideas(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    try:
        drafting.close_ideas(budget_round=budget_round, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Ideas are closed. Check each of them.")
    return redirect("desk-budget", code)


@staff(*DESK)
def add_project(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    return act(
        request,
        ProjectForm(request.POST or None),
        lambda answers: drafting.add_project(
            budget_round=budget_round, answers=answers, by=request.user
        ),
        said="Added. It has to be checked like any other.",
        to=at_desk(budget_round),
        **page(budget_round, "Add a project", "Add it"),
    )


@staff(*DESK)
def check(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    project = get_object_or_404(
        Project.objects.select_related("round"), round__code=code, number=number
    )
    return act(
        request,
        FeasibilityForm(request.POST or None, initial=FeasibilityForm.shown(project)),
        lambda answers: drafting.check(
            budget_round=project.round, project=project, answers=answers, by=request.user
        ),
        said="Answered.",
        to=at_desk(project.round),
        **page(project.round, f"Check: {project.title}", "Save the answer", before=project.words),
    )


@staff(*DESK)
def seal(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    # It asks nothing, so what is sent may be empty.
    sent = request.POST if request.method == "POST" else None
    return act(
        request,
        SealForm(sent),
        lambda _: drafting.seal(budget_round=budget_round, by=request.user),
        said=lambda digest: f"Published. Its SHA-256 is {digest}.",
        to=at_desk(budget_round),
        **page(
            budget_round,
            "Publish the rule sheet",
            "Publish it for good",
            before="Nothing in it can be changed after that: no project, no cost, no rule, no day.",
            danger=True,
        ),
    )


@staff(*DESK)
def emergency(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)

    def do(answers: dict[str, Any]) -> Emergency:
        last = answers.pop("last_on")
        closes_at = days.end_of(last) if last else None
        return emergencies.ask(
            budget_round=budget_round, closes_at=closes_at, by=request.user, **answers
        )

    return act(
        request,
        EmergencyForm(request.POST or None, budget_round=budget_round),
        do,
        said="Asked for. Nothing changes until a second person agrees.",
        to=at_desk(budget_round),
        **page(budget_round, "An emergency change", "Ask for it", danger=True),
    )


@staff(*DESK)
@require_POST
def agree(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    change_asked = get_object_or_404(
        Emergency.objects.select_related("round", "project"), round__code=code, pk=pk
    )
    try:
        emergencies.agree(emergency=change_asked, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Done. Everybody can read the notice.")
    return redirect("desk-budget", code)
