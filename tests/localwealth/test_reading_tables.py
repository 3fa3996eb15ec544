"""Tables as people and programs write them: each way of writing says the same rows, or is
refused."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localwealth.errors import UnreadableFile
from localwealth.sources import payments
from localwealth.sources.payments import Reading
from localwealth.tables import amounts, apart, cutting, dates, grids, marks, texts

HEAD = "Supplier,Date,Reference,Amount\n"


def read(text: str | bytes, name: str = "x.csv", **said: Any) -> Reading:
    return payments.read(text.encode() if isinstance(text, str) else text, name, **said)


def says(reading: Reading) -> list[tuple[str, str, Decimal]]:
    return [
        (payment.supplier, payment.paid.first.isoformat() if payment.paid else "", payment.amount)
        for payment in reading.payments
    ]


# Text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Café £".encode(), "Café £"),
        ("Café £".encode("cp1252"), "Café £"),
        ("\ufeffCafé".encode(), "Café"),
        ("Café".encode("utf-16"), "Café"),
        ("Cafe, 1".encode("utf-16-le"), "Cafe, 1"),
        ("Cafe, 1".encode("utf-16-be"), "Cafe, 1"),
        # Old text pasted into new: each in its own.
        ("Café ".encode() + b"Caf\xe9 \xa31", "Café Café £1"),
        # Cut off within a sign: only that sign is lost.
        ("Zoë €".encode()[:-1], "Zoë \ufffd"),
        (b"a,b\0\0", "a,b"),
    ],
)
def test_bytes_are_read_in_whatever_encoding_they_came(content: bytes, text: str) -> None:
    assert texts.text_of(content).text == text


def test_what_could_not_be_read_is_said() -> None:
    assert texts.text_of("Zoë €".encode()[:-1]).notes == (
        "1 sign of it could not be read, and shows as \ufffd.",
    )


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
def test_utf8_is_never_changed(text: str) -> None:
    assert texts.text_of(text.encode()).text == text.removeprefix("\ufeff").removeprefix("\ufeff")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<!DOCTYPE html><title>Page not found</title>", "web page .* “Page not found”"),
        ("<html><table><tr><td>1</td></tr></table>", "web page"),
        (
            (
                '<?xml version="1.0"?><Workbook '
                'xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
            ),
            "XML under another ending",
        ),
        ('<?xml version="1.0"?><rows/>', "This is XML"),
        ("%PDF-1.7", "This is a PDF"),
        ("{\\rtf1 a letter", "a letter"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "xls"])
def test_what_is_no_table_is_named(text: str, why: str, ending: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        read(text, f"x.{ending}")


# Quotation marks


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('"Cedar "The Best" CIC",1', [['Cedar "The Best" CIC', "1"]]),
        ('"Acorn \\"Best\\" Ltd",1', [['Acorn "Best" Ltd', "1"]]),
        ('"Birch ""B, C"" Ltd",1', [['Birch "B, C" Ltd', "1"]]),
        ('"Elm"x,1', [["Elmx", "1"]]),
        (
            'a,b,c\n"one\ntwo, three, four",2,3',
            [["a", "b", "c"], ["one\ntwo, three, four", "2", "3"]],
        ),
        ('a,b\n"open,1\nElm,2', [["a", "b"], ["open", "1"], ["Elm", "2"]]),
        (
            'a,b\n"open,1\n"Elm, Oak",2\nFir,3',
            [["a", "b"], ["open", "1"], ["Elm, Oak", "2"], ["Fir", "3"]],
        ),
        ('a, "b, c",d', [["a", "b, c", "d"]]),
        ('="Acorn Ltd",="00123"', [["Acorn Ltd", "00123"]]),
        ('"=""00123""",x', [["00123", "x"]]),
        ("sep=;\na;b,c", [["sep=", ""], ["a", "b,c"]]),
    ],
)
def test_quotation_marks_gone_wrong_cost_no_other_line(text: str, cells: list[list[str]]) -> None:
    assert cutting.cut(text).lines == cells


CELL = st.text(st.sampled_from("abc 12,;\"'\n|\t£é"), max_size=8).filter(
    lambda cell: not cell.startswith(("=", " ")) and cell.strip() == cell
)


THREE_HEADINGS = ("first", "second", "third")
SEPARATORS = ",;\t|"
AS_WRITTEN = (
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8),
    st.sampled_from(SEPARATORS),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\n", "\r\n"]),
)


