"""A call is written down, and what follows from its outcome: which call it was, when the next one
is owed, whose the case is, when it is given up. A table for each verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts.models import Event, Person
from commonweal.cases import working
from commonweal.cases.models import Call, Callback, Case, NextAction
from commonweal.cases.working import calls as calling
from commonweal.office.errors import Refused
from commonweal.residents import deaths

pytestmark = pytest.mark.django_db

Outcome = Call.Outcome
REACHED_NOBODY = ["later", "no_answer", "unsafe", "voicemail", "wrong_number"]
SPOKEN = ["refused", "spoke"]


@pytest.fixture
def loose(asks_for_help: Any) -> Case:
    """Nobody's, from the form: a first call is owed."""
    case: Case = asks_for_help()
    return case


@pytest.fixture
def taken(asks_for_help: Any, leah: Person) -> Case:
    """Leah's, taken on the telephone: no call is owed."""
    case: Case = asks_for_help("food", by=leah)
    return case


def the_call(case: Case) -> Callback:
    return case.callbacks.get()


def rang(case: Case, by: Person, outcome: str = "no_answer", **more: Any) -> Call:
    return working.record_call(case=case, by=by, outcome=outcome, **({"direction": "out"} | more))


def a_while_ago(case: Case, minutes: int = 2) -> None:
    """What was tried just now was tried a while ago."""
    earlier = timezone.now() - timedelta(minutes=minutes)
    case.calls.update(at=earlier)
    case.callbacks.exclude(tried_at=None).update(tried_at=earlier)


# What is written down


def test_every_outcome_is_in_these_tables() -> None:
    assert sorted([*REACHED_NOBODY, *SPOKEN, "dead"]) == sorted(Outcome.values)
    assert sorted(calling.AGAIN) == REACHED_NOBODY


@pytest.mark.parametrize("direction", ["in", "out"])
@pytest.mark.parametrize("outcome", sorted(Outcome.values))
def test_a_call_is_kept_as_it_was_typed_and_stands_in_the_record(
    loose: Case, owen: Person, direction: str, outcome: str
) -> None:
    words = "  They asked:\n\n“bread, please”  "
    call = rang(loose, owen, outcome, direction=direction, words=words, minutes=7)
    kept = Call.objects.get(case=loose)
    assert kept == call
    assert (kept.words, kept.minutes, kept.by) == (words, 7, owen)
    assert (kept.direction, kept.outcome) == (direction, outcome)
    event = Event.objects.get(verb="call recorded")
    assert (event.about_code, event.by_code) == (loose.code, owen.code)
    assert event.detail == {"direction": direction, "outcome": outcome}


@pytest.mark.parametrize("days", [367, 800])
def test_a_call_again_in_more_than_a_year_writes_nothing(
    loose: Case, owen: Person, days: int
) -> None:
    with pytest.raises(Refused, match="Choose a day within a year"):
        rang(loose, owen, "later", again_at=timezone.now() + timedelta(days=days))
    assert not Call.objects.exists()
    assert the_call(loose).attempts == 0
    assert not Event.objects.filter(verb="call recorded").exists()


# The same button pressed twice


@pytest.mark.parametrize(
    ("changed", "is_another"),
    [
        ({}, False),
        ({"words": "Rang twice."}, True),
        ({"minutes": 3}, True),
        ({"outcome": "voicemail"}, True),
        ({"direction": "in"}, True),
    ],
)
def test_the_same_call_within_a_minute_is_one(
    loose: Case, owen: Person, changed: dict[str, Any], is_another: bool
) -> None:
    first = rang(loose, owen, "no_answer")
    second = rang(loose, owen, **({"outcome": "no_answer"} | changed))
    assert (first != second) is is_another
    assert loose.calls.count() == 1 + is_another
    # However it is told, attempts within a minute count once.
    assert the_call(loose).attempts == 1


def test_the_same_call_by_a_colleague_is_another_call_and_one_attempt(
    loose: Case, leah: Person, owen: Person
) -> None:
    assert rang(loose, owen) != rang(loose, leah)
    assert the_call(loose).attempts == 1


