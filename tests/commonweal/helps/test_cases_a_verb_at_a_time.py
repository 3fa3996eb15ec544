"""Cases, a verb at a time: it works and stands in the record, whoever asks again is answered, a
reason of blanks is none, and what was refused wrote nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts.models import Event, Person
from commonweal.cases import explaining, opening, working
from commonweal.cases.models import Callback, Case, CaseMove, Glass, Need, Note, ReadsExplained
from commonweal.office.errors import Refused
from commonweal.residents import deaths

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(asks_for_help: Any, leah: Person, owen: Person, grace: Person) -> Case:
    """Leah's, for food; nothing is wrong with it."""
    request: Case = asks_for_help("food", by=leah)
    request.refresh_from_db()
    return request


@pytest.fixture
def need(case: Case) -> Need:
    return case.needs.get()


def records(verb: str) -> int:
    return Event.objects.filter(verb=verb).count()


@dataclass(frozen=True)
class Told:
    """A verb that takes a reason: who does it, what the record says, what blanks are answered."""

    name: str
    verb: str
    by: str
    deed: Callable[[Case, str, Person, Person], Any]
    sentence: str


def the_call(case: Case) -> Callback:
    call = case.callbacks.order_by("id").last()
    assert call is not None
    return call


TOLD = [
    Told(
        "urgency",
        "urgency decided",
        "owen",
        lambda case, words, by, to: working.decide_urgency(
            case=case, level=1, because=words, by=by
        ),
        "Say why it is more, or less, urgent",
    ),
    Told(
        "glass",
        "glass broken",
        "owen",
        lambda case, words, by, to: working.break_glass(case=case, because=words, by=by),
        "Say why you need to read this case",
    ),
    Told(
        "no call",
        "call not made",
        "leah",
        lambda case, words, by, to: working.cancel_call(
            callback=the_call(case), because=words, by=by
        ),
        "Say why the call is not made",
    ),
    Told(
        "hand over",
        "request handed over",
        "leah",
        lambda case, words, by, to: working.hand_over(case=case, to=to, words=words, by=by),
        "Write what your colleague needs to know",
    ),
    Told(
        "hand many over",
        "requests handed over",
        "grace",
        lambda case, words, by, to: working.hand_many(codes=[case.code], to=to, words=words, by=by),
        "Write what your colleague needs to know",
    ),
    Told(
        "close the desk",
        "help desk closed",
        "grace",
        lambda case, words, by, to: opening.close_desk(because=words, by=by),
        "Say why the desk is closed",
    ),
    Told(
        "explain reads",
        "reads explained",
        "helen",
        lambda case, words, by, to: explaining.explain(
            person=to, why=explaining.Why.values[0], until=timezone.now(), because=words, by=by
        ),
        "Say why they were right to read it",
    ),
    Told(
        "alive after all",
        "death report withdrawn",
        "leah",
        lambda case, words, by, to: deaths.alive_after_all(
            resident=case.resident, because=words, by=by
        ),
        "Say how it is known",
    ),
]


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.name)
def test_it_takes_a_reason_and_blanks_are_none(
    case: Case, owen: Person, request: pytest.FixtureRequest, told: Told
) -> None:
    by = request.getfixturevalue(told.by)
    working.plan_call(case=case, purpose="first", due_at=timezone.now(), by=by)
    if told.name == "alive after all":
        deaths.report_dead(resident=case.resident, by=owen)
    stood, was = Event.objects.count(), Case.objects.filter(pk=case.pk).values().get()
    for words in ("", " \n\t "):
        with pytest.raises(Refused, match=told.sentence):
            told.deed(case, words, by, owen)
    assert Event.objects.count() == stood
    assert Case.objects.filter(pk=case.pk).values().get() == was
    assert not Note.objects.filter(kind="handover").exists()
    told.deed(case, "A sister asked us to.", by, owen)
    assert records(told.verb) == 1
    event = Event.objects.get(verb=told.verb)
    assert event.by_code == by.code
    # Words about somebody stand in no line of the record.
    assert "sister" not in str(event.detail)


# Needs and the end of a case


