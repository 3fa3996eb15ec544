"""What a file publishes twice, and what only looks like it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.sources.readings import PaymentLine
from localwealth.sources.repeats import (
    BLOCK_LEAST,
    DIFFERENT_LEAST,
    UNDATED_LEAST,
    Block,
    blocks,
    repeats_sheet,
    sums_sheet,
)
from localwealth.tables.dates import Days

DAY = date(2023, 4, 3)


def run_of(length: int, different: int | None = None, first: int = 0) -> list[str]:
    """Lines of which so many say different things."""
    return [f"line {first + at % (different or length)}" for at in range(length)]


@pytest.mark.parametrize(
    ("length", "different", "is_block"),
    [
        (BLOCK_LEAST, None, True),
        (BLOCK_LEAST - 1, None, False),
        (BLOCK_LEAST + 5, None, True),
        (BLOCK_LEAST, DIFFERENT_LEAST, True),
        (BLOCK_LEAST, DIFFERENT_LEAST - 1, False),
        (60, 2, False),
        (60, 1, False),
    ],
)
def test_a_block_has_so_many_lines_and_says_so_many_things(
    length: int, different: int | None, is_block: bool
) -> None:
    lines = run_of(length, different)
    repeated = blocks([*lines, "between", *lines])
    if different and different < length and is_block:
        # Inside of the first half the lines come round too.
        assert repeated
    elif is_block:
        assert repeated == [Block(length + 1, 2 * length, 0)]
    else:
        assert repeated == []


def test_right_behind_itself_it_is_a_block_too() -> None:
    lines = run_of(12)
    assert blocks(lines * 2) == [Block(12, 23, 0)]


def test_three_times_is_twice_too_often() -> None:
    lines = run_of(12)
    left_out = [at for block in blocks(lines * 3) for at in range(block.first, block.last + 1)]
    assert left_out == list(range(12, 36))


def test_in_another_order_nothing_is_published_twice() -> None:
    lines = run_of(12)
    assert blocks([*lines, *reversed(lines)]) == []
    evens, odds = lines[::2], lines[1::2]
    assert blocks([*lines, *evens, *odds]) == []


def test_a_line_between_tears_a_block_in_two() -> None:
    lines = run_of(20)
    torn = [*lines[:10], "new", *lines[10:]]
    assert blocks([*lines, *torn]) == [Block(20, 29, 0), Block(31, 40, 10)]
    torn = [*lines[:9], "new", *lines[9:]]
    assert blocks([*lines, *torn]) == [Block(30, 40, 9)]


def test_part_of_what_stands_above_may_come_again() -> None:
    lines = run_of(40)
    assert blocks([*lines, *lines[15:30]]) == [Block(40, 54, 15)]


def test_two_blocks_that_come_again_in_the_other_order_are_two() -> None:
    one, two = run_of(12), run_of(12, first=100)
    assert blocks([*one, *two, *two, *one]) == [Block(24, 35, 12), Block(36, 47, 0)]


@pytest.mark.parametrize(
    ("references", "is_block"),
    [
        (["INV1"] * 24, False),
        ([*["INV1"] * 23, "INV2"], True),
        ([*["INV1"] * 12, "INV2", *["INV1"] * 11], True),
        # What differs must stand in the block itself.
        (["INV2", *["INV1"] * 23], False),
        ([f"INV{at}" for at in range(24)], True),
        ([""] * 24, False),
    ],
    ids=range(6),
)
def test_the_lines_of_one_invoice_may_be_alike(references: list[str], is_block: bool) -> None:
    lines = run_of(12) * 2
    assert bool(blocks(lines, references.__getitem__)) is is_block


def test_where_equal_lines_are_known_only_they_are_looked_at() -> None:
    lines = [*run_of(12), "between", *run_of(12)]
    expected = [Block(13, 24, 0)]
    places = [at for at, line in enumerate(lines) if lines.count(line) > 1]
    assert blocks(lines, None, places) == blocks(lines) == expected
    assert blocks(lines, None, []) == []


def test_nothing_has_no_blocks() -> None:
    assert blocks([]) == []
    assert blocks(["one"]) == []


def payment(
    supplier: str, amount: str, day: date | None = DAY, reference: str = "", line: int = 2
) -> PaymentLine:
    roles = {"reference": reference} if reference else {}
    paid = Days(day, day) if day else None
    return PaymentLine("April", line, paid, supplier, "named", Decimal(amount), roles)


THREE = [
    payment("Acorn Ltd", "10.00"),
    payment("Birch Ltd", "20.00"),
    payment("Acorn Ltd", "5.50", reference="R7"),
]


def test_a_sheet_that_says_nothing_new_repeats_another() -> None:
    assert repeats_sheet(THREE, THREE)
    assert repeats_sheet(THREE[:1], THREE)
    assert repeats_sheet(THREE[::-1], THREE)
    # Wherever its lines stand.
    moved = [payment("Birch Ltd", "20.00", line=99)]
    assert repeats_sheet(moved, THREE)


@pytest.mark.parametrize(
    "changed",
    [
        payment("Birch Limited", "20.00"),
        payment("Birch Ltd", "20.01"),
        payment("Birch Ltd", "20.00", date(2023, 4, 4)),
        payment("Birch Ltd", "20.00", None),
        payment("Birch Ltd", "20.00", reference="R1"),
        payment("Birch Ltd", "-20.00"),
    ],
    ids=["payee", "amount", "day", "no day", "reference", "credit"],
)
def test_a_sheet_with_one_line_of_its_own_repeats_none(changed: PaymentLine) -> None:
    assert not repeats_sheet([THREE[0], changed], THREE)


def test_a_line_twice_is_not_in_a_sheet_that_has_it_once() -> None:
    assert not repeats_sheet([THREE[0], THREE[0]], THREE)
    assert repeats_sheet([THREE[0], THREE[0]], [*THREE, THREE[0]])


def test_no_sheet_repeats_a_shorter_one_and_an_empty_one_repeats_nothing() -> None:
    assert not repeats_sheet([], THREE)
    assert not repeats_sheet([], [])
    assert not repeats_sheet(THREE, THREE[:2])


@pytest.mark.parametrize(
    ("count", "is_repeated"),
    [(1, False), (UNDATED_LEAST - 1, False), (UNDATED_LEAST, True), (UNDATED_LEAST + 1, True)],
)
def test_without_dates_it_needs_so_many_lines(count: int, is_repeated: bool) -> None:
    sheet = [payment(f"Firm {at}", "1.00", None) for at in range(count)]
    assert repeats_sheet(sheet, sheet) is is_repeated
    # One day among them is enough.
    dated = [*sheet, payment("Oak Ltd", "1.00")]
    assert repeats_sheet(dated, dated)


@pytest.mark.parametrize(
    ("sheet", "is_sum"),
    [
        ([("Acorn Ltd", "15.50"), ("Birch Ltd", "20.00")], True),
        ([("BIRCH LTD", "20.00"), ("acorn ltd", "15.50")], True),
        ([("Acorn Ltd", "15.50"), ("Birch Ltd", "20.01")], False),
        ([("Acorn Ltd", "15.50"), ("Cedar Ltd", "20.00")], False),
        # Not all payees, or one twice.
        ([("Acorn Ltd", "15.50")], False),
        ([("Acorn Ltd", "10.00"), ("Acorn Ltd", "5.50")], False),
        # As many lines as the other: it sums nothing up.
        ([("Acorn Ltd", "10.00"), ("Birch Ltd", "20.00"), ("Acorn Ltd", "5.50")], False),
        # Nobody is named, in fewer lines: the money tells.
        ([("", "35.50")], True),
        ([("", "30.00"), ("", "5.50")], True),
        ([("", "35.51")], False),
        ([("", "30.00"), ("", "5.00"), ("", "0.50")], False),
        ([], False),
    ],
)
def test_a_sheet_sums_another_up(sheet: list[tuple[str, str]], is_sum: bool) -> None:
    assert sums_sheet([payment(name, amount) for name, amount in sheet], THREE) is is_sum


def test_two_sheets_without_payees_sum_each_other_up_in_no_case() -> None:
    nobody = [payment("", "35.50")]
    assert not sums_sheet(nobody, [payment("", "30.00"), payment("", "5.50")])
    assert not sums_sheet([], [])


_KEYS = st.lists(st.sampled_from([f"line {at}" for at in range(7)]), max_size=45)


def naive(keys: Sequence[object], block: Block) -> bool:
    return list(keys[block.first : block.last + 1]) == list(
        keys[block.earlier : block.earlier + block.last - block.first + 1]
    )


@given(_KEYS)
def test_what_is_left_out_stands_above_word_for_word(keys: list[str]) -> None:
    last = -1
    for block in blocks(keys):
        assert naive(keys, block)
        assert block.earlier < block.first
        assert block.last - block.first + 1 >= BLOCK_LEAST
        assert len(set(keys[block.first : block.last + 1])) >= DIFFERENT_LEAST
        # In their order, and no line in two of them.
        assert block.first > last
        last = block.last


@given(st.lists(st.integers(0, 10_000), unique=True, min_size=10, max_size=25), st.integers(0, 3))
def test_a_list_of_different_lines_that_comes_twice_is_found(
    numbers: list[int], between: int
) -> None:
    lines: list[object] = [*numbers, *[f"between {at}" for at in range(between)], *numbers]
    first = len(numbers) + between
    assert blocks(lines) == [Block(first, len(lines) - 1, 0)]


_LINES = st.lists(
    st.builds(
        payment,
        st.sampled_from(["Acorn Ltd", "ACORN LTD", "Birch Ltd", ""]),
        st.sampled_from(["1.00", "2.00", "-1.00", "0.00"]),
        st.sampled_from([DAY, None]),
    ),
    max_size=5,
)


@given(_LINES, _LINES)
def test_whatever_repeats_or_sums_another_comes_to_no_more_lines(
    sheet: list[PaymentLine], other: list[PaymentLine]
) -> None:
    if repeats_sheet(sheet, other):
        assert 0 < len(sheet) <= len(other)
        assert all(line in other for line in sheet)
    if sums_sheet(sheet, other):
        assert len(sheet) < len(other)
        assert sum(line.amount for line in sheet) == sum(line.amount for line in other)
