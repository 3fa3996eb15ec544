"""Which figures and days can be promised and reported, by what is counted: a table of bounds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.charter.models import CharterVersion, Clause, Decision, Theme
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.places.models import Area
from commonweal.pledges.models import Measure, MeasureKind, Pledge
from commonweal.pledges.models.measures import ALPHABET, new_code, plain
from commonweal.pledges.terms import (
    YEARS_MOST,
    Terms,
    check_figures,
    check_reached,
    check_reached_on,
    check_terms,
    latest,
)

TODAY = date(2026, 3, 4)
THEME = Theme(code="fair-work", name="Fair work")
BAKERY = Partner(code="bakery", name="Bakery")
COUNCIL = Partner(code="council", name="Council", is_council=True)
DECISION = Decision(code="2026-01", title="Adopted", body="Executive", decided_on=TODAY)


def measure(kind: str, direction: str = "up") -> Measure:
    return Measure(code=f"m-{kind}", name="M", kind=kind, unit="", direction=direction, theme=THEME)


def terms(kind: str = "count", **more: Any) -> Terms:
    promised: dict[str, Any] = {
        "measure": measure(kind),
        "statement": "We will.",
        "baseline": Decimal(0),
        "target": Decimal(20),
        "due_on": TODAY + timedelta(days=100),
        "theme": THEME,
    }
    return Terms(**(promised | more))


def refused(check: Any, *given_to: Any, **more: Any) -> str:
    """What somebody is told; "" where nothing speaks against it."""
    try:
        check(*given_to, **more)
    except Refused as refusal:
        return str(refusal)
    return ""


SHARES = "A share lies between 0 and 100 per cent."
NOTHING = "The target must be more than nothing."
HIGHER = "The target must be higher than where you start."
LOWER = "The target must be lower than where you start."
ONLY_DONE = "A pledge to do something starts at “not done” and ends at “done”."


@pytest.mark.parametrize(
    ("kind", "direction", "baseline", "target", "sentence"),
    [
        ("count", "up", "0", "1", ""),
        ("count", "up", "0", "0", NOTHING),
        ("count", "up", "5", "-1", NOTHING),
        ("count", "up", "5", "5", HIGHER),
        ("count", "up", "5", "4", HIGHER),
        ("count", "up", "-5", "-4", ""),
        ("count", "down", "5", "4", ""),
        ("count", "down", "5", "0", NOTHING),
        ("count", "down", "5", "5", LOWER),
        ("count", "down", "5", "6", LOWER),
        ("hours", "up", "0", "0.5", ""),
        ("hours", "up", "0", "0", NOTHING),
        ("money", "up", "0", "0.01", ""),
        ("money", "up", "0", "-0.01", NOTHING),
        ("money", "up", "100", "99", HIGHER),
        ("share", "up", "0", "100", ""),
        ("share", "up", "0", "100.1", SHARES),
        ("share", "up", "-0.1", "50", SHARES),
        ("share", "up", "100.1", "100", SHARES),
        ("share", "up", "50", "50", HIGHER),
        # All can be brought to nought where less is better.
        ("share", "down", "50", "0", ""),
        ("share", "down", "0", "50", LOWER),
        ("yes_no", "up", "0", "1", ""),
        ("yes_no", "up", "1", "1", ONLY_DONE),
        ("yes_no", "up", "0", "0", ONLY_DONE),
        ("yes_no", "up", "0", "2", ONLY_DONE),
        # What is to stay may stay where it is.
        ("keep", "up", "80", "80", ""),
        ("keep", "up", "80", "70", ""),
        ("keep", "down", "80", "90", ""),
        ("keep", "up", "0", "0", ""),
    ],
)
def test_from_where_to_where_one_can_promise(
    kind: str, direction: str, baseline: str, target: str, sentence: str
) -> None:
    counted = measure(kind, direction)
    assert refused(check_figures, counted, Decimal(baseline), Decimal(target)) == sentence


@pytest.mark.parametrize(
    ("kind", "figure", "sentence"),
    [
        ("share", "0", ""),
        ("share", "100", ""),
        ("share", "100.0001", SHARES),
        ("share", "-0.0001", SHARES),
        ("yes_no", "0", ""),
        ("yes_no", "1", ""),
        ("yes_no", "0.5", "Report 1 for done or 0 for not done."),
        ("yes_no", "2", "Report 1 for done or 0 for not done."),
        ("yes_no", "-1", "Report 1 for done or 0 for not done."),
        ("count", "-4", ""),
        ("hours", "100000", ""),
        ("money", "0", ""),
        ("keep", "250", ""),
    ],
)
def test_what_one_can_have_reached(kind: str, figure: str, sentence: str) -> None:
    assert refused(check_reached, measure(kind), Decimal(figure)) == sentence


AHEAD = "Report what has been reached by today or before, not what is to come."
BEFORE = "Choose a day since the pledge was made."


@pytest.mark.parametrize(
    ("as_of", "made_on", "sentence"),
    [
        (0, 0, ""),
        (-30, -30, ""),
        (-29, -30, ""),
        (-31, -30, BEFORE),
        (1, -30, AHEAD),
        (0, None, ""),
        (-4000, None, ""),
        (1, None, AHEAD),
        # Of two faults the one that is told first is that it has not happened.
        (1, 2, AHEAD),
    ],
)
def test_by_which_day_one_can_have_reached_it(
    as_of: int, made_on: int | None, sentence: str
) -> None:
    made = None if made_on is None else TODAY + timedelta(days=made_on)
    reached_on = TODAY + timedelta(days=as_of)
    pledge = Pledge(made_on=made)
    assert refused(check_reached_on, pledge, reached_on, today=TODAY) == sentence


@pytest.mark.parametrize("gap", ["baseline", "target", "due_on"])
def test_a_pledge_needs_where_it_starts_where_it_ends_and_when(gap: str) -> None:
    sentence = "A pledge needs a starting point, a target and a date."
    assert refused(check_terms, BAKERY, terms(**{gap: None}), today=TODAY) == sentence


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (-1, "Choose a date in the future."),
        (0, "Choose a date in the future."),
        (1, ""),
        (YEARS_MOST * 366, ""),
        (YEARS_MOST * 366 + 1, "Choose a date within the next 30 years."),
    ],
)
def test_how_far_ahead_one_can_promise(days: int, sentence: str) -> None:
    promised = terms(due_on=TODAY + timedelta(days=days))
    assert refused(check_terms, BAKERY, promised, today=TODAY) == sentence


def test_figures_are_checked_with_the_day() -> None:
    assert refused(check_terms, BAKERY, terms("share"), today=TODAY) == ""
    assert refused(check_terms, BAKERY, terms("share", target=Decimal(101)), today=TODAY) == SHARES


def test_the_council_names_its_decision_and_nobody_else_has_to() -> None:
    sentence = "A pledge of the council names the decision that made it."
    assert refused(check_terms, COUNCIL, terms(), today=TODAY) == sentence
    assert refused(check_terms, COUNCIL, terms(decision=DECISION), today=TODAY) == ""
    assert refused(check_terms, BAKERY, terms(), today=TODAY) == ""
    assert refused(check_terms, BAKERY, terms(decision=DECISION), today=TODAY) == ""


def test_the_last_day_lies_thirty_years_ahead_whatever_leap_years_there_are() -> None:
    assert latest(TODAY) - TODAY == timedelta(days=10_980)
    assert latest(TODAY) >= date(TODAY.year + YEARS_MOST, TODAY.month, TODAY.day)


# What goes into the ledger


def test_a_promise_goes_into_the_ledger_by_its_codes() -> None:
    version = CharterVersion(number=3)
    promised = terms(
        baseline=Decimal("1.50"),
        target=Decimal("20.000"),
        owner_title="Owner",
        clause=Clause(version=version, number="4a", theme=THEME),
        decision=DECISION,
        area=Area(code="northmoor", name="Northmoor"),
        who_benefits="Neighbours",
    )
    assert promised.body() == {
        "measure": "m-count",
        "measure_kind": "count",
        "unit": "",
        "direction": "up",
        "baseline": "1.5",
        "target": "20",
        "due_on": "2026-06-12",
        "theme": "fair-work",
        "owner_title": "Owner",
        "clause": "3/4a",
        "decision": "2026-01",
        "area": "northmoor",
        "who_benefits": "Neighbours",
    }


def test_what_was_not_stated_goes_there_as_nothing() -> None:
    body = terms(baseline=None, target=None, due_on=None).body()
    assert (body["baseline"], body["target"], body["due_on"]) == (None, None, None)
    for name in ("clause", "decision", "area", "who_benefits", "owner_title"):
        assert body[name] == ""


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (None, None),
        ("0", "0"),
        ("0.0000", "0"),
        ("-0.0", "0"),
        ("-0", "0"),
        ("0E+2", "0"),
        ("10", "10"),
        ("100.00", "100"),
        ("1E+3", "1000"),
        ("0.00010", "0.0001"),
        ("-2.50", "-2.5"),
    ],
)
def test_a_figure_in_the_ledger_has_no_exponent_and_no_noughts_behind(
    figure: str | None, text: str | None
) -> None:
    assert plain(None if figure is None else Decimal(figure)) == text


@given(some.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_a_figure_is_the_same_before_and_after(figure: Decimal) -> None:
    text = plain(figure)
    assert text is not None
    assert Decimal(text) == figure
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))
    assert plain(Decimal(text)) == text
    assert text != "-0"


@given(
    some.sampled_from(MeasureKind.values),
    some.sampled_from(["up", "down"]),
    some.integers(-20, 120),
    some.integers(-20, 120),
)
def test_what_can_be_promised_leads_the_right_way(
    kind: str, direction: str, baseline: int, target: int
) -> None:
    sentence = refused(check_figures, measure(kind, direction), Decimal(baseline), Decimal(target))
    if not sentence and kind != "keep":
        assert (target > baseline) == (direction == "up")
    if kind == "keep":
        assert sentence == ""


def test_a_code_can_be_read_out() -> None:
    codes = [new_code() for _ in range(50)]
    assert all(len(code) == 8 for code in codes)
    assert all(sign in ALPHABET for code in codes for sign in code)
    assert not frozenset("01OI") & frozenset(ALPHABET)