@pytest.mark.parametrize(("state", "calls"), [("met", 1), ("partly", 1), ("unmet", 0)])
def test_a_need_is_settled_once_and_opened_again_once(
    case: Case, need: Need, leah: Person, state: str, calls: int
) -> None:
    if state == "unmet":
        with pytest.raises(Refused, match="Say why it could not be met"):
            working.settle(need=need, state=state, by=leah)
        assert records("need settled") == 0
    working.settle(need=need, state=state, why="no_place" if state == "unmet" else "", by=leah)
    need.refresh_from_db()
    assert (need.state, need.closed_on) == (state, timezone.localdate())
    assert case.callbacks.filter(purpose="second").count() == calls
    with pytest.raises(Refused, match="Somebody else has settled this need already"):
        working.settle(need=need, state="met", by=leah)
    working.reopen(need=need, by=leah)
    need.refresh_from_db()
    assert (need.state, need.closed_on, need.why_unmet) == ("open", None, "")
    with pytest.raises(Refused, match="Somebody else has opened it again already"):
        working.reopen(need=need, by=leah)
    assert (records("need settled"), records("need reopened")) == (1, 1)
    # A second time it plans no second call beside the first.
    working.settle(need=need, state="met", by=leah)
    assert case.callbacks.filter(purpose="second").count() == 1


def test_of_the_dead_no_second_call_is_planned(case: Case, need: Need, leah: Person) -> None:
    deaths.report_dead(resident=case.resident, by=leah)
    need.refresh_from_db()
    need.case.resident.refresh_from_db()
    working.settle(need=need, state="met", by=leah)
    assert not case.callbacks.filter(purpose="second").exists()
    with pytest.raises(Refused, match="reported dead: nobody rings them"):
        working.plan_call(case=need.case, purpose="first", due_at=timezone.now(), by=leah)
    assert not case.callbacks.filter(state="due").exists()


def test_a_case_is_closed_when_nothing_is_owed_and_once(
    case: Case, need: Need, leah: Person
) -> None:
    with pytest.raises(Refused, match=f"Still open: {need.help_type.name}"):
        working.close(case=case, words="Done.", by=leah)
    working.settle(need=need, state="met", by=leah)
    with pytest.raises(Refused, match="The second call is still owed"):
        working.close(case=case, words="Done.", by=leah)
    call = case.callbacks.get(purpose="second")
    working.cancel_call(callback=call, because="They moved away.", by=leah)
    with pytest.raises(Refused, match="This call is not owed any more"):
        working.cancel_call(callback=call, because="They moved away.", by=leah)
    working.close(case=case, words="Done.", by=leah)
    with pytest.raises(Refused, match="Somebody else has closed it already"):
        working.close(case=case, words="Otherwise.", by=leah)
    case.refresh_from_db()
    assert (case.state, case.closed_words) == (Case.State.CLOSED, "Done.")
    assert not case.callbacks.filter(state="due").exists()
    assert records("help request closed") == 1
    with pytest.raises(Refused, match="This request is closed"):
        working.plan_call(case=case, purpose="first", due_at=timezone.now(), by=leah)
    working.reopen(need=need, by=leah)
    case.refresh_from_db()
    assert (case.state, case.closed_at) == (Case.State.WORKING, None)


# Whose it is


@pytest.mark.parametrize(
    "name", ["joan", "sam", "asha", "maya", "daniel", "helen", "mei", "imran", "carys"]
)
def test_who_does_not_work_at_the_desk_is_given_no_case(
    case: Case, leah: Person, grace: Person, request: pytest.FixtureRequest, name: str
) -> None:
    person = request.getfixturevalue(name)
    for deed in (
        lambda: working.hand_over(case=case, to=person, words="Rang twice.", by=leah),
        lambda: working.hand_many(codes=[case.code], to=person, words="Rang twice.", by=grace),
    ):
        with pytest.raises(Refused, match=f"{person.name} does not work at the desk"):
            deed()
    case.refresh_from_db()
    assert case.assigned_to == leah
    assert not Note.objects.filter(kind="handover").exists()


def test_a_case_is_handed_on_from_whoever_has_it_now(
    case: Case, leah: Person, owen: Person, grace: Person
) -> None:
    as_on_a_second_page = Case.objects.get(pk=case.pk)
    with pytest.raises(Refused, match="Leah Omondi has it already"):
        working.hand_over(case=case, to=leah, words="Rang twice.", by=leah)
    working.hand_over(case=case, to=owen, words="Rang twice.", by=leah)
    with pytest.raises(Refused, match="Somebody else has handed it on meanwhile"):
        working.hand_over(case=as_on_a_second_page, to=grace, words="Rang.", by=leah)
    case.refresh_from_db()
    assert case.assigned_to == owen
    with pytest.raises(Refused, match="Somebody else has taken it already"):
        working.take(case=case, by=grace)
    assert Note.objects.get(kind="handover").words == "Rang twice."


