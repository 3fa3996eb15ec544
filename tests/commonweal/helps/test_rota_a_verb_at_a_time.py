"""Who is on: a line of the rota through the week and over midnight, what was said for now, who is
chosen, where nobody is; and what a desk manager does with it. A table for each verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.accounts.models import Appointment, Event, Person, Role
from commonweal.cases import named, rota
from commonweal.cases.models import AlarmNumber, Case, Duty, Safeguard, StandIn
from commonweal.cases.models.named import safeguard_of
from commonweal.office.errors import Refused
from commonweal.services.models import HelpType

# Monday 23 November 2026: no clock changes in its week.
MONDAY = date(2026, 11, 23)


def at(weekday: int, clock: time) -> datetime:
    return datetime.combine(MONDAY + timedelta(days=weekday), clock, tzinfo=UTC)


def line(weekday: int, starts: str, ends: str) -> Duty:
    return Duty(weekday=weekday, starts=time.fromisoformat(starts), ends=time.fromisoformat(ends))


# A line of the rota


@pytest.mark.parametrize(
    ("starts", "ends", "clock", "holds"),
    [
        ("09:00", "17:00", "08:59", False),
        ("09:00", "17:00", "09:00", True),
        ("09:00", "17:00", "12:30", True),
        ("09:00", "17:00", "16:59", True),
        ("09:00", "17:00", "17:00", False),
        ("09:00", "17:00", "00:00", False),
        ("00:00", "00:01", "00:00", True),
        ("00:00", "00:01", "00:01", False),
        ("17:00", "08:00", "16:59", False),
        ("17:00", "08:00", "17:00", True),
        ("17:00", "08:00", "23:59", True),
        ("17:00", "08:00", "07:59", False),
        ("00:00", "00:00", "00:00", True),
        ("00:00", "00:00", "23:59", True),
        ("12:00", "12:00", "11:59", False),
        ("12:00", "12:00", "12:00", True),
    ],
)
def test_a_line_holds_on_its_own_day_from_its_start_until_before_its_end(
    starts: str, ends: str, clock: str, holds: bool
) -> None:
    for weekday in range(7):
        duty = line(weekday, starts, ends)
        assert rota.covers(duty, at(weekday, time.fromisoformat(clock))) is holds


@pytest.mark.parametrize(
    ("starts", "ends", "clock", "holds"),
    [
        ("17:00", "08:00", "00:00", True),
        ("17:00", "08:00", "07:59", True),
        ("17:00", "08:00", "08:00", False),
        ("17:00", "08:00", "16:59", False),
        ("17:00", "00:00", "00:00", False),
        ("12:00", "12:00", "11:59", True),
        ("12:00", "12:00", "12:00", False),
        ("09:00", "17:00", "09:00", False),
        ("09:00", "17:00", "16:59", False),
    ],
)
def test_a_night_holds_into_the_next_day_and_a_day_does_not(
    starts: str, ends: str, clock: str, holds: bool
) -> None:
    for weekday in range(7):
        duty = line(weekday, starts, ends)
        assert rota.covers(duty, at(weekday + 1, time.fromisoformat(clock))) is holds
        # The day after that it holds no more.
        assert not rota.covers(duty, at(weekday + 2, time.fromisoformat(clock)))


@pytest.mark.parametrize(
    ("moment", "holds"),
    [
        # In July nine o'clock here is eight of Greenwich.
        (datetime(2026, 7, 6, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 7, 6, 8, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 6, 15, 59, tzinfo=UTC), True),
        (datetime(2026, 7, 6, 16, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 8, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 16, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 17, 0, tzinfo=UTC), False),
    ],
)
def test_a_line_is_in_the_towns_own_time(moment: datetime, holds: bool) -> None:
    assert rota.covers(line(0, "09:00", "17:00"), moment) is holds


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.integers(0, 7 * 1440 - 1),
)
def test_a_line_holds_for_as_long_as_it_says_wherever_the_week_begins(
    weekday: int, starts: int, ends: int, minute: int
) -> None:
    """Worked out in another way: minutes since the start, round the week."""
    duty = Duty(
        weekday=weekday,
        starts=time(starts // 60, starts % 60),
        ends=time(ends // 60, ends % 60),
    )
    moment = at(minute // 1440, time(minute % 1440 // 60, minute % 60))
    since = (minute - weekday * 1440 - starts) % (7 * 1440)
    lasts = (ends - starts) % 1440 or 1440
    assert rota.covers(duty, moment) is (since < lasts)


# Who is on


@pytest.fixture
def named_colleague(kinds: dict[str, HelpType], new_person: Any) -> Callable[..., Person]:
    """A named colleague for “safety”."""

    def make(name: str, *, codes: tuple[str, ...] = ("safety",), holds: bool = True) -> Person:
        person: Person = new_person(name.lower(), f"{name} Webb")
        today = timezone.localdate()
        if holds:
            Appointment.objects.create(
                person=person,
                role=Role.NAMED_COLLEAGUE,
                starts_on=today - timedelta(days=5),
                ends_on=today + timedelta(days=50),
                because="test",
            )
        for code in codes:
            kinds[code].only_for.add(person)
        return person

    return make


def planned(person: Person, weekday: int = 2, starts: str = "09:00", ends: str = "17:00") -> Duty:
    return Duty.objects.create(
        person=person,
        weekday=weekday,
        starts=time.fromisoformat(starts),
        ends=time.fromisoformat(ends),
    )


def word(person: Person, *, is_on: bool, said: datetime, hours: float = 1) -> StandIn:
    return StandIn.objects.create(
        person=person,
        is_on=is_on,
        said_at=said,
        until=said + timedelta(hours=hours),
        said_by=person,
    )


NOON = at(2, time(12))
HOUR = timedelta(hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize("is_planned", [True, False])
@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ([], None),
        ([(True, -0.5, 1)], True),
        ([(False, -0.5, 1)], False),
        # The newest counts.
        ([(False, -0.8, 2), (True, -0.5, 2)], True),
        ([(True, -0.8, 2), (False, -0.5, 2)], False),
        # One that is over counts no more, and what was said before it counts again.
        ([(True, -3, 2)], None),
        ([(False, -3, 3)], None),
        ([(False, -6, 12), (True, -3, 2)], False),
        # One that nobody has said yet says nothing of now.
        ([(True, 0.5, 2)], None),
        ([(False, 0.5, 2)], None),
        # From the moment at which it is said.
        ([(True, 0, 1)], True),
        ([(False, 0, 1)], False),
    ],
)
def test_the_newest_word_counts_while_it_holds_and_else_the_rota(
    noor: Person, is_planned: bool, words: list[tuple[bool, float, float]], counts: bool | None
) -> None:
    if is_planned:
        planned(noor)
    for is_on, ahead, hours in words:
        word(noor, is_on=is_on, said=NOON + ahead * HOUR, hours=hours)
    is_on = is_planned if counts is None else counts
    assert rota.on_duty([noor], NOON) == ([noor] if is_on else [])


@pytest.mark.django_db
def test_those_who_are_on_stand_in_the_order_in_which_they_were_asked_about(
    named_colleague: Callable[..., Person],
) -> None:
    people = [named_colleague(name) for name in ("Ada", "Bea", "Cai")]
    for person in people[:2]:
        planned(person)
    word(people[2], is_on=True, said=NOON)
    assert rota.on_duty(reversed(people), NOON) == people[::-1]
    assert rota.on_duty(iter(people[1:]), NOON) == people[1:]
    assert rota.on_duty([], NOON) == []
    # Another's word is not theirs.
    word(people[0], is_on=False, said=NOON)
    assert rota.on_duty(people, NOON) == people[1:]


@pytest.mark.django_db
def test_without_a_moment_it_is_now(clock: Callable[[datetime], None], noor: Person) -> None:
    planned(noor)
    clock(NOON)
    assert rota.on_duty([noor]) == [noor]
    clock(NOON + 5 * HOUR)
    assert rota.on_duty([noor]) == []


# Who is chosen


@pytest.mark.django_db
def test_nobody_is_chosen_where_nobody_is_on(noor: Person, asks_for_help: Any) -> None:
    case = asks_for_help("safety")
    assert rota.choose(case, NOON) is None
    planned(noor)
    assert rota.choose(case, NOON) == noor
    assert rota.choose(case, NOON + 6 * HOUR) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("loads", "chosen"),
    [((0, 0), 0), ((1, 0), 1), ((0, 1), 0), ((1, 1), 0), ((2, 1), 1), ((1, 2), 0)],
)
def test_who_has_the_fewest_open_cases_is_chosen_then_who_was_here_first(
    named_colleague: Callable[..., Person],
    asks_for_help: Any,
    loads: tuple[int, int],
    chosen: int,
) -> None:
    people = [named_colleague(name) for name in ("Zoe", "Ada")]
    for person, load in zip(people, loads, strict=True):
        planned(person)
        for _ in range(load):
            case = asks_for_help("safety")
            Case.objects.filter(pk=case.pk).update(assigned_to=person)
    new = asks_for_help("safety")
    Case.objects.filter(pk=new.pk).update(assigned_to=None)
    assert rota.choose(new, NOON) == people[chosen]


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["closed", "unrestricted"])
def test_only_open_restricted_cases_count_as_work(
    named_colleague: Callable[..., Person], asks_for_help: Any, state: str
) -> None:
    busy, idle = named_colleague("Ada"), named_colleague("Bea")
    for person in (busy, idle):
        planned(person)
    old, current, new = (asks_for_help("safety") for _ in range(3))
    Case.objects.update(assigned_to=None)
    Case.objects.filter(pk=current.pk).update(assigned_to=idle)
    Case.objects.filter(pk=old.pk).update(assigned_to=busy)
    assert rota.choose(new, NOON) == busy
    Case.objects.filter(pk=current.pk).update(assigned_to=busy)
    assert rota.choose(new, NOON) == idle
    if state == "unrestricted":
        Case.objects.filter(assigned_to=busy).update(is_restricted=False)
    else:
        Case.objects.filter(assigned_to=busy).update(state="closed", closed_at=timezone.now())
    assert rota.choose(new, NOON) == busy


@pytest.mark.django_db
def test_who_is_chosen_is_named_for_every_restricted_kind_of_the_case(
    named_colleague: Callable[..., Person], kinds: dict[str, HelpType], asks_for_help: Any
) -> None:
    HelpType.objects.filter(code="debt").update(is_restricted=True)
    for person in (
        named_colleague("Ada"),
        both := named_colleague("Bea", codes=("safety", "debt")),
    ):
        planned(person)
    case = asks_for_help("safety", "debt")
    assert rota.choose(case, NOON) == both
    kinds["debt"].only_for.remove(both)
    assert rota.choose(case, NOON) is None


@pytest.mark.django_db
def test_who_has_the_kind_but_not_the_role_is_never_chosen(
    named_colleague: Callable[..., Person], asks_for_help: Any
) -> None:
    planned(named_colleague("Ada", holds=False))
    assert rota.choose(asks_for_help("safety"), NOON) is None


# Where nobody is on


def hours_of(empty: list[tuple[datetime, datetime]]) -> float:
    return sum((last - first) / HOUR for first, last in empty)


@pytest.mark.django_db
def test_where_nobody_is_named_the_whole_week_is_one_gap(kinds: dict[str, HelpType]) -> None:
    [(first, last)] = rota.gaps(kinds["safety"], NOON)
    assert (first, last) == (NOON, NOON + timedelta(days=7))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("minute", "begins"), [(0, 0), (1, 0), (29, 0), (30, 30), (31, 30), (59, 30)]
)
def test_gaps_begin_with_the_half_hour_that_runs(
    kinds: dict[str, HelpType], minute: int, begins: int
) -> None:
    start = NOON + timedelta(minutes=minute, seconds=17, microseconds=5)
    [(first, last)] = rota.gaps(kinds["safety"], start)
    assert first == NOON + timedelta(minutes=begins)
    assert last - first == timedelta(days=7)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "hours"),
    [
        ([], 168),
        ([(2, "09:00", "17:00")], 160),
        ([(2, "09:00", "17:00"), (2, "17:00", "09:00")], 144),
        ([(day, "00:00", "00:00") for day in range(7)], 0),
        ([(day, "09:00", "17:00") for day in range(7)], 112),
        ([(day, "17:00", "09:00") for day in range(7)], 56),
        ([(day, "00:30", "00:00") for day in range(7)], 3.5),
    ],
)
def test_gaps_are_what_the_rota_leaves_of_a_week(
    noor: Person, kinds: dict[str, HelpType], lines: list[tuple[int, str, str]], hours: float
) -> None:
    for weekday, starts, ends in lines:
        planned(noor, weekday, starts, ends)
    empty = rota.gaps(kinds["safety"], NOON)
    assert hours_of(empty) == hours
    # Put together: none touches the next, and none is empty.
    assert all(first < last for first, last in empty)
    assert all(one[1] < two[0] for one, two in pairwise(empty))


@pytest.mark.django_db
def test_two_people_fill_each_others_gaps(
    named_colleague: Callable[..., Person], kinds: dict[str, HelpType]
) -> None:
    day, night = named_colleague("Ada"), named_colleague("Bea")
    for weekday in range(7):
        planned(day, weekday, "08:00", "20:00")
        planned(night, weekday, "20:00", "08:00")
    assert rota.gaps(kinds["safety"], NOON) == []
    # Away for two hours: nobody is on, as the other's line is of the night.
    word(day, is_on=False, said=NOON, hours=2)
    assert rota.gaps(kinds["safety"], NOON) == [(NOON, NOON + 2 * HOUR)]
    # Whoever says *on* stands in for them.
    word(night, is_on=True, said=NOON, hours=1)
    assert rota.gaps(kinds["safety"], NOON) == [(NOON + HOUR, NOON + 2 * HOUR)]


@pytest.mark.django_db
def test_a_word_that_is_over_fills_and_leaves_no_gap(
    noor: Person, kinds: dict[str, HelpType]
) -> None:
    word(noor, is_on=True, said=NOON - 3 * HOUR, hours=2)
    assert hours_of(rota.gaps(kinds["safety"], NOON)) == 168
    word(noor, is_on=True, said=NOON - HOUR, hours=3)
    assert rota.gaps(kinds["safety"], NOON)[0][0] == NOON + 2 * HOUR


# What a desk manager does

NOT_THEIRS = "The desk manager keeps the rota"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["noor", "leah"])
@pytest.mark.parametrize("deed", ["kinds", "add", "remove", "dismiss", "safeguard", "number"])
def test_only_the_desk_manager_keeps_the_rota(
    request: pytest.FixtureRequest, noor: Person, kinds: dict[str, HelpType], who: str, deed: str
) -> None:
    by = request.getfixturevalue(who)
    of = request.getfixturevalue("owen")
    duty = planned(noor)
    deeds: dict[str, Callable[[], Any]] = {
        "kinds": lambda: rota.set_kinds(person=of, kinds=[], by=by),
        "add": lambda: rota.add_duty(person=of, weekday=1, starts=time(9), ends=time(10), by=by),
        "remove": lambda: rota.remove_duty(duty=duty, by=by),
        "dismiss": lambda: rota.dismiss(person=noor, by=by),
        "safeguard": lambda: rota.set_safeguard(
            kind=kinds["safety"], open_within=5, numbers="999", what_next="Wait.", by=by
        ),
        "number": lambda: rota.set_number(person=of, number="07700 900222", by=by),
    }
    before = Event.objects.count()
    with pytest.raises(Refused, match=NOT_THEIRS):
        deeds[deed]()
    assert [*Duty.objects.all()] == [duty]
    assert not Safeguard.objects.exists()
    assert not AlarmNumber.objects.exists()
    assert [*kinds["safety"].only_for.all()] == [noor]
    assert Event.objects.count() == before


@pytest.mark.django_db
def test_a_line_is_planned_once_and_taken_away(noor: Person, grace: Person) -> None:
    hours: dict[str, Any] = {"weekday": 4, "starts": time(17), "ends": time(8)}
    duty = rota.add_duty(person=noor, by=grace, **hours)
    assert str(duty) == "Friday 17:00 to 08:00"
    with pytest.raises(Refused, match="This line stands in the rota already"):
        rota.add_duty(person=noor, by=grace, **(hours | {"ends": time(9)}))
    assert Duty.objects.get().ends == time(8)
    event = Event.objects.get(verb="duty planned")
    assert event.detail == {"weekday": 4, "starts": "17:00", "ends": "08:00"}
    assert (event.about_code, event.by_code) == (str(noor.code), grace.code)
    rota.remove_duty(duty=duty, by=grace)
    assert not Duty.objects.exists()
    assert Event.objects.get(verb="duty taken away").detail == {"weekday": 4}


@pytest.mark.django_db
@pytest.mark.parametrize("changed", [{"weekday": 5}, {"starts": time(18)}])
def test_another_day_or_another_start_is_another_line(
    noor: Person, grace: Person, changed: dict[str, Any]
) -> None:
    hours: dict[str, Any] = {"weekday": 4, "starts": time(17), "ends": time(8)}
    rota.add_duty(person=noor, by=grace, **hours)
    rota.add_duty(person=noor, by=grace, **(hours | changed))
    assert Duty.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["noor", "grace"])
@pytest.mark.parametrize("is_on", [True, False])
def test_somebody_is_on_or_away_by_themselves_or_the_desk_manager(
    request: pytest.FixtureRequest, noor: Person, who: str, is_on: bool
) -> None:
    by, until = request.getfixturevalue(who), timezone.now() + HOUR
    stand_in = rota.stand_in(person=noor, is_on=is_on, until=until, by=by)
    assert (stand_in.person, stand_in.is_on, stand_in.said_by) == (noor, is_on, by)
    assert stand_in.until == until
    event = Event.objects.get(verb="on duty now" if is_on else "away now")
    assert (event.about_code, event.by_code) == (str(noor.code), by.code)
    assert bool(rota.on_duty([noor])) is is_on


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours", "fits"), [(-1, False), (0, False), (0.1, True), (31 * 24, True), (31 * 24.1, False)]
)
def test_what_is_said_for_now_ends_within_a_month(
    clock: Callable[[datetime], None], noor: Person, hours: float, fits: bool
) -> None:
    until = timezone.now() + timedelta(hours=hours)
    if fits:
        rota.stand_in(person=noor, is_on=True, until=until, by=noor)
    else:
        with pytest.raises(Refused, match="Choose a moment between now and a month from now"):
            rota.stand_in(person=noor, is_on=True, until=until, by=noor)
    assert StandIn.objects.exists() is fits


@pytest.mark.django_db
def test_of_whoever_is_no_named_colleague_nobody_says_on(leah: Person, grace: Person) -> None:
    with pytest.raises(Refused, match="They are no named colleague today"):
        rota.stand_in(person=leah, is_on=True, until=timezone.now() + HOUR, by=leah)
    with pytest.raises(Refused, match=r"no named colleague today\. Appoint them first"):
        rota.set_kinds(person=leah, kinds=[], by=grace)
    assert not StandIn.objects.exists()


@pytest.mark.django_db
def test_a_colleague_says_nothing_of_another(
    noor: Person, named_colleague: Callable[..., Person]
) -> None:
    with pytest.raises(Refused, match=NOT_THEIRS):
        rota.stand_in(
            person=noor, is_on=False, until=timezone.now() + HOUR, by=named_colleague("Ada")
        )
    assert not StandIn.objects.exists()


@pytest.mark.django_db
def test_kinds_are_those_that_were_chosen_last(
    noor: Person, grace: Person, kinds: dict[str, HelpType]
) -> None:
    HelpType.objects.filter(code="debt").update(is_restricted=True)
    debt = HelpType.objects.get(code="debt")
    for chosen in ([kinds["safety"], debt], [debt], [], [kinds["safety"]]):
        rota.set_kinds(person=noor, kinds=chosen, by=grace)
        assert named.kinds_of(noor) == {kind.pk for kind in chosen}
    details = Event.objects.filter(verb="named for kinds").order_by("pk")
    assert [event.detail["kinds"] for event in details] == [
        ["debt", "safety"],
        ["debt"],
        [],
        ["safety"],
    ]


@pytest.mark.django_db
def test_a_kind_that_is_open_to_all_has_no_named_colleagues(
    noor: Person, grace: Person, kinds: dict[str, HelpType]
) -> None:
    with pytest.raises(Refused, match="Only kinds that are restricted have named colleagues"):
        rota.set_kinds(person=noor, kinds=[kinds["safety"], kinds["food"]], by=grace)
    assert named.kinds_of(noor) == {kinds["safety"].pk}
    assert not kinds["food"].only_for.exists()


@pytest.mark.django_db
def test_nobody_names_themselves(grace: Person, kinds: dict[str, HelpType]) -> None:
    with pytest.raises(Refused, match="Nobody names themselves"):
        rota.set_kinds(person=grace, kinds=[kinds["safety"]], by=grace)
    assert not kinds["safety"].only_for.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("07700 900222", "07700 900222"),
        ("  +44 7700 900222 ", "+44 7700 900222"),
        ("(01632) 960 000", "(01632) 960 000"),
        ("", None),
        ("   ", None),
    ],
)
def test_a_telephone_for_alarms_is_kept_as_typed_and_taken_away_by_nothing(
    noor: Person, typed: str, kept: str | None
) -> None:
    rota.set_number(person=noor, number="07700 900111", by=noor)
    rota.set_number(person=noor, number=typed, by=noor)
    assert [one.number for one in AlarmNumber.objects.all()] == ([kept] if kept else [])
    assert Event.objects.filter(verb="alarm number kept").count() == 2
    # Nothing of it stands in the record.
    assert not any("900" in str(event.detail) for event in Event.objects.all())


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["7700 900", "999", "ring me", "12345678x", "+44"])
def test_a_telephone_that_is_too_short_is_refused_and_the_old_one_stays(
    noor: Person, grace: Person, typed: str
) -> None:
    rota.set_number(person=noor, number="07700 900111", by=grace)
    with pytest.raises(Refused, match="Write the whole telephone number"):
        rota.set_number(person=noor, number=typed, by=noor)
    assert AlarmNumber.objects.get().number == "07700 900111"


@pytest.mark.django_db
def test_who_is_dismissed_has_neither_kinds_nor_hours_nor_role(
    noor: Person, grace: Person, named_colleague: Callable[..., Person], kinds: dict[str, HelpType]
) -> None:
    stays = named_colleague("Ada")
    for person in (noor, stays):
        planned(person)
        rota.stand_in(person=person, is_on=True, until=timezone.now() + HOUR, by=person)
    rota.dismiss(person=noor, by=grace)
    assert [*kinds["safety"].only_for.all()] == [stays]
    assert [duty.person for duty in Duty.objects.all()] == [stays]
    noor = Person.objects.get(pk=noor.pk)
    assert rota.on_duty([noor, stays]) == [stays]
    assert named.named_for([kinds["safety"]]) == [stays]
    # What was said stands, ended.
    assert StandIn.objects.filter(person=noor, until__lte=timezone.now()).count() == 1
    # A second time nothing is left to end.
    rota.dismiss(person=noor, by=grace)
    assert [*kinds["safety"].only_for.all()] == [stays]


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["leah", "noor", "carys"])
def test_a_named_colleague_is_appointed_by_manager_or_administrator_only(
    request: pytest.FixtureRequest, noor: Person, owen: Person, who: str
) -> None:
    until = timezone.localdate() + timedelta(days=30)
    with pytest.raises(Refused, match="appointed by the desk manager or an administrator"):
        rota.appoint(
            person=owen, ends_on=until, because="Trained.", by=request.getfixturevalue(who)
        )
    assert not Appointment.objects.filter(person=owen, role=Role.NAMED_COLLEAGUE).exists()


@pytest.mark.django_db
def test_who_is_appointed_by_the_desk_manager_is_one_once(owen: Person, grace: Person) -> None:
    until = timezone.localdate() + timedelta(days=30)
    rota.appoint(person=owen, ends_on=until, because="Trained in March.", by=grace)
    made = Appointment.objects.get(person=owen, role=Role.NAMED_COLLEAGUE)
    assert (made.ends_on, made.because) == (until, "Trained in March.")
    with pytest.raises(Refused):
        rota.appoint(person=owen, ends_on=until, because="Again.", by=grace)
    assert Appointment.objects.filter(person=owen, role=Role.NAMED_COLLEAGUE).count() == 1


@pytest.mark.django_db
def test_a_safeguard_holds_as_it_was_typed_last(grace: Person, kinds: dict[str, HelpType]) -> None:
    # Until the town sets its own, the line of its nation.
    first = safeguard_of(kinds["safety"])
    assert first._state.adding
    assert first.open_within == 15
    assert first.numbers
    for minutes, numbers in ((5, "999\n\n0808 2000 247"), (30, "")):
        rota.set_safeguard(
            kind=kinds["safety"],
            open_within=minutes,
            numbers=numbers,
            what_next="  Stay on the line.\n",
            by=grace,
        )
        kept = safeguard_of(kinds["safety"])
        assert (kept.open_within, kept.numbers) == (minutes, numbers)
        assert kept.what_next == "  Stay on the line.\n"
    assert Safeguard.objects.count() == 1
    events = Event.objects.filter(verb="safeguard set").order_by("pk")
    assert [event.detail["open_within"] for event in events] == [5, 30]
