"""The queue: what an address may say, what it chooses of the open cases, in which order, and how
many these are. Codes alone; a table for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.accounts.models import Person
from commonweal.cases import planning, queues
from commonweal.cases.models import Case
from commonweal.cases.queues import Choice, Options
from commonweal.places.models import Area

KNOWN = Options(
    help={"food": "Food", "debt": "Debt & money"},
    area={"E05000001": "Eastfields"},
    handler={"nobody": "Nobody yet", "abc": "Leah Omondi"},
    urgency={"1": "Now: today", "3": "Normal"},
    age=queues.AGES,
    promised=queues.PROMISED,
    sort=queues.SORTS,
)
CODES = {
    "show": sorted(queues.LISTS),
    "help": sorted(KNOWN.help),
    "area": sorted(KNOWN.area),
    "handler": sorted(KNOWN.handler),
    "urgency": sorted(KNOWN.urgency),
    "age": sorted(KNOWN.age),
    "promised": sorted(KNOWN.promised),
    "sort": sorted(KNOWN.sort),
}

# What an address says


@pytest.mark.parametrize(("name", "code"), [(n, c) for n, codes in CODES.items() for c in codes])
def test_each_code_is_chosen_and_stands_in_the_address(name: str, code: str) -> None:
    choice = Choice.of({name: code}, KNOWN)
    assert getattr(choice, name) == code
    assert parse_qs(choice.query) == {name: [code]}
    assert choice == Choice(**{name: code})


@pytest.mark.parametrize("name", sorted(CODES))
@pytest.mark.parametrize(
    "typed",
    [
        "",
        None,
        "Leah Omondi",
        "Food",
        "FOOD",
        " food",
        "-1",
        "0x1",
        "1 or 1=1",
        "<b>",
        "٣",
        "food,debt",
        "\x00",
        70,
        [],
    ],
)
def test_what_is_no_code_of_ours_comes_back_nowhere(name: str, typed: Any) -> None:
    choice = Choice.of({name: typed}, KNOWN)
    assert choice == Choice()
    assert (choice.query, choice.in_words(KNOWN)) == ("", "")


def test_what_the_queue_does_not_ask_is_passed_over() -> None:
    assert Choice.of({"q": "Quillfeather", "page": "3", "help": "food"}, KNOWN) == Choice(
        help="food"
    )


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({}, ""),
        ({"show": "mine"}, "mine"),
        ({"show": "unassigned"}, "nobody's yet"),
        ({"help": "debt"}, "Debt & money"),
        ({"help": "food", "area": "E05000001"}, "Food, Eastfields"),
        ({"urgency": "1", "show": "late"}, "past what was promised, Now: today"),
        ({"handler": "nobody", "age": "7"}, "A week or more, Nobody yet"),
        ({"promised": "0", "sort": "contact"}, f"Today, {queues.SORTS['contact']}"),
    ],
)
def test_what_is_chosen_is_said_in_words(chosen: dict[str, str], sentence: str) -> None:
    assert Choice(**chosen).in_words(KNOWN) == sentence


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries({}, optional={n: st.sampled_from(c) for n, c in CODES.items()}))
def test_an_address_is_read_back_as_it_was_written(chosen: dict[str, str]) -> None:
    choice = Choice.of(chosen, KNOWN)
    typed = {name: codes[0] for name, codes in parse_qs(choice.query).items()}
    assert Choice.of(typed, KNOWN) == choice
    assert typed == chosen
    # So many codes, so many words; what is chosen is called by nothing else.
    labels = {name: getattr(KNOWN, name) for name in CODES if name != "show"} | {
        "show": queues.LISTS
    }
    words = [labels[name][code] for name, code in chosen.items()]
    assert sorted(choice.in_words(KNOWN)) == sorted(", ".join(words))


# What is chosen of the open cases

# Wednesday, half past eleven.
NOW = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def four(asks_for_help: Any, clock: Any) -> list[Case]:
    """Four of nobody, opened 1, 2, 3 and 4 hours ago, each promised for an hour later."""
    cases = [asks_for_help("food") for _ in range(4)]
    Case.objects.update(urgency=3, in_danger=False, assigned_to=None)
    for ago, case in enumerate(cases, 1):
        put(case, opened_at=NOW - ago * HOUR, due_at=NOW + ago * HOUR)
    return cases


def put(case: Case, **columns: Any) -> None:
    Case.objects.filter(pk=case.pk).update(**columns)


def chosen(person: Person, cases: list[Case], **codes: str) -> list[int]:
    """Which of these cases, by where each stands among them, in the order chosen."""
    rows = queues.chosen(queues.queue_for(person), Choice(**codes), person, planning.desk())
    return [cases.index(case) for case in rows]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("oldest", [3, 2, 1, 0]),
        ("newest", [0, 1, 2, 3]),
        ("promised", [0, 1, 2, 3]),
        ("urgent", [0, 1, 2, 3]),
        ("", [0, 1, 2, 3]),
    ],
)
def test_each_order_of_the_queue(
    four: list[Case], leah: Person, sort: str, order: list[int]
) -> None:
    assert chosen(leah, four, sort=sort) == order


@pytest.mark.parametrize("sort", ["urgent", ""])
def test_level_comes_before_danger_and_danger_before_the_promise(
    four: list[Case], leah: Person, sort: str
) -> None:
    put(four[3], urgency=1)
    put(four[2], in_danger=True)
    put(four[0], urgency=4, in_danger=True)
    assert chosen(leah, four, sort=sort) == [3, 2, 1, 0]


def test_who_was_not_spoken_to_comes_before_who_waits_longest(
    four: list[Case], leah: Person
) -> None:
    put(four[0], last_contact_at=NOW - 2 * HOUR)
    put(four[1], last_contact_at=None)
    put(four[2], last_contact_at=NOW - 5 * HOUR)
    put(four[3], last_contact_at=NOW - HOUR)
    assert chosen(leah, four, sort="contact") == [1, 2, 0, 3]


@pytest.mark.parametrize("sort", ["oldest", "promised", "contact", "urgent"])
def test_of_two_that_are_alike_the_first_comes_first(
    four: list[Case], leah: Person, sort: str
) -> None:
    Case.objects.update(opened_at=NOW, due_at=NOW, last_contact_at=NOW)
    assert chosen(leah, four, sort=sort) == [0, 1, 2, 3]


@pytest.mark.parametrize(("age", "days"), [("1", 1), ("3", 3), ("7", 7), ("28", 28)])
def test_an_age_begins_with_its_last_moment(
    four: list[Case], leah: Person, age: str, days: int
) -> None:
    second = timedelta(seconds=1)
    put(four[0], opened_at=NOW - days * DAY + second)
    put(four[1], opened_at=NOW - days * DAY)
    put(four[2], opened_at=NOW - days * DAY - second)
    assert chosen(leah, four, age=age, sort="newest") == [1, 2]


@pytest.mark.parametrize(
    ("code", "fit"),
    [("past", [0]), ("0", [0, 1]), ("1", [0, 1, 2]), ("7", [0, 1, 2, 3])],
)
def test_promised_by_the_end_of_a_day_of_the_town(
    four: list[Case], leah: Person, code: str, fit: list[int]
) -> None:
    midnight = datetime(2026, 11, 26, tzinfo=UTC)
    put(four[0], due_at=NOW - timedelta(seconds=1))
    put(four[1], due_at=midnight - timedelta(minutes=1))
    put(four[2], due_at=midnight)
    put(four[3], due_at=midnight + 6 * DAY)
    assert chosen(leah, four, promised=code, sort="promised") == fit


@pytest.mark.parametrize("code", sorted(queues.PROMISED))
def test_who_was_spoken_to_is_promised_nothing(four: list[Case], leah: Person, code: str) -> None:
    Case.objects.update(due_at=NOW - HOUR, first_contact_at=NOW)
    assert chosen(leah, four, promised=code) == []


@pytest.mark.parametrize(
    ("codes", "fit"),
    [
        ({}, [0, 1, 2, 3]),
        ({"show": "all"}, [0, 1, 2, 3]),
        ({"show": "mine"}, [1]),
        ({"show": "unassigned"}, [0, 3]),
        ({"handler": "nobody"}, [0, 3]),
        ({"handler": "owen"}, [2]),
        ({"handler": "leah"}, [1]),
        ({"show": "mine", "handler": "owen"}, []),
        ({"show": "unassigned", "handler": "nobody"}, [0, 3]),
    ],
)
def test_whose_they_are(
    four: list[Case], leah: Person, owen: Person, codes: dict[str, str], fit: list[int]
) -> None:
    put(four[1], assigned_to=leah)
    put(four[2], assigned_to=owen)
    people = {"leah": str(leah.code), "owen": str(owen.code)}
    sent = {name: people.get(code, code) for name, code in codes.items()}
    assert chosen(leah, four, **sent) == fit


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_level_is_that_level_alone(four: list[Case], leah: Person, level: int) -> None:
    for at, case in enumerate(four, 1):
        put(case, urgency=at)
    assert chosen(leah, four, urgency=str(level)) == [level - 1]


def test_a_kind_of_help_is_one_that_is_open(four: list[Case], leah: Person) -> None:
    need = four[2].needs.get()
    assert chosen(leah, four, help="food") == [0, 1, 2, 3]
    type(need).objects.filter(pk=need.pk).update(state="met", closed_on=timezone.localdate())
    assert chosen(leah, four, help="food") == [0, 1, 3]
    assert chosen(leah, four, help="debt") == []


def test_a_case_of_two_kinds_stands_in_each_once(
    asks_for_help: Any, clock: Any, leah: Person
) -> None:
    case = asks_for_help("food", "debt")
    assert chosen(leah, [case], help="food") == chosen(leah, [case], help="debt") == [0]


def test_an_area_is_its_own_and_no_others(four: list[Case], leah: Person, area: Area) -> None:
    Case.objects.update(area=None)
    put(four[1], area=area)
    assert chosen(leah, four, area=area.code) == [1]
    assert area.code in queues.options(Person.objects.none()).area


def test_what_is_chosen_narrows_together(four: list[Case], leah: Person) -> None:
    put(four[0], urgency=1, opened_at=NOW - 9 * DAY)
    put(four[1], urgency=1)
    put(four[2], opened_at=NOW - 9 * DAY)
    assert chosen(leah, four, urgency="1", age="7", help="food") == [0]
    assert chosen(leah, four, urgency="1") == [0, 1]
    assert sorted(chosen(leah, four, age="7")) == [0, 2]


@pytest.mark.parametrize(
    ("ahead", "is_late"), [(-2 * HOUR, True), (-timedelta(seconds=1), True), (HOUR, False)]
)
def test_late_is_what_is_past_its_promise(
    four: list[Case], leah: Person, ahead: timedelta, is_late: bool
) -> None:
    first = four[0].callbacks.get()
    four[0].callbacks.update(due_at=NOW + ahead)
    put(four[0], due_at=NOW + ahead, late_at=NOW + ahead)
    for case in four[1:]:
        put(case, late_at=NOW + DAY)
    assert first.state == "due"
    assert chosen(leah, four, show="late") == ([0] if is_late else [])


def test_what_is_closed_stands_in_no_queue(four: list[Case], leah: Person) -> None:
    Case.objects.filter(pk=four[0].pk).update(state="closed", closed_at=NOW)
    assert chosen(leah, four) == [1, 2, 3]


# For whom


@pytest.mark.parametrize(
    ("who", "sees"), [("leah", False), ("owen", False), ("noor", True), ("grace", True)]
)
def test_a_restricted_case_stands_in_the_queue_of_who_is_named_and_of_the_manager(
    request: pytest.FixtureRequest, noor: Person, asks_for_help: Any, who: str, sees: bool
) -> None:
    plain, kept = asks_for_help("food"), asks_for_help("safety")
    person = request.getfixturevalue(who)
    queue = queues.queue_for(person)
    assert plain in queue
    assert (kept in queue) is sees
    assert queues.counted(queue) == 1 + sees


# How many, and a page of them


def test_the_lists_are_counted_and_add_up(four: list[Case], leah: Person, owen: Person) -> None:
    put(four[1], assigned_to=leah)
    put(four[2], assigned_to=owen)
    at = planning.desk()
    queue = queues.queue_for(leah)
    counts = queues.counts_of(queue, leah, at)
    assert sorted(counts) == sorted(queues.LISTS)
    assert (counts["mine"], counts["unassigned"], counts["all"]) == (1, 2, 4)
    for name in queues.LISTS:
        assert counts[name] == len(chosen(leah, four, show=name))


def test_an_empty_queue_counts_nothing(leah: Person) -> None:
    counts = queues.counts_of(queues.queue_for(leah), leah, planning.desk())
    assert counts == dict.fromkeys(queues.LISTS, 0)


@pytest.mark.parametrize(
    ("number", "stand"),
    [
        ("1", [0, 1]),
        ("2", [2, 3]),
        # Past the end it is the last, and what is no number is the first.
        ("3", [2, 3]),
        ("", [0, 1]),
        ("x", [0, 1]),
        (None, [0, 1]),
    ],
)
def test_a_page_has_its_own_cases_in_their_order(
    four: list[Case], leah: Person, number: Any, stand: list[int]
) -> None:
    queue = queues.queue_for(leah)
    page = queues.page_of(queue, number, 2)
    assert [four.index(case) for case in page.object_list] == stand
    assert page.paginator.count == 4
    assert queues.page_of(queue, number, 2, count=4).object_list == page.object_list


def test_cases_stand_in_the_order_of_their_keys_and_gone_ones_nowhere(four: list[Case]) -> None:
    keys = [four[at].pk for at in (2, 0, 3)]
    gone = max(case.pk for case in four) + 100
    assert queues.in_this_order([keys[0], gone, *keys[1:]]) == [four[2], four[0], four[3]]
    assert queues.in_this_order([]) == []


def test_a_row_reads_nothing_of_its_own(
    four: list[Case], django_assert_num_queries: Callable[..., Any]
) -> None:
    keys = [case.pk for case in four]
    with django_assert_num_queries(1):
        for case in queues.in_this_order(keys):
            assert case.resident.full_name
            assert (case.area, case.assigned_to) == (case.area, None)
