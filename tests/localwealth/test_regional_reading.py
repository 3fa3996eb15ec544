"""An input-output table of one's own is read by its form, and refused by the fault that it has."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.errors import UnreadableFile
from localwealth.regional import sections, sources
from localwealth.regional.tables import ROUNDED, SWAPPED, TOLERANCE, Table

Lines = list[list[str]]
CODES = ("A01", "B05", "C10")
FLOWS = ((10, 20, 30), (5, 40, 15), (8, 12, 25))
HOUSEHOLDS, OTHER = (50, 60, 70), (40, 30, 20)
BELOW = {
    "imports": (7, 8, 5),
    "taxes less subsidies on products": (3, 2, 1),
    "pay": (60, 40, 30),
    "gva": (117, 68, 59),
    "output": (150, 150, 135),
}


def lines() -> Lines:
    """A table of three industries that balances: whoever breaks it breaks one thing."""
    top = ["industry", *CODES, "total", "households", "other final use", "total use"]
    rows = [
        [code, *flows, sum(flows), bought, more, sum(flows) + bought + more]
        for code, flows, bought, more in zip(CODES, FLOWS, HOUSEHOLDS, OTHER, strict=True)
    ]
    below = [[label, *figures] for label, figures in BELOW.items()]
    return [[str(cell) for cell in line] for line in (top, *rows, *below)]


def read(table: Lines) -> Table:
    out = io.StringIO()
    csv.writer(out).writerows(table)
    return sources.read(out.getvalue().encode(), "table.csv")


def called(table: Lines, label: str, new: str) -> Lines:
    """The same lines, one of which is called something else."""
    return [[new if cell == label else cell for cell in line] for line in table]


def without(table: Lines, label: str) -> Lines:
    return [line for line in table if line[0] != label]


def without_column(table: Lines, label: str) -> Lines:
    at = table[0].index(label)
    return [line[:at] + line[at + 1 :] for line in table]


def with_cell(label: str, column: int, cell: str) -> Lines:
    table = lines()
    next(line for line in table if line[0] == label)[column] = cell
    return table


# --- What is read ---------------------------------------------------------------------------------


def test_each_figure_stands_where_it_belongs():
    table = read(lines())
    assert table.codes == table.names == CODES
    assert table.flows.tolist() == [list(map(float, flows)) for flows in FLOWS]
    assert table.households is not None
    assert table.households.tolist() == list(HOUSEHOLDS)
    assert table.final.tolist() == [90, 90, 90]
    assert table.imports.tolist() == list(BELOW["imports"])
    assert table.taxes.tolist() == [3, 2, 1]
    assert table.pay is not None
    assert table.pay.tolist() == [60, 40, 30]
    assert table.gva.tolist() == [117, 68, 59]
    assert table.output.tolist() == [150, 150, 135]
    assert (table.jobs, table.title, table.year) == (None, "", None)


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("imports", "Use of imported products, cif"),
        ("imports", "Imports of goods"),
        ("imports", "RUKIMP"),
        ("imports", "ROWimp"),
        ("taxes less subsidies on products", "Taxes less subsidies on products, total"),
        ("taxes less subsidies on products", "net_tax_products"),
        ("taxes less subsidies on products", "TlSPrds"),
        ("pay", "Compensation of employees"),
        ("pay", "compensation_employees"),
        ("pay", "COE"),
        ("pay", "D1"),
        ("gva", "Gross value added"),
        ("gva", "gross_value_added_bp"),
        ("gva", "Value added at basic prices"),
        ("output", "Total output at basic prices"),
        ("output", "P1"),
        ("output", "  total\xa0 output  "),
    ],
)
def test_a_row_is_known_by_each_of_its_names(label, written):
    """A workbook's own label, whatever stands for a blank in it, means what ours means."""
    table, plain = read(called(lines(), label, written)), read(lines())
    for part in ("imports", "taxes", "pay", "gva", "output"):
        assert getattr(table, part).tolist() == getattr(plain, part).tolist(), part


