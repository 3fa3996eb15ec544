"""One table in every way of a writer: the same rows come back, and money in is money out.

What is no payment of it (titles, notes, totals, lines that say no day or no amount) is refused by
name, with its money.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from open_documents import ods

from localwealth.sources import payments
from localwealth.sources.payments import Reading

TODAY = date(2026, 11, 28)
HEADINGS = ("Supplier,Date,Amount", "Enw'r Cyflenwr,Dyddiad,Swm", "PAYEE NAME,Payment Date,Net (£)")
DAYS = ("{0:%d/%m/%Y}", "{0:%Y-%m-%d}", "{0:%d.%m.%y}", "{0.day} {0:%B %Y}", "{0:%d-%b-%Y}")
# A payment, or a line that is none and why: (payee, day of April 2023, pounds, why).
PAYMENT = st.tuples(
    st.sampled_from(["Acorn Ltd", "Birch, Oak & Co", 'The "Cedar" Trust', "Cwmni Derwen Cyf"]),
    st.integers(1, 28),
    st.integers(-(10**8), 10**8).map(lambda pennies: Decimal(pennies).scaleb(-2)),
    st.just(""),
)
REFUSED = st.sampled_from(
    [
        ("Elm Ltd", 0, Decimal("7.50"), "its date is missing"),
        ("Fir Ltd", 3, None, "its amount is missing"),
        ("A note of the treasurer", 0, None, "it has no amount: a note"),
    ]
)
# With this day and these pounds nothing about the order and the sign before pennies is in doubt.
SURE = ("Firm Ltd", 20, Decimal("1234.56"), "")
LINES = st.lists(st.one_of(PAYMENT, PAYMENT, REFUSED), max_size=12).map(
    lambda lines: [("Oak Ltd", 13, Decimal("-2040.30"), ""), *lines, SURE]
)
ABOVE, BELOW = st.integers(0, 3), st.integers(0, 3)


def typed(pounds: Decimal | None, how: int) -> str:
    """An amount as people type it, in one of seven ways; the last has a comma before pennies."""
    if pounds is None:
        return ""
    figures, is_minus = f"{abs(pounds):,.2f}", pounds < 0
    minus = "-" if is_minus else ""
    return [
        f"{minus}{figures}",
        f"{minus}£{figures}",
        f"{minus}{figures.replace(',', '')}",
        f"({figures})" if is_minus else figures,
        f"{figures}{minus}",
        f"{figures} CR" if is_minus else f"{figures} DR",
        minus + figures.translate(str.maketrans(",.", ".,")),
    ][how]


def check(reading: Reading, lines: list[Any], below: int, sheet: str = "") -> None:
    """The same rows in the same order, each other line refused by name, and all the money."""
    paid = [(payee, day, pounds) for payee, day, pounds, why in lines if not why]
    assert [
        (payment.supplier, payment.paid and payment.paid.first.day, payment.amount)
        for payment in reading.payments
    ] == paid
    refused = [why for *_, why in lines if why] + ["it has no amount: a note"] * below
    # A sheet without a heading may be the next page of the one before: it is refused line by line.
    assert [line.why for line in reading.rejected if line.sheet == sheet] == refused
    money = sum((pounds for _, _, pounds, _ in lines if pounds), Decimal(0))
    assert reading.accepted_gbp + reading.rejected_gbp == money == reading.total
    assert reading.reconciles


@pytest.mark.parametrize("how", range(7))
@settings(max_examples=20, deadline=None)
@given(
    LINES,
    st.sampled_from(HEADINGS),
    st.sampled_from(DAYS),
    ABOVE,
    BELOW,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_text_reads_back(
    how: int,
    lines: list[Any],
    heading: str,
    form: str,
    above: int,
    below: int,
    separator: str,
    quoting: Any,
    encoding: str,
    ending: str,
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=ending)
    writer.writerows([[f"Payments of the town, part {n}"] for n in range(above)])
    writer.writerow(heading.split(","))
    for payee, day, pounds, _ in lines:
        written = form.format(date(2023, 4, day)) if day else ""
        writer.writerow([payee, written, typed(pounds, how)])
    writer.writerows([[f"A note, number {n}"] for n in range(below)])
    content = out.getvalue().encode(encoding)
    check(payments.read(content, "x.csv", order_said="dmy", today=TODAY), lines, below)


def rows_of(lines: list[Any], heading: str, above: int, below: int) -> list[list[Any]]:
    return [
        *([f"Payments of the town, part {n}"] for n in range(above)),
        heading.split(","),
        *([payee, date(2023, 4, day) if day else None, pounds] for payee, day, pounds, _ in lines),
        *([f"A note, number {n}"] for n in range(below)),
    ]


ORDERS = st.permutations(["Notes", "Payments", "By month"])


def sheets_of(rows: list[list[Any]], names: list[str], lines: list[Any]) -> dict[str, Any]:
    """The sheet of payments between one of words and one of sums, in the order of their names."""
    total = sum((pounds for *_, pounds, why in lines if not why), Decimal(0))
    others: dict[str, list[list[Any]]] = {
        "Notes": [["What is in this file"]],
        "By month": [["Month", "Amount"], ["Apr-23", total]],
    }
    return {name: others.get(name, rows) for name in names}


def check_sheets(content: bytes, name: str, lines: list[Any], below: int) -> None:
    reading = payments.read(content, name, today=TODAY)
    assert ("By month", "it sums up sheet 'Payments'") in reading.passed_over
    check(reading, lines, below, "Payments")


# Each starts a process: what fails is not made shorter.
@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(LINES, st.sampled_from(HEADINGS), ABOVE, BELOW, ORDERS)
def test_an_xlsx_reads_back_in_any_order_of_its_sheets(
    lines: list[Any], heading: str, above: int, below: int, names: list[str]
) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets_of(rows_of(lines, heading, above, below), names, lines).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    check_sheets(out.getvalue(), "x.xlsx", lines, below)


@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(LINES, st.sampled_from(HEADINGS), ABOVE, BELOW, ORDERS)
def test_an_ods_reads_back_in_any_order_of_its_sheets(
    lines: list[Any], heading: str, above: int, below: int, names: list[str]
) -> None:
    sheets = sheets_of(rows_of(lines, heading, above, below), names, lines)
    check_sheets(ods(sheets), "x.ods", lines, below)