@pytest.mark.parametrize(("minutes", "attempts"), [(0, 1), (2, 2)])
def test_after_a_minute_it_is_a_second_attempt(
    loose: Case, owen: Person, minutes: int, attempts: int
) -> None:
    rang(loose, owen)
    if minutes:
        a_while_ago(loose, minutes)
    rang(loose, owen)
    assert (the_call(loose).attempts, loose.calls.count()) == (attempts, attempts)


# Reached nobody


@pytest.mark.parametrize("outcome", REACHED_NOBODY)
def test_it_is_owed_again_after_so_many_hours(loose: Case, owen: Person, outcome: str) -> None:
    call = rang(loose, owen, outcome)
    callback = the_call(loose)
    hours = 4 if outcome in ("no_answer", "voicemail") else 24
    assert call.callback == callback
    assert callback.due_at == call.at + timedelta(hours=hours)
    assert (callback.state, callback.attempts) == ("due", 1)
    loose.refresh_from_db()
    assert (loose.state, loose.assigned_to, loose.first_contact_at) == ("new", None, None)


@pytest.mark.parametrize("outcome", REACHED_NOBODY)
def test_who_says_when_is_rung_then(loose: Case, owen: Person, outcome: str) -> None:
    at = timezone.now() + timedelta(days=3)
    rang(loose, owen, outcome, again_at=at)
    assert the_call(loose).due_at == at


@pytest.mark.parametrize("outcome", REACHED_NOBODY)
@pytest.mark.parametrize("direction", ["in", "out"])
def test_where_none_was_owed_only_what_we_tried_or_they_asked_for_is(
    taken: Case, leah: Person, direction: str, outcome: str
) -> None:
    """Whoever rings us and hangs up is owed nothing; whoever says *later* is, either way."""
    rang(taken, leah, outcome, direction=direction)
    is_owed = direction == "out" or outcome == "later"
    assert taken.callbacks.filter(state="due", purpose="follow_up").exists() is is_owed


@pytest.mark.parametrize("outcome", REACHED_NOBODY)
def test_after_five_attempts_somebody_decides_what_is_tried_instead(
    taken: Case, leah: Person, outcome: str
) -> None:
    working.plan_call(case=taken, purpose="first", due_at=timezone.now(), by=leah)
    for attempt in range(1, working.GIVE_UP_AFTER + 1):
        assert the_call(taken).state == "due"
        rang(taken, leah, outcome)
        assert the_call(taken).attempts == attempt
        a_while_ago(taken)
    assert (the_call(taken).state, the_call(taken).ending) == ("cancelled", "attempts")
    decision = NextAction.objects.get(state="planned")
    assert (decision.kind, decision.because, decision.owner) == ("decide", "attempts", leah)
    # One attempt more begins nothing anew.
    rang(taken, leah, outcome)
    is_asked_for = outcome == "later"
    assert taken.callbacks.filter(state="due").exists() is is_asked_for


@pytest.mark.parametrize(
    ("closed", "contact", "is_owed"),
    [(False, "any", True), (True, "any", False), (False, "none", False)],
)
def test_nothing_is_owed_where_nobody_may_ring(
    asks_for_help: Any, leah: Person, closed: bool, contact: str, is_owed: bool
) -> None:
    case = asks_for_help("food", by=leah, contact=contact)
    if closed:
        working.settle(need=case.needs.get(), state="gone", by=leah)
        working.close(case=case, words="", by=leah)
    rang(Case.objects.get(pk=case.pk), leah, "no_answer")
    assert case.calls.count() == 1
    assert case.callbacks.filter(state="due").exists() is is_owed


def test_the_next_attempt_falls_into_their_safe_hours(person: Any, leah: Person) -> None:
    """Half past eleven on a Wednesday; only from ten to two, so that four hours on is too late:
    the last safe minute before it."""
    case = person("any", days="12345", hours=(time(10), time(14)))
    rang(case, leah, "no_answer")
    at = timezone.localtime(the_call(case).due_at)
    assert (at.date(), at.time()) == (timezone.localdate(), time(13, 59))