def test_a_row_of_jobs_is_read_where_there_is_one():
    for label in ("jobs", "Employment", "employment_domestic_total"):
        table = read([*lines(), [label, "2", "1.5", "3"]])
        assert table.jobs is not None
        assert table.jobs.tolist() == [2, 1.5, 3]


def test_imports_in_several_rows_are_added_up():
    table = [line for line in lines() if line[0] != "imports"]
    both = [["Imports from the rest of the UK", "4", "8", "1"], ["ROWIMP", "3", "", "4"]]
    assert read([*table, *both]).imports.tolist() == [7, 8, 5]


def test_a_row_that_means_nothing_to_us_is_passed_over():
    table = read([*lines(), ["Gross operating surplus", "57", "28", "29"], ["", "1", "1", "1"]])
    assert table.gva.tolist() == [117, 68, 59]


def test_the_same_row_is_known_by_its_code_or_by_its_name():
    """Official tables have a column of codes and one of names; either may tell."""
    named = [
        [
            line[0],
            {"A01": "Farming", "B05": "Coal", "pay": "Compensation of employees"}.get(line[0], ""),
            *line[1:],
        ]
        for line in called(lines(), "gva", "GVA")
    ]
    named = [["X9" if cell == "pay" else cell for cell in line] for line in named]
    table = read(named)
    assert table.names == ("Farming", "Coal", "C10")
    assert table.pay is not None
    assert table.pay.tolist() == [60, 40, 30]


@pytest.mark.parametrize("nothing", ["", " ", ".", "..", "-"])
def test_what_stands_for_nothing_is_nought(nothing):
    table = with_cell("taxes less subsidies on products", 1, nothing)
    assert read(table).taxes.tolist() == [0, 2, 1]


def test_a_line_that_ends_early_has_noughts():
    table = [["imports", "7", "8"] if line[0] == "imports" else line for line in lines()]
    assert read(table).imports.tolist() == [7, 8, 0]


def test_thousands_may_be_parted_by_commas():
    table = [
        [line[0], *(f"{int(cell) * 1000:,}" if cell.isdigit() else cell for cell in line[1:])]
        for line in lines()
    ]
    assert read(table).output.tolist() == [150_000, 150_000, 135_000]


def test_households_that_live_elsewhere_are_not_households():
    table = [[*line, "0"] for line in lines()]
    table[0][-1] = "Non-resident households"
    assert read(called(table, "households", "Households, NPISH")).households is None
    for heading in ("Household", "Final use by households in all"):
        part = read(called(table, "households", heading)).households
        assert part is not None
        assert part.tolist() == list(HOUSEHOLDS)


def test_a_heading_in_two_lines_is_the_nearest_one():
    """What stands nearest above the figures of a column is what it is called."""
    table = lines()
    under = ["", "", "", "", "", "households", "other final use", "total use"]
    over = [*table[0][:5], "Final use", "Final use", "Final use"]
    assert read([over, under, *table[1:]]).households is not None


@pytest.mark.parametrize("between", [1, 2])
def test_lines_may_stand_between_the_codes_and_the_flows(between):
    table = lines()
    notes = [["", *(["millions"] * 3)]] * between
    assert read([table[0], *notes, *table[1:]]).codes == CODES


def test_three_lines_between_are_no_table_any_more():
    table = lines()
    with pytest.raises(UnreadableFile, match="No table industry by industry was found"):
        read([table[0], *[["", "x", "y", "z"]] * 3, *table[1:]])


# --- What is not sold to industries ---------------------------------------------------------------


def test_final_use_is_the_stated_total_less_what_industries_buy():
    table = without_column(without_column(lines(), "households"), "other final use")
    whole = read(table)
    assert whole.households is None
    assert whole.final.tolist() == [90, 90, 90]
    assert read(without_column(table, "total")).final.tolist() == [90, 90, 90]


