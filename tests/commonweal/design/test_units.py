"""A unit in a partner's own words beside a number: nobody reads "1 placements"."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal.design.bars import written
from commonweal.design.words import are, in_unit, of_one


@pytest.mark.parametrize(
    ("unit", "single"),
    [
        ("placements", "placement"),
        ("paid placements", "paid placement"),
        ("meals a week", "meal a week"),
        ("tonnes of waste", "tonne of waste"),
        ("families", "family"),
        ("boxes", "box"),
        ("lunches for schools", "lunch for schools"),
        ("people", "person"),
        ("local people", "local person"),
        ("hours", "hour"),
        ("places", "place"),
        ("businesses", "business"),
        # What can't be known stays as it is.
        ("premises", "premises"),
        ("bus", "bus"),
        ("staff", "staff"),
        ("kg CO2e", "kg CO2e"),
        ("", ""),
    ],
)
def test_a_unit_of_one(unit, single):
    assert of_one(unit) == single
    assert in_unit(1, unit) == f"1 {single}".rstrip()
    assert in_unit(Decimal("12.50"), unit) == f"12.5 {unit}".rstrip()


def test_a_promise_of_one_says_one():
    assert written(Decimal(1), "placements") == "1 placement"
    assert written(Decimal("1.00"), "placements") == "1 placement"
    assert written(Decimal(1000), "placements") == "1,000 placements"
    assert written(Decimal(1), "%") == in_unit(1, "%") == "1%"


def test_the_verb_goes_with_the_number():
    assert [are(Decimal(count)) for count in ("1.00", "0", "2", "1.5")] == [
        "is",
        "are",
        "are",
        "are",
    ]