def written(rows: list[tuple[str, ...]], separator: str, quoting: int, ending: str) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=ending)
    writer.writerow(THREE_HEADINGS)
    writer.writerows(rows)
    return out.getvalue()


@settings(max_examples=300)
@given(*AS_WRITTEN)
def test_what_a_writer_of_csv_wrote_comes_back(
    rows: list[tuple[str, ...]], separator: str, quoting: int, ending: str
) -> None:
    text = written(rows, separator, quoting, ending)
    assert cutting.cut(text, needs=THREE_HEADINGS).lines[1:] == [list(row) for row in rows]


@settings(max_examples=300)
@given(*AS_WRITTEN)
def test_it_does_under_headings_that_nobody_knows_where_one_separator_stands(
    rows: list[tuple[str, ...]], separator: str, quoting: int, ending: str
) -> None:
    """Where the cells hold others, `a;b,;b,;b` may be three cells or four."""
    others = str.maketrans(dict.fromkeys(set(SEPARATORS) - {separator}, "."))
    rows = [tuple(cell.translate(others) for cell in row) for row in rows]
    text = written(rows, separator, quoting, ending)
    assert cutting.cut(text).lines[1:] == [list(row) for row in rows]


# Lines with more cells than headings


@pytest.mark.parametrize(
    ("line", "payment"),
    [
        ("Birch, Cedar & Co,14/04/2023,77,20.00", ("Birch, Cedar & Co", "2023-04-14", 20)),
        ("Birch plc,14/04/2023,78,1,234.50", ("Birch plc", "2023-04-14", Decimal("1234.50"))),
        ("Birch plc,14/04/2023,78,£1,234,567", ("Birch plc", "2023-04-14", 1_234_567)),
    ],
)
def test_a_line_with_a_cell_too_many_is_joined_where_one_way_fits(line: str, payment: Any) -> None:
    others = "".join(f"Acorn Ltd,1{n}/04/2023,{n},5.00\n" for n in range(9))
    reading = read(HEAD + others + line + "\n")
    assert says(reading)[-1] == payment
    assert reading.reconciles
    assert "marks: line 11." in reading.notes[0]


def test_a_line_that_can_be_joined_in_two_ways_is_refused() -> None:
    text = HEAD.replace("Reference", "For") + (
        "Acorn Ltd,13/04/2023,Doors,5.00\n" * 9 + "Oak,Elm,14/04/2023,Doors,Windows,5.00\n"
    )
    assert read(text).rejected == []
    text += "Birch plc,14/04/2023,Doors,a,1,250\n"
    reading = read(text)
    assert [line.why for line in reading.rejected] == ["it has 2 cells more than the headings"]
    assert reading.reconciles


def test_cells_with_a_blank_between_them_are_never_joined_to_an_amount() -> None:
    """Found by fuzzing: 2023 and 20.00 became £202,320.00."""
    reading = read(
        "Supplier,Date,Debit,Credit\n"
        "Acorn Ltd,13/04/2023,10.00,\n"
        "Birch plc,14/04/2023,Credit\n"
        "Acorn Ltd,13/04/2023,10.00,\n"
        "Birch plc,14/04/202,,,20.00\n"
        "Cedar CIC,15/04/2023,30.00,2023,,20.00\n"
        "Cedar CIC,15/04/2023,30.00,\n"
    )
    assert reading.accepted_gbp == 50
    assert [line.line for line in reading.rejected] == [3, 5, 6]


def test_a_torn_cell_shows_in_the_second_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """The grid is broken on purpose: £1,234.50 is torn to £1.00, and the money no longer fits."""
    text = HEAD + 'Acorn Ltd,13/04/2023,1,"1,234.50"\nBirch plc,14/04/2023,2,5.00\n'
    assert read(text).reconciles
    cut = cutting.cut

    def torn(*given: Any) -> cutting.Cut:
        pieces = cut(*given)
        lines = [[cell.split(",")[0] for cell in line] for line in pieces.lines]
        return cutting.Cut(lines, pieces.separator, pieces.notes)

    monkeypatch.setattr(grids, "cut", torn)
    reading = read(text)
    assert reading.accepted_gbp == 6
    assert reading.total == Decimal("1239.50")
    assert not reading.reconciles


