"""The second count of a file: as many lines and the same money, by another way to its bytes."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.sources.accounting import Lines, Part, filled, titles_above, width_of
from localwealth.sources.columns import ColumnMapping
from localwealth.sources.counting import lines_of, money_of
from localwealth.sources.money import Money
from localwealth.sources.payments import read
from localwealth.sources.readings import PaymentLine, Reading, Rejected, Stretch, difference
from localwealth.sources.tables import EXACT, PAYMENTS, TEXTS, table_of
from localwealth.tables.cutting import cut
from localwealth.tables.dates import Days
from localwealth.tables.grids import Grid

D = Decimal
HEADER = ("Supplier", "Date", "Amount")
COLUMNS = {"amount": 2, "supplier": 0, "date": 1}
TODAY = date(2024, 1, 1)


def part_of(
    text: str, money: Money | None = None, columns: dict[str, int] | None = None
) -> tuple[Part, bytes]:
    """A text whose headings stand in its first line, as the first reading has cut it."""
    pieces = cut(text)
    header = tuple(cell.strip() for cell in pieces.lines[0])
    mapping = ColumnMapping(columns or COLUMNS, header)
    stretch = Stretch("", 2, len(pieces.lines), mapping, money or Money())
    grid = Grid("", pieces.lines, separator=pieces.separator)
    return Part(grid, [stretch], 1), text.encode()


def money_in(
    text: str,
    money: Money | None = None,
    columns: dict[str, int] | None = None,
    first: dict[int, Decimal | None] | None = None,
    unclear: set[int] | None = None,
) -> Decimal:
    part, content = part_of(text, money, columns)
    return money_of(part, content, first or {}, unclear or set())


TOP = "Supplier,Date,Amount\n"


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("", "0"),
        ("Acorn Ltd,03/04/2023,10.50\n", "10.50"),
        ("Acorn Ltd,03/04/2023,10.50\nBirch,04/04/2023,-0.50\n", "10.00"),
        # Blank lines, and such as only have separators, are none.
        ("Acorn Ltd,03/04/2023,10.50\n\n,,\n , ,\t\n", "10.50"),
        # Quoted, with a separator, a mark, or a line break in it.
        ('"Acorn, Ltd",03/04/2023,"1,234.50"\n', "1234.50"),
        ('"Acorn ""Best"" Ltd",03/04/2023,7\n', "7"),
        ('"Acorn\nLtd",03/04/2023,7\n"Birch\r\nand Co",04/04/2023,5\n', "12"),
        ('="Acorn",03/04/2023,"7.00" \n', "7.00"),
        # No amount is nothing; a line that says only words neither.
        ("Acorn Ltd,03/04/2023,\n", "0"),
        ("Acorn Ltd,03/04/2023,see note\n", "0"),
        ("End of list\n", "0"),
        # Less cells than headings.
        ("Acorn Ltd,03/04/2023\n", "0"),
        # Signs for pounds and for what came back.
        ('Acorn Ltd,03/04/2023,"£1,000.00"\nBirch,04/04/2023,(250.00)\n', "750.00"),
    ],
    ids=range(13),
)
def test_the_money_of_a_text_is_counted_on_its_bytes(text: str, pounds: str) -> None:
    assert money_in(TOP + text) == D(pounds)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_by_any_separator(separator: str) -> None:
    lines = [("Supplier", "Date", "Amount"), ("Acorn, Ltd", "03/04/2023", "10.50")]
    text = "\n".join(separator.join(line) for line in [*lines, ("Birch", "04/04/2023", "2.00")])
    assert money_in(text) == D("12.50")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_however_lines_end(ending: str) -> None:
    lines = ["Supplier,Date,Amount", "Acorn,03/04/2023,10.50", "", "Birch,04/04/2023,2.00"]
    for last in ("", ending):
        assert money_in(ending.join(lines) + last) == D("12.50")


@pytest.mark.parametrize(
    ("money", "pounds"),
    [
        (Money(), "12.50"),
        (Money(factor=D(1000)), "12500.00"),
        (Money(factor=D("0.01")), "0.1250"),
        (Money(foreign="EUR"), "0"),
    ],
)
def test_in_the_units_of_its_heading(money: Money, pounds: str) -> None:
    assert money_in(f"{TOP}Acorn,03/04/2023,12.50\n", money) == D(pounds)


def test_with_commas_before_the_pennies() -> None:
    text = "Supplier;Date;Amount\nAcorn;03/04/2023;1.234,50\nBirch;04/04/2023;0,50\n"
    assert money_in(text, Money(",")) == D("1235.00")


def test_credits_are_taken_off() -> None:
    top = "Supplier,Date,Debit,Credit,Type,Currency\n"
    beside = {"amount": 2, "supplier": 0, "date": 1, "credit": 3}
    text = f"{top}Acorn,03/04/2023,10.00,,,\nBirch,04/04/2023,,4.00,,\nElm,04/04/2023,,-1.00,,\n"
    assert money_in(text, columns=beside) == D("5.00")
    marked = {"amount": 2, "supplier": 0, "date": 1, "debit_or_credit": 4}
    text = f"{top}Acorn,03/04/2023,10.00,,DR,\nBirch,04/04/2023,4.00,,CR,\n"
    assert money_in(text, columns=marked) == D("6.00")
    foreign = {"amount": 2, "supplier": 0, "date": 1, "currency": 5}
    text = f"{top}Acorn,03/04/2023,10.00,,,GBP\nBirch,04/04/2023,4.00,,,EUR\n"
    assert money_in(text, columns=foreign) == D("10.00")


# A comma that nobody quoted: which of the cells is the amount, the first reading says, if it can.
LONG = f"{TOP}Acorn,03/04/2023,9.00\nOak, Elm and Co,03/04/2023,12.00\n"


@pytest.mark.parametrize(
    ("line", "first", "pounds"),
    [
        ("Oak, Elm and Co,03/04/2023,12.00", "12.00", "12.00"),
        ("Oak, Elm and Co,03/04/2023,12.00", None, "12.00"),
        # What was read stands nowhere in it.
        ("Oak, Elm and Co,03/04/2023,12.00", "13.00", "12.00"),
        ("Oak,03/04/2023,1,234.50", "1234.50", "1234.50"),
        ("Oak,03/04/2023,1,234,567.50", "1234567.50", "1234567.50"),
        ("Oak,03/04/2023,(1,234.50)", "-1234.50", "-1234.50"),
        ("Oak,03/04/2023,£1,234", "1234", "1234"),
        # Half of an amount is none, though it was read.
        ("Oak,03/04/2023,1,234.50", "234.50", "1234.50"),
        # It can be two things: that is meant which was read.
        ("Oak,03/04/2023,12,34.50", "34.50", "34.50"),
        ("Oak,03/04/2023,12,34.50", None, "12"),
        ("Oak, Elm,03/04/2023,none", None, "0"),
    ],
)
def test_a_line_with_more_cells_comes_to_what_stands_in_it(
    line: str, first: str | None, pounds: str
) -> None:
    text = f"{TOP}Acorn,03/04/2023,9.00\n{line}\n"
    known = {3: D(first) if first else None}
    assert money_in(text, first=known) == D("9.00") + D(pounds)


def test_a_line_that_nobody_can_tell_is_left_out_of_both_counts() -> None:
    assert money_in(LONG) == D("21.00")
    assert money_in(LONG, unclear={3}) == D("9.00")
    assert money_in(LONG, unclear={2, 3}) == D("0")


def test_cells_behind_the_last_heading_that_are_blank_make_no_line_longer() -> None:
    assert money_in(f"{TOP}Acorn,03/04/2023,9.00,,\nBirch,04/04/2023,1.00, ,\n") == D("10.00")


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ([], 0),
        ([["Acorn", "", ""]], 1),
        ([["", "", ""], [" ", "\t", "\xa0"], []], 0),
        ([["Acorn", "", "1"], ["", "", ""], ["note"]], 2),
        ([["\x1a"]], 0),
    ],
)
def test_lines_that_say_anything_are_counted(lines: list[list[str]], count: int) -> None:
    part = Part(Grid("", [["Title"], list(HEADER), *lines]), [], 2)
    assert lines_of(part) == count
    assert [filled(line) for line in lines].count(True) == count


def grid_part(figures: dict[int, dict[int, str]] | None) -> Part:
    lines = [list(HEADER), ["Acorn", "x", "1.00"], ["", "", ""], ["Birch", "x", "2.00"]]
    grid = Grid("April", lines, numeric=True, figures=figures)
    return Part(grid, [Stretch("April", 2, 4, ColumnMapping(COLUMNS, HEADER))], 1)


def test_a_workbook_is_counted_by_its_own_figures() -> None:
    # Column 2; rows from 0, of which the headings are the first.
    assert money_of(grid_part({2: {1: "1.00", 3: "2.00"}}), b"", {}, set()) == D("3.00")
    # A number that the first reading took otherwise shows, and so does one that is missing.
    assert money_of(grid_part({2: {1: "1.00", 3: "20.00"}}), b"", {}, set()) == D("21.00")
    assert money_of(grid_part({2: {1: "1.00"}}), b"", {}, set()) == D("1.00")
    assert money_of(grid_part({}), b"", {}, set()) == D("0")
    # Where there is no second way, the sheet itself is counted.
    assert money_of(grid_part(None), b"", {}, set()) == D("3.00")


def test_each_stretch_goes_by_its_own_columns() -> None:
    lines = [list(HEADER), ["Acorn", "x", "1.00"], ["Net", "Who", "When"], ["5.00", "Elm", "x"]]
    stretches = [
        Stretch("", 2, 2, ColumnMapping(COLUMNS, HEADER)),
        Stretch("", 4, 4, ColumnMapping({"amount": 0, "supplier": 1}, ("Net", "Who", "When"))),
    ]
    assert money_of(Part(Grid("", lines), stretches, 1), b"", {}, set()) == D("6.00")


# --- How wide a sheet is --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "amount", "lines", "width"),
    [
        (("A", "B", "C"), 2, [], 3),
        (("A", "B", "C"), 2, [["a", "b", "c"]], 3),
        (("A", "B", "C", ""), 2, [["a", "b", "c", ""]], 3),
        # The amount may have no heading.
        (("A", "B", ""), 2, [["a", "b", "1"]], 3),
        # Nearly all lines fill a column that nobody headed.
        (("A", "B"), 1, [["a", "b", "c"]] * 10, 3),
        (("A", "B"), 1, [["a", "b", ""]] * 2 + [["a", "b", "c"]] * 8, 2),
        (("A", "B"), 1, [["a", "b", ""]] + [["a", "b", "c"]] * 19, 3),
        (("A", "B"), 1, [["", "", ""]] * 9 + [["a", "b", "c"]], 3),
    ],
)
def test_how_many_columns_a_sheet_has(
    header: tuple[str, ...], amount: int, lines: list[list[str]], width: int
) -> None:
    stretch = Stretch("", 2, 99, ColumnMapping({"amount": amount}, header))
    assert width_of(stretch, lines) == width


def test_what_stands_above_the_headings_is_a_text_a_line() -> None:
    lines = [["Spend", "", "over £500"], ["", " "], ["April"], list(HEADER)]
    assert titles_above(lines, 3) == ["Spend over £500", "", "April"]
    assert titles_above(lines, 0) == []
    assert len(titles_above([["x"]] * 40, 30)) == 8


# --- Payments as a table, and what a corrected file changes ---------------------------------------


def payment(
    supplier: str = "Acorn Ltd",
    amount: str = "10.00",
    paid: Days | None = None,
    line: int = 2,
    **roles: str,
) -> PaymentLine:
    return PaymentLine("April", line, paid, supplier, "named", D(amount), roles)


APRIL = Days(date(2023, 4, 1), date(2023, 4, 30))


def test_a_table_has_a_row_a_payment_and_a_column_a_role() -> None:
    table = table_of(
        [
            payment(paid=APRIL, reference="R1", invoice_date="2023-03-02"),
            payment("Mrs A Leaf", "-0.005", line=7),
        ]
    )
    assert table.schema == PAYMENTS
    first, second = table.to_pylist()
    assert (first["sheet"], first["line"], first["supplier"]) == ("April", 2, "Acorn Ltd")
    assert (first["first"], first["last"]) == (APRIL.first, APRIL.last)
    assert (first["amount"], first["invoice_date"]) == (D("10.0000"), date(2023, 3, 2))
    assert first["reference"] == "R1"
    assert (second["first"], second["last"], second["amount"]) == (None, None, D("-0.0050"))
    # What a line leaves empty is nothing, not a blank.
    assert {second[role] for role in TEXTS} == {None}
    assert second["invoice_date"] is None


def test_a_table_of_no_payments_has_its_columns() -> None:
    table = table_of([])
    assert table.schema == PAYMENTS
    assert table.num_rows == 0


@pytest.mark.parametrize("amount", ["1.00005", "-1.00005", "0.00004", "99999999999.99"])
def test_amounts_are_kept_to_a_hundredth_of_a_penny(amount: str) -> None:
    (row,) = table_of([payment(amount=amount)]).to_pylist()
    assert abs(row["amount"] - D(amount)) <= EXACT / 2


def reading_of(
    *payments: PaymentLine,
    rows: int = 0,
    total: str = "0",
    rejected: list[Rejected] | None = None,
    duplicates: list[Rejected] | None = None,
) -> Reading:
    stretch = Stretch("April", 2, 9, ColumnMapping(COLUMNS, HEADER))
    return Reading(
        *("april.csv", "digest", rows, D(total), list(payments)),
        *(rejected or [], duplicates or [], [stretch], "dmy", None),
    )


def test_a_reading_reconciles_line_by_line_and_to_the_penny() -> None:
    left = [Rejected("", 4, "it is a line of totals", D("3.00")), Rejected("", 5, "a note", None)]
    twice = [Rejected("", 6, "it repeats", D("0.50"))]
    reading = reading_of(
        *(payment(), payment(amount="-2.00")),
        rows=5,
        total="11.50",
        rejected=left,
        duplicates=twice,
    )
    assert (reading.accepted_gbp, reading.rejected_gbp) == (D("8.00"), D("3.00"))
    assert reading.duplicate_gbp == D("0.50")
    assert reading.reconciles
    for rows, total in ((4, "11.50"), (6, "11.50"), (5, "11.51"), (5, "-11.50")):
        other = reading_of(
            *(payment(), payment(amount="-2.00")),
            rows=rows,
            total=total,
            rejected=left,
            duplicates=twice,
        )
        assert not other.reconciles


def test_what_was_passed_over_is_told_behind_what_was_done() -> None:
    reading = reading_of()
    reading.notes.append("A note.")
    reading.passed_over.append(("May", "the sheet is hidden"))
    assert reading.remarks == ["A note.", "Sheet 'May' was passed over: the sheet is hidden."]
    assert reading_of().remarks == []


def test_the_longest_stretch_speaks_for_the_file() -> None:
    reading = reading_of()
    longer = Stretch("May", 2, 99, ColumnMapping({"amount": 0}, ("Net",)))
    reading.stretches.append(longer)
    assert reading.mapping == longer.mapping
    reading.stretches.reverse()
    assert reading.mapping == longer.mapping


@pytest.mark.parametrize(("size", "count"), [(0, 0), (1, 1), (3, 3), (9, 4)])
def test_a_sample_is_the_first_payments(size: int, count: int) -> None:
    payments = [payment(line=line) for line in range(2, 6)]
    assert reading_of(*payments).sample(size) == payments[:count]


@pytest.mark.parametrize(
    ("before", "after", "gone", "new"),
    [
        ([], [], [], []),
        ([payment()], [payment()], [], []),
        # Where a line stands is nothing that it says.
        ([payment(line=2)], [payment(line=9)], [], []),
        ([payment()], [], [payment()], []),
        ([], [payment()], [], [payment()]),
        ([payment()], [payment(amount="11.00")], [payment()], [payment(amount="11.00")]),
        ([payment()], [payment("Acorn")], [payment()], [payment("Acorn")]),
        ([payment()], [payment(paid=APRIL)], [payment()], [payment(paid=APRIL)]),
        ([payment()], [payment(reference="R")], [payment()], [payment(reference="R")]),
        # Of equal lines as many as there are more.
        ([payment()] * 3, [payment()], [payment()] * 2, []),
        ([payment()], [payment()] * 2, [], [payment()]),
    ],
    ids=range(11),
)
def test_what_a_corrected_file_changes(
    before: list[PaymentLine],
    after: list[PaymentLine],
    gone: list[PaymentLine],
    new: list[PaymentLine],
) -> None:
    assert difference(reading_of(*before), reading_of(*after)) == (gone, new)


def test_two_sheets_of_one_file_are_one_account() -> None:
    april, may = Lines("dmy", None, TODAY), Lines("dmy", None, TODAY)
    april.accepted.append(payment())
    may.accepted.append(payment("Birch"))
    may.rejected.append(Rejected("May", 3, "a note", None))
    may.unclear.add(("May", 4))
    april.absorb(may)
    assert [line.supplier for line in april.payments] == ["Acorn Ltd", "Birch"]
    assert [left.line for left in april.rejected] == [3]
    assert april.unclear == {("May", 4)}


# --- Both counts agree on whatever a writer of CSV wrote ------------------------------------------

_NAMES = st.sampled_from(
    ['Acorn "Best" Ltd', "Oak, Elm and Co", "Birch", "Fir\nLtd", "", "Total", "£9", "b/f"]
)
_AMOUNTS = st.sampled_from(
    ["10.00", "1,234.50", "-7", "(8.00)", "", "see note", "£5", "0.00", "12.5", "7 CR"]
)
_DAYS = st.sampled_from(["03/04/2023", "13/04/2023", "", "2023-04-28", "tbc"])


@given(
    st.lists(st.tuples(_NAMES, _DAYS, _AMOUNTS), max_size=8),
    st.sampled_from([",", ";", "\t"]),
    st.booleans(),
)
def test_lines_in_are_lines_out_and_the_money_is_the_files(
    rows: list[tuple[str, str, str]], separator: str, all_quoted: bool
) -> None:
    out = io.StringIO(newline="")
    quoting: Literal[0, 1] = 1 if all_quoted else 0
    writer = csv.writer(out, delimiter=separator, quoting=quoting, lineterminator="\n")
    # So many are payments that the columns are known.
    usual = [("Elm Ltd", "14/04/2023", f"{pounds}.00") for pounds in range(1, 10)]
    rows = [*rows, *usual]
    writer.writerows([HEADER, *rows])
    reading = read(out.getvalue().encode(), "april.csv", today=TODAY)
    assert reading.reconciles
    assert reading.rows == sum(any(cell.strip() for cell in row) for row in rows)
