"""Years that stand in front in two figures, SAP's signs, and balances that are carried over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from localwealth.sources import bulk, payments
from localwealth.sources.readings import Reading

TODAY = date(2026, 11, 28)
HEAD = "Supplier,Date,Amount\n"


def read(text: str, name: str = "x.csv") -> Reading:
    return payments.read(text.encode(), name, today=TODAY)


def days_of(*texts: str, name: str = "x.csv") -> tuple[list[str], list[str]]:
    rows = "".join(f"Acorn {at} Ltd,{text},{at}.50\n" for at, text in enumerate(texts, 1))
    reading = read(HEAD + rows, name)
    assert len(reading.payments) == len(texts)
    return [str(made.paid and made.paid.first) for made in reading.payments], reading.questions


@pytest.mark.parametrize(
    ("texts", "name", "first"),
    [
        # Of one year instead of many.
        (["23-04-13", "23-04-03", "23-05-21", "23-06-30"], "x.csv", "2023-04-13"),
        # No month is the fortieth day, and no day of a month is the 98th.
        (["98-04-13", "98-04-14"], "x.csv", "1998-04-13"),
        # As the name of the file says.
        (["23-04-13", "23-04-14"], "Spend April 2023.csv", "2023-04-13"),
        (["23/04/13", "23/04/03", "23/04/21", "23/04/30"], "x.csv", "2023-04-13"),
        # The usual order, which the column shows just so.
        (["13-04-23", "14-04-23", "21-05-23"], "x.csv", "2023-04-13"),
        (["05/04/23", "06/04/23", "06/04/23"], "Spend April 2023.csv", "2023-04-05"),
        # Nothing is paid in years to come.
        (["28-04-23", "28-05-23"], "x.csv", "2023-04-28"),
        (["13.04.23"], "x.csv", "2023-04-13"),
    ],
)
def test_a_year_in_two_figures_stands_where_the_column_shows_it(
    texts: list[str], name: str, first: str
) -> None:
    days, questions = days_of(*texts, name=name)
    assert (days[0], questions) == (first, [])


def test_where_the_column_can_not_say_it_is_asked() -> None:
    days, questions = days_of("23-04-13", "23-04-13")
    assert days == ["2013-04-23", "2013-04-23"]
    assert questions == [
        "Is the day or the year first in its dates? day first, as is usual here, though "
        "'23-04-13' may be 23 April 2013 or 13 April 2023."
    ]
    rows = HEAD + "Acorn Ltd,23-04-13,1\nBirch plc,23-02-30,2\n"
    answered = payments.read(rows.encode(), "x.csv", today=TODAY, order_said="yymd")
    assert [str(made.paid and made.paid.first) for made in answered.payments] == ["2023-04-13"]
    assert [refused.why for refused in answered.rejected] == ["'23-02-30' is no date"]
    assert not answered.questions


@pytest.mark.parametrize("heading", ["D/C", "S/H", "Debit/Credit Ind.", "Soll/Haben", "SHKZG"])
def test_sap_marks_debits_s_and_credits_h(heading: str) -> None:
    rows = "Acorn Ltd,13/04/2023,100.00,S\nAcorn Ltd,14/04/2023,30.00,H\n"
    reading = read(f"Supplier,Date,Amount,{heading}\n{rows}")
    assert [str(made.amount) for made in reading.payments] == ["100.00", "-30.00"]
    assert reading.reconciles


def test_s_and_h_under_a_heading_of_types_are_no_signs() -> None:
    rows = "Acorn Ltd,13/04/2023,100.00,S\nAcorn Ltd,14/04/2023,30.00,H\n"
    reading = read(f"Supplier,Date,Amount,Document Type\n{rows}")
    assert reading.accepted_gbp == Decimal(130)


BALANCED = (
    "Opening balance,01/04/2023,100.00\n"
    "Acorn Ltd,13/04/2023,10.00\n"
    "Birch plc,14/04/2023,20.00\n"
    "Balance c/f,14/04/2023,130.00\n"
    "Balance b/f,14/04/2023,130.00\n"
    "Cedar CIC,15/04/2023,5.00\n"
    "Total,,135.00\n"
)


def test_a_balance_that_is_carried_over_is_no_payment() -> None:
    reading = read(HEAD + BALANCED)
    assert [made.supplier for made in reading.payments] == ["Acorn Ltd", "Birch plc", "Cedar CIC"]
    assert {refused.why for refused in reading.rejected} == {
        "it is a balance that is brought or carried forward",
        "it is a line of totals",
    }
    assert reading.reconciles
    assert [(money, about) for _, _, money, about in reading.stated] == [(135, 135)]


@pytest.mark.parametrize("words", ["Brought forward", "B/F", "BALANCE B/FWD", "Carried Forward"])
def test_a_balance_is_known_by_where_it_stands_and_what_it_comes_to(words: str) -> None:
    lines = "Acorn Ltd,13/04/2023,10.00\nBirch plc,14/04/2023,20.00\n"
    above = read(f"{HEAD}{words},01/04/2023,99.00\n{lines}")
    summed = read(f"{HEAD}{lines}{words},14/04/2023,30.00\n")
    undated = read(f"{HEAD}{lines}{words},,77.00\n")
    assert [len(reading.payments) for reading in (above, summed, undated)] == [2, 2, 2]
    # In the middle, with a day, it comes to nothing: whoever is called so was paid.
    among = read(f"{HEAD}{lines}{words},14/04/2023,77.00\n")
    assert [made.supplier for made in among.payments] == ["Acorn Ltd", "Birch plc", words]
    named = read(f"{HEAD}{lines}{words} Removals Ltd,14/04/2023,30.00\n")
    assert len(named.payments) == 3


def test_by_columns_balances_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "".join(f"Acorn {at} Ltd,{1 + at % 28:02}/04/2023,{at}.00\n" for at in range(1, 60))
    text = HEAD + lines + BALANCED + lines + "Balance c/f,14/04/2023,4000.00\n"
    by_line = read(text)
    monkeypatch.setattr(payments, "BULK_FROM", 0)
    monkeypatch.setattr(bulk, "ODD_MOST", 1)
    by_columns = read(text)
    assert by_columns.rejected == by_line.rejected
    assert list(by_columns.payments) == list(by_line.payments)
