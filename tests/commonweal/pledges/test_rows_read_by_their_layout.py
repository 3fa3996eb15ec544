"""Reading a row of a list by its layout: cells, figures, days, whose it is, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.office.errors import Refused
from commonweal.pledges import layout as reading
from commonweal.pledges.layout import BadRow, RegisterLayout, as_date, as_number, cell, read_row
from commonweal.pledges.models import Measure

CALLED = {"called": "Target"}
NOBODY: frozenset[str] = frozenset()


def a_layout(recipe: dict[str, Any] | None = None, **more: Any) -> RegisterLayout:
    """A layout with one kind of row, whose columns are called as what they hold."""
    recipe = {
        "partner": {
            "name": {"column": "partner"},
            "sector": {"column": "sector"},
            "ids": ["number"],
        },
        "key": ["partner", "statement"],
        "statement": {"column": "statement"},
        "measure": {"column": "measure"},
        "baseline": {"column": "baseline"},
        "target": {"column": "target"},
        "due_on": {"column": "due_on"},
        "claim": {"column": "claim"},
        "claim_on": {"column": "claim_on"},
        "status": {"column": "status"},
        "reason": {"column": "reason"},
        "owner_title": {"column": "owner_title"},
    } | (recipe or {})
    given_to = {"name": "l", "title": "L", "source": "s", "must_have": [], "rows": [recipe]}
    return RegisterLayout(**(given_to | more))


def a_row(**more: str) -> dict[str, str]:
    return {
        "partner": "Acorn Joinery",
        "sector": "private",
        "number": "",
        "statement": "We will.",
        "measure": "hours",
        "target": "200",
        "due_on": "31/03/2029",
    } | more


# Cells


@pytest.mark.parametrize(
    ("recipe", "text"),
    [
        (None, ""),
        ({"value": "hours"}, "hours"),
        ({"value": 5}, "5"),
        ({"column": "a"}, "Acorn"),
        ({"column": "missing"}, ""),
        ({"column": "missing", "default": "none"}, "none"),
        ({"column": "blank", "default": "none"}, "none"),
        ({"column": "dash", "default": "none"}, "none"),
        ({"column": "a", "default": "none"}, "Acorn"),
        ({"column": "a", "prefix": "The "}, "The Acorn"),
        ({"column": "missing", "prefix": "The "}, ""),
        ({"column": "missing", "prefix": "The ", "default": "x"}, "The x"),
        ({"column": "tonnes", "strip": " t"}, "12"),
        ({"column": "scope", "pattern": r"(\d+)%"}, "30"),
        ({"column": "a", "pattern": r"(\d+)%"}, ""),
        ({"column": "a", "pattern": r"(\d+)%", "default": "0"}, "0"),
    ],
)
def test_a_cell_is_read_by_its_recipe(recipe: dict[str, Any] | None, text: str) -> None:
    row = {
        "a": "  Acorn ",
        "blank": "No commitment",
        "dash": "-",
        "tonnes": "12 t",
        "scope": "by 30% of it",
    }
    assert cell(recipe, row, frozenset(["No commitment"])) == text


# Figures


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("", None),
        ("  ", None),
        ("£", None),
        ("200", "200"),
        ("1,250", "1250"),
        ("1,250.75", "1250.75"),
        ("£1,250", "1250"),
        ("€ 12", "12"),
        ("42%", "42"),
        ("-3", "-3"),
        # Two figures behind a comma are no thousands.
        ("12,5", "12.5"),
        ("12,50", "12.5"),
        ("12,500", "12500"),
        ("0.12345", "0.1234"),
        ("1e3", "1000"),
    ],
)
def test_a_figure_is_read_without_its_signs(text: str, figure: str | None) -> None:
    expected = None if figure is None else Decimal(figure)
    assert as_number(text, CALLED) == expected


@pytest.mark.parametrize(
    ("text", "figure"),
    [("0.42", 42), ("42%", 42), ("42", 42), ("1", 100), ("0.5%", "0.5"), ("-0.1", -10), ("0", 0)],
)
def test_a_share_is_per_cent_however_it_is_written(text: str, figure: Any) -> None:
    assert as_number(text, CALLED | {"percent": True}) == Decimal(figure)


@pytest.mark.parametrize("text", ["many", "12 or 13", "1.2.3", "--", "twelve"])
def test_what_is_no_number_is_refused_with_its_column(text: str) -> None:
    with pytest.raises(BadRow, match=r"Target: .* is no number"):
        as_number(text, CALLED)


@pytest.mark.parametrize("text", ["1e12", "-1e12", "1000000000000", "NaN", "Infinity"])
def test_what_is_out_of_reach_is_refused(text: str) -> None:
    with pytest.raises(BadRow, match="is out of reach"):
        as_number(text, CALLED)


@given(some.integers(-(10**9), 10**9))
def test_thousands_are_read_with_commas_and_without(figure: int) -> None:
    assert as_number(f"{figure:,}", CALLED) == as_number(str(figure), CALLED) == figure


# Days


@pytest.mark.parametrize(
    ("text", "more", "day"),
    [
        ("", {}, None),
        ("2029-03-31", {}, "2029-03-31"),
        ("31/03/2029", {}, "2029-03-31"),
        ("31 March 2029", {}, "2029-03-31"),
        ("05/04/2029", {}, "2029-04-05"),
        ("05/04/2029", {"order": "mdy"}, "2029-05-04"),
        ("31/01/2029", {"plus_months": 1}, "2029-02-28"),
        ("2030", {"end_of_year": True}, "2030-12-31"),
        ("FY2030", {"end_of_year": True}, "2030-12-31"),
        ("2030.0", {"end_of_year": True}, "2030-12-31"),
        ("2030", {"or_year": True}, "2030-12-31"),
        ("31/03/2029", {"or_year": True}, "2029-03-31"),
    ],
)
def test_a_day_is_read_in_the_order_of_its_file(
    text: str, more: dict[str, Any], day: str | None
) -> None:
    expected = None if day is None else date.fromisoformat(day)
    assert as_date(text, CALLED | more) == expected


@pytest.mark.parametrize(
    ("text", "more", "reason"),
    [
        ("soon", {}, "is no date"),
        ("31/02/2029", {}, "is no date"),
        ("March 2029", {}, "is no date"),
        ("soon", {"end_of_year": True}, "is no year"),
        ("31/03/2029", {"end_of_year": True}, "is no year"),
    ],
)
def test_what_is_no_day_is_refused_with_its_column(
    text: str, more: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BadRow, match=f"Target: .*{reason}"):
        as_date(text, CALLED | more)


# Rows


def test_a_row_is_read_whole() -> None:
    row = a_row(
        partner=" Acorn   Joinery ",
        number="00178738",
        baseline="10",
        claim="50",
        claim_on="2026-01-31",
        status="Amber",
        reason="It rained.",
        owner_title="Owner",
    )
    wanted = read_row(a_layout(), 4, row)
    assert (wanted.row, wanted.partner_name, wanted.sector) == (4, "Acorn Joinery", "private")
    assert wanted.ids == {"number": "00178738"}
    assert wanted.base_key == "acorn joinery|we will."
    assert (wanted.baseline, wanted.target) == (Decimal(10), Decimal(200))
    assert (wanted.due_on, wanted.made_on) == (date(2029, 3, 31), None)
    assert wanted.claims == [(date(2026, 1, 31), Decimal(50), "")]
    assert (wanted.status, wanted.reason, wanted.effect) == ("Amber", "It rained.", "")
    assert wanted.owner_title == "Owner"


@pytest.mark.parametrize(
    ("sector", "code"),
    [
        ("private", "private"),
        ("Private sector", "private"),
        ("BUSINESS", "private"),
        ("charity", "voluntary"),
        ("Third Sector", "voluntary"),
        ("VCSE", "voluntary"),
        ("government", "public"),
        ("cyhoeddus", "public"),
        ("", ""),
        ("-", ""),
    ],
)
def test_a_sector_is_known_by_what_lists_call_it(sector: str, code: str) -> None:
    assert read_row(a_layout(), 1, a_row(sector=sector)).sector == code


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"partner": ""}, "the name of the organisation is missing"),
        ({"partner": "A" * 201}, "longer than 200 characters"),
        ({"sector": "royal"}, "'royal' is none of public, private, voluntary"),
        ({"statement": " "}, "the text of the promise is missing"),
        ({"target": "lots"}, "is no number"),
        ({"due_on": "soon"}, "is no date"),
        ({"owner_title": "x" * 101}, "owner's title"),
        ({"statement": "x" * 4001}, "promise"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(more: dict[str, str], reason: str) -> None:
    with pytest.raises(BadRow, match=reason):
        read_row(a_layout(), 1, a_row(**more))


@pytest.mark.parametrize("gap", ["target", "due_on"])
def test_a_row_needs_what_its_layout_says_that_it_needs(gap: str) -> None:
    row = a_row(**{gap: ""})
    assert getattr(read_row(a_layout(), 1, row), gap) is None
    strict = a_layout({"needs": [gap]}, called={gap: "Column C"})
    with pytest.raises(BadRow, match=r"^Column C is missing$"):
        read_row(strict, 1, row)


def test_the_reason_is_the_claims_where_each_row_is_a_claim() -> None:
    row = a_row(claim="5", reason="By our list.")
    assert read_row(a_layout(rows_are_claims=True), 1, row).claims[0][2] == "By our list."
    assert read_row(a_layout(), 1, row).claims[0][2] == ""
    assert read_row(a_layout(), 1, a_row(reason="x")).claims == []


@pytest.mark.parametrize(
    ("status", "effect"), [("Withdrawn", "withdrawn"), ("WITHDRAWN", "withdrawn"), ("Green", "")]
)
def test_a_status_has_the_effect_that_its_layout_says(status: str, effect: str) -> None:
    with_effects = a_layout({"effects": {"withdrawn": "withdrawn"}})
    assert read_row(with_effects, 1, a_row(status=status)).effect == effect


def test_a_kind_of_row_is_told_by_its_cells() -> None:
    first = a_layout().rows[0] | {"when": {"type": "Net zero"}, "measure": {"value": "zero"}}
    second = a_layout().rows[0] | {"when": {"type": "Interim"}, "measure": {"value": "interim"}}
    two = a_layout(rows=[first, second])
    assert read_row(two, 1, a_row(type="Net zero")).measure == "zero"
    assert read_row(two, 1, a_row(type=" Interim ")).measure == "interim"
    with pytest.raises(BadRow, match="no kind of row is known with this type"):
        read_row(two, 1, a_row(type="Other"))
    assert reading.who_and_key(two, a_row(type="Other")) == ("", "")


def test_of_a_row_that_cannot_be_taken_it_is_said_whose_it_is() -> None:
    row = a_row(target="lots")
    assert reading.who_and_key(a_layout(), row) == ("Acorn Joinery", "acorn joinery|we will.")


@pytest.mark.parametrize("shares", [["hours"], []])
def test_a_fraction_is_a_share_where_the_measure_is_one(shares: list[str]) -> None:
    wanted = read_row(a_layout({"shares": shares}), 1, a_row(target="0.3"))
    assert wanted.target == (Decimal(30) if shares else Decimal("0.3"))


@pytest.mark.parametrize(
    ("more", "is_unkept"),
    [
        ({}, False),
        ({"reason": "It rained."}, True),
        ({"reason": "It rained.", "status": "Amber"}, False),
        ({"status": "Amber"}, False),
    ],
)
def test_a_remark_beside_nothing_is_told(more: dict[str, str], is_unkept: bool) -> None:
    assert read_row(a_layout(), 1, a_row(**more)).has_an_unkept_remark is is_unkept


def test_a_preview_shows_from_where_to_where_once_it_is_known_what_is_counted() -> None:
    wanted = read_row(a_layout(), 1, a_row(baseline="1"))
    assert wanted.from_to == ""
    wanted.counts = Measure(code="hours", kind="hours", unit="hours")
    assert wanted.from_to == "1 hour to 200 hours"


# Layouts


def test_the_layouts_that_ship_can_be_read_and_are_told_apart_by_name() -> None:
    names = [layout.name for layout in reading.layouts()]
    assert "commonweal" in names
    assert len(names) == len(frozenset(names))
    for name in names:
        layout = reading.layout_named(name)
        assert layout.rows
        assert layout.title
        assert layout.asks is layout.checked


def test_a_layout_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match=r"no layout 'nonesuch'. There are: .*commonweal"):
        reading.layout_named("nonesuch")


def test_the_towns_own_list_is_no_register_of_others() -> None:
    own = reading.layout_named("commonweal")
    assert not reading.is_register_of_others(own.source)
    others = [layout for layout in reading.layouts() if not layout.checked]
    assert others
    for layout in others:
        assert reading.is_register_of_others(layout.source.upper())


def test_a_layout_as_one_sender_writes_it_is_known_by_its_columns() -> None:
    own = reading.layout_named("commonweal")
    assert reading.mapped(own, "Chamber", {}).source == "Chamber"
    assert reading.mapped(own, "", {}).source == own.source
    first = reading.mapped(own, "Chamber", {"columns": ["a", "b"]})
    again = reading.mapped(own, "Chamber", {"columns": ["a", "b"]})
    others = reading.mapped(own, "Chamber", {"columns": ["b", "a"]})
    assert first.name == again.name != others.name
    assert first.name.startswith("commonweal-")


def test_a_told_layout_asks_and_needs_nothing() -> None:
    [other, *_] = [layout for layout in reading.layouts() if not layout.checked]
    told = reading.told(other, {"columns": ["a"]})
    assert (told.asks, told.is_told, told.must_have) == (True, True, [])
    assert told.rows[0]["needs"] == []
    assert told.source == other.source


def test_every_column_that_a_layout_reads_is_named() -> None:
    columns = a_layout({"when": {"type": "x"}}).columns
    assert sorted(columns) == sorted(
        [
            "partner",
            "sector",
            "number",
            "statement",
            "type",
            "measure",
            "baseline",
            "target",
            "due_on",
            "claim",
            "claim_on",
            "status",
            "reason",
            "owner_title",
        ]
    )


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (["31/03/2029", "05/04/2029"], "dmy"),
        (["03/31/2029", "05/04/2029"], "mdy"),
        (["2029-03-31"], "ymd"),
    ],
)
def test_dates_are_read_in_the_order_of_the_file(days: list[str], order: str) -> None:
    settled, question = reading.in_order(a_layout(), [a_row(due_on=day) for day in days])
    assert (settled.order, question) == (order, "")


@pytest.mark.parametrize(
    ("text", "squashed"), [("", ""), ("  a  b\n\tc ", "a b c"), ("a\u00a0b", "a b"), ("a", "a")]
)
def test_gaps_are_one_space(text: str, squashed: str) -> None:
    assert reading.squash(text) == squashed
