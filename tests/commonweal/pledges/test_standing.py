"""The truth table of docs/methods/standing.md, row by row, and what must hold for any ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from commonweal.design.bars import Bar
from commonweal.places.models import Rules
from commonweal.pledges import standing as st

ZERO = date(2026, 1, 1)
PAGE = Path(__file__).parents[3] / "docs" / "methods" / "standing.md"


@dataclass
class Line:
    seq: int
    kind: str
    happened_on: date
    body: dict[str, Any] = field(default_factory=dict)


def day(number: int) -> date:
    return ZERO + timedelta(days=number)


class Notation:
    """Turns the table's words into ledger lines."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.claim = self.review = self.link = 0

    def add(self, text: str) -> None:
        number, _, said = text.strip().partition(" ")
        on, seq = int(number), len(self.lines) + 1
        kind, body = self._read(said, on, seq)
        self.lines.append(Line(seq, kind, day(on), body))

    def _read(self, said: str, on: int, seq: int) -> tuple[str, dict[str, Any]]:
        words = said.split()
        held = day(on + 14).isoformat()
        match words[0]:
            case "made":
                return "proposed", self._terms(said)
            case "claim":
                self.claim = seq
                as_of = int(words[-1]) if "of" in words else on
                return "claim", {
                    "value": words[1],
                    "as_of": day(as_of).isoformat(),
                    "final": "final" in words,
                }
            case "evidence" | "link":
                self.link = seq if words[0] == "link" else self.link
                return "evidence", {"about": self.claim}
            case "dead" | "alive":
                return f"link_{words[0]}", {"about": self.link}
            case "upheld" | "rejected" | "partly" | "second":
                self.review = seq
                verdict = words[1] if words[0] == "second" else words[0]
                wait = None if words[0] == "second" or verdict == "upheld" else held
                value = words[-1] if verdict == "partly" else None
                return "review", {
                    "about": self.claim,
                    "verdict": verdict,
                    "value": value,
                    "held_until": wait,
                }
            case "undone":
                return "taken_back", {"about": self.claim}
            case "agree" | "contest":
                return "reply", {"about": self.review, "agrees": words[0] == "agree"}
            case "due":
                return "changed", {"field": "due_on", "new": day(int(words[1])).isoformat()}
            case "target" | "baseline":
                return "changed", {"field": words[0], "new": words[1]}
            case other:
                return other, {}

    def _terms(self, said: str) -> dict[str, Any]:
        terms: dict[str, Any] = {
            "measure_kind": "count",
            "direction": "up",
            "baseline": "0",
            "target": "200",
            "due_on": day(100).isoformat(),
        }
        if down := re.search(r"down (\d+) to (\d+)", said):
            terms |= {"direction": "down", "baseline": down[1], "target": down[2]}
        if keep := re.search(r"keep (?:(\d+) to )?(\d+)", said):
            terms |= {"measure_kind": "keep", "baseline": keep[1] or "0", "target": keep[2]}
        if "yes" in said:
            terms |= {"measure_kind": "yes_no", "target": "1"}
        if "no date" in said:
            terms["due_on"] = None
        if "no target" in said:
            terms["target"] = None
        return terms


def rows() -> list[Any]:
    found = []
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 5 and cells[2].isdigit():
            found.append(pytest.param(*cells[1:], id=cells[0]))
    return found


def state_after(entries: str, on: int) -> st.State:
    notation = Notation()
    for text in entries.split(";"):
        notation.add(text)
    return st.state_of(notation.lines, day(on), Rules())


@pytest.mark.parametrize(("entries", "on", "standing", "verified"), rows())
def test_each_row_of_the_truth_table(entries: str, on: str, standing: str, verified: str) -> None:
    state = state_after(entries, int(on))
    assert state.standing == standing
    assert state.verified == (Decimal(verified) if verified else None)


def test_the_table_has_every_standing() -> None:
    shown = {row.values[2] for row in rows()}
    assert shown == {one.value for one in st.Standing}
    assert len(rows()) > 50


HELD = "0 made; 1 accepted; 105 claim 200; 105 evidence; 108 partly 80"
DEAD = "0 made; 1 accepted; 60 claim 200; 60 link; 65 upheld; 70 dead"


@pytest.mark.parametrize(
    ("entries", "on", "until"),
    [
        ("0 made; 1 accepted", 69, 70),  # due soon
        ("0 made; 1 accepted", 70, 101),  # the day of a change is past it
        ("0 made; 1 accepted", 101, 466),
        ("0 made; 1 accepted", 466, None),
        (HELD, 110, 122),  # a review that is held is published
        (f"{HELD}; 110 agree", 110, None),  # a reply published it
        (DEAD, 99, 100),  # evidence is unavailable from then on
        (DEAD, 100, None),
    ],
)
def test_it_says_the_first_day_on_which_time_alone_changes_it(
    entries: str, on: int, until: int | None
) -> None:
    assert state_after(entries, on).until == (None if until is None else day(until))


def test_it_says_until_when_a_review_is_held() -> None:
    assert state_after(HELD, 110).held_until == day(122)
    assert state_after(f"{HELD}; 110 agree", 111).held_until is None


def test_what_was_upheld_is_not_disputed_whatever_is_replied() -> None:
    state = state_after("0 made; 1 accepted; 60 claim 200; 60 evidence; 65 upheld; 67 contest", 68)
    assert state.standing == st.Standing.MET


