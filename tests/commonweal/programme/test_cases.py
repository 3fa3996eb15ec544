"""Lists of actions that people really send, each with its right answer, read from beside the
checkout."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from commonweal.accounts.actors import IMPORT, Actor
from commonweal.places.models import Town
from commonweal.programme import importing
from commonweal.programme.models import Action

ROOT = Path(__file__).parents[3]
CASES = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "cases"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not CASES.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
        reason="the cases to read are not beside this checkout",
    ),
]


def dates_of_this_century(name: str) -> bool:
    outcome = importing.plan(
        (CASES / name).read_bytes(), name, source="list", as_at=date(2026, 11, 26)
    )
    importing.carry_out(outcome, author=Actor(None, IMPORT))
    action = Action.objects.get(source_key="A3")
    assert (action.starts_on, action.due_on) == (date(2026, 4, 1), date(2027, 3, 31))
    return "is no date" in dict(outcome.rejected)[10]


ASSERTIONS: dict[str, Callable[[str], bool]] = {"g01-actions.csv": dates_of_this_century}


def expected() -> list[str]:
    with (CASES / "expected.csv").open(encoding="utf-8", newline="") as file:
        return [row[0] for row in csv.reader(file) if row and row[0].startswith("g")]


@pytest.mark.parametrize("name", expected() if CASES.exists() else [])
def test_a_list_that_people_send_gives_the_right_answer(name: str, town: Town) -> None:
    assert name in ASSERTIONS, f"{name} stands in expected.csv, and nothing is asserted of it"
    assert ASSERTIONS[name](name)