def test_a_number_that_a_workbook_s_reader_changes_shows_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = workbook([["Supplier", "Date", "Amount"], ["Acorn Ltd", "13/04/2023", 1234.5]])
    assert read(content, "x.xlsx").reconciles
    run = apart.run

    def changed(*given: Any, **more: Any) -> Any:
        sheets = run(*given, **more)
        sheets[0]["lines"][1][2] = "1"
        return sheets

    monkeypatch.setattr(grids.apart, "run", changed)
    assert not read(content, "x.xlsx").reconciles


def test_a_lone_cell_far_below_is_read_and_of_the_blank_lines_only_their_number_is_handed_on() -> (
    None
):
    blank: list[object] = []
    rows = [["Supplier", "Date", "Amount"], *([blank] * 3_000), ["Acorn Ltd", "13/04/2023", 5]]
    content = workbook(rows)
    handed = apart.run("workbook", content)[0]["lines"]
    assert [handed[0][0], handed[1], handed[2][0]] == ["Supplier", 3_000, "Acorn Ltd"]
    lines = grids.grids(content, "x.xlsx").sheets[0].lines
    assert lines[1] == lines[3_000] == ["", "", ""]
    reading = read(content, "x.xlsx")
    assert [(payment.line, payment.amount) for payment in reading.payments] == [(3_002, 5)]
    assert reading.rows == 1
    assert reading.reconciles


@pytest.mark.parametrize("cell", ['"£22,010.00"Œ', '"22,010.00" x', '"£22,010.00"CR'])
def test_signs_behind_a_closing_mark_are_one_cell_with_it_in_the_second_count_too(
    cell: str,
) -> None:
    reading = read(f"Supplier,Date,Amount\nAcorn Ltd,13/04/2023,5\nElm Ltd,14/04/2023,{cell}\n")
    paid = -22_010 if cell.endswith("CR") else 0
    assert reading.total == 5 + paid
    assert reading.reconciles


def test_an_empty_cell_before_a_quoted_one_stays_a_cell_where_tabs_part_them() -> None:
    reading = read('Supplier\tRef\tDate\tAmount\nElm Ltd\t\t"14/04/2023"\t"1,010.00"\n')
    assert reading.total == 1010
    assert reading.reconciles


# Amounts, dates, marks for nothing


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("1234.5", "1234.5"),
        ("£1,234.50", "1234.50"),
        ("1 234.50", "1234.50"),
        ("1\u202f234.50", "1234.50"),
        ("1\u2009234.50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1_234.50", "1234.50"),
        ("£(1,010.00)", "-1010.00"),
        ("-(10.00)", "-10.00"),
        ("(£10.00)", "-10.00"),
        ("CR 10.00", "-10.00"),
        ("10.00 CR", "-10.00"),
        ("10.00CR", "-10.00"),
        ("10.00 DR", "10.00"),
        ("10.00-", "-10.00"),
        ("£-10.00", "-10.00"),
        ("-£10.00", "-10.00"),
        ("−10.00", "-10.00"),
        ("‑ 10.00", "-10.00"),
        ("+5", "5"),
        ("GBP 30.00", "30.00"),
        ("30.00 GBP", "30.00"),
        ("-", "0"),
        ("–", "0"),
        ("1e3", "1E+3"),
        (".5", "0.5"),
        ("2023,,20.00", None),
        ("1,,234.50", None),
        (",20.00", None),
        ("1,.50", None),
        ("12,34.50", None),
        ("1234,567.00", None),
        ("1,0000.00", None),
        ("1,2,3,4.5", None),
        ("1,234 .50", "1234.50"),
        ("1,234,567.", "1234567"),
        ("(12,34.50)", None),
        ("1.234,50", None),
        ("12,34", None),
        ("1,23,456.00", None),
        ("€20.00", None),
        ("$5", None),
        ("20p", None),
        ("", None),
        ("12 High St", None),
        ("1234567890123", None),
    ],
)
def test_amounts_as_they_are_typed(text: str, pounds: str | None) -> None:
    read_as = amounts.amount(text)
    assert (None if read_as is None else str(read_as)) == pounds


@given(st.decimals(-(10**9), 10**9, places=2))
def test_an_amount_says_the_same_by_comma_and_by_point(pounds: Decimal) -> None:
    point = f"{pounds:,.2f}"
    comma = point.translate(str.maketrans(",.", ".,"))
    assert amounts.amount(point) == amounts.amount(comma, ",") == pounds