# Spoken to


@pytest.mark.parametrize("outcome", SPOKEN)
def test_who_spoke_to_somebody_of_nobodys_has_the_case(
    loose: Case, owen: Person, outcome: str
) -> None:
    call = rang(loose, owen, outcome)
    loose.refresh_from_db()
    assert (loose.state, loose.assigned_to) == ("working", owen)
    assert loose.first_contact_at == call.at
    callback = the_call(loose)
    assert (callback.state, callback.ending) == ("done", "reached")
    # The need has something to do, once.
    assert [action.kind for action in NextAction.objects.all()] == ["decide"]


@pytest.mark.parametrize("outcome", SPOKEN)
def test_who_speaks_for_a_colleague_takes_nothing_from_them(
    taken: Case, leah: Person, owen: Person, outcome: str
) -> None:
    taken.refresh_from_db()
    first = taken.first_contact_at
    planned = NextAction.objects.count()
    rang(taken, owen, outcome)
    taken.refresh_from_db()
    assert (taken.assigned_to, taken.first_contact_at) == (leah, first)
    assert NextAction.objects.count() == planned


@pytest.mark.parametrize("outcome", REACHED_NOBODY)
def test_who_was_reached_at_last_owes_nothing_of_the_attempts(
    loose: Case, owen: Person, outcome: str
) -> None:
    rang(loose, owen, outcome)
    a_while_ago(loose)
    rang(loose, owen, "spoke")
    callback = the_call(loose)
    assert (callback.state, callback.ending, callback.attempts) == ("done", "reached", 1)


def test_of_the_dead_all_contact_stops(loose: Case, owen: Person) -> None:
    rang(loose, owen, "dead")
    loose.resident.refresh_from_db()
    assert loose.resident.is_dead
    assert the_call(loose).state == "cancelled"
    with pytest.raises(Refused, match="reported dead: nobody rings them"):
        working.plan_call(case=loose, purpose="first", due_at=timezone.now(), by=owen)


# Which call it was


@pytest.fixture
def two_owed(taken: Case, leah: Person) -> dict[str, Callback]:
    """One is owed in a week, one in two."""
    now = timezone.now()
    return {
        "follow_up": working.plan_call(
            case=taken, purpose="follow_up", due_at=now + timedelta(days=7), by=leah
        ),
        "second": working.plan_call(
            case=taken, purpose="second", due_at=now + timedelta(days=14), by=leah
        ),
    }


@pytest.mark.parametrize("which", ["follow_up", "second", ""])
def test_a_call_that_is_named_is_that_one_and_no_other(
    taken: Case, leah: Person, two_owed: dict[str, Callback], which: str
) -> None:
    number = str(two_owed[which].pk) if which else ""
    call = rang(taken, leah, "spoke", which=number)
    states = dict(taken.callbacks.order_by("pk").values_list("purpose", "state"))
    # None is due tonight: a call that is not named is none of them.
    assert call.callback == two_owed.get(which)
    assert states == {name: "done" if name == which else "due" for name in two_owed}


@pytest.mark.parametrize("which", ["x", "-1", "1.5", "none", "٣٤٥٦٧", "99999999"])
def test_what_names_no_owed_call_is_none(
    taken: Case, leah: Person, two_owed: dict[str, Callback], which: str
) -> None:
    call = rang(taken, leah, "spoke", which=which)
    assert call.callback is None
    assert taken.callbacks.filter(state="due").count() == 2


def test_a_call_of_another_case_is_not_this_one(
    taken: Case, loose: Case, leah: Person, two_owed: dict[str, Callback]
) -> None:
    call = rang(loose, leah, "spoke", which=str(two_owed["second"].pk))
    assert call.callback is None
    assert taken.callbacks.filter(state="due").count() == 2


