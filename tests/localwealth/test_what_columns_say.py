"""Columns of files of payments as bodies head them: money, signs, units, languages, two rows."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from localwealth.errors import UnreadableFile
from localwealth.sources import payments
from localwealth.sources.payees import payee
from localwealth.sources.payments import Reading

DAY = "13/04/2023"


def read(*lines: str, name: str = "x.csv") -> Reading:
    reading = payments.read("\n".join(lines).encode(), name, today=date(2026, 11, 28))
    assert reading.reconciles
    return reading


def amounts(*lines: str) -> list[str]:
    return [str(payment.amount) for payment in read(*lines).payments]


def why(*lines: str) -> list[str]:
    return [line.why for line in read(*lines).rejected]


@pytest.mark.parametrize(
    "heading",
    [
        "Enw'r Cyflenwr,Dyddiad y Taliad,Swm Net (£)",
        "Talwyd i,Dyddiad,Swm heb TAW",
        "ENW Y CYFLENWR,DYDDIAD TALU,SWM",
        "Supplier / Cyflenwr,Date / Dyddiad,Amount / Swm",
        "Enw Cyflenwr,Dyddiad Anfoneb,Cyfanswm",
    ],
)
def test_headings_in_welsh_and_in_both_languages(heading: str) -> None:
    [payment] = read(heading, f"Cwmni Derwen Cyf,{DAY},100.10").payments
    assert (payment.supplier, str(payment.amount)) == ("Cwmni Derwen Cyf", "100.10")
    assert payment.paid is not None


def test_the_tax_alone_is_not_the_amount_in_welsh_either() -> None:
    assert amounts("Cyflenwr,Dyddiad,Swm TAW,Swm heb TAW", f"Derwen,{DAY},2.00,10.00") == ["10.00"]


@pytest.mark.parametrize(
    "heading", ["Amount (EUR)", "Amount in Euros", "Amount ($)", "Value in US dollars"]
)
def test_amounts_under_a_heading_of_another_money_are_refused(heading: str) -> None:
    [reason] = why(f"Supplier,Date,{heading}", f"Acorn Ltd,{DAY},10.00")
    assert reason.startswith("it is in ")
    assert reason.endswith("as the heading says")


@pytest.mark.parametrize(
    "heading", ["Currency", "Transaction Currency", "Ccy code", "Arian Cyfred"]
)
def test_a_line_of_another_currency_is_refused_however_its_column_is_headed(heading: str) -> None:
    lines = (
        f"Supplier,Date,Amount,{heading}",
        f"Acorn Ltd,{DAY},10.00,GBP",
        f"Birch plc,{DAY},20.00,EUR",
    )
    assert (amounts(*lines), why(*lines)) == (["10.00"], ["it is in EUR"])


def test_of_two_columns_of_amounts_beside_a_currency_that_in_pounds_is_taken() -> None:
    lines = (
        "Supplier,Date,Amount,Currency,Amount GBP",
        f"Acorn Ltd,{DAY},100.00,EUR,86.00",
        f"Birch plc,{DAY},5.00,GBP,5.00",
    )
    assert amounts(*lines) == ["86.00", "5.00"]


@pytest.mark.parametrize(
    ("heading", "debit", "credit"),
    [
        ("D/C", "D", "C"),
        ("Dr/Cr", "Dr", "Cr"),
        ("Debit/Credit Indicator", "Debit", "Credit"),
        ("Type", "Invoice", "Credit Note"),
        ("Document Type", "INV", "CRN"),
        ("Type", "D", "C"),
        ("Math o Ddogfen", "Anfoneb", "Nodyn Credyd"),
    ],
)
def test_what_is_marked_as_a_credit_is_taken_off(heading: str, debit: str, credit: str) -> None:
    lines = (
        f"Supplier,Date,Amount,{heading}",
        f"Acorn Ltd,{DAY},10.00,{debit}",
        f"Birch plc,{DAY},5.00,{credit}",
        f"Cedar CIC,{DAY},-3.00,{credit}",
    )
    assert amounts(*lines) == ["10.00", "-5.00", "-3.00"]


def test_a_type_of_one_letter_alone_may_be_anything() -> None:
    """All lines of a file of capital spending are C."""
    assert amounts("Supplier,Date,Amount,Type", f"Acorn Ltd,{DAY},10.00,C") == ["10.00"]


@pytest.mark.parametrize(
    "heading", ["Debit,Credit", "Debyd,Credyd", "Debit / Debyd,Credit / Credyd"]
)
def test_a_column_of_credits_is_taken_off(heading: str) -> None:
    lines = (f"Supplier,Date,{heading}", f"Acorn Ltd,{DAY},10.00,", f"Birch plc,{DAY},,5.00")
    assert amounts(*lines) == ["10.00", "-5.00"]


def test_points_are_thousands_where_semicolons_part_cells_and_three_figures_always_follow() -> None:
    heading, rows = "Supplier;Date;Amount", ["1.234", "12.500"]
    lines = [f"Acorn Ltd;{DAY};{figures}" for figures in rows]
    assert amounts(heading, *lines) == ["1234", "12500"]
    assert amounts(heading.replace(";", ","), *(line.replace(";", ",") for line in lines)) == rows
    # One amount alone may as well be pounds and fractions of a penny.
    assert amounts(heading, lines[0]) == ["1.234"]
    assert amounts(heading, *lines, f"Birch plc;{DAY};2.5") == [*rows, "2.5"]


@pytest.mark.parametrize(
    "lines",
    [("Supplier,Payment,Invoice", ",Date,Amount"), ("Payee,Payment,Payment", ",date,value")],
)
def test_what_stands_a_line_above_a_blank_heading_heads_its_column(lines: tuple[str, str]) -> None:
    # Its cells don't tell: Oak may be anything.
    [payment] = read(*lines, f"Oak,{DAY},5.00").payments
    assert payment.supplier == "Oak"


@pytest.mark.parametrize(
    ("title", "asks"),
    [
        ("All amounts in £000", True),
        ("Figures are in millions", True),
        ("Spend £m", True),
        ("Payments over £25,000", False),
        ("Contracts over £5 million", False),
        ("Payments in April 2023", False),
    ],
)
def test_units_in_a_line_above_the_headings_are_asked_about(title: str, asks: bool) -> None:
    reading = read(f'"{title}"', "Supplier,Date,Amount", f"Acorn Ltd,{DAY},5.00")
    assert any("read as pounds" in question for question in reading.questions) is asks
    said = read(f'"{title}"', "Supplier,Date,Amount (£000)", f"Acorn Ltd,{DAY},5.00")
    assert not any("read as pounds" in question for question in said.questions)


def test_marks_for_nothing_make_a_column_of_dates_no_other() -> None:
    """Three of four say that there is no date: the fourth has one all the same."""
    lines = (
        "Supplier,Date,Amount",
        f"Acorn Ltd,{DAY},1",
        "Birch plc,unknown,2",
        "Cedar CIC,00/00/0000,3",
        "Elm Ltd,N/A,4",
    )
    assert (amounts(*lines), len(why(*lines))) == (["1"], 3)


@pytest.mark.parametrize("name", ["NULL", "N/A", "unknown", "(blank)", "#N/A", "Not known", "TBC"])
def test_a_mark_for_nothing_is_no_payee(name: str) -> None:
    assert payee(name) == "unnamed"


@pytest.mark.parametrize("text", ['[{"supplier": "Acorn"}]', '{"payments": []}', '[\n {\n "a":1}]'])
def test_json_under_another_ending_is_named(text: str) -> None:
    with pytest.raises(UnreadableFile, match="This is JSON, not a table"):
        payments.read(text.encode(), "x.csv")


SHEET = [
    ["Supplier", "Date", "Amount"],
    ["Acorn Ltd", date(2023, 4, 13), 10],
    ["Birch plc", date(2023, 4, 14), 20],
]


def book(**sheets: list[list[Any]]) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_a_sheet_of_months_without_payees_sums_up_the_others() -> None:
    months = [["Month", "Amount"], ["Apr-23", 30]]
    reading = payments.read(book(Sums=months, A=SHEET), "x.xlsx")
    assert (reading.accepted_gbp, reading.reconciles) == (30, True)
    assert reading.passed_over == [("Sums", "it sums up sheet 'A'")]
    may = [SHEET[0], ["Elm Ltd", date(2023, 5, 2), 7]]
    reading = payments.read(book(Sums=[*months, ["May-23", 7]], A=SHEET, May=may), "x.xlsx")
    assert reading.accepted_gbp == 37
    assert reading.passed_over == [("Sums", "it sums up the other sheets")]
    # What comes to other money is no sum.
    assert payments.read(book(B=[months[0], ["Apr-23", 31]], A=SHEET), "x.xlsx").accepted_gbp == 61
