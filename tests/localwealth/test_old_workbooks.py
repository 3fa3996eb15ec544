"""What the sheets of an .xls show: hidden rows and columns, percentages, euros, merged cells."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from old_workbooks import xls

from localwealth.errors import UnreadableFile
from localwealth.sources import payments
from localwealth.sources.payments import Reading
from localwealth.tables import apart, biff, grids, workbooks

TABLE: list[list[Any]] = [
    ["Supplier", "Date", "Amount"],
    ["Acorn Ltd", date(2023, 4, 13), 10],
    ["Birch plc", date(2023, 4, 14), 20.35],
    ["Cedar CIC", date(2023, 4, 15), "£1,030.00"],
]
EACH = ["10", "20.35", "1030.00"]


def read(content: bytes) -> Reading:
    reading = payments.read(content, "x.xls", today=date(2026, 11, 28))
    assert reading.reconciles
    return reading


def amounts(reading: Reading) -> list[str]:
    return [str(payment.amount) for payment in reading.payments]


def hide_row(sheet: Any) -> None:
    sheet.row(2).hidden = True


def test_what_hides_nothing_is_read_as_it_stands_and_says_nothing() -> None:
    reading = read(xls(TABLE))
    assert amounts(reading) == EACH
    assert [str(payment.paid.first) for payment in reading.payments if payment.paid] == [
        "2023-04-13",
        "2023-04-14",
        "2023-04-15",
    ]
    assert reading.notes == []


@pytest.mark.parametrize("name", ["Sheet", "Taliadau Tŷ £"])
def test_a_row_that_somebody_hid_is_passed_over_and_said(name: str) -> None:
    reading = read(xls(TABLE, change=hide_row, name=name))
    assert amounts(reading) == ["10", "1030.00"]
    assert reading.notes == [f"Sheet {name!r}: Passed over as hidden: 1 row."]


def test_a_row_that_a_filter_hides_is_a_line_as_the_others() -> None:
    reading = read(xls(TABLE, change=hide_row, filtered=range(4)))
    assert amounts(reading) == EACH
    assert "A filter hides 1" in reading.notes[0]


@pytest.mark.parametrize(("filtered", "of_sheet"), [(range(2), 0), (range(4), 1)])
def test_a_row_of_which_no_filter_chooses_is_hidden_by_somebody(
    filtered: range, of_sheet: int
) -> None:
    reading = read(xls(TABLE, change=hide_row, filtered=filtered, of_sheet=of_sheet))
    assert amounts(reading) == ["10", "1030.00"]


def test_a_hidden_column_is_passed_over_and_said() -> None:
    def hide(sheet: Any) -> None:
        sheet.col(3).hidden = True

    rows = [[*row, secret] for row, secret in zip(TABLE, ["Reference", 7, 8, 9], strict=True)]
    reading = read(xls(rows, change=hide))
    assert amounts(reading) == EACH
    assert all("reference" not in payment.roles for payment in reading.payments)
    assert reading.notes == ["Sheet 'Sheet': Hidden columns were passed over: D."]


@pytest.mark.parametrize(
    ("form", "number", "why"),
    [
        ("0%", 0.3, "'30%' is no amount of money"),
        ("0.0%", 0.125, "'12.5%' is no amount of money"),
        ("[$€-2] #,##0.00", 40, "it is in €"),
        ('"$"#,##0.00', 40, "it is in $"),
        ("[$EUR] #,##0.00", 40, "it is in EUR"),
    ],
)
def test_a_cell_that_shows_percent_or_another_money_says_so(
    form: str, number: float, why: str
) -> None:
    rows = [*TABLE, ["Elm Ltd", date(2023, 4, 16), number]]
    reading = read(xls(rows, formats={(4, 2): form}))
    assert amounts(reading) == EACH
    assert [line.why for line in reading.rejected] == [why]


@pytest.mark.parametrize("form", ["£#,##0.00", "#,##0.00", "[$£-809]#,##0.00", '_-"£"* #,##0.00_-'])
def test_pounds_are_pounds_however_they_show(form: str) -> None:
    reading = read(xls(TABLE, formats={(1, 2): form, (2, 2): form}))
    assert amounts(reading) == EACH


def test_a_merged_payee_is_of_all_its_lines_and_merged_money_of_one() -> None:
    def merge(sheet: Any) -> None:
        sheet.merge(1, 2, 0, 0)
        sheet.merge(2, 3, 2, 2)

    rows = [TABLE[0], TABLE[1], ["", date(2023, 4, 14), 20], ["Cedar CIC", date(2023, 4, 15), ""]]
    reading = read(xls(rows, change=merge))
    assert [(payment.supplier, payment.amount) for payment in reading.payments] == [
        ("Acorn Ltd", Decimal(10)),
        ("Acorn Ltd", Decimal(20)),
    ]
    assert reading.notes == [
        "Sheet 'Sheet': Merged cells say the same in each of their lines (1 filled)."
    ]


def test_a_formula_without_a_value_is_said() -> None:
    reading = read(xls([*TABLE, ["Elm Ltd", date(2023, 4, 16), "=C2+C3"]]))
    assert "Formulas without a value: 1 cell" in reading.notes[0]
    assert [line.why for line in reading.rejected] == ["its amount is missing"]


def test_an_amount_that_shows_as_a_day_is_refused_and_counted_nowhere() -> None:
    reading = read(xls(TABLE, formats={(1, 2): "DD/MM/YYYY"}))
    assert amounts(reading) == EACH[1:]
    assert [line.line for line in reading.rejected] == [2]


def test_a_number_that_the_reader_changes_shows_in_the_second_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = apart.run

    def changed(*given: Any, **more: Any) -> Any:
        sheets = run(*given, **more)
        sheets[0]["lines"][1][2] = "1"
        return sheets

    monkeypatch.setattr(grids.apart, "run", changed)
    assert not payments.read(xls(TABLE), "x.xls").reconciles


def test_where_hidden_rows_can_not_be_looked_for_it_is_read_and_said() -> None:
    """A style of a number that no program has: xlrd gives up, calamine passes it over."""
    styles = b"\x93\x02\x04\x00\x00\x80"
    damaged = xls(TABLE, change=hide_row).replace(styles + b"\0", styles + b"\xee")
    assert biff.marks_by_sheet(damaged) == {}
    reading = read(damaged)
    assert amounts(reading) == EACH
    assert reading.notes == [f"Sheet 'Sheet': {workbooks.NOT_LOOKED_FOR}"]


def test_what_xlrd_prints_of_damage_is_no_answer_of_the_child() -> None:
    assert amounts(read(xls(TABLE, change=hide_row) + b"\0" * 7)) == ["10", "1030.00"]


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0" + b"\0" * 600, xls(TABLE)[:3000]])
def test_what_nobody_can_read_is_damaged(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="damaged"):
        payments.read(content, "x.xls")
