"""Where the headings of a file of payments stand, and which lines go by which of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.errors import UnreadableFile
from localwealth.sources.columns import ColumnMapping
from localwealth.sources.headings import (
    SEARCHED,
    headings,
    is_other_heading,
    stretches_of,
)
from localwealth.sources.readings import Stretch
from localwealth.sources.vocabulary import ROLES
from localwealth.tables.grids import Grid

HEADING = ["Supplier", "Date", "Amount"]
PAYMENTS = [
    ["Acorn Ltd", "03/04/2023", "1200.00"],
    ["Birch Services", "14/04/2023", "20.50"],
    ["Cedar & Co", "28/04/2023", "-7.25"],
]
THREE = {"amount": 2, "supplier": 0, "date": 1}
Lines = list[list[str]]


def found_in(
    lines: Lines, corrections: Mapping[str, str] | None = None, separator: str = ","
) -> tuple[list[Stretch], int]:
    return stretches_of(Grid("April", lines, separator=separator), corrections or {}, None)


def only(lines: Lines, corrections: Mapping[str, str] | None = None) -> Stretch:
    stretches, _ = found_in(lines, corrections)
    assert len(stretches) == 1
    return stretches[0]


@pytest.mark.parametrize("above", range(4))
def test_the_headings_may_stand_under_a_title(above: int) -> None:
    lines = [["Payments over £500", "", ""], ["", "", ""], ["April 2023", "", ""]][:above]
    stretches, start = found_in([*lines, HEADING, *PAYMENTS])
    assert start == above + 1
    assert [(part.first, part.last) for part in stretches] == [(above + 2, above + 4)]
    assert stretches[0].mapping.columns == THREE
    assert stretches[0].mapping.header == ("Supplier", "Date", "Amount")
    assert stretches[0].sheet == "April"


@pytest.mark.parametrize(
    "heading",
    [
        ["Supplier", "Date", "Amount"],
        ["SUPPLIER NAME", "PAYMENT DATE", "NET AMOUNT"],
        ["Vendor", "Date of payment", "Value (£)"],
        [" Payee ", "Paid on\n", " Amount £ "],
        ["Enw'r cyflenwr", "Dyddiad", "Swm"],
        ["Beneficiary", "Clearing Date", "Spend"],
        ["Supplier / Cyflenwr", "Date / Dyddiad", "Amount / Swm"],
    ],
    ids=" ".join,
)
def test_one_word_for_a_column_is_as_good_as_another(heading: list[str]) -> None:
    stretch = only([heading, *PAYMENTS])
    assert stretch.mapping.columns == THREE
    assert stretch.mapping.header == tuple(head.strip() for head in heading)


@pytest.mark.parametrize(
    "order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
)
def test_columns_may_stand_in_any_order(order: tuple[int, ...]) -> None:
    lines = [[line[at] for at in order] for line in [HEADING, *PAYMENTS]]
    assert only(lines).mapping.columns == {
        "amount": order.index(2),
        "supplier": order.index(0),
        "date": order.index(1),
    }


def test_a_sheet_without_anything_has_no_payments() -> None:
    for lines in ([], [[""]], [["", ""], ["", ""]], [["Nothing was paid in April."]]):
        assert found_in(lines) == ([], 0)


def test_headings_over_nothing_are_a_stretch_without_lines() -> None:
    stretches, start = found_in([HEADING])
    assert start == 1
    assert [(part.first, part.last) for part in stretches] == [(2, 1)]


def test_without_headings_the_cells_speak() -> None:
    stretches, start = found_in(PAYMENTS)
    assert start == 0
    assert [(part.first, part.last) for part in stretches] == [(1, 3)]
    assert stretches[0].mapping.columns == THREE
    assert stretches[0].mapping.header == ("", "", "")
    assert stretches[0].mapping.reasons["amount"] == "its cells are amounts of money"
    assert stretches[0].mapping.reasons["date"] == "its cells are dates"


def test_a_sheet_without_headings_goes_by_those_of_the_sheet_before() -> None:
    known = ColumnMapping({"amount": 1, "supplier": 0}, ("Who", "How much"))
    stretches, start = stretches_of(Grid("May", [["12", "13"], ["14", "15"]]), {}, known)
    assert start == 0
    assert stretches == [Stretch("May", 1, 2, known, stretches[0].money)]


def test_a_sheet_with_headings_goes_by_its_own() -> None:
    known = ColumnMapping({"amount": 1, "supplier": 0}, ("Who", "How much"))
    stretches, _ = stretches_of(Grid("May", [HEADING, *PAYMENTS]), {}, known)
    assert stretches[0].mapping.columns == THREE


def test_headings_in_words_that_nobody_thought_of_stand_over_amounts() -> None:
    lines = [["Zu Gunsten", "Wann", "Wieviel"], *PAYMENTS * 3]
    stretches, start = found_in(lines)
    assert start == 1
    assert [(part.first, part.last) for part in stretches] == [(2, 10)]
    assert stretches[0].mapping.header == ("Zu Gunsten", "Wann", "Wieviel")
    assert stretches[0].mapping.columns["amount"] == 2


def test_under_such_headings_a_few_lines_are_left_to_a_person() -> None:
    assert found_in([["Zu Gunsten", "Wann", "Wieviel"], *PAYMENTS]) == ([], 0)


def test_words_without_any_amount_under_them_are_no_headings() -> None:
    assert found_in([["Wer", "Wieviel"], ["Ahorn", "nichts"], ["Birke", "nichts"]]) == ([], 0)


@pytest.mark.parametrize(
    ("under", "header"),
    [
        (["Name", "", ""], None),
        (["Name", "", "Net"], ("Name", "Date", "Net")),
        (["", "Date", "Net"], ("Supplier", "Date", "Net")),
        (["Name", "Date", "Gross"], ("Name", "Date", "Gross")),
        (["Name", "Date", "Acorn"], None),
    ],
)
def test_a_heading_may_go_on_in_a_second_line(
    under: list[str], header: tuple[str, ...] | None
) -> None:
    stretches, start = found_in([HEADING, under, *PAYMENTS])
    assert start == (2 if header else 1)
    assert stretches[0].mapping.header == (header or tuple(HEADING))
    assert stretches[0].first == start + 1


@pytest.mark.parametrize(
    ("above", "heading", "header"),
    [
        # What stands a line higher names more of what a payment needs.
        (["Supplier", "", ""], ["", "Date", "Amount"], ("Supplier", "Date", "Amount")),
        (["", "", "Amount"], ["Supplier", "Date", ""], ("Supplier", "Date", "Amount")),
        # It names nothing that is needed, and is a title.
        (["Spend in April", "", ""], ["", "Date", "Amount"], ("", "Date", "Amount")),
        (["Supplier", "", ""], ["Payee", "Date", "Amount"], ("Payee", "Date", "Amount")),
        # It is shorter or longer.
        (["Supplier"], ["", "Date", "Amount"], ("Supplier", "Date", "Amount")),
        (["Supplier", "", "", "Page 1"], ["", "Date", "Amount"], ("Supplier", "Date", "Amount")),
    ],
)
def test_a_heading_may_begin_a_line_higher(
    above: list[str], heading: list[str], header: tuple[str, ...]
) -> None:
    stretch = only([above, heading, *PAYMENTS])
    assert stretch.mapping.header[:3] == header
    assert stretch.first == 3


def test_another_heading_further_down_begins_another_layout() -> None:
    other = ["Amount", "Payee", "Paid on"]
    moved = [[amount, payee, day] for payee, day, amount in PAYMENTS]
    stretches, start = found_in([HEADING, *PAYMENTS, other, *moved])
    assert start == 1
    # The second heading belongs to the stretch before it, which refuses it as a heading.
    assert [(part.first, part.last) for part in stretches] == [(2, 5), (6, 8)]
    assert stretches[0].mapping.columns == THREE
    assert stretches[1].mapping.columns == {"amount": 0, "supplier": 1, "date": 2}


def test_the_same_heading_on_every_page_begins_nothing() -> None:
    lines = [HEADING, *PAYMENTS, [" Supplier", "Date ", "Amount"], *PAYMENTS, HEADING]
    stretches, _ = found_in(lines)
    assert [(part.first, part.last) for part in stretches] == [(2, 9)]


def test_three_layouts_in_one_sheet_leave_no_line_out() -> None:
    heads = [HEADING, ["Payee", "Amount", "Date"], ["Amount", "Date", "Vendor"]]
    blocks = [
        PAYMENTS,
        [[payee, amount, day] for payee, day, amount in PAYMENTS],
        [[amount, day, payee] for payee, day, amount in PAYMENTS],
    ]
    lines = [line for head, block in zip(heads, blocks, strict=True) for line in [head, *block]]
    stretches, start = found_in(lines)
    within = [number for part in stretches for number in range(part.first, part.last + 1)]
    assert within == list(range(start + 1, len(lines) + 1))
    assert [part.mapping.columns["amount"] for part in stretches] == [2, 1, 0]


def test_headings_are_looked_for_so_far_down_and_no_further() -> None:
    for blank, start in ((SEARCHED - 1, SEARCHED), (SEARCHED, 0)):
        lines = [["", "", ""]] * blank + [HEADING, *PAYMENTS]
        assert found_in(lines)[1] == start


@pytest.mark.parametrize(
    ("line", "is_other"),
    [
        (["Payee", "Paid on", "Net"], True),
        (["Supplier", "Date", "Net Amount"], True),
        (["", "Supplier", "Date", "Amount"], False),
        (["Supplier", "Date", "Amount"], False),
        ([" Supplier ", "Date", "", "Amount"], False),
        # A heading of less is a line as any.
        (["Supplier", "Date", ""], False),
        (["Acorn Ltd", "03/04/2023", "1200.00"], False),
        (["Date", "Amount", "Supplier"], True),
        ([], False),
        (["", "", ""], False),
    ],
)
def test_what_is_another_heading(line: list[str], is_other: bool) -> None:
    assert is_other_heading(line, HEADING) is is_other


@pytest.mark.parametrize(
    ("heading", "factor", "foreign"),
    [
        ("Amount", "1", ""),
        ("Amount (£000)", "1000", ""),
        ("Amount £m", "1000000", ""),
        ("Amount in pence", "0.01", ""),
        ("Amount (EUR)", "1", "EUR"),
    ],
)
def test_the_heading_says_in_which_money_a_column_is(
    heading: str, factor: str, foreign: str
) -> None:
    money = only([["Supplier", "Date", heading], *PAYMENTS]).money
    assert money.factor == Decimal(factor)
    assert money.foreign == foreign
    assert money.decimal == "."


def test_a_column_with_commas_before_its_pennies_is_read_so() -> None:
    lines = [[payee, day, amount.replace(".", ",")] for payee, day, amount in PAYMENTS]
    assert only([HEADING, *lines]).money.decimal == ","


@pytest.mark.parametrize(
    ("corrections", "expected"),
    [
        ({}, {"amount": 2, "supplier": 0, "date": 1}),
        ({"amount": "Gross"}, {"amount": 3, "supplier": 0, "date": 1}),
        ({"amount": "gross "}, {"amount": 3, "supplier": 0, "date": 1}),
        ({"amount": "4"}, {"amount": 3, "supplier": 0, "date": 1}),
        ({"date": ""}, {"amount": 2, "supplier": 0}),
        ({"supplier": ""}, {"amount": 2, "date": 1}),
        # What was another role's is taken from it.
        ({"description": "Supplier"}, {"amount": 2, "date": 1, "description": 0}),
        ({"reference": "5"}, {"amount": 2, "supplier": 0, "date": 1, "reference": 4}),
        # A role that the file hasn't and nobody guessed.
        ({"postcode": ""}, {"amount": 2, "supplier": 0, "date": 1}),
    ],
    ids=repr,
)
def test_what_a_person_said_stands_in_place_of_the_guess(
    corrections: dict[str, str], expected: dict[str, int]
) -> None:
    heading = ["Supplier", "Date", "Net Amount", "Gross", "Zyx"]
    lines = [[*line, line[2], f"Q{at}"] for at, line in enumerate(PAYMENTS)]
    mapping = only([heading, *lines], corrections).mapping
    assert mapping.columns == expected
    assert list(mapping.columns) == [role for role in ROLES if role in expected]
    for role, heading_said in corrections.items():
        if heading_said:
            assert mapping.reasons[role] == "a person has said so"


def test_a_number_is_a_heading_first_and_a_place_after() -> None:
    heading = ["Supplier", "Date", "#3", "#1"]
    lines = [[*line, "9.00"] for line in PAYMENTS]
    for where, at in (("3", 2), ("1", 3), ("4", 3)):
        assert only([heading, *lines], {"amount": where}).mapping.columns["amount"] == at


@pytest.mark.parametrize("where", ["0", "4", "-1", "Gross", "Amounts", "1.0", "1a"])
def test_a_column_that_the_file_hasnt_is_refused(where: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        found_in([HEADING, *PAYMENTS], {"amount": where})
    assert str(refusal.value) == f"The file has no column {where!r}."


@pytest.mark.parametrize("role", ["price", "Amount", "", "suppliers"])
def test_a_role_that_no_payment_has_is_refused_with_those_that_it_has(role: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        found_in([HEADING, *PAYMENTS], {role: "Amount"})
    sentence = str(refusal.value)
    assert sentence.startswith(f"{role!r} is nothing that a payment says. Say one of: amount, ")
    assert all(known in sentence for known in ROLES)
    assert sentence.endswith(".")


def test_whoever_says_that_there_is_no_amount_is_left_with_nothing() -> None:
    assert found_in([HEADING, *PAYMENTS], {"amount": ""}) == ([], 0)
    assert found_in(PAYMENTS, {"amount": ""}) == ([], 0)


def test_a_question_about_two_of_a_kind_is_gone_once_somebody_answered() -> None:
    heading = ["Supplier", "Date", "Amount", "Amount"]
    lines = [[*line, f"{at}.10"] for at, line in enumerate(PAYMENTS)]
    assert only([heading, *lines]).mapping.doubled == {"amount": (3,)}
    assert only([heading, *lines], {"amount": "4"}).mapping.doubled == {}
    assert only([heading, *lines], {"date": "2"}).mapping.doubled == {"amount": (3,)}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"Supplier,Date,Amount\nAcorn,03/04/2023,1.00\n", ["Supplier", "Date", "Amount"]),
        (b"Spend\n\n Supplier , Date ,Amount\nAcorn,3/4/2023,1\n", HEADING),
        # Words that nobody thought of, over amounts.
        (b"Wer,Wieviel\nAhorn,12.00\n", ["Wer", "Wieviel"]),
        (b"Supplier;Date;Amount\nAcorn;03/04/2023;1,00\n", HEADING),
        (b"Supplier\tDate\tAmount\nAcorn\t03/04/2023\t1.00\n", HEADING),
        (b"Acorn,03/04/2023,1.00\nBirch,03/04/2023,2.00\n", []),
        (b"only words,and more words\nof no,use at all\n", []),
        # One word that is known is enough, where a person is asked for the others.
        (b"Who,Amount\nAcorn,x\n", ["Who", "Amount"]),
    ],
)
def test_the_headings_are_handed_out_for_a_person_to_choose_from(
    content: bytes, expected: list[str]
) -> None:
    assert headings(content, "april.csv") == expected


def test_what_is_no_table_has_no_headings_and_says_why() -> None:
    with pytest.raises(UnreadableFile):
        headings(b"", "april.csv")
    with pytest.raises(UnreadableFile):
        headings(b"Supplier,Date,Amount\n", "april.docx")


_CELLS = st.sampled_from(
    ["", "Supplier", "Date", "Amount", "Net", "Acorn Ltd", "03/04/2023", "12.00", "-", "Total", "7"]
)


@given(st.lists(st.lists(_CELLS, min_size=3, max_size=4), max_size=9))
def test_stretches_never_overlap_and_end_with_the_sheet(lines: Lines) -> None:
    stretches, start = found_in(lines)
    if not stretches:
        assert start == 0
        return
    assert stretches[0].first == start + 1
    assert stretches[-1].last == len(lines)
    for before, after in pairwise(stretches):
        assert before.last == after.first - 1
    for part in stretches:
        columns = part.mapping.columns
        assert "amount" in columns
        assert len(set(columns.values())) == len(columns)
        assert all(0 <= at < len(part.mapping.header) for at in columns.values())


@given(st.lists(st.sampled_from(PAYMENTS), min_size=1, max_size=6), st.integers(0, 3))
def test_how_many_columns_of_nothing_stand_behind_changes_nothing(lines: Lines, blank: int) -> None:
    sheet = [HEADING, *lines]
    wider = [[*line, *[""] * blank] for line in sheet]
    assert only(wider).mapping.columns == only(sheet).mapping.columns
    assert only(wider).last == only(sheet).last
