"""Beside a promise: by how much a claim misses it, how late it is, in which part of a page."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.bringing.questions import Questions
from commonweal.pledges import asking, in_turn
from commonweal.pledges.beside_claim import figures_of, is_before_the_promise
from commonweal.pledges.layout import BadRow, WantedPledge
from commonweal.pledges.listed import lateness_of
from commonweal.pledges.models import Entry, Measure, Pledge
from commonweal.pledges.standing import Standing

TODAY = date(2026, 5, 6)


def measure(kind: str = "hours", unit: str = "hours", direction: str = "up") -> Measure:
    return Measure(code=kind, name=kind.title(), kind=kind, unit=unit, direction=direction)


def claim(value: str = "120", as_of: str = "2026-05-01") -> Entry:
    return Entry(seq=5, kind="claim", body={"value": value, "as_of": as_of, "final": False})


def promise(target: str | None = "200", counted: Measure | None = None, **more: Any) -> Pledge:
    reached = None if target is None else Decimal(target)
    told = {"target": reached, "measure": counted or measure(), "made_on": date(2026, 1, 1)}
    return Pledge(**(told | more))


# A claim beside its promise


@pytest.mark.parametrize(
    ("kind", "unit", "direction", "target", "value", "difference"),
    [
        ("hours", "hours", "up", "200", "200", "as promised"),
        ("hours", "hours", "up", "200", "200.0", "as promised"),
        ("hours", "hours", "up", "200", "150", "50 hours short"),
        ("hours", "hours", "up", "200", "199", "1 hour short"),
        ("hours", "hours", "up", "200", "250.5", "50.5 hours more"),
        ("money", "pounds", "up", "1000", "750", "£250 short"),
        ("share", "%", "up", "50", "40", "10 points short"),
        ("share", "%", "up", "50", "51", "1 point more"),
        ("count", "%", "up", "50", "40", "10 points short"),
        # Where less is better, more is short of what was promised.
        ("count", "tonnes", "down", "80", "90", "10 tonnes short"),
        ("count", "tonnes", "down", "80", "70", "10 tonnes less"),
        ("share", "%", "down", "50", "60", "10 points short"),
        ("share", "%", "down", "50", "40", "10 points less"),
        ("yes_no", "reached", "up", "1", "0", ""),
        ("yes_no", "reached", "up", "1", "1", ""),
        ("hours", "hours", "up", None, "5", ""),
    ],
)
def test_by_how_much_a_claim_misses_its_promise(
    kind: str, unit: str, direction: str, target: str | None, value: str, difference: str
) -> None:
    pledge = promise(target, measure(kind, unit, direction))
    assert figures_of(pledge, claim(value)).difference == difference


def test_what_is_known_beside_a_claim_is_told_in_its_unit() -> None:
    beside = figures_of(promise(verified=Decimal(80), measured=Decimal(0)), claim())
    assert (beside.promised, beside.claimed) == ("200 hours", "120 hours")
    assert (beside.verified, beside.measured) == ("80 hours", "0 hours")
    assert beside.as_of == date(2026, 5, 1)
    unknown = figures_of(promise(None), claim())
    assert (unknown.promised, unknown.verified, unknown.measured) == ("not stated", "", "")


@pytest.mark.parametrize(
    ("as_of", "is_before"),
    [("2025-12-31", True), ("2026-01-01", False), ("2026-05-01", False)],
)
def test_a_claim_about_days_before_the_promise_is_known(as_of: str, is_before: bool) -> None:
    assert is_before_the_promise(promise(), claim(as_of=as_of)) is is_before


@given(some.integers(0, 1000), some.integers(0, 1000), some.sampled_from(["up", "down"]))
def test_a_claim_is_short_or_as_promised_or_better(target: int, value: int, direction: str) -> None:
    pledge = promise(str(target), measure(direction=direction))
    difference = figures_of(pledge, claim(str(value))).difference
    is_better = value > target if direction == "up" else value < target
    if value == target:
        assert difference == "as promised"
    else:
        assert difference.endswith("short") is not is_better
        assert difference.startswith(f"{abs(value - target):,} hour")


# How late it is


@pytest.mark.parametrize(
    ("standing", "days", "words"),
    [
        (Standing.OVERDUE, -1, "1 day late"),
        (Standing.OVERDUE, -2, "2 days late"),
        (Standing.OVERDUE, -1234, "1,234 days late"),
        (Standing.DUE_SOON, 0, "today"),
        (Standing.DUE_SOON, 1, "in 1 day"),
        (Standing.DUE_SOON, 30, "in 30 days"),
    ],
)
def test_what_is_late_or_near_says_by_how_many_days(
    standing: Standing, days: int, words: str
) -> None:
    pledge = promise(standing=standing, due_on=TODAY + timedelta(days=days))
    assert lateness_of(pledge, TODAY) == words


@pytest.mark.parametrize(
    "standing",
    [each for each in list(Standing) if each not in (Standing.OVERDUE, Standing.DUE_SOON)],
)
def test_what_is_neither_says_nothing(standing: Standing) -> None:
    for days in (-400, -1, 0, 1, 400):
        pledge = promise(standing=standing, due_on=TODAY + timedelta(days=days))
        assert lateness_of(pledge, TODAY) == ""


@pytest.mark.parametrize("standing", list(Standing))
def test_what_has_no_date_is_never_late(standing: Standing) -> None:
    assert lateness_of(promise(standing=standing, due_on=None), TODAY) == ""


# Parts of a page


LABELS = ["Late", "Due soon", "Newly checked", "To come", "Over"]
COUNTS = some.lists(some.integers(0, 6), min_size=5, max_size=5)


def divided(counts: list[int], first: int, last: int) -> list[tuple[str, int, list[Any]]]:
    lines: list[Any] = list(range(sum(counts)))[first:last]
    cut = in_turn.sections(lines, first, TODAY, counts)
    return [(section.label, section.count, list(section.rows)) for section in cut]


def test_the_parts_have_their_order() -> None:
    assert [turn.label for turn in in_turn.turns(TODAY)] == LABELS


@pytest.mark.parametrize(
    ("counts", "first", "last", "sections"),
    [
        ([2, 1, 0, 0, 1], 0, 20, [("Late", 2, [0, 1]), ("Due soon", 1, [2]), ("Over", 1, [3])]),
        ([2, 1, 0, 0, 1], 0, 2, [("Late", 2, [0, 1])]),
        ([2, 1, 0, 0, 1], 1, 3, [("Late", 2, [1]), ("Due soon", 1, [2])]),
        ([5, 0, 0, 0, 0], 3, 5, [("Late", 5, [3, 4])]),
        ([0, 0, 3, 0, 0], 0, 2, [("Newly checked", 3, [0, 1])]),
        ([0, 0, 0, 0, 0], 0, 20, []),
    ],
)
def test_a_page_is_cut_where_its_parts_begin(
    counts: list[int], first: int, last: int, sections: list[Any]
) -> None:
    assert divided(counts, first, last) == sections


@given(COUNTS, some.integers(1, 7))
def test_the_pages_one_after_the_other_have_every_line_once(counts: list[int], size: int) -> None:
    lines: list[Any] = []
    for first in range(0, sum(counts), size):
        page = divided(counts, first, first + size)
        assert [label for label, *_ in page] == [
            label for label in LABELS if label in [each for each, *_ in page]
        ]
        assert all(counts[LABELS.index(label)] == count for label, count, _ in page)
        lines += [line for *_, rows in page for line in rows]
    assert lines == list(range(sum(counts)))


@given(some.lists(COUNTS, max_size=4))
def test_the_counts_of_all_standings_add_up(counts: list[list[int]]) -> None:
    summed = in_turn.added_up([tuple(each) for each in counts], TODAY)
    assert list(summed) == [sum(each[place] for each in counts) for place in range(5)]


# What a list leaves open


class NearNames:
    """A register of which it is said who is known, and which names are near."""

    def __init__(self, known: list[str], near: list[tuple[str, str]]) -> None:
        self.known, self.names = known, near

    def partner_of(self, row: WantedPledge) -> int | None:
        return 1 if row.partner_name in self.known else None

    def near(self, name: str) -> list[tuple[str, str]]:
        return self.names


def wanted(partner: str = "Acorn", sector: str = "private", row: int = 3) -> WantedPledge:
    nothing: dict[str, Any] = dict.fromkeys(
        ["baseline", "target", "due_on", "made_on", "counts"], None
    )
    texts: dict[str, Any] = dict.fromkeys(
        [
            "base_key",
            "coarse",
            "statement",
            "measure",
            "owner_title",
            "who_benefits",
            "status",
            "reason",
            "effect",
        ],
        "",
    )
    return WantedPledge(
        row=row, partner_name=partner, sector=sector, ids={}, claims=[], **nothing, **texts
    )


def settled(
    row: WantedPledge,
    answers: dict[str, str] | None = None,
    known: list[str] | None = None,
    near: list[tuple[str, str]] | None = None,
) -> Questions:
    questions = Questions(answers or {})
    register: Any = NearNames(known or [], near or [])
    asking.settle_partner(questions, register, row)
    return questions


NEAR = [("acorn-ltd", "Acorn Ltd")]


def test_of_who_is_known_nothing_is_asked() -> None:
    row = wanted(sector="")
    assert settled(row, known=["Acorn"], near=NEAR).asked == {}
    assert (row.partner_name, row.sector) == ("Acorn", "")


def test_of_who_is_new_the_sector_is_asked_where_the_list_is_silent() -> None:
    assert settled(wanted()).asked == {}
    row = wanted(sector="")
    [question] = settled(row).asked.values()
    assert question.label == "Which sector is “Acorn” of?"
    assert [code for code, _ in question.choices] == ["public", "private", "voluntary"]
    assert question.rows == [3]
    assert row.sector == ""
    settled(row, {question.key: "voluntary"})
    assert row.sector == "voluntary"


def test_a_near_name_is_asked_about_and_not_joined() -> None:
    row = wanted()
    questions = settled(row, near=NEAR)
    [question] = questions.open
    assert question.label == "Which organisation is “Acorn”?"
    assert [code for code, _ in question.choices] == ["another", "acorn-ltd"]
    assert row.partner_name == "Acorn"


@pytest.mark.parametrize(
    ("answer", "name"),
    [("acorn-ltd", "Acorn Ltd"), ("another", "Acorn"), ("gone-since", "Acorn")],
)
def test_a_near_name_is_who_it_was_answered_that_it_is(answer: str, name: str) -> None:
    row = wanted()
    [question] = settled(row, near=NEAR).open
    questions = settled(row, {question.key: answer}, near=NEAR)
    assert row.partner_name == name
    # An answer that is no choice any more is none: it is asked again.
    assert bool(questions.open) is (answer == "gone-since")


MENU = {
    "hours": Measure(code="hours", name="Hours volunteered", unit="hours"),
    "places": Measure(code="places", name="Placements", unit="placements"),
}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hours", "hours"),
        ("HOURS", "hours"),
        ("  hours\t", "hours"),
        ("Hours volunteered", "hours"),
        ("hours   VOLUNTEERED", "hours"),
        ("placements", "places"),
    ],
)
def test_a_measure_is_meant_by_its_code_or_its_name(text: str, code: str) -> None:
    questions = Questions()
    assert asking.measure_meant(questions, MENU, text, 1) == code
    assert questions.asked == {}


def test_what_is_no_measure_is_asked_about_once_for_all_its_rows() -> None:
    questions = Questions()
    for row, text in ((1, "Trees"), (4, "trees"), (9, " TREES ")):
        assert asking.measure_meant(questions, MENU, text, row) == ""
    [question] = questions.open
    assert question.rows == [1, 4, 9]
    assert question.label == "What is counted where the file says “Trees”?"
    assert [choice for choice, _ in question.choices] == ["hours", "places", "leave-out"]
    answered = Questions({question.key: "places"})
    assert asking.measure_meant(answered, MENU, "Trees", 1) == "places"
    assert answered.open == []


def test_rows_that_are_left_out_say_why() -> None:
    questions = Questions({"measure:trees": "leave-out"})
    with pytest.raises(BadRow, match="left out, as was answered: there is no measure 'Trees'"):
        asking.measure_meant(questions, MENU, "Trees", 1)
