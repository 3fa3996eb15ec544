"""A table with the sums of its rows and columns: whoever solves it learns of no small count more
than that it is small."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest

from commonweal.cases.held_back import table_held_back

Table = list[list[int]]
COUNTS = (0, 0, 1, 1, 2, 3, 4, 5, 6, 9, 20)


def shown_of(table: Table) -> list[list[int | None]]:
    rows = {f"r{at}": {f"c{to}": n for to, n in enumerate(row)} for at, row in enumerate(table)}
    return [list(row.values()) for row in table_held_back(rows).values()]


def solutions(table: Table, shown: list[list[int | None]], fixed: tuple[int, int, int]) -> bool:
    """Whether some table with this cell fits all that is shown, and all sums from 5 on. Tried out
    cell by cell, which has nothing in common with how the product works it out."""
    height, width = len(table), len(table[0])
    cells = [
        (r, c) for r, c in itertools.product(range(height), range(width)) if shown[r][c] is None
    ]
    hides_noughts = any(table[r][c] == 0 for r, c in cells)
    least = 0 if hides_noughts else 1
    row_sums = [sum(table[r][c] for r, c in cells if r == row) for row in range(height)]
    col_sums = [sum(table[r][c] for r, c in cells if c == column) for column in range(width)]
    row_known = [sum(row) >= 5 for row in table]
    col_known = [sum(row[c] for row in table) >= 5 for c in range(width)]

    def fill(at: int, rows: list[int], columns: list[int]) -> bool:
        if at == len(cells):
            left = [*zip(rows, row_known, strict=True), *zip(columns, col_known, strict=True)]
            return not any(n for n, known in left if known)
        r, c = cells[at]
        later = cells[at + 1 :]
        left_in_row = sum(row == r for row, _ in later)
        left_in_column = sum(column == c for _, column in later)
        for count in choices(r, c, rows, columns, left_in_row, left_in_column):
            rows[r] -= count
            columns[c] -= count
            if fill(at + 1, rows, columns):
                return True
            rows[r] += count
            columns[c] += count
        return False

    def choices(r, c, rows, columns, left_in_row, left_in_column) -> Iterator[int]:
        low, high = least, 99
        if row_known[r]:
            high = min(high if left_in_row else rows[r], rows[r] - least * left_in_row)
            low = low if left_in_row else max(low, rows[r])
        if col_known[c]:
            high = min(high, columns[c] - least * left_in_column)
            low = low if left_in_column else max(low, columns[c])
        if (r, c) == fixed[:2]:
            low, high = max(low, fixed[2]), min(high, fixed[2])
        return iter(range(low, high + 1))

    return fill(0, row_sums[:], col_sums[:])


def made(draw: random.Random, height: int, width: int) -> Table:
    return [[draw.choice(COUNTS) for _ in range(width)] for _ in range(height)]


@pytest.mark.parametrize(("height", "width"), [(2, 2), (2, 3), (3, 2), (3, 3)])
def test_each_hidden_small_count_may_be_one_to_four(height, width):
    draw = random.Random(height * 10 + width)
    for _ in range(120):
        table = made(draw, height, width)
        shown = shown_of(table)
        if all(cell is None for row in shown for cell in row):
            continue
        for r, c in itertools.product(range(height), range(width)):
            if shown[r][c] is None and 0 < table[r][c] < 5:
                for count in range(1, 5):
                    assert solutions(table, shown, (r, c, count)), (table, shown, (r, c), count)


def test_what_is_shown_is_so_and_is_never_small():
    draw = random.Random(7)
    for _ in range(300):
        table = made(draw, draw.randint(1, 5), draw.randint(2, 5))
        for row, cells in zip(table, shown_of(table), strict=True):
            for count, cell in zip(row, cells, strict=True):
                assert cell is None or (cell == count and not 0 < count < 5)


def test_four_that_rows_and_columns_together_give_away_are_not_alone():
    """By each line alone 4 may be anything; by both together the 1 beside the corner lets it fall
    no lower than 4."""
    table = [[4, 5, 31, 41], [6, 1, 32, 42], [33, 34, 35, 43], [44, 45, 46, 47]]
    shown = shown_of(table)
    assert solutions(table, shown, (0, 0, 1))
    assert sum(cell is None for row in shown for cell in row) > 4


def test_a_table_without_small_counts_is_shown_whole():
    assert shown_of([[5, 0], [9, 20]]) == [[5, 0], [9, 20]]


def test_a_large_table_keeps_most_of_what_it_says():
    """As much as the desk's: ten kinds of help, five states, two small counts."""
    table = [[40 + 7 * r + c for c in range(5)] for r in range(10)]
    table[2][1], table[7][3] = 3, 2
    hidden = sum(cell is None for row in shown_of(table) for cell in row)
    assert hidden <= 9
