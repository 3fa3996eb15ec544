"""The order of strictness: each cell of the tables in docs/methods/safe-contact.md, and its
laws."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from commonweal.residents import ways
from commonweal.residents.models import Resident
from commonweal.residents.ways import Rule, Way

PAGE = Path(__file__).resolve().parents[3] / "docs" / "methods" / "safe-contact.md"
LONDON = ZoneInfo("Europe/London")
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def tables() -> list[list[list[str]]]:
    """The page's tables, each as rows of cells, the heading first."""
    blocks: list[list[list[str]]] = [[]]
    for line in PAGE.read_text().splitlines():
        if not line.startswith("|"):
            blocks.append([])
        elif not line.startswith("|---"):
            blocks[-1].append([cell.strip() for cell in line.strip("|").split("|")])
    return [block for block in blocks if block]


OPENS, MEETS, HOURS, PROMISES = tables()


def rule(said: str) -> Rule:
    contact, days, hours = (part.strip() for part in said.split(","))
    start, end = (time.fromisoformat(f"{part:0>5}") if part else None for part in hours.split("–"))
    return Rule(contact, days, start, end)


def test_the_page_has_every_choice():
    assert {row[0].split(",")[0] for row in OPENS[1:]} == set(Resident.Contact.values)
    assert MEETS[0][1:] == [row[0] for row in MEETS[1:]]
    assert set(MEETS[0][1:]) == set(Resident.Contact.values) == set(ways.OPENS)


@pytest.mark.parametrize("row", OPENS[1:], ids=lambda row: row[0])
def test_what_each_choice_opens(row):
    contact, *risk = row[0].split(",")
    for way, cell in zip(OPENS[0][1:], row[1:], strict=True):
        why = ways.closed(Rule(contact), Way(way.replace("e-mail", "email")), at_risk=bool(risk))
        assert (why == "") == (cell == "yes"), (row[0], way)


@pytest.mark.parametrize("row", MEETS[1:], ids=lambda row: row[0])
def test_the_strictest_of_two_choices(row):
    for other, cell in zip(MEETS[0][1:], row[1:], strict=True):
        assert ways.meet(row[0], other) == cell


def test_the_strictest_opens_nothing_that_either_closes():
    """Not only the table: the law that it must keep, and that no order of meeting matters."""
    for one, other in itertools.product(ways.OPENS, repeat=2):
        both = ways.meet(one, other)
        assert ways.OPENS[both] <= ways.OPENS[one] & ways.OPENS[other]
        assert both == ways.meet(other, one)
        assert ways.meet(one, one) == one
    for one, other, third in itertools.product(ways.OPENS, repeat=3):
        assert ways.meet(ways.meet(one, other), third) == ways.meet(one, ways.meet(other, third))


RULES = [
    Rule(contact, days, start, end)
    for contact in ways.OPENS
    for days in ("", "12345", "67", "3")
    for start, end in ((None, None), (time(10), time(14)), (time(12), None), (None, time(12)))
]


def test_two_rules_open_no_hour_that_either_closes():
    moments = [
        datetime(2026, 11, day, hour, tzinfo=LONDON) for day in (25, 28) for hour in (9, 11, 13)
    ]
    for one, other in itertools.product(RULES[::3], RULES[::2]):
        both = ways.strictest(one, other)
        assert not ways.looser(one, both)
        for way, at in itertools.product(Way, moments):
            opened = [
                not ways.closed(r, way, at_risk=False) and ways.in_hours(r, way, at)
                for r in (one, other, both)
            ]
            assert not opened[2] or (opened[0] and opened[1]), (one, other, way, at)


@pytest.mark.parametrize("row", HOURS[1:], ids=lambda row: f"{row[0]} + {row[1]}")
def test_days_and_hours_that_are_safe_by_both(row):
    one, other, together = (rule(cell) for cell in row)
    assert ways.strictest(one, other) == ways.strictest(other, one) == together


@pytest.mark.parametrize("row", PROMISES[1:], ids=lambda row: f"{row[0]}, {row[2]}")
def test_a_promise_falls_within_the_hours(row):
    said = rule(row[0])

    def at(words: str) -> datetime:
        day, clock = words.split()
        # The Thursday is 26 November 2026.
        moment = datetime.combine(date(2026, 11, 23), time.fromisoformat(clock), LONDON)
        return moment.replace(day=23 + WEEK.index(day))

    due, becomes = at(row[2]), at(row[3])
    if becomes < at(row[1]):
        becomes = becomes.replace(day=becomes.day + 7)
    assert ways.fit(said, Way.TEXT, due, at(row[1])) == becomes


def test_notes_and_words_of_both_are_kept_and_dropping_one_is_looser():
    one, other = Rule("any", note="He reads it.", word="heron"), Rule("any", note="Not at work.")
    both = ways.strictest(one, other)
    assert (both.note, both.word) == ("He reads it.\nNot at work.", "heron")
    assert ways.looser(both, one) == ["the note"]
    assert ways.looser(one, Rule("any", note="He reads it.")) == ["the safe word"]
    assert ways.looser(Rule("text_only"), Rule("any")) == ["the way"]
    assert ways.looser(Rule("text_only"), Rule("email_only")) == ["the way"]
    assert ways.looser(Rule("any", "12345"), Rule("any", "123456")) == ["the days"]
    assert ways.looser(Rule("any", "12345", time(10)), Rule("none")) == []
    assert ways.looser(Rule("any"), Rule("text_only", "1", time(10), time(12), "x", "y")) == []


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("10", time(10)),
        ("10:30", time(10, 30)),
        ("10.30", time(10, 30)),
        ("2pm", time(14)),
        ("2.30 pm", time(14, 30)),
        ("12am", time(0)),
        ("12 pm", time(12)),
        ("", None),
        ("noon", None),
        ("25", None),
        ("13pm", None),
        ("10:75", None),
        (None, None),
    ],
)
def test_times_as_people_write_them(typed, clock):
    assert ways.clock_of(typed) == clock