def test_final_use_is_the_sum_of_its_parts_where_no_total_is_stated():
    table = without_column(without_column(lines(), "total use"), "total")
    assert read(table).final.tolist() == [90, 90, 90]


def test_a_part_of_a_part_is_not_counted_twice():
    """``other final use`` is followed by the two parts of which it is the sum."""
    table = without_column(without_column(lines(), "total use"), "total")
    table[0] += ["investment", "exports"]
    for line, investment, exports in zip(table[1:4], (10, 25, 3), (30, 5, 17), strict=True):
        line += [str(investment), str(exports)]
    assert read(table).final.tolist() == [90, 90, 90]


def test_a_column_that_has_no_heading_is_no_use():
    table = lines()
    for line in table[1:4]:
        line.append("99")
    assert read(table).final.tolist() == [90, 90, 90]


# --- Its title and its year -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("above", "title", "year"),
    [
        ([["Use in 2019"]], "Use in 2019", 2019),
        ([["Two"], ["of", "1998"]], "Two. of", 1998),
        ([["Use"], ["2018 and 2019"]], "Use. 2018 and 2019", None),
        ([["Use"], [""], ["Made 2021"], ["at basic prices"]], "Use. Made 2021", 2021),
        ([["No 12019 and 201"]], "No 12019 and 201", None),
        ([["1899"]], "1899", None),
    ],
)
def test_what_stands_above(above, title, year):
    table = read([*above, *lines()])
    assert (table.title, table.year) == (title, year)


def test_the_year_beside_the_flows_goes_before_that_of_the_title():
    table = [["2017" if line[0] in CODES else "", *line] for line in lines()]
    read_back = read([["Published in 2021"], *table])
    assert (read_back.year, read_back.codes) == (2017, CODES)


# --- Refused, each in its sentence ----------------------------------------------------------------