@pytest.mark.parametrize(
    "text",
    [
        "2023-04-13",
        "13/04/2023",
        "13.4.2023",
        "13-04-23",
        "13 April 2023",
        "13th of April 2023",
        "Thu 13 Apr 2023",
        "Thursday, 13 April 2023",
        "13-APR-2023",
        "13Apr2023",
        "April 13, 2023",
        "20230413",
        "13042023",
        "45029",
        "45029.5",
        "2023-04-13T00:00:00",
        "2023-04-13T00:00:00Z",
        "2023-04-13T00:00:00+01:00",
        "2023-04-13 00:00:00.000",
        "13/04/2023 12:00:00 AM",
        "13 Ebrill 2023",
        "13eg Ebrill 2023",
        "2023/04/13",
    ],
)
def test_a_day_in_every_form(text: str) -> None:
    span = dates.days(text)
    assert span is not None
    assert (span.first.isoformat(), span.is_exact) == ("2023-04-13", True)


@pytest.mark.parametrize(
    "text", ["Apr-23", "April 2023", "2023-04", "04/2023", "P1 2023/24", "Ebrill 2023"]
)
def test_a_month_in_every_form(text: str) -> None:
    span = dates.days(text)
    assert span is not None
    assert (span.first.isoformat(), span.last.isoformat()) == ("2023-04-01", "2023-04-30")


@pytest.mark.parametrize(
    "text", ["31/04/2023", "00000000", "130423", "13/04/0023", "soon", "", "4 Apr Ltd"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert dates.days(text) is None


@pytest.mark.parametrize(
    "text", ["NULL", "n/a", "#N/A", " - ", "Not Known", "(blank)", "", "Anhysbys"]
)
def test_marks_for_nothing_say_nothing(text: str) -> None:
    assert marks.is_nothing(text)
    assert marks.is_no_date(text)


# Workbooks


def workbook(rows: list[list[Any]], change: Any = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if change:
        change(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


TABLE = [
    ["Supplier", "Date", "Amount"],
    ["Acorn Ltd", "13/04/2023", 10],
    ["Birch plc", "14/04/2023", 20],
    ["Cedar CIC", "15/04/2023", 30],
]


@pytest.mark.parametrize(
    ("text", "other"),
    [(b'r="A2"', b'r="A2" s="1x"'), (b"<sheetData>", b'<sheetData><row hidden="1" r="x"/>')],
)
def test_a_number_of_a_row_or_a_style_that_is_none_is_said_to_be_damage(
    text: bytes, other: bytes
) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(TABLE))) as archive,
        zipfile.ZipFile(packed, "w") as changed,
    ):
        for name in archive.namelist():
            part = archive.read(name)
            changed.writestr(
                name, part.replace(text, other, 1) if name.endswith("sheet1.xml") else part
            )
    with pytest.raises(UnreadableFile, match="The file is damaged"):
        read(packed.getvalue(), "x.xlsx")


def test_a_row_that_somebody_hid_is_passed_over_and_said() -> None:
    def hide(book: Any, sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True

    reading = read(workbook(TABLE, hide), "x.xlsx")
    assert reading.accepted_gbp == 40
    assert reading.reconciles
    assert reading.notes == ["Sheet 'Sheet': Passed over as hidden: 1 row."]


def test_a_row_that_a_filter_hides_is_a_line_as_the_others() -> None:
    def hide(book: Any, sheet: Any) -> None:
        sheet.auto_filter.ref = "A1:C4"
        sheet.row_dimensions[3].hidden = True

    reading = read(workbook(TABLE, hide), "x.xlsx")
    assert reading.accepted_gbp == 60
    assert "A filter hides 1" in reading.notes[0]


def test_attributes_in_single_quotes_say_the_same() -> None:
    """A hidden row was read, and published, where a program writes its XML so."""

    def hide(book: Any, sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True

    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(TABLE, hide))) as before,
        zipfile.ZipFile(out, "w") as after,
    ):
        for name in before.namelist():
            part = before.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b'"', b"'")
            after.writestr(name, part)
    reading = read(out.getvalue(), "x.xlsx")
    assert (reading.accepted_gbp, reading.reconciles) == (40, True)
    assert reading.notes == ["Sheet 'Sheet': Passed over as hidden: 1 row."]


def test_a_hidden_column_is_passed_over_and_said() -> None:
    def hide(book: Any, sheet: Any) -> None:
        sheet.column_dimensions["D"].hidden = True

    rows = [[*row, secret] for row, secret in zip(TABLE, ["Reference", 7, 8, 9], strict=True)]
    reading = read(workbook(rows, hide), "x.xlsx")
    assert all("reference" not in payment.roles for payment in reading.payments)
    assert "Hidden columns were passed over: D." in reading.notes[0]


