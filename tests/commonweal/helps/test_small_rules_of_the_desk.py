"""Rules that are no page's and no row's: points and levels, how much of an answer is shown, what a
page says it saw, hours of one day, where a grant goes, distances. Known answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.cases import triage, urgency
from commonweal.cases.feasible import Hidden, can_be
from commonweal.cases.intake import FIELD_MOST
from commonweal.desk import limiting, tabs
from commonweal.desk.forms import clocks
from commonweal.grants import destinations, methods, other_names
from commonweal.grants.models import Award, Fund
from commonweal.office.errors import Refused
from commonweal.residents.models import Resident
from commonweal.services import nearby

# Points and levels

SIGNS = sorted(triage.POINTS)


@pytest.mark.parametrize(
    ("score", "level"), [(0, 4), (9, 4), (10, 3), (34, 3), (35, 2), (59, 2), (60, 1), (999, 1)]
)
def test_each_level_begins_with_its_points(score: int, level: int) -> None:
    assert triage.judge([], needs=[("Food", score)]).level == level


@pytest.mark.parametrize("sign", SIGNS)
def test_each_sign_has_its_points_and_its_reason_once(sign: str) -> None:
    once = triage.judge([sign])
    assert once.reasons == [triage.POINTS[sign]]
    assert once.score == triage.POINTS[sign][0]
    assert triage.judge([sign, sign, "no such sign", ""]) == once


@pytest.mark.parametrize(
    ("needs", "score", "reason"),
    [
        ([], 0, []),
        ([("Food", 0)], 0, []),
        ([("Food", 10)], 10, ["asks for: Food"]),
        # The heaviest counts, once; of two that weigh as much the first.
        ([("Food", 10), ("Debt", 35), ("Work", 20)], 35, ["asks for: Debt"]),
        ([("Food", 35), ("Debt", 35)], 35, ["asks for: Food"]),
    ],
)
def test_the_heaviest_need_counts(
    needs: list[tuple[str, int]], score: int, reason: list[str]
) -> None:
    judged = triage.judge([], needs=needs)
    assert (judged.score, [words for _, words in judged.reasons]) == (score, reason)


@pytest.mark.parametrize(
    ("waiting", "points"),
    [
        ({"failed_attempts": 0}, 0),
        ({"failed_attempts": 1}, 0),
        ({"failed_attempts": 2}, 10),
        ({"failed_attempts": 9}, 10),
        ({"days_waiting": 0}, 0),
        ({"days_waiting": 1}, 0),
        ({"days_waiting": 2}, 10),
        ({"days_waiting": 6}, 30),
        ({"days_waiting": 60}, 30),
        ({"asked_before": 0}, 0),
        ({"asked_before": 1}, 15),
        ({"asked_before": 7}, 15),
        ({"failed_attempts": 3, "days_waiting": 3, "asked_before": 1}, 40),
    ],
)
def test_waiting_counts_up_to_a_bound(waiting: dict[str, Any], points: int) -> None:
    judged = triage.judge([], **waiting)
    assert judged.score == sum(number for number, _ in judged.reasons) == points


@pytest.mark.parametrize("came_as", [None, 1, 2, 3, 4])
@pytest.mark.parametrize("score", [0, 10, 35, 60])
def test_nobody_is_less_urgent_than_they_came(score: int, came_as: int | None) -> None:
    by_points = triage.judge([], needs=[("Food", score)])
    judged = triage.judge([], needs=[("Food", score)], came_as=came_as)
    assert judged.level == min(by_points.level, came_as or 4)
    assert judged.score == score
    is_told = "as urgent as it came to the desk" in [words for _, words in judged.reasons]
    assert is_told is (judged.level < by_points.level)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(SIGNS), max_size=6),
    st.sampled_from(SIGNS),
    st.integers(0, 100),
    st.integers(0, 5),
    st.integers(0, 10),
)
def test_one_sign_more_makes_nobody_less_urgent(
    signs: list[str], new: str, weight: int, attempts: int, days: int
) -> None:
    more: dict[str, Any] = {
        "needs": [("Food", weight)],
        "failed_attempts": attempts,
        "days_waiting": days,
    }
    before, after = triage.judge(signs, **more), triage.judge([*signs, new], **more)
    assert after.level <= before.level
    assert after.in_danger >= before.in_danger
    points = [number for number, _ in after.reasons]
    assert points == sorted(points, reverse=True)
    assert sum(points) == after.score
    # The order in which they were ticked says nothing.
    assert triage.judge([*reversed(signs)], **more).score == before.score


@pytest.mark.parametrize(
    ("signs", "weight", "level"),
    [([], 0, 3), ([], 10, 3), ([], 35, 2), ([], 60, 1), (["danger"], 0, 1), (["carer"], 0, 3)],
)
def test_whom_a_list_sends_is_normal_at_least(signs: list[str], weight: int, level: int) -> None:
    assert triage.level_of_sent(signs, [("Food", weight)]) == level


def test_calls_stand_by_level_then_danger_then_moment() -> None:
    at = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)

    def call(level: int, danger: bool, hours: int) -> Any:
        case = SimpleNamespace(urgency=level, in_danger=danger)
        return SimpleNamespace(case=case, due_at=at + timedelta(hours=hours))

    calls = [
        call(1, True, 9),
        call(1, False, 1),
        call(1, False, 2),
        call(2, True, 0),
        call(4, False, -9),
    ]
    assert sorted(reversed(calls), key=urgency.key_of_call) == calls


# How much of an answer is shown again


@pytest.mark.parametrize(
    "length", [0, 1, FIELD_MOST - 1, FIELD_MOST, FIELD_MOST + 1, 3 * FIELD_MOST]
)
def test_an_answer_is_shown_as_far_as_it_can_be_kept(length: int) -> None:
    answers = {"words": "é" * length, "needs": ["food"], "adults": 3, "none": None}
    shown = limiting.cut(answers)
    assert shown == answers | {"words": "é" * min(length, FIELD_MOST)}
    assert len(str(answers["words"])) == length


@pytest.mark.parametrize(("many", "shown"), [(1, 1), (100, 100), (101, 100), (250, 100)])
def test_of_what_is_ticked_a_hundred_are_shown(many: int, shown: int) -> None:
    post = QueryDict(mutable=True)
    post.setlist("needs", [f"{number}{'x' * FIELD_MOST}" for number in range(many)])
    post["words"] = "No bread."
    cut = limiting.cut_post(post)
    needs = cut.getlist("needs")
    assert len(needs) == shown
    assert all(len(need) == FIELD_MOST for need in needs)
    assert cut["words"] == "No bread."
    # What was sent is not changed.
    assert len(post.getlist("needs")) == many


def test_every_limit_says_what_to_do_instead() -> None:
    limits = [
        limiting.STARTS,
        limiting.STEPS,
        limiting.RESUMES,
        limiting.NEAR,
        limiting.SIGN_UPS,
        limiting.TASKS,
    ]
    assert len({limit.name for limit in limits}) == len(limits)
    for limit in limits:
        assert "ing" in limit.sentence or "try again" in limit.sentence
        assert limit.sentence.endswith(".")
        assert limit.most > 0


# What a page says it saw


def request_of(**fields: Any) -> Any:
    post = QueryDict(mutable=True)
    for name, answer in fields.items():
        post.setlist(name.replace("__", "-"), answer if isinstance(answer, list) else [answer])
    return SimpleNamespace(POST=post)


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({}, None),
        ({"seen": ""}, None),
        ({"seen": "x"}, None),
        ({"seen": "-1"}, None),
        ({"seen": "1.5"}, None),
        ({"seen": "7"}, {"": 7, "words": 7, "phone": 7}),
        ({"seen": "7", "seen__words": "3"}, {"": 7, "words": 3, "phone": 7}),
        ({"seen": "7", "seen__words": "x", "seen__phone": "0"}, {"": 7, "words": 7, "phone": 0}),
        ({"seen": "7", "seen__address": "1"}, {"": 7, "words": 7, "phone": 7}),
        # No number is too long to be read.
        ({"seen": "9" * 5000}, {"": 999999999, "words": 999999999, "phone": 999999999}),
    ],
)
def test_which_version_a_page_saw(fields: dict[str, str], seen: dict[str, int] | None) -> None:
    assert tabs.seen(request_of(**fields), ["words", "phone"]) == seen


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({}, []),
        ({"seen": "3", "words": "x"}, []),
        ({"seen__words": "1", "seen__born_0": "2", "unseen__x": "1"}, ["words", "born_0"]),
    ],
)
def test_of_which_fields_a_page_says_it(fields: dict[str, str], names: list[str]) -> None:
    assert tabs.fields_seen(request_of(**fields)) == names


@pytest.mark.parametrize(
    ("changed", "brings"),
    [([""], False), (["", ""], False), (["words"], True), (["", "words"], True)],
)
def test_a_page_that_says_what_was_typed_is_believed(changed: list[str], brings: bool) -> None:
    assert tabs.brings_more(request_of(changed=changed)) is brings


# Hours of one day


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  ", ""),
        ("10", "10"),
        (" 10:30 ", "10:30"),
        ("2pm", "2pm"),
        ("2.30 pm", "2.30 pm"),
        ("0:00", "0:00"),
    ],
)
def test_a_time_is_kept_as_it_was_typed(typed: str, kept: str) -> None:
    assert clocks.ClockField(label="From").clean(typed) == kept


@pytest.mark.parametrize(
    "typed", ["25", "10:60", "noon", "13pm", "0am", "10-12", "1:2:3", "١٠:٧", "10:00:00 at night"]
)
def test_what_is_no_time_is_asked_again(typed: str) -> None:
    with pytest.raises(ValidationError, match="Write a time like"):
        clocks.ClockField(label="From").clean(typed)


class Hours(forms.Form):
    begins = clocks.ClockField(label="From")
    ends = clocks.ClockField(label="Until")

    def clean(self) -> None:
        clocks.check_hours(self, self.cleaned_data, "begins", "ends")


@pytest.mark.parametrize(
    ("begins", "ends", "fits"),
    [
        ("", "", True),
        ("10", "", True),
        ("", "10", True),
        ("10", "14", True),
        ("10", "10", False),
        ("14", "10", False),
        ("10am", "2pm", True),
        ("2pm", "10am", False),
        ("9:59", "10.00", True),
    ],
)
def test_an_end_comes_after_its_start(begins: str, ends: str, fits: bool) -> None:
    form = Hours({"begins": begins, "ends": ends})
    assert form.is_valid() is fits
    assert ("ends" in form.errors) is not fits


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (-1, "Choose today or a day that comes"),
        (0, ""),
        (1, ""),
        (366, ""),
        (367, "Choose a day within a year"),
    ],
)
def test_a_day_on_which_something_can_still_be_done(days: int, sentence: str) -> None:
    on = timezone.localdate() + timedelta(days=days)
    if sentence:
        with pytest.raises(ValidationError, match=sentence):
            clocks.to_come(on)
    else:
        assert clocks.to_come(on) == on
    assert clocks.to_come(None) is None


@pytest.mark.parametrize(
    ("on", "clock", "moment"),
    [
        (date(2026, 11, 25), "10:30", datetime(2026, 11, 25, 10, 30, tzinfo=UTC)),
        (date(2026, 7, 6), "10:30", datetime(2026, 7, 6, 9, 30, tzinfo=UTC)),
        (date(2026, 11, 25), "", datetime(2026, 11, 25, 23, 59, tzinfo=UTC)),
        (date(2026, 7, 6), "", datetime(2026, 7, 6, 22, 59, tzinfo=UTC)),
        (date(2026, 11, 25), "12am", datetime(2026, 11, 25, 0, 0, tzinfo=UTC)),
        # What is no time is the end of the day.
        (date(2026, 11, 25), "noon", datetime(2026, 11, 25, 23, 59, tzinfo=UTC)),
    ],
)
def test_a_day_and_a_time_are_a_moment_of_the_town(on: date, clock: str, moment: datetime) -> None:
    assert clocks.moment_on(on, clock) == moment


# Where a grant goes

ACCOUNT = {"payee": "Z Quillfeather", "sort_code": "01-23-45", "account": "0011 2233"}


def grant(method: str = "transfer", **columns: Any) -> Any:
    resident = Resident(
        first_name=columns.pop("first", "Zebedee"),
        last_name=columns.pop("last", "Quillfeather"),
        also_known_as=columns.pop("also", ""),
    )
    return Award(method=method, resident=resident, **columns)


@pytest.mark.parametrize(
    ("ours", "theirs", "is_one"),
    [
        (ACCOUNT, {"sort_code": "012345", "account": "00112233"}, True),
        (ACCOUNT, ACCOUNT | {"payee": "Somebody else"}, True),
        (ACCOUNT, ACCOUNT | {"account": "00112234"}, False),
        (ACCOUNT, ACCOUNT | {"sort_code": "012346"}, False),
    ],
)
def test_two_accounts_are_one_by_their_figures(
    ours: dict[str, str], theirs: dict[str, str], is_one: bool
) -> None:
    one, two = grant(**ours), grant(**theirs)
    assert (destinations.key_of(one) == destinations.key_of(two)) is is_one
    assert destinations.key_of(one) == destinations.account_key("012345", "00112233")
    assert "00112233" not in destinations.key_of(one)


@pytest.mark.parametrize("method", list(methods.METHODS))
def test_what_goes_nowhere_yet_is_like_nothing(method: str) -> None:
    assert destinations.key_of(grant(method)) == ""


@pytest.mark.parametrize("method", ["voucher", "goods", "cash"])
def test_a_shop_or_a_counter_is_nothing_that_two_share_by_mistake(method: str) -> None:
    filled = grant(method, through="Corner Stores", goods="A cooker", payee="Z Quillfeather")
    assert destinations.key_of(filled) == ""


def test_one_number_is_not_the_same_by_two_ways() -> None:
    meter = grant("topup", number="00982612")
    again = grant("topup", number="0098 2612")
    bill = grant("supplier", sort_code="", account="", number="00982612")
    assert destinations.key_of(meter) == destinations.key_of(again)
    assert len({destinations.key_of(one) for one in (meter, bill)}) == 2


@pytest.mark.parametrize("method", list(methods.METHODS))
@pytest.mark.parametrize("in_full", [True, False])
def test_of_a_secret_number_its_last_three_are_shown(method: str, in_full: bool) -> None:
    row = methods.METHODS[method]
    columns = {detail.column: f"12345678{at}" for at, detail in enumerate(row.details)}
    shown = destinations.details_of(grant(method, **columns), in_full=in_full)
    for (label, text), detail in zip(shown, row.details, strict=True):
        typed = columns[detail.column]
        assert not label.endswith("?")
        is_short = detail.is_secret and not in_full
        assert text == (f"ending {typed[-3:]}" if is_short else typed)
    # What is not known has no line.
    assert destinations.details_of(grant(method), in_full=in_full) == []


@pytest.mark.parametrize(
    ("codes", "fits"),
    [([], False), (["voucher"], False), (["topup"], True), (["cash", "topup"], True)],
)
def test_a_fund_pays_by_the_ways_it_allows(codes: list[str], fits: bool) -> None:
    fund = Fund(name="Hardship fund", methods=codes)
    topup = methods.METHODS["topup"]
    if fits:
        destinations.needs_a_method_of(fund, topup)
    else:
        with pytest.raises(Refused, match="Hardship fund does not pay by meter top-up"):
            destinations.needs_a_method_of(fund, topup)
    # What is there already may stay.
    destinations.needs_a_method_of(fund, topup, but_for="topup")
    assert [row.code for row in methods.allowed([*codes, "no such way"])] == [
        code for code in methods.METHODS if code in codes
    ]


@pytest.mark.parametrize(
    ("payee", "names", "is_theirs"),
    [
        ("Zebedee Quillfeather", {}, True),
        ("Z Quillfeather", {}, True),
        ("ZEB QUILLFEATHER", {}, True),
        ("Quillfeather Z", {}, True),
        ("Mr Z Quillfeather", {}, True),
        ("Mr & Mrs Z Quillfeather", {}, True),
        ("Z Quill-Feather", {}, True),
        ("A Webb and Z Quillfeather", {}, True),
        ("Y Quillfeather", {}, False),
        ("Zebedee Webb", {}, False),
        ("Quillfeather", {}, False),
        ("Mr Quillfeather", {}, False),
        ("Bill Webb", {"first": "William", "last": "Webb"}, True),
        ("William Webb", {"first": "Bill", "last": "Webb"}, True),
        ("Z Marlow", {"also": "Zebedee Marlow"}, True),
        ("Z Marlow", {"also": "Marlow"}, True),
        ("A Marlow", {"also": "Marlow"}, False),
        ("Webb", {"first": "", "last": "Webb"}, True),
        ("", {}, True),
        ("   ", {}, True),
    ],
)
def test_whose_name_the_account_is_in(payee: str, names: dict[str, str], is_theirs: bool) -> None:
    award = grant(payee=payee, **names)
    assert other_names.other_name(award) == ("" if is_theirs else payee)
    assert bool(other_names.in_words(award)) is not is_theirs
    other_names.needs_it_known(award, knows_why=True)
    if not is_theirs:
        with pytest.raises(Refused, match="Find out why, and tick that you have"):
            other_names.needs_it_known(award, knows_why=False)


@pytest.mark.parametrize("method", [code for code in methods.METHODS if code != "transfer"])
def test_by_another_way_no_account_has_a_name(method: str) -> None:
    assert other_names.other_name(grant(method, payee="Somebody Else")) == ""


# How far it is


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (nearby.SAME_WARD, "In your ward"),
        (0.0, "Less than 0.2 miles away"),
        (321.8, "Less than 0.2 miles away"),
        (321.9, "About 0.2 miles away"),
        (1609.344, "About 1 mile away"),
        (2414.0, "About 1.5 miles away"),
        (160934.4, "About 100 miles away"),
        (nearby.ELSEWHERE, ""),
        (nearby.ANYWHERE, ""),
    ],
)
def test_a_distance_in_words(metres: float, words: str) -> None:
    assert nearby.in_miles(metres) == words


@pytest.mark.parametrize(
    ("latitude", "longitude", "easting", "northing"),
    [
        # By the Ordnance Survey's own conversion: within the few hundred metres that are said.
        (51.4778, -0.0015, 538880, 177320),
        (55.9486, -3.1999, 325160, 673480),
        (50.0663, -5.7148, 134200, 25300),
        (49.0, -2.0, 400000, -100000),
    ],
)
def test_a_point_of_a_map_on_the_grid(
    latitude: float, longitude: float, easting: int, northing: int
) -> None:
    east, north = nearby.on_grid(latitude, longitude)
    assert abs(east - easting) < 400
    assert abs(north - northing) < 400


@pytest.mark.parametrize(
    ("typed", "code"),
    [("bf1 2ag", "BF12AG"), (" BF1\t2AG\n", "BF12AG"), ("", ""), ("bf12ag", "BF12AG")],
)
def test_a_postcode_without_its_blanks(typed: str, code: str) -> None:
    assert nearby.squeezed(typed) == code


# What a hidden count can be


@pytest.mark.parametrize(
    ("counts", "cell", "fits"),
    [
        # Alone in its row and column, its sum says it.
        ({("a", "x"): 2}, ("a", "x"), False),
        # Two in one row, and each alone in its column.
        ({("a", "x"): 2, ("a", "y"): 7}, ("a", "x"), False),
        # Four that can be turned into each other.
        ({("a", "x"): 2, ("a", "y"): 9, ("b", "x"): 9, ("b", "y"): 9}, ("a", "x"), True),
        # The others have too few to go down by.
        ({("a", "x"): 2, ("a", "y"): 1, ("b", "x"): 9, ("b", "y"): 9}, ("a", "x"), False),
        ({("a", "x"): 4, ("a", "y"): 1, ("b", "x"): 1, ("b", "y"): 4}, ("a", "x"), True),
    ],
)
def test_whether_a_hidden_count_can_be_anything_from_one_to_four(
    counts: dict[tuple[str, str], int], cell: tuple[str, str], fits: bool
) -> None:
    assert can_be(Hidden(counts, set()), cell, 1, 4) is fits
    assert Hidden(counts, set()).least == min([1, *counts.values()])
    # What it is, it can be.
    assert can_be(Hidden(counts, set()), cell, counts[cell], counts[cell])


def test_of_a_line_whose_sum_nobody_knows_a_count_can_be_anything() -> None:
    alone = {("a", "x"): 2}
    assert can_be(Hidden(alone, {("row", "a"), ("column", "x")}), ("a", "x"), 1, 4)
    assert not can_be(Hidden(alone, {("row", "a")}), ("a", "x"), 1, 4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=4, max_size=4), st.integers(0, 6), st.integers(0, 6))
def test_in_a_square_it_can_be_what_the_sums_leave(
    numbers: list[int], first: int, second: int
) -> None:
    """In a square one number says the three others: tried out by hand."""
    low, high = sorted((first, second))
    cells = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
    hidden = Hidden(dict(zip(cells, numbers, strict=True)), set())
    least = hidden.least
    a, b, c, d = numbers

    def fits(new: int) -> bool:
        step = new - a
        return min(b - step, c - step, d + step) >= least

    if low <= a <= high:
        assert can_be(hidden, cells[0], low, high) is (fits(low) and fits(high))
