"""What a person is asked of a file of payments, and what is said of it: in these sentences."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.sources import asking
from localwealth.sources.accounting import Lines, Part
from localwealth.sources.asking import AROUND, notes_of, questions, units_above, units_of
from localwealth.sources.columns import ColumnMapping
from localwealth.sources.money import Money
from localwealth.sources.readings import PaymentLine, Rejected, Stretch
from localwealth.tables.dates import Days
from localwealth.tables.grids import Grid

APRIL = Days(date(2023, 4, 1), date(2023, 4, 30))
HEADER = ("Supplier", "Date", "Amount", "Amount", "Amount")
THREE = {"amount": 2, "supplier": 0, "date": 1}


def stretch_of(
    columns: dict[str, int] | None = None,
    doubled: dict[str, tuple[int, ...]] | None = None,
    money: Money | None = None,
    header: tuple[str, ...] = HEADER,
) -> Stretch:
    mapping = ColumnMapping(columns or THREE, header, {}, doubled or {})
    return Stretch("", 2, 9, mapping, money or Money())


def lines_of(stated: Days | None = APRIL, *paid: Days | None) -> Lines:
    """What became of a file whose payments are of these days, from line 2 on."""
    lines = Lines("dmy", stated, date(2024, 1, 1))
    lines.payments = [
        PaymentLine("", at, days, "Acorn Ltd", "named", Decimal(1), {})
        for at, days in enumerate(paid, 2)
    ]
    return lines


def asked_of(
    lines: Lines,
    *stretches: Stretch,
    order: str = "",
    period: bool = True,
    repeats: bool = True,
) -> list[str]:
    return questions(
        lines,
        stretches or [stretch_of()],
        asks_order=order,
        asks_period=period,
        asks_repeats=repeats,
    )


def on(year: int, month: int, day: int) -> Days:
    return Days(date(year, month, day), date(year, month, day))


def test_a_file_that_says_everything_leaves_nothing_to_ask() -> None:
    assert asked_of(lines_of(APRIL, on(2023, 4, 3), on(2023, 4, 28))) == []


def test_the_order_of_day_and_month_is_asked_first() -> None:
    sentence = "Is 03/04/2023 the third of April?"
    assert asked_of(lines_of(), order=sentence) == [sentence]
    asked = asked_of(lines_of(None), stretch_of({"amount": 2}), order=sentence)
    assert asked[0] == sentence
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("columns", "stated", "expected"),
    [
        ({"amount": 2, "supplier": 0, "date": 1}, None, []),
        ({"amount": 2, "supplier": 0}, APRIL, []),
        (
            {"amount": 2, "supplier": 0},
            None,
            ["For which period is it? Neither the file nor its name says."],
        ),
        (
            {"amount": 2, "date": 1},
            None,
            ["Which column names the payee? None looks like it."],
        ),
        (
            {"amount": 2},
            None,
            [
                "For which period is it? Neither the file nor its name says.",
                "Which column names the payee? None looks like it.",
            ],
        ),
    ],
)
def test_what_no_column_says_is_asked(
    columns: dict[str, int], stated: Days | None, expected: list[str]
) -> None:
    assert asked_of(lines_of(stated), stretch_of(columns)) == expected


def test_what_one_sheet_has_is_not_asked_of_another() -> None:
    one, two = stretch_of({"amount": 2, "supplier": 0}), stretch_of({"amount": 2, "date": 1})
    assert asked_of(lines_of(None), one, two) == []


@pytest.mark.parametrize(
    ("doubled", "expected"),
    [
        (
            {"amount": (3,)},
            "1 more column headed 'Amount' (D): the amounts come from the first (C). "
            "Is that right?",
        ),
        (
            {"amount": (3, 4)},
            "2 more columns headed 'Amount' (D and E): the amounts come from the first (C). "
            "Is that right?",
        ),
        (
            {"supplier": (3,)},
            "1 more column headed 'Supplier' (D): the payees come from the first (A). "
            "Is that right?",
        ),
        (
            {"date": (4,)},
            "1 more column headed 'Date' (E): the dates come from the first (B). Is that right?",
        ),
    ],
)
def test_two_columns_of_one_heading_are_asked_about(
    doubled: dict[str, tuple[int, ...]], expected: str
) -> None:
    assert asked_of(lines_of(), stretch_of(doubled=doubled)) == [expected]
    # Every sheet has it: one question.
    same = [stretch_of(doubled=doubled)] * 3
    assert asked_of(lines_of(), *same) == [expected]


def test_two_roles_that_are_doubled_are_two_questions() -> None:
    asked = asked_of(lines_of(), stretch_of(doubled={"amount": (3,), "date": (4,)}))
    assert [sentence.split(": ")[1].split()[1] for sentence in asked] == ["amounts", "dates"]


FAR = "The file is for 1 April 2023 to 30 April 2023, and it has "


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([on(2023, 4, 3)] * 4, []),
        # Some months around its own are nothing to ask about: to the day.
        ([on(2023, 4, 3)] * 3 + [Days(APRIL.first - AROUND, APRIL.first - AROUND)], []),
        ([on(2023, 4, 3)] * 3 + [Days(APRIL.last + AROUND, APRIL.last + AROUND)], []),
        (
            [on(2023, 4, 3)] * 3 + [on(2022, 12, 29)],
            [f"{FAR}1 payment of days far from it (line 5: 29 December 2022). Is that right?"],
        ),
        (
            [on(2023, 4, 3)] * 3 + [on(2023, 8, 1)],
            [f"{FAR}1 payment of days far from it (line 5: 1 August 2023). Is that right?"],
        ),
        (
            [on(2032, 4, 3)] + [on(2023, 4, 3)] * 4 + [on(2003, 4, 3)],
            [
                f"{FAR}2 payments of days far from it (line 2: 3 April 2032, "
                "line 7: 3 April 2003). Is that right?"
            ],
        ),
        # A month is far where all of it is.
        ([on(2023, 4, 3)] * 3 + [Days(date(2022, 12, 1), date(2022, 12, 30))], []),
        (
            [on(2023, 4, 3)] * 3 + [Days(date(2022, 11, 1), date(2022, 11, 30))],
            [
                f"{FAR}1 payment of days far from it "
                "(line 5: 1 November 2022 to 30 November 2022). Is that right?"
            ],
        ),
        # Where as many are far as near, the name of the file is wrong, not they.
        ([on(2023, 4, 3)] * 2 + [on(2022, 4, 3)] * 3, None),
        ([on(2022, 4, 3)] * 4, []),
        # One without a day is neither.
        ([None, None], []),
        ([], []),
    ],
    ids=range(12),
)
def test_days_far_from_the_files_own_are_named(
    days: list[Days | None], expected: list[str] | None
) -> None:
    if expected is None:
        expected = [
            f"{FAR}3 payments of days far from it (line 4: 3 April 2022, line 5: 3 April 2022, "
            "line 6: 3 April 2022). Is that right?"
        ]
    assert asked_of(lines_of(APRIL, *days)) == expected


def test_of_many_days_that_are_far_five_are_named() -> None:
    days = [on(2023, 4, 3)] * 20 + [on(2020, 1, at) for at in range(1, 9)]
    (sentence,) = asked_of(lines_of(APRIL, *days))
    assert "8 payments" in sentence
    assert sentence.count("line ") == 5
    assert sentence.endswith("line 26: 5 January 2020 …). Is that right?")
    (sentence,) = asked_of(lines_of(APRIL, *days[:25]))
    assert "…" not in sentence


def test_nobody_is_asked_again_of_a_period_that_was_said() -> None:
    lines = lines_of(APRIL, *[on(2023, 4, 3)] * 3, on(2020, 1, 1))
    assert asked_of(lines, period=False) == []
    # And of none that is not known.
    assert asked_of(lines_of(None, on(2023, 4, 3), on(1999, 1, 1))) == []


def test_what_was_left_out_as_published_twice_is_asked_about_with_its_money() -> None:
    lines = lines_of()
    for amount in ("1000.50", "-0.50", None):
        money = Decimal(amount) if amount else None
        lines.duplicates.append(Rejected("", 20, "it repeats", money))
    assert asked_of(lines) == [
        "Left out as published twice (£1,000.00): 3 lines, in the order of earlier ones or of "
        "another sheet. Payments of their own instead?"
    ]
    del lines.duplicates[1:]
    assert asked_of(lines)[0].startswith("Left out as published twice (£1,000.50): 1 line, in")
    assert asked_of(lines, repeats=False) == []


IN_UNITS = [
    "Amounts in £000s",
    "All figures are in thousands",
    "£'000",
    "£000",
    "£ 000",
    "(£k)",
    "Spend £m",
    "Amounts are in millions",
    "Figures as pence",
    "Swm mewn miloedd",
    "Figures in £m",
]
PLAIN_TITLES = [
    "Payments over £500",
    "Payments over £25 million",
    "Payments over £1,000",
    "Spend in April 2023",
    "Thousands of payments",
    "Millions spent",
    "Payments to thousands of firms",
    "",
]


def part_of(title: str, factor: str = "1") -> Part:
    grid = Grid("", [[title, "", ""], ["Supplier", "Date", "Amount"], ["Acorn", "", "1"]])
    return Part(grid, [stretch_of(money=Money(factor=Decimal(factor)))], 2)


@pytest.mark.parametrize("title", IN_UNITS)
def test_units_above_the_headings_are_asked_about(title: str) -> None:
    assert list(units_above([part_of(title)])) == [
        f"Above the headings stands {title!r}, and no heading says so: the amounts are read as "
        "pounds. If they are not, say so in the heading."
    ]


@pytest.mark.parametrize("title", PLAIN_TITLES)
def test_a_title_that_names_a_bound_is_no_unit(title: str) -> None:
    assert list(units_above([part_of(title)])) == []


@pytest.mark.parametrize("title", IN_UNITS)
def test_where_a_heading_says_so_the_title_is_not_asked_about(title: str) -> None:
    assert list(units_above([part_of(title, "1000")])) == []


def test_a_long_title_is_cut_and_each_sheet_asks_for_itself() -> None:
    long = "Figures are in thousands " + "of pounds " * 20
    asked = list(units_above([part_of(long), part_of("nothing"), part_of("£000")]))
    assert len(asked) == 2
    assert repr(long[:80]) in asked[0]
    assert long[:90] not in asked[0]


def test_nothing_was_done_to_a_plain_sheet() -> None:
    assert notes_of(lines_of(), "April") == []
    assert notes_of(lines_of(), "") == []


@pytest.mark.parametrize(
    ("joined", "cut_off", "expected"),
    [
        (
            [4],
            [],
            [
                "Joined in the only way that fits, as a separator stood in a cell without "
                "quotation marks: line 4."
            ],
        ),
        (
            [],
            [5, 9],
            ["Passed over, as no heading stands above: the last cells of line 5, 9."],
        ),
        (
            list(range(1, 9)),
            list(range(10, 20)),
            [
                "Joined in the only way that fits, as a separator stood in a cell without "
                "quotation marks: line 1, 2, 3, 4, 5, 6, 7, 8.",
                "Passed over, as no heading stands above: the last cells of line "
                "10, 11, 12, 13, 14, 15, 16, 17 ….",
            ],
        ),
    ],
    ids=range(3),
)
def test_what_was_joined_and_passed_over_is_told(
    joined: list[int], cut_off: list[int], expected: list[str]
) -> None:
    lines = lines_of()
    lines.joined, lines.cut_off = joined, cut_off
    assert notes_of(lines, "") == expected
    assert notes_of(lines, "May") == [f"Sheet 'May': {note}" for note in expected]


@pytest.mark.parametrize(
    ("money", "columns", "expected"),
    [
        (Money(), THREE, []),
        (
            Money(factor=Decimal(1000)),
            THREE,
            ["The heading 'Amount' says that its amounts are thousands."],
        ),
        (
            Money(factor=Decimal("0.01")),
            THREE,
            ["The heading 'Amount' says that its amounts are pence."],
        ),
        (
            Money(factor=Decimal(1_000_000)),
            THREE,
            ["The heading 'Amount' says that its amounts are millions."],
        ),
        (Money(","), THREE, ["Its amounts have a comma before the pennies."]),
        (
            Money(otherwise=1),
            THREE,
            ["Another sign before the pennies than in the rest: 1 amount."],
        ),
        (
            Money(otherwise=2000),
            THREE,
            ["Another sign before the pennies than in the rest: 2,000 amounts."],
        ),
        (
            Money(),
            {**THREE, "credit": 3},
            ["What stands in its column of credits is taken off."],
        ),
        (
            Money(),
            {**THREE, "debit_or_credit": 3},
            ["Amounts that its column marks as credits are taken off."],
        ),
    ],
    ids=range(9),
)
def test_how_the_amounts_were_read_is_told(
    money: Money, columns: dict[str, int], expected: list[str]
) -> None:
    assert units_of([stretch_of(columns, money=money)]) == expected
    # Twelve sheets of a year say it once.
    assert units_of([stretch_of(columns, money=money)] * 12) == expected


def test_without_a_heading_none_is_named() -> None:
    stretch = stretch_of(money=Money(factor=Decimal(1000)), header=())
    assert units_of([stretch]) == ["The heading '' says that its amounts are thousands."]
    assert units_of([]) == []


_DAYS = st.dates(date(2021, 1, 1), date(2025, 12, 31)).map(lambda day: Days(day, day))


@given(st.lists(_DAYS, max_size=9))
def test_whoever_is_asked_about_far_days_hears_of_each_and_no_other(days: list[Days]) -> None:
    lines = lines_of(APRIL, *days)
    far = [
        days
        for days in days
        if days.last < APRIL.first - AROUND or days.first > APRIL.last + AROUND
    ]
    asked = asked_of(lines)
    if far and 2 * len(far) < len(days) + len(far):
        (sentence,) = asked
        assert f"{len(far)} payment{'s' if len(far) > 1 else ''} of days" in sentence
        assert sentence.count("line ") == min(len(far), asking.NAMED_MOST)
    else:
        assert asked == []


@given(st.lists(st.sampled_from(IN_UNITS + PLAIN_TITLES), max_size=4))
def test_every_question_is_a_sentence_in_one_line(titles: list[str]) -> None:
    for sentence in units_above([part_of(title) for title in titles]):
        assert "\n" not in sentence
        assert sentence.endswith(".")
