"""What the letter about a grant says: made from the last decision, with the next step after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from commonweal.cases import named
from commonweal.places.models import the_town

from .destinations import method_of
from .entries import Kind, last_decision, standing_of
from .models import Award


def letter(award: Award) -> dict[str, Any]:
    """Decision, reasons and next step. After a first decision that is the review, with its last
    day; after a review it is the ombudsman, never a review of the same kind again.

    ``decision`` is None while nothing is decided: there is no letter then.
    """
    decision = last_decision(award)
    now = standing_of(award)
    review = decision.review if decision is not None else None
    decided = timezone.localdate(decision.at) if decision is not None else timezone.localdate()
    return {
        "award": award,
        # A named colleague hands it over; the address stands on no paper.
        "is_kept": named.is_restricted(award.resident),
        "town": the_town(),
        "decision": decision if award.state != Award.State.WITHDRAWN else None,
        "words": _words(award, decision.kind if decision is not None else "")
        or (decision.words if decision is not None else ""),
        "is_awarded": now.awarded > 0,
        "method": method_of(award),
        "is_cancelled": now.state == "cancelled",
        "amount": now.awarded,
        "decided_on": decided,
        "review": review,
        "was": review.was if review is not None else None,
        # A grant is looked at again once.
        "is_last": award.reviews.exclude(decided_on=None).exists(),
        "is_raised": review is not None and now.awarded > review.was,
        "review_until": decided + timedelta(days=award.fund.ask_review_days),
        "review_days": award.fund.review_days,
        "paid_on": award.payments.settled()
        .order_by("-paid_on")
        .values_list("paid_on", flat=True)
        .first(),
    }


def _words(award: Award, kind: str) -> str:
    """The reasons of a yes are those of who assessed it; every other decision has its own."""
    if kind != Kind.APPROVED:
        return ""
    assessed = award.decisions.filter(kind=Kind.ASSESSED).order_by("-id").first()
    return assessed.words if assessed is not None else ""