def test_a_cell_that_shows_percent_or_euros_says_so() -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet["C2"].number_format = "0%"
        sheet["C2"] = 0.3
        sheet["C3"].number_format = "[$€-2] #,##0.00"

    reading = read(workbook(TABLE, change), "x.xlsx")
    assert {line.line: line.why for line in reading.rejected} == {
        2: "'30%' is no amount of money",
        3: "it is in €",
    }
    assert reading.reconciles


def test_a_merged_payee_is_of_all_its_lines_and_merged_money_of_one() -> None:
    def merge(book: Any, sheet: Any) -> None:
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("C3:C4")

    reading = read(workbook(TABLE, merge), "x.xlsx")
    assert says(reading) == [("Acorn Ltd", "2023-04-13", 10), ("Acorn Ltd", "2023-04-14", 20)]
    assert reading.reconciles


def test_a_sheet_that_sums_up_another_is_no_payments() -> None:
    def add(book: Any, sheet: Any) -> None:
        sheet.append(["Acorn Ltd", "16/04/2023", 5])
        sums = book.create_sheet("By supplier", 0)
        for row in [
            ["Supplier", "Amount"],
            ["Acorn Ltd", 15],
            ["Birch plc", 20],
            ["Cedar CIC", 30],
        ]:
            sums.append(row)
        for line in sheet.iter_rows(min_col=2, max_col=2):
            line[0].value = None

    reading = read(workbook(TABLE, add), "april-2023.xlsx")
    assert reading.accepted_gbp == 65
    assert reading.passed_over == [("By supplier", "it sums up sheet 'Sheet' by payee")]


def test_a_copy_of_a_sheet_counts_once_unless_a_person_says_otherwise() -> None:
    content = workbook(TABLE, lambda book, sheet: book.copy_worksheet(sheet))
    reading = read(content, "x.xlsx")
    assert (len(reading.payments), len(reading.duplicates)) == (3, 3)
    assert reading.reconciles
    assert len(read(content, "x.xlsx", repeats="payments").payments) == 6


def test_a_formula_without_a_value_is_said() -> None:
    content = workbook([*TABLE, ["Elm Ltd", "16/04/2023", "=C2+C3"]])
    reading = read(content, "x.xlsx")
    assert "Formulas without a value: 1 cell" in reading.notes[0]
    assert [line.why for line in reading.rejected] == ["its amount is missing"]


def test_a_workbook_with_a_password_is_named() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    with pytest.raises(UnreadableFile, match="damaged"):
        read(out.getvalue(), "x.xlsx")


ENTITIES = {
    "a file of this machine": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    "a word of its own": '<!DOCTYPE x [<!ENTITY e "marigold">]>',
    "a word that grows": '<!DOCTYPE x [<!ENTITY d "aaaaaaaaaa"><!ENTITY e "&d;&d;&d;&d;&d;">]>',
    "a document type elsewhere": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
}


