"""The desk's pages of paper: slips, two entries, mending, the sample."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from ..access import DESK
from ..models import PaperBallot, PaperCheck, Round
from ..rounds import pots, sheet
from . import papers, reads, sampling, slips
from .forms import PaperForm, SampleForm, SlipForm, named


def _at_papers(budget_round: Round) -> str:
    return reverse("desk-papers", args=[budget_round.code])


def _page(budget_round: Round, heading: str, button: str, **context: Any) -> dict[str, Any]:
    back = (_at_papers(budget_round), f"Paper: {budget_round.title}")
    return {"heading": heading, "button": button, "back": back} | context


@staff(*DESK)
@only_read
def overview(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    context = {"round": budget_round, "papers": reads.progress(budget_round)}
    return render(request, "voice/desk_papers.html", context)


@staff(*DESK)
def slip(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    return act(
        request,
        SlipForm(request.POST or None),
        lambda answers: slips.take(budget_round=budget_round, typed=answers["code"]),
        said=lambda count: (
            f"Taken: number {count:,}. Cut the slip off, and lay the paper face down into the box."
        ),
        to=reverse("budget-slip", args=[code]),
        refused_at="code",
        **_page(
            budget_round,
            "A slip of a paper ballot",
            "Take it",
            before="Look at the code alone. What the paper says is read after the close.",
        ),
    )


@staff(*DESK)
def enter(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    form = PaperForm(
        request.POST or None,
        budget_round=budget_round,
        shared=pots.shared_out(budget_round, sheet.on_ballot(budget_round)),
        initial={"number": papers.next_for(budget_round, request.user)},
    )
    return act(
        request,
        form,
        lambda answers: papers.enter(
            budget_round=budget_round,
            number=answers["number"],
            choices=form.entered,
            by=request.user,
        ),
        said=lambda paper: f"Paper {paper.number:,} is entered.",
        to=reverse("budget-paper-enter", args=[code]),
        **_page(budget_round, "Enter a paper ballot", "Enter it"),
    )


@staff(*DESK)
def look(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """A third look at a paper whose entries differ, or a look at one of the sample."""
    paper = get_object_or_404(
        PaperBallot.objects.select_related("round"), round__code=code, number=number
    )
    if not reads.is_looked_at(paper):
        messages.error(request, f"There is nothing to look at on paper {number}.")
        return redirect("desk-papers", code)
    form = PaperForm(
        request.POST or None,
        budget_round=paper.round,
        shared=pots.shared_out(paper.round, sheet.on_ballot(paper.round)),
        has_number=False,
    )
    return act(
        request,
        form,
        lambda _: papers.mend(
            budget_round=paper.round, number=number, choices=form.entered, by=request.user
        ),
        said=f"Paper {number} is mended.",
        to=_at_papers(paper.round),
        template="voice/desk_paper.html",
        paper=paper,
        round=paper.round,
        entries=[named(form, choices) for choices in reads.entries(paper)],
        **_page(paper.round, f"Paper {number}", "This is on the paper"),
    )


@staff(*DESK)
def sample(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)

    def do(answers: dict[str, Any]) -> PaperCheck:
        return sampling.draw(budget_round=budget_round, by=request.user, **answers)

    return act(
        request,
        SampleForm(request.POST or None),
        do,
        said=lambda check: f"Drawn: {check.drawn:,}. Take each from the box and compare it.",
        to=_at_papers(budget_round),
        **_page(budget_round, "Draw the sample", "Draw it", before="It is drawn once."),
    )


@staff(*DESK)
@require_POST
def confirm(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    try:
        sampling.confirm(budget_round=budget_round, number=number, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Paper {number} is as it was entered.")
    return redirect("desk-papers", code)
