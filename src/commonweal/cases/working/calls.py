"""Calls: made, owed, tried again, given up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.residents import deaths, reaching
from commonweal.residents.unwritten import refuse_codes

from .. import next_actions, planning
from ..models import Call, Callback, Case

State = Case.State
AGAIN = {"no_answer": 4, "voicemail": 4, "later": 24, "wrong_number": 24, "unsafe": 24}
GIVE_UP_AFTER = 5
# Attempts within a minute are one: a button pressed twice, an answer given again.
ONE_ATTEMPT = timedelta(minutes=1)


@transaction.atomic
def record_call(
    *,
    case: Case,
    direction: str,
    outcome: str,
    by: Person,
    words: str = "",
    minutes: int | None = None,
    purpose: str = "",
    which: str = "",
    again_at: datetime | None = None,
) -> Call:
    """Write down a call. What follows from its outcome follows by itself.

    ``which``: the number of the owed call that it was, where one is planned for another day. A
    call that is not named is taken for one that is due by tonight, or for the first.
    Spoke or refused: the call that was owed is done. No answer, voicemail, wrong number: it is
    tried again later, and after five attempts it is given up and somebody decides what is tried
    instead. Attempts within a minute are one. Dead: all contact stops.
    """
    refuse_codes(case.resident, words)
    planning.refuse_too_far(again_at)
    now = timezone.now()
    twin = _written_just_now(case, direction, outcome, words, minutes, by)
    if twin is not None:
        return twin
    owed = case.callbacks.filter(state="due")
    if purpose:
        owed = owed.filter(purpose=purpose)
    callback = _call_that_was(owed, which)
    is_owed = owed.exists()
    call = Call.objects.create(
        case=case,
        callback=callback,
        direction=direction,
        outcome=outcome,
        words=words,
        minutes=minutes,
        at=now,
        by=by,
    )
    _follow(call, by, is_owed=is_owed, again_at=again_at)
    record("call recorded", about=case, by=by, outcome=outcome, direction=direction)
    return call


def _follow(call: Call, by: Person, *, is_owed: bool, again_at: datetime | None) -> None:
    """What follows from the outcome of a call."""
    case, callback, outcome = call.case, call.callback, call.outcome
    if outcome == Call.Outcome.DEAD:
        deaths.report_dead(resident=case.resident, by=by, because="Told on the telephone.")
    elif outcome in (Call.Outcome.SPOKE, Call.Outcome.REFUSED):
        _spoken(call, by)
    elif callback:
        try_again(callback, again_at or call.at + timedelta(hours=AGAIN.get(outcome, 24)), by)
    elif not is_owed and (outcome == Call.Outcome.LATER or _reached_nobody(call)):
        _ring_later(case, again_at or call.at + timedelta(hours=AGAIN[outcome]), by)


def _reached_nobody(call: Call) -> bool:
    """Whether we rang without being asked to and reached nobody; once calls were given up, somebody
    decides what is tried instead."""
    is_given_up = call.case.callbacks.filter(ending=Callback.Ending.ATTEMPTS).exists()
    return call.direction == "out" and call.outcome in AGAIN and not is_given_up


def _spoken(call: Call, by: Person) -> None:
    """Somebody spoke to them: the call that was owed is done, the case is at work."""
    case = call.case
    Case.objects.filter(pk=case.pk, first_contact_at=None).update(first_contact_at=call.at)
    Case.objects.filter(pk=case.pk, state=State.NEW).update(
        state=State.WORKING, assigned_to=case.assigned_to or by
    )
    if call.callback:
        _reached(call.callback)
    next_actions.follow_all(case, "spoken", by=by, only_if_bare=True)


def planned_for_later(case: Case) -> list[Callback]:
    """Calls that are owed on another day than today, where none is owed by tonight: a call that is
    made today need not be one of them."""
    owed = list(case.callbacks.filter(state="due").order_by("due_at"))
    tonight = planning.end_of_day(timezone.now())
    is_tonight = any(call.due_at <= tonight or call.purpose == "first" for call in owed)
    return [] if is_tonight else owed


def _due_tonight(owed: QuerySet[Callback]) -> QuerySet[Callback]:
    tonight = planning.end_of_day(timezone.now())
    return owed.filter(Q(due_at__lte=tonight) | Q(purpose="first")).order_by("due_at")


def _call_that_was(owed: QuerySet[Callback], which: str) -> Callback | None:
    if which.isdecimal():
        return owed.filter(pk=which).first()
    return None if which else _due_tonight(owed).first()


def _ring_later(case: Case, at: datetime, by: Person) -> None:
    """They asked to be rung at another time, or were not reached, and nothing is owed: that call is
    owed now."""
    open_way, _ = reaching.way_for(case.resident)
    if case.state != State.CLOSED and open_way is not None and not case.resident.is_dead:
        plan_call(case=case, purpose="follow_up", due_at=at, by=by)


def _written_just_now(
    case: Case, direction: str, outcome: str, note: str, minutes: int | None, by: Person
) -> Call | None:
    """The same call by the same person within a minute: the button was pressed twice."""
    Case.objects.select_for_update().filter(pk=case.pk).first()
    lately = case.calls.filter(
        by=by,
        direction=direction,
        outcome=outcome,
        minutes=minutes,
        at__gt=timezone.now() - ONE_ATTEMPT,
    )
    return next((call for call in lately if call.words == note), None)


def _reached(callback: Callback) -> None:
    Callback.objects.filter(pk=callback.pk, state="due").update(state="done", ending="reached")


def try_again(callback: Callback, at: datetime, by: Person) -> None:
    """One more attempt reached nobody: the next one, within their safe hours, or the end."""
    at = reaching.within_hours(callback.case.resident, at)
    now = timezone.now()
    since = now - ONE_ATTEMPT
    if callback.case.callbacks.filter(tried_at__gt=since).exists():
        return
    Callback.objects.filter(pk=callback.pk, state="due").update(
        attempts=F("attempts") + 1, due_at=at, tried_at=now
    )
    spent = Callback.objects.filter(
        pk=callback.pk, state="due", attempts__gte=GIVE_UP_AFTER
    ).update(state="cancelled", ending="attempts")
    if spent:
        next_actions.follow_all(callback.case, "attempts", by=by)


@transaction.atomic
def plan_call(*, case: Case, purpose: str, due_at: datetime, by: Person) -> Callback:
    """Owe somebody a call. One of a purpose at a time; another date moves it.

    Raises
    ------
    Refused
        The person was reported dead, wants to be reached in no way, or the request is closed; the
        day is too far.
    """
    held = Case.objects.select_for_update(of=("self",), no_key=True)
    case = held.select_related("resident", "assigned_to").get(pk=case.pk)
    if case.resident.is_dead:
        raise Refused("This person was reported dead: nobody rings them.")
    if case.state == State.CLOSED:
        raise Refused("This request is closed.")
    open_way, _ = reaching.way_for(case.resident)
    if open_way is None:
        raise Refused(reaching.instruction(case.resident))
    planning.refuse_too_far(due_at)
    due_at = reaching.within_hours(case.resident, due_at)
    callback, _ = Callback.objects.update_or_create(
        case=case,
        purpose=purpose,
        state="due",
        defaults={"due_at": due_at, "assigned_to": case.assigned_to or by},
    )
    if purpose != "second":
        for need in case.needs.filter(state="open"):
            next_actions.decided(need, by=by)
    return callback


@transaction.atomic
def cancel_call(*, callback: Callback, because: str, by: Person) -> None:
    """A call that is owed is not made after all, with the reason."""
    if not because.strip():
        raise Refused("Say why the call is not made.")
    refuse_codes(callback.case.resident, because)
    done = Callback.objects.filter(pk=callback.pk, state="due").update(
        state="cancelled", ending="not_made", because=because, not_made_by=by
    )
    if not done:
        raise Refused("This call is not owed any more.")
    next_actions.follow_all(callback.case, "no_call", by=by)
    record("call not made", about=callback.case, by=by, purpose=callback.purpose)
