"""Which call somebody makes next, who is in a case just now, what is owed instead of a call, and
what the desk has: at one moment of a Wednesday."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.cases import next_call, owing, presence, queues, team
from commonweal.cases.models import Call, Callback, Case, CaseRead, Shift
from commonweal.office.errors import Refused
from commonweal.residents.models import Resident

pytestmark = pytest.mark.django_db

# Wednesday, half past eleven: what `clock` of the folder sets.
NOW = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(clock: Any, leah: Person, owen: Person) -> dict[str, Person]:
    return {"leah": leah, "owen": owen}


@pytest.fixture
def two(clock: Any, asks_for_help: Any) -> list[Case]:
    """Two of nobody, alike, each with a first call that is owed now; the first came first."""
    cases = [asks_for_help("food", contact="any") for _ in range(2)]
    for at, case in enumerate(cases):
        Case.objects.filter(pk=case.pk).update(
            urgency=3, in_danger=False, assigned_to=None, due_at=NOW + at * HOUR
        )
        Callback.objects.filter(case=case).update(due_at=NOW + at * HOUR, assigned_to=None)
    return cases


def next_of(by: Person) -> Case | None:
    """The case of the next call; None where none can be made now."""
    try:
        return next_call.take_next(by=by, among=queues.queue_for(by))
    except Refused:
        return None


def of(person: Person, case: Case, **columns: Any) -> None:
    Case.objects.filter(pk=case.pk).update(assigned_to=person)
    Callback.objects.filter(case=case).update(assigned_to=person, **columns)


# The next call


def test_the_first_of_what_nobody_has_is_taken_and_the_second_next(
    two: list[Case], desk: dict[str, Person]
) -> None:
    assert next_of(desk["leah"]) == two[0]
    assert next_of(desk["owen"]) == two[1]
    assert [Case.objects.get(pk=case.pk).assigned_to for case in two] == [
        desk["leah"],
        desk["owen"],
    ]


def test_one_s_own_comes_before_what_is_more_urgent_and_of_nobody(
    two: list[Case], desk: dict[str, Person]
) -> None:
    Case.objects.filter(pk=two[0].pk).update(urgency=1, in_danger=True)
    of(desk["leah"], two[1])
    assert next_of(desk["leah"]) == two[1]
    assert Case.objects.get(pk=two[0].pk).assigned_to is None


@pytest.mark.parametrize(
    "columns", [{"urgency": 1}, {"in_danger": True}, {"urgency": 2, "in_danger": True}]
)
def test_the_most_urgent_comes_first(
    two: list[Case], desk: dict[str, Person], columns: dict[str, Any]
) -> None:
    Case.objects.filter(pk=two[1].pk).update(**columns)
    assert next_of(desk["leah"]) == two[1]


def test_a_colleagues_call_is_not_ones_own(two: list[Case], desk: dict[str, Person]) -> None:
    of(desk["owen"], two[0])
    assert next_of(desk["leah"]) == two[1]
    of(desk["owen"], two[1])
    assert next_of(desk["leah"]) is None


def test_a_loose_call_in_a_colleagues_case_is_not_taken(
    two: list[Case], desk: dict[str, Person]
) -> None:
    Case.objects.filter(pk=two[0].pk).update(assigned_to=desk["owen"])
    assert next_of(desk["leah"]) == two[1]


@pytest.mark.parametrize(
    ("minutes", "is_left_out"), [(0, True), (59, True), (60, False), (61, False), (None, False)]
)
def test_what_was_tried_within_the_hour_waits(
    two: list[Case], desk: dict[str, Person], minutes: int | None, is_left_out: bool
) -> None:
    tried = None if minutes is None else NOW - minutes * MINUTE
    two[0].callbacks.update(tried_at=tried)
    assert next_of(desk["leah"]) == two[is_left_out]


def read(case: Case, person: Person, minutes: float, what: str = "case") -> None:
    CaseRead.objects.create(
        person=person,
        resident=case.resident,
        case=case,
        what=what,
        link="queue",
        at=NOW - minutes * MINUTE,
    )


@pytest.mark.parametrize("who", ["leah", "owen"])
@pytest.mark.parametrize(
    ("minutes", "what", "is_left_out"),
    [(1, "case", True), (14.9, "case", True), (15, "case", False), (1, "history", False)],
)
def test_what_somebody_opened_within_a_quarter_of_an_hour_waits(
    two: list[Case],
    desk: dict[str, Person],
    who: str,
    minutes: float,
    what: str,
    is_left_out: bool,
) -> None:
    read(two[0], desk[who], minutes, what)
    assert next_of(desk["leah"]) == two[is_left_out]


@pytest.mark.parametrize(
    ("purpose", "ahead", "is_made"),
    [
        ("first", 400 * HOUR, True),
        ("follow_up", 11 * HOUR, True),
        ("follow_up", 12 * HOUR, True),
        ("follow_up", 13 * HOUR, False),
        ("second", 13 * HOUR, False),
        ("second", -40 * HOUR, True),
    ],
)
def test_a_first_call_may_come_early_and_no_other(
    two: list[Case], desk: dict[str, Person], purpose: str, ahead: timedelta, is_made: bool
) -> None:
    Callback.objects.filter(case=two[1]).delete()
    two[0].callbacks.update(purpose=purpose, due_at=NOW + ahead)
    assert next_of(desk["leah"]) == (two[0] if is_made else None)


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_what_is_not_owed_any_more_is_not_made(
    two: list[Case], desk: dict[str, Person], state: str
) -> None:
    two[0].callbacks.update(state=state)
    assert next_of(desk["leah"]) == two[1]


def test_it_comes_from_those_that_were_chosen(two: list[Case], desk: dict[str, Person]) -> None:
    among = queues.queue_for(desk["leah"]).filter(pk=two[1].pk)
    assert next_call.take_next(by=desk["leah"], among=among) == two[1]
    with pytest.raises(Refused, match="No call can be made now"):
        next_call.take_next(by=desk["leah"], among=Case.objects.none())


@pytest.mark.parametrize(
    ("rule", "is_made"),
    [
        ({"contact": "any"}, True),
        ({"contact": "text_only"}, True),
        ({"contact": "no_ring"}, True),
        ({"contact": "none"}, False),
        ({"contact": "any", "safe_from": time(10), "safe_until": time(14)}, True),
        ({"contact": "any", "safe_from": time(12), "safe_until": time(14)}, False),
        ({"contact": "any", "safe_until": time(11, 30)}, False),
        ({"contact": "any", "safe_until": time(11, 31)}, True),
        ({"contact": "any", "safe_days": "3"}, True),
        ({"contact": "any", "safe_days": "12"}, False),
    ],
)
def test_it_is_made_where_a_way_is_open_at_this_hour(
    clock: Any, asks_for_help: Any, leah: Person, rule: dict[str, Any], is_made: bool
) -> None:
    case = asks_for_help("food", **rule)
    Callback.objects.update(due_at=NOW, assigned_to=None)
    Case.objects.update(assigned_to=None)
    assert next_of(leah) == (case if is_made else None)


# Who is in a case


@pytest.mark.parametrize(
    ("reads", "inside"),
    [
        ([], {}),
        ([("owen", 0, 1)], {0: ["Owen Pryce"]}),
        # In the one that they opened last.
        ([("owen", 0, 5), ("owen", 1, 2)], {1: ["Owen Pryce"]}),
        ([("owen", 0, 2), ("owen", 1, 5)], {0: ["Owen Pryce"]}),
        ([("owen", 0, 5), ("owen", 0, 2)], {0: ["Owen Pryce"]}),
        # For a quarter of an hour.
        ([("owen", 0, 14.9)], {0: ["Owen Pryce"]}),
        ([("owen", 0, 15)], {}),
        # Oneself is nobody else.
        ([("leah", 0, 1)], {}),
        # By their names.
        (
            [("owen", 0, 1), ("grace", 0, 3), ("leah", 0, 2)],
            {0: ["Grace Whitlock", "Owen Pryce"]},
        ),
    ],
)
def test_who_is_in_which_case(
    two: list[Case],
    desk: dict[str, Person],
    grace: Person,
    reads: list[tuple[str, int, float]],
    inside: dict[int, list[str]],
) -> None:
    people = desk | {"grace": grace}
    for who, at, minutes in reads:
        read(two[at], people[who], minutes)
    names = presence.who_is_in(two, apart_from=desk["leah"])
    assert names == {two[at].pk: called for at, called in inside.items()}
    assert presence.who_is_in([], apart_from=desk["leah"]) == {}


def test_who_went_on_to_a_case_that_is_not_asked_about_is_in_none_of_these(
    two: list[Case], desk: dict[str, Person]
) -> None:
    read(two[0], desk["owen"], 5)
    read(two[1], desk["owen"], 2)
    assert presence.who_is_in(two[:1], apart_from=desk["leah"]) == {}


@pytest.mark.parametrize("what", ["history", "intake", "task"])
def test_only_who_opened_the_case_is_in_it(
    two: list[Case], desk: dict[str, Person], what: str
) -> None:
    read(two[0], desk["owen"], 1, what)
    assert presence.who_is_in(two, apart_from=desk["leah"]) == {}


# What is owed instead


@pytest.mark.parametrize(
    ("contact", "purpose", "sentence"),
    [
        ("any", "first", "First call owed by 25 Nov 14:00"),
        ("any", "follow_up", "Follow-up call owed by 25 Nov 14:00"),
        ("any", "second", "Second call owed by 25 Nov 14:00"),
        ("text_only", "first", "First text owed by 25 Nov 14:00"),
        ("text_only", "second", "Second text owed by 25 Nov 14:00"),
        ("none", "first", "First contact: they contact the desk"),
        ("none", "follow_up", "Follow-up contact: they contact the desk"),
    ],
)
def test_what_is_owed_is_said_by_the_way_that_is_open(
    clock: Any, asks_for_help: Any, leah: Person, contact: str, purpose: str, sentence: str
) -> None:
    case = asks_for_help("food", by=leah, contact=contact)
    callback = Callback.objects.create(case=case, purpose=purpose, due_at=NOW + 2.5 * HOUR)
    owed = owing.owed(callback)
    assert owed.sentence == sentence
    assert (owed.open_way is None) is (contact == "none")
    assert owed.instruction


@pytest.mark.parametrize(
    ("due", "by"),
    [
        (time(12), time(12)),
        (time(13, 59), time(13, 59)),
        # Too late for their hours: the last safe minute before it.
        (time(14), time(13, 59)),
        (time(18), time(13, 59)),
    ],
)
def test_it_is_owed_within_their_hours(
    clock: Any, asks_for_help: Any, leah: Person, due: time, by: time
) -> None:
    case = asks_for_help("food", by=leah, contact="any", safe_from=time(10), safe_until=time(14))
    at = datetime.combine(NOW.date(), due, tzinfo=UTC)
    callback = Callback.objects.create(case=case, purpose="second", due_at=at)
    assert timezone.localtime(owing.owed(callback).at).time() == by


@pytest.mark.parametrize(
    ("hour", "can_be"),
    [(time(9, 59), False), (time(10), True), (time(13, 59), True), (time(14), False)],
)
@pytest.mark.parametrize("day", [0, 1, 3, 6])
def test_a_call_can_be_kept_in_their_hours_on_their_days(
    clock: Any, asks_for_help: Any, hour: time, can_be: bool, day: int
) -> None:
    case = asks_for_help(
        "food", contact="any", safe_days="345", safe_from=time(10), safe_until=time(14)
    )
    resident = Resident.objects.get(pk=case.resident_id)
    now = datetime.combine(NOW.date() + day * DAY, hour, tzinfo=UTC)
    is_day = now.isoweekday() in (3, 4, 5)
    assert owing.can_be_kept(resident, now) is (can_be and is_day)


# What the desk has


def member(people: list[Person], who: Person) -> team.Member:
    rows = team.team(Person.objects.filter(pk__in=[one.pk for one in people]), NOW)
    return next(row for row in rows if row.person == who)


def test_who_has_nothing_has_noughts(desk: dict[str, Person]) -> None:
    row = member([*desk.values()], desk["leah"])
    assert (row.open, row.danger, row.untouched, row.late, row.calls) == (0, 0, 0, 0, 0)
    assert (row.promised, row.reached, row.in_time, row.began_at) == (0, 0, "", None)
    assert team.team(Person.objects.none(), NOW) == []


@pytest.mark.parametrize(
    ("columns", "counts"),
    [
        ({}, (2, 0, 2)),
        ({"in_danger": True}, (2, 1, 2)),
        ({"first_contact_at": NOW}, (2, 0, 1)),
        ({"assigned_to": None}, (1, 0, 1)),
        ({"state": "closed", "closed_at": NOW}, (1, 0, 1)),
        ({"state": "closed", "closed_at": NOW, "in_danger": True}, (1, 0, 1)),
    ],
)
def test_what_somebody_has(
    two: list[Case],
    desk: dict[str, Person],
    columns: dict[str, Any],
    counts: tuple[int, int, int],
) -> None:
    Case.objects.update(assigned_to=desk["leah"], first_contact_at=None)
    Case.objects.filter(pk=two[0].pk).update(**columns)
    row = member([*desk.values()], desk["leah"])
    assert (row.open, row.danger, row.untouched) == counts
    assert member([*desk.values()], desk["owen"]).open == 0


@pytest.mark.parametrize(
    ("due", "spoken", "in_time"),
    [
        (-HOUR, -2 * HOUR, "1 of 1"),
        (-HOUR, -HOUR, "1 of 1"),
        (-HOUR, -HOUR + MINUTE, "0 of 1"),
        (-HOUR, None, "0 of 1"),
        (timedelta(), None, "0 of 1"),
        # Not yet promised for a time that has come, or longer ago than a week.
        (MINUTE, None, ""),
        (MINUTE, -HOUR, ""),
        (-7 * DAY, None, ""),
        (-7 * DAY + MINUTE, None, "0 of 1"),
    ],
)
def test_how_many_were_reached_in_time(
    two: list[Case],
    desk: dict[str, Person],
    due: timedelta,
    spoken: timedelta | None,
    in_time: str,
) -> None:
    Case.objects.filter(pk=two[0].pk).update(
        assigned_to=desk["leah"],
        due_at=NOW + due,
        first_contact_at=None if spoken is None else NOW + spoken,
    )
    assert member([*desk.values()], desk["leah"]).in_time == in_time


@pytest.mark.parametrize(
    ("at", "direction", "calls"),
    [
        (NOW, "out", 1),
        (NOW, "in", 0),
        (datetime(2026, 11, 25, tzinfo=UTC), "out", 1),
        (datetime(2026, 11, 24, 23, 59, tzinfo=UTC), "out", 0),
    ],
)
def test_calls_of_today_are_those_that_they_made(
    two: list[Case], desk: dict[str, Person], at: datetime, direction: str, calls: int
) -> None:
    Call.objects.create(
        case=two[0], by=desk["leah"], at=at, direction=direction, outcome="no_answer"
    )
    assert member([*desk.values()], desk["leah"]).calls == calls
    assert member([*desk.values()], desk["owen"]).calls == 0


def test_who_is_on_stands_first_then_who_has_most_then_by_name(
    two: list[Case], desk: dict[str, Person], grace: Person
) -> None:
    everybody = Person.objects.filter(pk__in=[one.pk for one in (*desk.values(), grace)])
    assert [row.person.name[:4] for row in team.team(everybody, NOW)] == ["Grac", "Leah", "Owen"]
    Case.objects.filter(pk=two[0].pk).update(assigned_to=desk["owen"])
    assert [row.person.name[:4] for row in team.team(everybody, NOW)] == ["Owen", "Grac", "Leah"]
    Shift.objects.create(person=desk["leah"], began_at=NOW - HOUR)
    Shift.objects.create(person=grace, began_at=NOW - 3 * HOUR, ended_at=NOW - HOUR)
    rows = team.team(everybody, NOW)
    assert [row.person.name[:4] for row in rows] == ["Leah", "Owen", "Grac"]
    assert [row.began_at for row in rows] == [NOW - HOUR, None, None]
