"""The right of review: asked for in time, decided by others, as many as the amount takes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.design.amounts import in_pounds
from commonweal.office.errors import Refused
from commonweal.places.models import the_town

from .deciding import needs_money
from .entries import (
    SPENT,
    Kind,
    State,
    enter,
    last_decision,
    locked,
    locked_fund,
    needs_pounds,
    needs_role,
    needs_words,
    standing_of,
)
from .models import Award, AwardReview, Fund
from .state import GrantState

REVIEWABLE = (*SPENT, State.REFUSED, State.CANCELLED)


def ask_until(award: Award) -> date | None:
    """The last day on which a review can be asked for; None where nothing was decided."""
    decision = last_decision(award)
    if decision is None or award.state not in REVIEWABLE:
        return None
    return timezone.localdate(decision.at) + timedelta(days=award.fund.ask_review_days)


@transaction.atomic
def ask_review(
    *, award: Award, words: str, by: Person | None, on: date | None = None
) -> AwardReview:
    """The resident asks that somebody else looks again.

    Raises
    ------
    Refused
        Nothing was decided; the time to ask is over; a review is open, or was decided: what comes
        after it is outside the council.
    """
    today = on or timezone.localdate()
    award = locked(award)
    newest = award.reviews.order_by("-id").first()
    if newest is not None and newest.decided_on is None:
        raise Refused("A review of this grant is open already.")
    if newest is not None:
        raise Refused(
            f"This grant was reviewed on {newest.decided_on:%-d %B %Y}. What comes next is "
            f"outside: the {the_town().ombudsman_name}."
        )
    last = ask_until(award)
    if last is None:
        raise Refused("There is no decision to review yet.")
    if today > last:
        raise Refused(f"A review could be asked for until {last:%-d %B %Y}.")
    try:
        with transaction.atomic():
            review = AwardReview.objects.create(
                award=award,
                asked_on=today,
                was=standing_of(award).awarded,
                due_on=today + timedelta(days=award.fund.review_days),
            )
    except IntegrityError:
        raise Refused("A review of this grant is open already.") from None
    enter(award, Kind.REVIEW_ASKED, by=by, text=words, review=review)
    record("review asked for", about=award, by=by)
    return review


@transaction.atomic
def decide_review(
    *,
    review: AwardReview,
    amount: Decimal,
    words: str,
    by: Person,
    on: date | None = None,
    seen: int | None = None,
) -> AwardReview:
    """An officer who had no part says what is right: the same or more, never less. It stands when
    as many said the same amount as that amount takes; leaving it as it is takes one. ``seen`` is
    how many had said something when the page of this one was opened.

    Raises
    ------
    Refused
        The person had a part in the first decision, or said this already; somebody has said
        something since their page was opened; it would lower the
        grant; no reasons; too much for the fund, its money, or after its end.
    """
    needs_role(by, Role.GRANTS_APPROVER)
    needs_words(words, "Write the reasons: the letter gives them.")
    needs_pounds(amount)
    fund, award = locked_fund(review.award), locked(review.award)
    now = standing_of(award)
    if now.review != "open" or AwardReview.objects.get(pk=review.pk).decided_on is not None:
        raise Refused("Somebody else has decided this review already.")
    _refuse_unseen(review, seen)
    _refuse_word(now, fund, amount, by)
    raise_by = amount - now.awarded
    if raise_by > 0:
        needs_money(fund, raise_by)
    needed = fund.approvals_for(amount) if raise_by > 0 else 1
    after = enter(
        award, Kind.REVIEWED, by=by, amount=amount, text=words, needed=needed, review=review
    )
    if after.review == "decided":
        _close(review, amount, by, on or timezone.localdate())
    record(
        "review decided" if review.decided_on else "review said",
        about=award,
        by=by,
        raised=raise_by > 0,
    )
    return review


def words_on(review: AwardReview) -> int:
    """How many officers have said something on a review."""
    return review.award.decisions.filter(review=review, kind=Kind.REVIEWED).count()


def _refuse_unseen(review: AwardReview, seen: int | None) -> None:
    """A page that was opened before a colleague decided is no second look at what they said."""
    if seen is not None and words_on(review) != seen:
        raise Refused(
            "Somebody has decided while this page was open. Read what they say, then decide."
        )


def _refuse_word(now: GrantState, fund: Fund, amount: Decimal, by: Person) -> None:
    """An officer without a part says once, within the fund, what is no less than it was."""
    if by.pk in now.had_part:
        raise Refused("You had a part in the first decision. Another officer must review it.")
    if amount < now.awarded:
        raise Refused(f"A review can't lower a grant: it was £{now.awarded:,.2f}.")
    if amount > fund.most:
        raise Refused(f"{fund.name} pays {in_pounds(fund.most)} at most.")
    if amount == now.proposed and by.pk in now.yes:
        raise Refused("You said this amount already. It takes somebody else as well.")


def _close(review: AwardReview, amount: Decimal, by: Person, today: date) -> None:
    done = AwardReview.objects.filter(pk=review.pk, decided_on=None).update(
        decided_on=today, decided_by=by, amount=amount
    )
    if not done:
        raise Refused("Somebody else has decided this review already.")
    review.decided_on, review.decided_by, review.amount = today, by, amount


def late_reviews(on: date) -> list[AwardReview]:
    """Reviews past their time limit, oldest first."""
    late = AwardReview.objects.filter(decided_on=None, due_on__lt=on).select_related("award__fund")
    return list(late.order_by("due_on"))
