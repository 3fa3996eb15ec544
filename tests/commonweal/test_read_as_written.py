"""What is kept as figures and codes is read as people write it: dates of birth, reasons of
rules."""

from __future__ import annotations

import pytest

from commonweal.cases.subject import shown
from commonweal.design.days import known_day


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1950-03-27", "27 March 1950"),
        ("1950-03", "March 1950"),
        ("1950", "1950"),
        ("", ""),
        ("1950-02-31", "1950-02-31"),
        ("about 1950", "about 1950"),
    ],
)
def test_a_date_is_read_as_far_as_it_is_known(written: str, read: str) -> None:
    assert known_day(written) == read


def test_reasons_of_the_rules_are_given_out_as_the_desk_reads_them() -> None:
    reasons = [[20, "over 70 and alone"], [30, "asks for: Food"]]
    assert shown(reasons) == "over 70 and alone (20); asks for: Food (30)"
