"""What the sheets of an .ods show: hidden rows and columns, percentages, euros, merged cells."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from open_documents import COVERED, Cell, down, money, ods, percent

from localwealth.errors import UnreadableFile
from localwealth.sources import payments
from localwealth.sources.payments import Reading
from localwealth.tables import apart, grids

HEAD = ["Supplier", "Date", "Amount"]
TABLE: list[list[Any]] = [
    HEAD,
    ["Acorn Ltd", date(2023, 4, 13), 10],
    ["Birch plc", date(2023, 4, 14), 20.5],
    ["Cedar CIC", date(2023, 4, 15), "£1,030.00"],
]


def read(content: bytes) -> Reading:
    reading = payments.read(content, "x.ods", today=date(2026, 11, 28))
    assert reading.reconciles
    return reading


def amounts(reading: Reading) -> list[str]:
    return [str(payment.amount) for payment in reading.payments]


def test_a_row_that_somebody_hid_is_passed_over_and_said() -> None:
    reading = read(ods({"A": TABLE}, rows={2: "collapse"}))
    assert amounts(reading) == ["10", "1030.00"]
    assert reading.notes == ["Sheet 'A': Passed over as hidden: 1 row."]


def test_a_row_that_a_filter_hides_is_a_line_as_the_others() -> None:
    reading = read(ods({"A": TABLE}, rows={2: "filter"}))
    assert amounts(reading) == ["10", "20.5", "1030.00"]
    assert "A filter hides 1" in reading.notes[0]


def test_a_hidden_column_is_passed_over_and_said() -> None:
    rows = [[*row, secret] for row, secret in zip(TABLE, ["Reference", 7, 8, 9], strict=True)]
    reading = read(ods({"A": rows}, columns={3: "collapse"}))
    assert all("reference" not in payment.roles for payment in reading.payments)
    assert reading.notes == ["Sheet 'A': Hidden columns were passed over: D."]


def test_a_hidden_sheet_is_passed_over_and_said() -> None:
    reading = read(ods({"Secret": TABLE, "A": TABLE}, hidden=["Secret"]))
    assert len(reading.payments) == 3
    assert reading.passed_over == [("Secret", "the sheet is hidden")]


def test_a_cell_that_shows_percent_or_euros_says_so() -> None:
    rows = [
        *TABLE,
        ["Elm Ltd", date(2023, 4, 16), percent("0.3")],
        ["Fir Ltd", date(2023, 4, 16), money("40", "EUR")],
        ["Oak Ltd", date(2023, 4, 16), money("50", "GBP")],
    ]
    reading = read(ods({"A": rows}))
    assert amounts(reading) == ["10", "20.5", "1030.00", "50"]
    assert [line.why for line in reading.rejected] == [
        "'30%' is no amount of money",
        "it is in EUR",
    ]


def test_a_merged_payee_is_of_all_its_lines() -> None:
    rows = [HEAD, [down("Acorn Ltd", 2), date(2023, 4, 13), 10], [COVERED, date(2023, 4, 14), 20]]
    reading = read(ods({"A": rows}))
    assert [payment.supplier for payment in reading.payments] == ["Acorn Ltd", "Acorn Ltd"]
    assert reading.notes == [
        "Sheet 'A': Merged cells say the same in each of their lines (1 filled)."
    ]


def test_what_somebody_noted_on_a_cell_is_none_of_its_figures() -> None:
    noted = Cell("string", "", "5.00", "")
    content = ods({"A": [HEAD, ["Acorn Ltd", date(2023, 4, 13), noted]]})
    note = b"<office:annotation><text:p>was 7,000.00</text:p></office:annotation><text:p>5.00"
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(out, "w") as after,
    ):
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b"<text:p>5.00", note))
    assert apart.run("workbook", out.getvalue())[0]["figures"]["2"] == {"1": "5.00"}


def test_a_number_that_the_reader_changes_shows_in_the_second_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = apart.run

    def changed(*given: Any, **more: Any) -> Any:
        sheets = run(*given, **more)
        sheets[0]["lines"][1][2] = "1"
        return sheets

    monkeypatch.setattr(grids.apart, "run", changed)
    assert not payments.read(ods({"A": TABLE}), "x.ods").reconciles


@pytest.mark.parametrize("kind", ['<!DOCTYPE x [<!ENTITY e "marigold">]>', "<!DOCTYPE x>"])
def test_one_with_a_document_type_is_refused(kind: str) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(ods({"A": TABLE}))) as before,
        zipfile.ZipFile(out, "w") as after,
    ):
        for name in before.namelist():
            text = before.read(name).decode()
            after.writestr(name, text.replace("?><office", f"?>{kind}<office"))
    with pytest.raises(UnreadableFile, match="damaged"):
        payments.read(out.getvalue(), "x.ods")
