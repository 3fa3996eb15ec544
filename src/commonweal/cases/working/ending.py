"""The end of a need and of a case, and its beginning anew."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.residents import reaching
from commonweal.residents.unwritten import refuse_codes

from .. import changes, enclosing, next_actions
from ..models import Callback, Case, Need
from .deciding import recalculate

State = Case.State
OPEN, CLOSED = "Open", "Closed"


@transaction.atomic
def settle(
    *, need: Need, state: str, by: Person | None, why: str = "", on: date | None = None
) -> None:
    """Say what became of one need. When the first is met, the second call is planned by itself:
    people accept further help once the first problem is handled."""
    if state == "unmet" and not why:
        raise Refused("Say why it could not be met: it is what the town has to know.")
    today = on or timezone.localdate()
    done = Need.objects.filter(pk=need.pk, state="open").update(
        state=state, why_unmet=why, closed_on=today
    )
    if not done:
        raise Refused("Somebody else has settled this need already.")
    next_actions.drop(need, by=by)
    case = need.case
    changes.note(case, {"state": OPEN}, by=by, need=need)
    already = case.callbacks.filter(purpose="second").exists()
    if state in ("met", "partly") and not already and not case.resident.is_dead:
        days = need.help_type.second_call_days
        Callback.objects.create(
            case=case,
            purpose="second",
            due_at=reaching.within_hours(case.resident, timezone.now() + timedelta(days=days)),
            assigned_to=case.assigned_to,
        )
    record("need settled", about=case, by=by, need=need.help_type.code, state=state)


@transaction.atomic
def reopen(*, need: Need, by: Person) -> None:
    was = changes.state_of(need)
    done = (
        Need.objects.filter(pk=need.pk)
        .exclude(state="open")
        .update(state="open", closed_on=None, why_unmet="")
    )
    if not done:
        raise Refused("Somebody else has opened it again already.")
    changes.note(need.case, {"state": was}, by=by, need=need)
    reopened = Case.objects.filter(pk=need.case_id, state=State.CLOSED).update(
        state=State.WORKING, closed_at=None
    )
    if reopened:
        changes.note(need.case, {"state": CLOSED}, by=by, because="A need was opened again")
    next_actions.follow(need, "reopened", by=by)
    record("need reopened", about=need.case, by=by, need=need.help_type.code)
    recalculate(need.case)
    enclosing.enclose(case=need.case, by=by)


def before_closing(case: Case) -> list[str]:
    """What has to be done before a case is closed, in sentences."""
    sentences = []
    if open_needs := [need.help_type.name for need in case.needs.filter(state="open")]:
        sentences.append(f"Still open: {', '.join(open_needs)}. Settle each need first.")
    if case.referrals.filter(state__in=["sent", "received", "accepted", "contacted"]).exists():
        sentences.append("A referral is still open. Take it back, or wait for its outcome.")
    is_owed = case.callbacks.filter(state="due", purpose="second").exists()
    if is_owed and not case.resident.is_dead:
        sentences.append(
            "The second call is still owed. Make it, or write down why it is not made."
        )
    return sentences


@transaction.atomic
def close(*, case: Case, words: str, by: Person, at: datetime | None = None) -> None:
    """Close the loop.

    Raises
    ------
    Refused
        A need is still open, a referral is unanswered, or the second call is still owed.
    """
    refuse_codes(case.resident, words)
    # A need that is added at the same moment is seen, or finds the case closed.
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if first := before_closing(case):
        raise Refused(first[0])
    owed = case.callbacks.filter(state="due")
    now = at or timezone.now()
    done = (
        Case.objects.filter(pk=case.pk)
        .exclude(state=State.CLOSED)
        .update(state=State.CLOSED, closed_at=now, closed_words=words)
    )
    if not done:
        raise Refused("Somebody else has closed it already.")
    changes.note(case, {"state": OPEN}, by=by)
    if case.closed_words and case.closed_words != words:
        changes.note(case, {"closed_words": case.closed_words}, by=by)
    owed.update(state="cancelled", ending="closed")
    record("help request closed", about=case, by=by)
