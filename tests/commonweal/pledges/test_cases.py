"""Lists of pledges that people really send, each with its right answer, read from beside the
checkout."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from commonweal.charter.models import Theme
from commonweal.pledges import carrying, importing
from commonweal.pledges.importing import PledgePlan
from commonweal.pledges.layout import layout_named
from commonweal.pledges.models import Measure, Pledge

ROOT = Path(__file__).parents[3]
CASES = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "cases"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not CASES.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
        reason="the cases to read are not beside this checkout",
    ),
]
DAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _menu(theme: Theme) -> None:
    for code, kind in (
        ("volunteer-hours", "hours"),
        ("local-buying", "share"),
        ("prompt-payment", "keep"),
        ("living-wage", "share"),
    ):
        Measure.objects.create(code=code, name=code.title(), theme=theme, kind=kind, unit="x")


def plan(name: str) -> PledgePlan:
    layout = layout_named("commonweal")
    return importing.plan((CASES / name).read_bytes(), name, layout=layout, as_at=DAY)


def figures_dates_names(name: str) -> bool:
    planned = plan(name)
    refused = {row: because for row, because in planned.rejected}
    targets = {row.row: row.target for row in planned.new}
    asked = {row for question in planned.questions.open for row in question.rows}
    assert targets[4] == Decimal("12.5")
    assert "more than nothing" in refused[10]
    assert "between 0 and 100" in refused[12]
    assert "higher than where you start" in refused[13]
    assert "no date" in refused[29]
    assert "no date" in refused[30]
    assert 31 in asked
    # One organisation, however it is written.
    names = {row.row: row.partner_name for row in planned.new}
    return (
        names[34] == names[35]
        and names[36] == names[37]
        and len({names[n] for n in (38, 39, 40)}) == 1
    )


def two_with_line_breaks(name: str) -> bool:
    planned = plan(name)
    return planned.counts["new"] == 2 and planned.counts["rejected"] == 0


def nothing_removed_unasked(name: str) -> bool:
    later, earlier = name.split(" after ")
    carrying.carry_out(plan(earlier), by=None)
    planned = plan(later)
    assert planned.does_nothing
    assert not planned.unlisted
    carrying.carry_out(planned, by=None)
    return {pledge.standing for pledge in Pledge.objects.all()} == {"active"}


def as_percent_shows(name: str) -> bool:
    planned = plan(name)
    return sorted(row.target for row in planned.new if row.target is not None) == [30, 95, 100]


ASSERTIONS: dict[str, Callable[[str], bool]] = {
    "p01-figures-dates-names.csv": figures_dates_names,
    "p03-multiline-statement.csv": two_with_line_breaks,
    "p04-batch4-empty.csv after p04-batch1.csv": nothing_removed_unasked,
    "p07-percent-cells.xlsx": as_percent_shows,
}


def expected() -> list[str]:
    with (CASES / "expected.csv").open(encoding="utf-8", newline="") as file:
        return [row[0] for row in csv.reader(file) if row and row[0].startswith("p")]


@pytest.mark.parametrize("name", expected() if CASES.exists() else [])
def test_a_list_that_people_send_gives_the_right_answer(name: str) -> None:
    assert name in ASSERTIONS, f"{name} stands in expected.csv, and nothing is asserted of it"
    assert ASSERTIONS[name](name)
