"""The letter of a grant, and the review that it offers."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commonweal.accounts.access import SignedInRequest, held_roles, staff
from commonweal.cases import access
from commonweal.cases.access import HANDLERS
from commonweal.design.every_answer import only_read
from commonweal.design.words import many
from commonweal.grants import access as grant_access
from commonweal.grants import actions as granting
from commonweal.grants.access import GRANTS, get_award_for
from commonweal.grants.models import Award
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.residents import reaching

from .forms.grants import ReviewAskForm, ReviewDecisionForm
from .grants import APPROVER, of_award


@staff(*GRANTS, *HANDLERS)
@only_read
def letter(request: SignedInRequest, code: str) -> HttpResponse:
    """The letter, as a page to print: decision, reasons, the next step. For grants officers, and
    for handlers with a link to the case."""
    try:
        grant = grant_access.get_letter_for(request.user, code)
    except access.NeedsGlass as needs:
        return redirect("desk-glass", needs.case.code)
    context = granting.letter(grant)
    if context["decision"] is None:
        raise Http404
    is_officer = not held_roles(request.user).isdisjoint(GRANTS)
    context |= {
        "reach": reaching.of(context["award"].resident, inside=False),
        "is_officer": is_officer,
        "back": reverse("award" if is_officer else "desk-grant", args=[code]),
    }
    return render(request, "desk/letter.html", context)


def ask_review(
    request: SignedInRequest, grant: Award, *, to: str, back: tuple[str, str]
) -> HttpResponse:
    """They ask that others look again: written down by whoever they told, officer or handler."""
    return act(
        request,
        ReviewAskForm(request.POST or None),
        lambda answers: granting.ask_review(award=grant, by=request.user, **answers),
        said=f"Written down. Other officers decide within {many(grant.fund.review_days, 'day')}.",
        heading="They ask for a review",
        button="Write it down",
        to=to,
        back=back,
    )


@staff(*GRANTS)
def review_ask(request: SignedInRequest, code: str) -> HttpResponse:
    return ask_review(request, get_award_for(request.user, code), **of_award(code))


def _seen(request: SignedInRequest) -> int:
    """How many had said something when this page was opened.

    Raises
    ------
    Refused
        The page doesn't say: it is no second look at what a colleague said.
    """
    typed = request.POST.get("seen", "")
    if not typed.isdecimal():
        raise Refused("Your page did not say what you had seen. Read what is said, then decide.")
    return int(typed[:6])


@staff(APPROVER)
def review_decide(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    grant = get_award_for(request.user, code)
    review = get_object_or_404(grant.reviews, pk=pk)
    now = granting.standing_of(grant)
    latest = grant.decisions.filter(review=review, kind="reviewed").order_by("-id").first()
    first = {"amount": now.proposed or review.was, "words": latest.words if latest else ""}
    before = f"It was £{review.was:,.2f}. A review can't lower it."
    if latest is not None and latest.by is not None:
        before += (
            f" {latest.by.name} says £{now.proposed:,.2f}; it takes {now.needed} who say the "
            "same amount."
        )
    return act(
        request,
        ReviewDecisionForm(request.POST or None, initial=first),
        lambda answers: granting.decide_review(
            review=review, by=request.user, seen=_seen(request), **answers
        ),
        said="Kept. Where it takes somebody else as well, the page says so.",
        heading="Decide the review",
        button="Decide",
        before=before,
        shows=lambda: {"seen": granting.words_on(review)},
        **of_award(code),
    )