REFUSED: dict[str, tuple[Callable[[], Lines], str]] = {
    "no output": (lambda: without(lines(), "output"), "The table has no row of output, so it"),
    "no value added": (
        lambda: without(lines(), "gva"),
        "The table has no row of gross value added, so it can't be checked.",
    ),
    "no final use": (
        lambda: [line[:4] for line in lines()],
        "The table has no column of final use, so its rows can't be checked.",
    ),
    "value added to the right": (
        lambda: [
            [*line, more]
            for line, more in zip(
                without(lines(), "gva"), ["GVA", "1", "1", "1", "", "", "", ""], strict=True
            )
        ],
        SWAPPED,
    ),
    "a word for a figure": (
        lambda: with_cell("B05", 2, "about forty"),
        "Line 3 of the table has 'about forty' where a figure belongs.",
    ),
    "a long word for a figure": (
        lambda: with_cell("imports", 1, "x" * 60),
        f"Line 5 of the table has '{'x' * 40}' where a figure belongs.",
    ),
    "one industry": (
        lambda: [["industry", "A01", "total"], ["A01", "3", "3"], ["output", "3", "3"]],
        "No table industry by industry was found in the file.",
    ),
    "figures alone": (
        lambda: [["1.5", "2.5"], ["3.5", "4.5"], ["5.5", "6.5"]],
        "is a bare block of figures, 3 × 2: no industry has a code",
    ),
    "nothing that is a table": (
        lambda: [["Dear all"], ["the table follows"]],
        "No table industry by industry was found in the file. What is needed is the domestic",
    ),
    "products by products": (
        lambda: [["Product by Product tables"], *lines()],
        "It is a table of products by products. What is needed",
    ),
    "use, with imports": (
        lambda: [["Combined use matrix"], *lines()],
        "It is a table of use, products by industries and with imports. What is needed",
    ),
    "purchasers' prices": (
        lambda: [["x"], ["y", "At purchasers' prices, products by industries"], *lines()],
        "It is a table of use, products by industries and with imports. What is needed",
    ),
    "an inverse": (
        lambda: [["Leontief Inverse"], *lines()],
        "It was worked out already. What is needed",
    ),
    "multipliers": (
        lambda: [["", "", "Type I multipliers"], *lines()],
        "It was worked out already. What is needed",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_is_refused_for_the_fault_that_it_has(kind):
    broken, sentence = REFUSED[kind]
    with pytest.raises(UnreadableFile, match=re.escape(sentence)):
        read(broken())


def test_what_a_table_is_not_is_looked_for_at_its_head_alone():
    """A note on multipliers below the head, or far to the right of it, says nothing of its kind."""
    note = ["", "", "", "See the sheet of multipliers"]
    assert read([["a"], ["b"], ["c"], ["Multipliers are elsewhere"], *lines()]).codes == CODES
    assert read([note, *lines()]).codes == CODES


@pytest.mark.parametrize(
    ("leave_out", "code", "place", "above", "beside"),
    [
        (without, "C10", 3, "C10", "D35"),
        (without_column, "C10", 3, "D35", "C10"),
        (without, "A01", 1, "A01", "B05"),
    ],
    ids=["inside, at the side", "inside, at the top", "the first, at the side"],
)
def test_an_industry_on_one_side_alone_is_named(leave_out, code, place, above, beside):
    codes = ("A01", "B05", "C10", "D35", "E36")
    table = [["industry", *codes, "households"]]
    table += [[each, *(["1.5"] * 5), "2"] for each in codes]
    table += [["gva", *(["2"] * 5)], ["output", *(["9.5"] * 5)]]
    assert read(table).codes == codes
    sentence = f"in place {place} the top has {above!r} and the side {beside!r}. Is one missing"
    with pytest.raises(UnreadableFile, match=re.escape(sentence)):
        read(leave_out(table, code))


# --- Which sheet ----------------------------------------------------------------------------------


def workbook(**named: Lines) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in named.items():
        sheet = book.create_sheet(name)
        for line in table:
            sheet.append([float(cell) if cell.isdigit() else cell for cell in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_sheet_of_an_office_goes_before_others_and_ones_own_before_that():
    other = [["Farms first"], *called(lines(), "A01", "A99")]
    book = workbook(First=other, IxI=lines())
    assert sources.read(book, "book.xlsx").codes == CODES
    assert sources.read(book, "book.xlsx", "first").codes == ("A99", "B05", "C10")
    both = workbook(IxI=other, IOT=lines())
    assert sources.read(both, "book.xlsx").codes == CODES


def test_without_such_a_sheet_the_first_that_has_a_table_is_read():
    book = workbook(Notes=[["Read me"], ["please"]], Flows=lines())
    assert sources.read(book, "book.xlsx").codes == CODES


def test_where_no_sheet_has_a_table_the_first_is_named():
    book = workbook(Notes=[["Read me"], ["please"]], More=[["as well"]])
    with pytest.raises(UnreadableFile, match="was found in sheet 'Notes'"):
        sources.read(book, "book.xlsx")


def test_a_sheet_that_is_not_there_is_answered_by_those_that_are():
    with pytest.raises(UnreadableFile, match=r"no sheet 'PxP'\. It has 'IxI', 'Notes'\."):
        sources.read(workbook(IxI=lines(), Notes=[["x"]]), "book.xlsx", "PxP")


# --- How far a total may be out -------------------------------------------------------------------


def test_whole_figures_may_be_out_by_their_rounding_and_others_hardly():
    assert read(lines()).tolerance == ROUNDED * (3 + 8)
    near, far = with_cell("output", 1, "155"), with_cell("output", 1, "156")
    assert read(near).output[0] == 155
    with pytest.raises(UnreadableFile, match=r"By row, more than 5\.5 million is missing"):
        read(far)
    exact = with_cell("A01", 1, "10.25")
    exact = called(exact, "117", "116.75")
    exact = [["A01", *line[1:6], "39.75", "150"] if line[0] == "A01" else line for line in exact]
    assert read(exact).tolerance == TOLERANCE


# --- Jobs and groups ------------------------------------------------------------------------------


def test_jobs_are_read_by_their_columns_in_any_order():
    counts = sources.jobs(b'Nation,GROUP,region\n"1,000",  A  01 ,10\n5,B,0\n', "jobs.csv")
    assert counts == {"A 01": (10.0, 1000.0), "B": (0.0, 5.0)}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"group,region,nation\nA,1,2\nA ,3,4\n", "Jobs of 'A' stand twice."),
        (b"group,region,nation\nA,,2\n", "There is no figure for jobs of 'A'."),
        (b"group,region,nation\nA,1,many\n", "There is no figure for jobs of 'A'."),
        (b"group,region\nA,1\n", "lacks the column 'nation'"),
    ],
)
def test_jobs_that_cannot_be_read(text, sentence):
    with pytest.raises(UnreadableFile, match=re.escape(sentence)):
        sources.jobs(text, "jobs.csv")


def test_a_code_without_a_group_is_left_out_and_one_with_two_is_refused():
    assert sources.groups(b"code,group\nA01,Farming\nL68A,\n", "g.csv") == {
        "A01": "Farming",
        "L68A": "",
    }
    with pytest.raises(UnreadableFile, match=r"The code 'A01' stands twice among the groups\."):
        sources.groups(b"code,group\nA01,x\n A01,y\n", "g.csv")


# --- The sections of industry ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "first", "last"),
    [
        ("A", 1, 3),
        ("B", 4, 9),
        ("C", 10, 33),
        ("D", 34, 35),
        ("E", 36, 39),
        ("F", 40, 43),
        ("G", 44, 47),
        ("H", 48, 53),
        ("I", 54, 56),
        ("J", 57, 63),
        ("K", 64, 66),
        ("L", 67, 68),
        ("M", 69, 75),
        ("N", 76, 82),
        ("O", 83, 84),
        ("P", 85, 85),
        ("Q", 86, 88),
        ("R", 89, 93),
        ("S", 94, 96),
        ("", 97, 99),
    ],
)
def test_each_section_has_its_divisions(section, first, last):
    """The Standard Industrial Classification of 2007; 34, 40 and their like are no division."""
    assert {sections.section_of(division) for division in range(first, last + 1)} == {section}


