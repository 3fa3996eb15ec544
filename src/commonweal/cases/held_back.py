"""Counts as the public may see them: a count from 1 to 4 is held back, and so is anything that it
could be worked out from.

Who reads a table with its totals can say of each hidden small count no more than that it may be
anything from 1 to 4, and perhaps more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from .feasible import Hidden, Line, can_be

SMALL = 5
HELD_BACK = "fewer than 5"

Name = TypeVar("Name")
# By row and column; None is held back.
Shown = dict[str, dict[str, int | None]]
Rows = Mapping[str, Mapping[str, int]]


def unless_few(count: int) -> int | None:
    """A count by itself, as it is shown: None where it is so small that it tells of somebody."""
    return None if is_small(count) else count


def is_small(count: int) -> bool:
    return 0 < count < SMALL


def held_back(row: Mapping[Name, int]) -> dict[Name, int | None]:
    """A row of counts that is shown with its total: small ones are None, and so is what they could
    be worked out from, also by who knows this rule. A total below 5 is not shown either.

    Examples
    --------
    >>> held_back({"met": 40, "partly": 7, "unmet": 3})
    {'met': 40, 'partly': None, 'unmet': None}
    >>> held_back({"met": 40, "partly": 7, "unmet": 1, "gone": 2})
    {'met': 40, 'partly': None, 'unmet': None, 'gone': None}
    >>> held_back({"met": 40, "partly": 1, "unmet": 1})
    {'met': None, 'partly': None, 'unmet': None}
    >>> held_back({"met": 4, "partly": 0, "unmet": 1})
    {'met': None, 'partly': None, 'unmet': None}
    >>> held_back({"met": 40, "partly": 0, "unmet": 9})
    {'met': 40, 'partly': 0, 'unmet': 9}
    """
    shown = {name: unless_few(count) for name, count in row.items()}
    shown |= dict.fromkeys(_beside(row, shown, _tells))
    if None in shown.values() and not any(shown.values()) and sum(row.values()) >= SMALL:
        # Which parts have nobody would tell that each of the others has somebody.
        return dict.fromkeys(row)
    return shown


def _beside(
    counts: Mapping[Name, int],
    shown: Mapping[Name, int | None],
    tells: Callable[[list[int]], bool],
) -> list[Name]:
    """What is to be held back beside what is: the smallest of the others that count anything, and
    each that is as large, for which of them it was would tell. Nothing where the sum of what is
    held back tells too little already."""
    stand = {name: count for name, count in counts.items() if shown[name] is not None}
    hidden = [counts[name] for name in counts if name not in stand]
    if not tells(hidden):
        return []
    others = [*filter(None, stand.values())]
    if not others and sum(hidden) < SMALL:
        return []
    least = min(others, default=0)
    return [name for name, count in stand.items() if count == least]


def _is_worked_out(hidden: list[int]) -> bool:
    """Whether the sum of what is held back says what each part is: one alone, or several that are
    all the least or all the most that a small count can be. To 2 sum one and one, to 8 four and
    four."""
    if len(hidden) < 2:
        return bool(hidden)
    extremes = (len(hidden), (SMALL - 1) * len(hidden))
    return max(hidden) < SMALL and sum(hidden) in extremes


def _tells(hidden: list[int]) -> bool:
    """Whether the sum says that, or that a part is less than the most that a small count can be."""
    if _is_worked_out(hidden) or not hidden:
        return bool(hidden)
    least = min(1, *hidden)
    return sum(hidden) - least * (len(hidden) - 1) < SMALL - 1


def table_held_back(rows: Rows) -> Shown:
    """A table whose rows and columns are both added up: held back in both directions until of no
    hidden small count more can be said than that it is small, from all sums together.

    A sum below 5 is taken as not known.
    """
    shown: Shown = {
        name: {column: unless_few(count) for column, count in row.items()}
        for name, row in rows.items()
    }
    while _lines_held_back(rows, shown) or _one_more_held_back(rows, shown):
        pass
    return shown


def _lines_held_back(rows: Rows, shown: Shown) -> bool:
    """Hold back beside what is, in each row and each column; whether there was such a line."""
    changed = False
    for line in _lines(rows):
        counts = {cell: rows[cell[0]][cell[1]] for cell in line}
        cells = {cell: shown[cell[0]][cell[1]] for cell in line}
        for row, column in _beside(counts, cells, _is_worked_out):
            shown[row][column] = None
            changed = True
    return changed


def _lines(rows: Rows) -> Iterator[list[tuple[str, str]]]:
    for name, row in rows.items():
        yield [(name, column) for column in row]
    for column in sorted({column for row in rows.values() for column in row}):
        yield [(name, column) for name, row in rows.items() if column in row]


def _one_more_held_back(rows: Rows, shown: Shown) -> bool:
    """Hold back one more where a small count could be narrowed down by rows and columns together:
    the smallest that counts anything in its row or column, else in the table, else a nought."""
    hidden = _hidden(rows, shown)
    for cell, counted in hidden.counts.items():
        if not is_small(counted) or can_be(hidden, cell, 1, SMALL - 1):
            continue
        stand = [
            (count == 0, row != cell[0] and column != cell[1], count, row, column)
            for row, cells in shown.items()
            for column, count in cells.items()
            if count is not None
        ]
        if stand:
            *_, row, column = min(stand)
            shown[row][column] = None
            return True
    return False


def _hidden(rows: Rows, shown: Shown) -> Hidden:
    counts = {
        (row, column): rows[row][column]
        for row, cells in shown.items()
        for column, count in cells.items()
        if count is None
    }
    return Hidden(counts, _unknown(rows))


def _unknown(rows: Rows) -> set[Line]:
    """The lines whose sum is too small to be shown."""
    sums: Counter[Line] = Counter()
    for name, row in rows.items():
        for column, count in row.items():
            sums["row", name] += count
            sums["column", column] += count
    return {line for line, count in sums.items() if count < SMALL}