def test_a_case_of_nobody_is_taken_once_and_given_back_by_whom_it_is(
    asks_for_help: Any, leah: Person, owen: Person, grace: Person
) -> None:
    request = asks_for_help()
    working.take(case=request, by=leah)
    for person in (leah, owen, grace):
        with pytest.raises(Refused, match="Somebody else has taken it already"):
            working.take(case=request, by=person)
    with pytest.raises(Refused, match="The desk manager gives back what a colleague has"):
        working.give_back(person=leah, untouched=False, by=owen)
    working.give_back(person=leah, untouched=True, by=leah)
    with pytest.raises(Refused, match="There is no such case to give back"):
        working.give_back(person=leah, untouched=False, by=grace)
    request.refresh_from_db()
    assert request.assigned_to is None
    assert (records("request taken"), records("requests given back")) == (1, 1)


@pytest.mark.parametrize("name", ["leah", "owen", "noor", "mei", "helen", "daniel", "carys"])
def test_who_is_no_manager_hands_not_many_over(
    case: Case, owen: Person, request: pytest.FixtureRequest, name: str
) -> None:
    by = request.getfixturevalue(name)
    with pytest.raises(Refused, match="The desk manager hands many cases over at once"):
        working.hand_many(codes=[case.code], to=owen, words="Rang twice.", by=by)
    assert not CaseMove.objects.exists()


def test_of_no_case_chosen_none_is_handed_over(case: Case, owen: Person, grace: Person) -> None:
    with pytest.raises(Refused, match="Tick the cases to hand over"):
        working.hand_many(codes=[], to=owen, words="Rang twice.", by=grace)
    assert not CaseMove.objects.exists()


@pytest.mark.parametrize("who", ["leah", "owen", "mei"])
def test_what_is_for_named_colleagues_is_nobody_elses(
    asks_for_help: Any, noor: Person, request: pytest.FixtureRequest, who: str
) -> None:
    person = request.getfixturevalue(who)
    kept = asks_for_help("safety")
    kept.refresh_from_db()
    with pytest.raises(Refused, match="This kind of help is for named colleagues only"):
        working.take(case=kept, by=person)
    with pytest.raises(Refused):
        working.break_glass(case=kept, because="I have to read this case.", by=person)
    kept.refresh_from_db()
    assert kept.assigned_to is None
    assert not Glass.objects.exists()
    working.take(case=kept, by=noor)
    with pytest.raises(Refused, match=r"named colleagues only|does not work at the desk"):
        working.hand_over(case=kept, to=person, words="Rang twice.", by=noor)


# Reads that stood out, and when the desk is open


def test_only_an_officer_explains_and_nobody_their_own_reads(
    case: Case, leah: Person, grace: Person, daniel: Person, helen: Person
) -> None:
    until, why = timezone.now(), explaining.Why.values[0]
    for by, person, sentence in (
        (leah, leah, "The data protection officer explains"),
        (grace, leah, "The data protection officer explains"),
        (daniel, leah, "The data protection officer explains"),
        (helen, helen, "Nobody explains their own reads"),
    ):
        with pytest.raises(Refused, match=sentence):
            explaining.explain(person=person, why=why, until=until, because="Right.", by=by)
    assert not ReadsExplained.objects.exists()


@pytest.mark.parametrize(
    ("opens", "closes", "fits"),
    [("09:00", "17:00", True), ("09:00", "09:00", False), ("17:00", "09:00", False)],
)
def test_a_desk_closes_after_it_opens(
    kinds: Any, grace: Person, opens: str, closes: str, fits: bool
) -> None:
    hours = [{"day": "MO", "opens": opens, "closes": closes}]
    if fits:
        opening.set_hours(hours=hours, by=grace)
    else:
        with pytest.raises(Refused, match="The desk closes after it opens"):
            opening.set_hours(hours=hours, by=grace)
    assert records("help desk hours set") == int(fits)


def test_the_desk_is_opened_and_closed_each_once(kinds: Any, grace: Person) -> None:
    with pytest.raises(Refused, match="The help desk is open already"):
        opening.open_desk(by=grace)
    opening.close_desk(because="Staff training.", by=grace)
    with pytest.raises(Refused, match="The help desk is closed already"):
        opening.close_desk(because="Staff training.", by=grace)
    opening.open_desk(by=grace)
    assert (records("help desk closed"), records("help desk opened")) == (1, 1)


@pytest.mark.parametrize("days", [367, 4000])
def test_no_call_is_planned_further_ahead_than_a_year(case: Case, leah: Person, days: int) -> None:
    far = timezone.now() + timedelta(days=days)
    stood = case.callbacks.count()
    with pytest.raises(Refused, match="Choose a day within a year"):
        working.plan_call(case=case, purpose="first", due_at=far, by=leah)
    assert case.callbacks.count() == stood