ENTRIES = some.sampled_from(
    [
        "claim 0",
        "claim 50",
        "claim 120",
        "claim 200",
        "claim 120 final",
        "claim 250",
        "evidence",
        "link",
        "upheld",
        "partly 80",
        "rejected",
        "agree",
        "contest",
        "second partly 90",
        "dead",
        "alive",
        "due 60",
        "due 150",
        "due 300",
        "target 100",
        "target 300",
        "withdrawn",
        "removed",
        "relisted",
    ]
)
STARTS = some.sampled_from(
    ["made", "made no date", "made keep 95", "made yes", "made down 300 to 200", "made no target"]
)


@some.composite
def histories(draw: Any) -> list[Line]:
    notation = Notation()
    notation.add(f"0 {draw(STARTS)}")
    notation.add(f"{draw(some.integers(0, 5))} accepted")
    now = 5
    for text in draw(some.lists(ENTRIES, max_size=14)):
        now += draw(some.integers(0, 40))
        needs_claim = text.split()[0] in {
            "evidence",
            "link",
            "upheld",
            "partly",
            "rejected",
            "second",
        }
        if needs_claim and not notation.claim:
            continue
        if text in {"agree", "contest"} and not notation.review:
            continue
        if text in {"dead", "alive"} and not notation.link:
            continue
        notation.add(f"{now} {text}")
    return notation.lines


@given(lines=histories(), on=some.integers(0, 700), later=some.integers(1, 400))
@settings(max_examples=400)
def test_a_standing_holds_until_its_day_and_no_longer_than_it_says(
    lines: list[Line], on: int, later: int
) -> None:
    """Between two entries, nothing may change before `until`."""
    rules = Rules()
    seen = [line for line in lines if line.happened_on <= day(on)]
    first = st.state_of(seen, day(on), rules)
    then = day(on + later)
    if first.until is not None and then >= first.until:
        then = first.until - timedelta(days=1)
    second = st.state_of(seen, then, rules)
    assert (second.standing, second.verified, second.claimed) == (
        first.standing,
        first.verified,
        first.claimed,
    )


@given(lines=histories(), on=some.integers(0, 700))
@settings(max_examples=200)
def test_entries_of_a_later_day_change_nothing(lines: list[Line], on: int) -> None:
    cut = [line for line in lines if line.happened_on <= day(on)]
    assert st.state_of(lines, day(on), Rules()) == st.state_of(cut, day(on), Rules())


@given(lines=histories(), on=some.integers(5, 700))
@settings(max_examples=200)
def test_nothing_counts_as_verified_without_a_review(lines: list[Line], on: int) -> None:
    unreviewed = [line for line in lines if line.kind != "review"]
    state = st.state_of(unreviewed, day(on), Rules())
    assert state.verified is None
    assert not state.standing.startswith("verified")


@pytest.mark.parametrize(
    ("edition", "standing"), [(2, st.Standing.NOT_MET), (3, "verified_partly")]
)
def test_books_closed_by_an_earlier_edition_keep_what_they_said(edition, standing):
    """Of what was to be kept at or above, begun higher, and kept until a day before its date."""
    notation = Notation()
    for entry in ("0 made keep 98 to 95", "1 accepted", "105 claim 97 as of 99", "108 upheld"):
        notation.add(entry)
    assert st.state_of(notation.lines, day(109), Rules(edition=edition)).standing == standing


@pytest.mark.parametrize(
    ("claimed_for", "on", "sentence"),
    [
        (60, 80, "97% verified for 2 March 2026, to stay at or above 95% until 11 April 2026."),
        (
            60,
            101,
            "97% verified for 2 March 2026, to stay at or above 95% until 11 April 2026; nothing "
            "reported for that day yet.",
        ),
        (100, 120, "97% verified for 11 April 2026, to stay at or above 95% until 11 April 2026."),
    ],
)
def test_what_is_to_stay_says_for_which_day_it_was_found(claimed_for, on, sentence):
    figure = Decimal(97)
    bar = Bar(
        "%",
        "keep",
        Decimal(98),
        Decimal(95),
        figure,
        figure,
        day(1),
        day(100),
        day(on),
        claimed_for=day(claimed_for),
    )
    assert bar.sentence == sentence


def test_of_what_is_to_stay_with_no_report_the_date_is_said():
    bar = Bar("%", "keep", None, Decimal(95), None, None, day(1), day(100), day(2))
    assert bar.sentence == "To stay at or above 95% until 11 April 2026; nothing reported yet."


def test_what_moves_no_standing_is_read_all_the_same():
    lines = [
        Line(1, "question", day(1)),
        Line(2, "question", day(2)),
        Line(3, "answer", day(3), {"about": 1}),
        Line(4, "measured", day(9), {"value": "12", "ends_on": day(8).isoformat()}),
        Line(5, "offered", day(10), {"quantity": "20"}),
        Line(6, "offered", day(10), {"quantity": "5"}),
        Line(7, "drawn", day(11), {"quantity": "3"}),
        Line(8, "drawn", day(12), {"quantity": "4"}),
        Line(9, "drawn", day(12), {"quantity": "0"}),
        Line(10, "claim", day(12), {"value": "1"}),
        Line(11, "review", day(12), {"about": 10, "verdict": "upheld", "by": "The college"}),
    ]
    state = st.fold(lines, day(11))
    assert (state.first_unanswered_on, state.answered) == (day(2), {1})
    assert (state.measured, state.measured_on) == (12, day(8))
    assert (state.offered, state.drawn) == (25, 3)
    later = st.fold(lines, day(12))
    assert (later.drawn, later.claims[0].reviews[0].by) == (7, "The college")
