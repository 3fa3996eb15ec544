"""Lists of people as they are really sent, each with its right answer, read from beside the
checkout. Every row of `expected.csv` about a list has its assertion here."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from commonweal.cases import lists
from commonweal.cases.lists.persons import Listed

ROOT = Path(__file__).parents[3]
CASES = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "cases"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not CASES.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
        reason="the cases to read are not beside this checkout",
    ),
]


def read(name: str) -> lists.Preview:
    return lists.preview((CASES / name).read_bytes(), name)


def row(name: str, number: int) -> Listed:
    return next(listed for listed in read(name).listed if listed.row == number)


def dead(name: str) -> list[int]:
    return [listed.row for listed in read(name).dead]


def without_birth(name: str) -> list[int]:
    return [listed.row for listed in read(name).listed if not listed.described.born]


ASSERTIONS: dict[str, Callable[[str], bool]] = {
    "h01-people-quirks.csv": lambda name: (
        without_birth(name) == [5, 6, 8, 9, 12, 15] and not read(name).rejected
    ),
    "h05-multiline-address.csv": lambda name: (
        [listed.name for listed in read(name).listed] == ["Ada One", "Bea Two"]
    ),
    "h08-spl.csv": lambda name: dead(name) == [6],
}
# How many people each file names. Two lines of h01 name somebody a second time (rows 26 and 33),
# and one of h07 has the id of another person's row.
PEOPLE = {
    "h01-people-quirks.csv": 30,
    "h02-heading-variants.csv": 1,
    "h03-title-line-above.csv": 1,
    "h04-semicolon.csv": 1,
    "h05-multiline-address.csv": 2,
    "h07-nsss.csv": 5,
    "h08-spl.csv": 5,
    "h09-second-sheet.xlsx": 1,
    "h10-phones-as-numbers.xlsx": 3,
}


def expected() -> list[str]:
    if not CASES.exists():
        return []
    with (CASES / "expected.csv").open() as lines:
        return [line["input"] for line in csv.DictReader(lines) if line["input"].startswith("h")]


@pytest.mark.parametrize("name", expected())
def test_every_expected_list_is_read_right(name):
    assert name in ASSERTIONS, f"{name} has no assertion"
    assert ASSERTIONS[name](name)


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.glob("h*")))
def test_every_list_holds_its_people(name):
    assert name in PEOPLE, f"nobody says how many people {name} holds"
    assert len(read(name).listed) == PEOPLE[name]


def test_what_could_not_be_read_of_somebody_is_marked_and_stands_in_their_note():
    shown = read("h01-people-quirks.csv")
    marked = dict(shown.marked)
    assert {5, 6, 8, 9, 12, 15} <= set(marked)
    assert "31/04/1950" in row("h01-people-quirks.csv", 5).notes
    assert "31/04" not in marked[5]
    assert "stands for one not known" in marked[13]
    assert "lost figures" in marked[20]
    assert row("h01-people-quirks.csv", 20).phones == ()


@pytest.mark.parametrize(
    ("number", "phones", "postcode"),
    [
        (16, ("07700900101",), "BK1 1AA"),
        (17, ("+44 (0)7700 900102",), "BK1 1AA"),
        (18, ("447700900103",), "BK1 1AA"),
        (19, ("07700900104", "07700900105"), "BK1 1AA"),
        (21, (), ""),
        (22, ("01632 960107 (daughter)",), "BK1 1AA"),
        (23, ("07700900108",), "BK1 1AA"),
        (24, ("00447700900109",), "BK1 1AA"),
    ],
)
def test_telephones_and_postcodes_are_what_was_meant(number, phones, postcode):
    listed = row("h01-people-quirks.csv", number)
    assert (listed.phones, listed.described.postcode) == (phones, postcode)


def test_somebody_called_null_is_somebody():
    assert row("h01-people-quirks.csv", 28).name == "Null Null"


def test_who_stands_there_twice_is_one_and_both_notes_are_kept():
    shown = read("h01-people-quirks.csv")
    assert shown.joined == [(26, 25), (33, 32)]
    notes = row("h01-people-quirks.csv", 32).notes
    assert "needs food" in notes
    assert "needs heat" in notes


def test_two_rows_of_one_id_and_two_names_are_not_one():
    shown = read("h07-nsss.csv")
    assert shown.rejected == [(7, "the same id as row 2, and another name")]
    assert [listed.described.nhs for listed in shown.listed] == [
        "9434765919",
        "9434765919",
        "",
        "",
        "",
    ]
    assert [number for number, _ in shown.marked] == [4, 5]


def test_the_sheet_that_has_the_columns_is_read_and_it_is_said():
    shown = read("h09-second-sheet.xlsx")
    assert shown.placed.sheet == "List"
    assert any("Notes" in note for note in shown.placed.notes)


def test_numbers_of_a_workbook_are_telephones_again():
    shown = read("h10-phones-as-numbers.xlsx")
    assert [listed.phones for listed in shown.listed] == [
        ("07700900001",),
        ("07700 900001",),
        ("07700900003",),
    ]
    assert {listed.described.born for listed in shown.listed} == {"1941-04-13"}
    assert shown.listed[0].described.uprn == "100012345678"


def test_lines_above_the_headings_are_passed_over_and_said():
    assert "1 line above the headings" in read("h03-title-line-above.csv").placed.notes[0]
