"""Registers of contracts as publishers write them, and the cases that people really send."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from commonweal.office.errors import Refused
from commonweal.spend import contracts

from .town import brought_in

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
CASES = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "cases"
real = pytest.mark.skipif(
    not CASES.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the cases to read are not beside this checkout",
)
# Of each case: title, start, end, value; and the lines left out.
COME_TO = {
    "k01-contracts.csv": (
        [
            ("Cleaning", "2023-04-01", "2026-03-31", "1200000"),
            ("Catering", "2023-04-01", "2027-03-31", "1200000"),
            ("US", "2023-04-13", "2027-03-31", "100"),
            ("Range", "2023-04-01", "2027-03-31", ""),
            ("Nil", "2023-04-01", "2099-12-31", "0"),
        ],
        [(4, "'31/04/2027' is no date"), (5, "'Ongoing' is no date")],
    ),
    "k02-contracts-thousands.csv": (
        [
            ("Cleaning", "2023-04-01", "2027-03-31", "1200000"),
            ("Catering", "2023-04-13", "2027-03-31", "50000"),
        ],
        [],
    ),
}


def rows(register: contracts.Read) -> list[tuple[str, str, str, str]]:
    return [
        (
            contract.title,
            str(contract.starts_on or ""),
            str(contract.ends_on),
            "" if contract.value_gbp is None else f"{float(contract.value_gbp):.10g}",
        )
        for contract in register.contracts
    ]


@real
@pytest.mark.parametrize("case", sorted(path.name for path in CASES.glob("k*")) or [""])
def test_each_case_comes_to_its_contracts(anchor, case):
    register = contracts.read(anchor, (CASES / case).read_bytes(), case)
    assert (rows(register), register.left_out) == COME_TO[case]


HEAD = "Title,Supplier,Value,Start Date,End Date\n"


def read(anchor, text: str) -> contracts.Read:
    return contracts.read(anchor, text.encode(), "c.csv")


@pytest.mark.parametrize(
    ("heading", "text", "value"),
    [
        ("Value (£000)", "12", "12000"),
        ("Value (£m)", "1.5", "1500000"),
        ("Value", "1.2m", "1200000"),
        ("Value (£000)", "1.2m", "1200000"),
        ("Value", "£50k", "50000"),
        ("Value", "2 million", "2000000"),
        ("Value", "1.234,50", "1234.5"),
        ("Value", "£(10)", "-10"),
        ("Value", "0", "0"),
        ("Value", "EUR 10", ""),
        ("Value", "£10 - £20", ""),
        ("Value", "N/A", ""),
    ],
)
def test_values_are_read_in_their_units(anchor, heading, text, value):
    table = f'Title,"{heading}",End\nElm,"{text}",31/03/2030\n'
    register = read(anchor, table)
    assert rows(register) == [("Elm", "", "2030-03-31", value)]
    # What says something that is no amount is named; what says nothing is not.
    assert [line for line, _ in register.without_value] == [2] * (not value and text != "N/A")


def test_the_order_of_days_and_months_is_that_of_the_whole_column(anchor):
    month_first = read(anchor, HEAD + "Elm,,,04/13/2023,03/04/2027\nOak,,,04/14/2023,05/06/2027\n")
    assert [row[1:3] for row in rows(month_first)] == [
        ("2023-04-13", "2027-03-04"),
        ("2023-04-14", "2027-05-06"),
    ]
    day_first = read(anchor, HEAD + "Elm,,,13/04/2023,03/04/2027\n")
    assert rows(day_first)[0][1:3] == ("2023-04-13", "2027-04-03")


def test_lines_of_totals_are_no_contracts_and_firms_called_total_are(anchor):
    register = read(
        anchor,
        HEAD + "Elm,Acorn Ltd,10,,31/03/2030\nGas,Total Energies Gas Ltd,20,,31/03/2030\n"
        "Total,,30,,\nGrand Total,,30,,31/03/2030\n,,30,,\n",
    )
    assert [row[0] for row in rows(register)] == ["Elm", "Gas"]
    assert [why for _, why in register.left_out] == ["it is a line of totals"] * 3


@pytest.mark.parametrize("mark", ["N/A", "NULL", "00000000", "-", ""])
def test_a_mark_for_nothing_is_no_end(anchor, mark):
    register = read(anchor, HEAD + f"Elm,,1,,{mark}\nOak,,1,,31/03/2030\n")
    assert register.left_out == [(2, "'Elm' has no end")]


def test_an_end_before_the_beginning_is_refused(anchor):
    register = read(anchor, HEAD + "Elm,,1,01/04/2030,31/03/2027\n")
    assert register.left_out == [(2, "'Elm' ends before it begins")]


def test_headings_in_two_languages_and_in_welsh(anchor):
    both = read(
        anchor,
        "Title / Teitl,Supplier / Cyflenwr,End Date / Dyddiad Gorffen\nElm,Acorn Ltd,31/03/2030\n",
    )
    welsh = read(
        anchor,
        "Teitl,Cyflenwr,Gwerth,Dyddiad Dechrau,Dyddiad Gorffen\n"
        "Elm,Acorn Ltd,10,1 Ebrill 2027,31 Mawrth 2030\n",
    )
    assert rows(both) == [("Elm", "", "2030-03-31", "")]
    assert rows(welsh) == [("Elm", "2027-04-01", "2030-03-31", "10")]


def test_lines_without_a_table_are_refused(anchor):
    with pytest.raises(Refused, match="headings for the contract"):
        read(anchor, "a,b\n1,2\n")


def test_the_page_names_lines_left_out_and_values_that_it_could_not_read(
    anchor, client, sign_in, yusuf
):
    text = HEAD + "Elm,,£10 - £20,,31/03/2030\nOak,,1,,rolling\n"
    page = brought_in(sign_in(yusuf), anchor, text)
    said = page.content.decode().replace("&#x27;", "'")
    assert "1 contract kept; lines left out: 1; line 3: 'rolling' is no date." in said
    assert "Kept without a value; line 2: '£10 - £20' is no amount." in said