def test_the_section_of_a_tables_own_codes():
    codes = ("A01", "10.1-3 & 5", "68.2IMP", "L68A", "68.1-2", "97")
    assert sections.by_section(codes) == {
        "A01": "A",
        "10.1-3 & 5": "C",
        "68.2IMP": "",
        "L68A": "",
        "68.1-2": "L",
        "97": "",
    }


@pytest.mark.parametrize("code", ["Farming", "A1", ""])
def test_a_code_without_a_division_asks_for_the_groups(code):
    with pytest.raises(UnreadableFile, match=re.escape(f"the table's {code!r} names no division")):
        sections.by_section(["A01", code])


@given(st.integers(0, 10_000), st.integers(2, 6))
def test_any_table_that_balances_is_read_as_it_was_written(seed, size):
    draw = np.random.default_rng(seed)
    flows, bought = draw.integers(0, 900, (size, size)), draw.integers(1, 900, size)
    output = flows.sum(axis=0) + flows.sum(axis=1) + bought
    final, gva = output - flows.sum(axis=1), output - flows.sum(axis=0)
    codes = [f"N{at + 10}" for at in range(size)]
    table = [
        ["", *codes, "households", "exports"],
        *(
            [code, *row, b, f - b]
            for code, row, b, f in zip(codes, flows, bought, final, strict=True)
        ),
        ["gva", *gva],
        ["output", *output],
    ]
    shown = read([[str(cell) for cell in line] for line in table])
    assert shown.codes == tuple(codes)
    assert np.array_equal(shown.flows, flows)
    assert np.array_equal(shown.final, final)
    assert np.array_equal(shown.output, output)