@pytest.mark.parametrize("part", ["styles.xml", "workbook.xml", "_rels/workbook.xml.rels"])
@pytest.mark.parametrize("kind", ENTITIES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_with_a_document_type_is_refused(part: str, kind: str, encoding: str) -> None:
    """What its entities stand for is not looked at: no workbook of any program has one."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(TABLE))) as before,
        zipfile.ZipFile(out, "w") as after,
    ):
        for name in before.namelist():
            content = before.read(name)
            if name == f"xl/{part}":
                xml = content.decode().partition("?>")[2] or content.decode()
                head = f'<?xml version="1.0" encoding="{encoding}"?>{ENTITIES[kind]}'
                content = (head + xml).encode(encoding)
            after.writestr(name, content)
    with pytest.raises(UnreadableFile, match="damaged"):
        read(out.getvalue(), "x.xlsx")


# Money in is money out


LINES = st.lists(
    st.tuples(
        st.sampled_from(["Acorn Ltd", "Birch, Oak & Co", "Cwmni Derwen Cyf", 'The "Cedar" Trust']),
        st.integers(1, 28),
        st.decimals(Decimal("-99999.99"), Decimal("99999.99"), places=2),
    ),
    min_size=1,
    max_size=15,
)
DATE_FORMS = st.sampled_from(["{:02}/04/2023", "2023-04-{:02}", "{} Apr 2023", "{:02}.04.2023"])
HEADINGS = st.sampled_from(
    [
        "Supplier,Date,Amount",
        "SUPPLIER NAME,Payment Date,Net Amount (£)",
        "Cyflenwr,Dyddiad Talu,Swm",
        "Supplier / Cyflenwr,Date / Dyddiad,Amount / Swm",
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    LINES,
    HEADINGS,
    DATE_FORMS,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.booleans(),
    st.integers(0, 3),
)
def test_a_table_reads_back_in_whatever_way_it_was_written(
    lines: list[Any],
    heading: str,
    form: str,
    separator: str,
    encoding: str,
    comma: bool,
    above: int,
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    for number in range(above):
        writer.writerow([f"Payments of the town, part {number}"])
    writer.writerow(heading.split(","))
    # One amount with thousands and pennies tells which sign stands before the pennies.
    lines = [*lines, ("Firm Ltd", 20, Decimal("1234.56"))]
    for payee, day, pounds in lines:
        figures = f"{pounds:,.2f}"
        figures = figures.translate(str.maketrans(",.", ".,")) if comma else figures
        writer.writerow([payee, form.format(day), figures])
    reading = read(out.getvalue().encode(encoding), "x.csv", order_said="dmy")
    assert says(reading) == [(payee, f"2023-04-{day:02}", pounds) for payee, day, pounds in lines]
    assert reading.reconciles


@settings(max_examples=15, deadline=None)
@given(
    LINES,
    st.sampled_from(["text", "#,##0.00", "£#,##0.00;(£#,##0.00)", "General"]),
    st.booleans(),
    st.integers(0, 2),
    st.integers(0, 2),
    st.permutations(["Notes", "Payments", "Contacts"]),
)
def test_a_workbook_reads_back_in_whatever_order_and_form_it_was_written(
    lines: list[Any], form: str, has_days: bool, above: int, below: int, names: list[str]
) -> None:
    """Sheets in any order, rows above and below, amounts and days as cells of their own or text."""
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    others = {"Notes": "What is in this file", "Contacts": "Ask the treasurer"}
    sheets = {name: book.create_sheet(name) for name in names}
    for name, text in others.items():
        sheets[name].append([text])
    sheet = sheets["Payments"]
    for number in range(above):
        sheet.append([f"Payments of the town, part {number}"])
    sheet.append(["Supplier", "Date", "Amount"])
    for payee, day, pounds in lines:
        paid = date(2023, 4, day)
        sheet.append(
            [
                payee,
                paid if has_days else f"{paid:%d/%m/%Y}",
                f"{pounds:,.2f}" if form == "text" else float(pounds),
            ]
        )
        if form != "text":
            sheet.cell(sheet.max_row, 3).number_format = form
    for number in range(below):
        sheet.append([f"A note, {number}"])
    out = io.BytesIO()
    book.save(out)
    reading = read(out.getvalue(), "x.xlsx", order_said="dmy")
    assert says(reading) == [(payee, f"2023-04-{day:02}", pounds) for payee, day, pounds in lines]
    # A sheet behind it without a heading may be its next page: what is no payment there is refused.
    refused = [line.why for line in reading.rejected if line.sheet == "Payments"]
    assert refused == ["it has no amount: a note"] * below
    assert reading.reconciles


@pytest.mark.parametrize(
    "headings",
    [
        "Area,Industry,2019,2020,2021",
        "Area,Industry,2018-19,2019/20,2020\u20132021",
        "Area,Industry,01/04/2019,01/05/2019,1/6/2019",
        "Area,Industry,2019-04,2019-05-01,Q3 2019",
    ],
)
def test_years_in_a_heading_are_no_figures_and_words_with_semicolons_no_heading(headings):
    """As the ONS publishes: a column a year, and industries whose names hold semicolons."""
    names = ["Forestry; fishing", "Mining", "Water supply; sewerage; waste", "Arts; other"]
    lines = [f'Harlow,"{name}","1,20{n}",{n},"{n},000"' for n, name in enumerate(names)]
    cut_lines = cutting.cut("\n".join([headings, *lines]) + "\n")
    assert cut_lines.separator == ","
    assert [len(line) for line in cut_lines.lines] == [5] * 5
    assert cut_lines.lines[3] == ["Harlow", names[2], "1,202", "2", "2,000"]
