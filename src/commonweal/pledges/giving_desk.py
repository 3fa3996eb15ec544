"""The charter manager's page on which many claims are given to reviewers at once."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Person, Role
from commonweal.design.words import many
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import giving_out, ledger, review_reads
from .forms import GiveOutForm, ShownPlanForm
from .giving_out import Reviewer, Sharing
from .review_reads import Waiting


@staff(Role.CHARTER_MANAGER)
def give_out(request: SignedInRequest) -> HttpResponse:
    """Share out the claims that nobody has: choose, look at who would get how many, give."""
    today = timezone.localdate()
    ledger.refresh_standings(on=today)
    waiting = review_reads.reviews_waiting(today)
    reviewers = giving_out.reviewers(waiting, today)
    free = giving_out.unassigned(waiting, today)
    titles = {reviewer.person.pk: reviewer.title for reviewer in reviewers}
    chosen = GiveOutForm(request.GET or None, titles=titles)
    plan = _plan_of(chosen, free, reviewers)
    return act(
        request,
        ShownPlanForm(request.POST or None),
        lambda answers: giving_out.give_out(
            plan=plan or Sharing([], []), shown=answers["shown"], by=request.user
        ),
        said=f"{many(plan.count if plan else 0, 'claim')} given out. Each reviewer is told once.",
        to="desk-give-out",
        template="pledges/desk_give_out.html",
        chosen=chosen,
        plan=plan,
        free=len(free),
        reviewers=reviewers,
        batches=giving_out.batches(waiting),
    )


def _plan_of(chosen: GiveOutForm, free: list[Waiting], reviewers: list[Reviewer]) -> Sharing | None:
    """Who would get what, once somebody has chosen how."""
    if not chosen.is_bound or not chosen.is_valid():
        return None
    number, most = chosen.cleaned_data["number"], chosen.cleaned_data["most"]
    claims = free if number is None else free[:number]
    return giving_out.plan(claims, reviewers, chosen.shares, most=most)


@staff(Role.CHARTER_MANAGER)
@require_POST
def take_back(request: SignedInRequest, batch: UUID) -> HttpResponse:
    """Undo what was given out together."""
    try:
        count = giving_out.take_back(batch=batch, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{many(count, 'claim')} taken back; nobody has them now.")
    return redirect("desk-give-out")


@staff(Role.CHARTER_MANAGER)
@require_POST
def take_back_from(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back all that one reviewer holds."""
    reviewer = get_object_or_404(Person, pk=pk)
    try:
        count = giving_out.take_back_from(reviewer=reviewer, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{many(count, 'claim')} taken back; nobody has them now.")
    return redirect("desk-give-out")