@pytest.mark.parametrize(
    ("hours", "later"), [((1,), 0), ((400,), 1), ((400, 500), 2), ((1, 400), 0)]
)
def test_calls_of_another_day_are_offered_where_none_is_owed_tonight(
    taken: Case, clock: Callable[[datetime], None], hours: tuple[int, ...], later: int
) -> None:
    """At half past eleven; a call in an hour is owed tonight, and is the one that is made."""
    now = timezone.now()
    for purpose, ahead in zip(("follow_up", "second"), hours, strict=False):
        Callback.objects.create(case=taken, purpose=purpose, due_at=now + timedelta(hours=ahead))
    owed = working.planned_for_later(taken)
    assert len(owed) == later
    assert owed == sorted(owed, key=lambda call: call.due_at)


def test_a_first_call_may_come_early(loose: Case) -> None:
    loose.callbacks.update(due_at=timezone.now() + timedelta(days=20))
    assert working.planned_for_later(loose) == []


# A call is planned


@pytest.mark.parametrize("purpose", ["first", "follow_up", "second"])
def test_one_of_a_purpose_is_owed_and_another_day_moves_it(
    taken: Case, leah: Person, owen: Person, purpose: str
) -> None:
    near, far = (timezone.now() + timedelta(days=days) for days in (1, 9))
    first = working.plan_call(case=taken, purpose=purpose, due_at=far, by=owen)
    second = working.plan_call(case=taken, purpose=purpose, due_at=near, by=owen)
    assert first == second == the_call(taken)
    assert the_call(taken).due_at == near
    # It is owed by whoever has the case, not by whoever planned it.
    assert the_call(taken).assigned_to == leah


def test_a_call_in_a_case_of_nobody_is_owed_by_who_plans_it(loose: Case, owen: Person) -> None:
    working.plan_call(case=loose, purpose="follow_up", due_at=timezone.now(), by=owen)
    assert loose.callbacks.get(purpose="follow_up").assigned_to == owen
    assert loose.callbacks.get(purpose="first").assigned_to is None


@pytest.mark.parametrize(
    ("purpose", "state"), [("first", "done"), ("follow_up", "done"), ("second", "planned")]
)
def test_what_was_to_be_decided_is_decided_by_a_call_about_it(
    taken: Case, leah: Person, purpose: str, state: str
) -> None:
    """A second call is about what was met, and decides nothing."""
    working.plan_call(case=taken, purpose=purpose, due_at=timezone.now(), by=leah)
    assert NextAction.objects.get().state == state


@pytest.mark.parametrize("deed", ["plan", "cancel"])
def test_what_is_refused_leaves_the_owed_call(loose: Case, leah: Person, deed: str) -> None:
    deaths_sentence = "reported dead: nobody rings them"
    if deed == "plan":
        deaths.report_dead(resident=loose.resident, by=leah)
        with pytest.raises(Refused, match=deaths_sentence):
            working.plan_call(case=loose, purpose="first", due_at=timezone.now(), by=leah)
        return
    before = the_call(loose)
    with pytest.raises(Refused, match="Say why the call is not made"):
        working.cancel_call(callback=before, because="\n ", by=leah)
    assert (the_call(loose).state, the_call(loose).because) == ("due", "")


@pytest.mark.parametrize("purpose", ["first", "follow_up", "second"])
def test_a_call_that_is_not_made_says_why_and_by_whom(
    taken: Case, leah: Person, purpose: str
) -> None:
    callback = working.plan_call(case=taken, purpose=purpose, due_at=timezone.now(), by=leah)
    because = "  Their son rang:\nthey have moved.  "
    working.cancel_call(callback=callback, because=because, by=leah)
    callback.refresh_from_db()
    assert (callback.state, callback.ending) == ("cancelled", "not_made")
    assert (callback.because, callback.not_made_by) == (because, leah)
    event = Event.objects.get(verb="call not made")
    assert event.detail == {"purpose": purpose}
    with pytest.raises(Refused, match="This call is not owed any more"):
        working.cancel_call(callback=callback, because="Again.", by=leah)
    callback.refresh_from_db()
    assert callback.because == because
