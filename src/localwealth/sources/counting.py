"""The second count: how many lines a file has and what they come to, by another way to its bytes.

A text is cut here by a splitter of its own, that knows nothing of the grid: a cell that the first
reading tore in two shows, as the money then differs. The numbers of an .xlsx and an .ods
are taken from its own XML instead of from what calamine reads, those of an .xls from what xlrd
does. Only a file that has no second way (a damaged .xls) is counted on the grid that was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from localwealth.sources.accounting import Part, filled, width_of
from localwealth.sources.readings import Stretch
from localwealth.sources.vocabulary import MONEY_ROLES
from localwealth.tables.cutting import seen
from localwealth.tables.texts import text_of

_NIL = Decimal(0)
_MONEY = ("amount", *MONEY_ROLES)
_BREAK = re.compile("\r\n|\r|\n")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?\D*")


def lines_of(part: Part) -> int:
    """Lines under the headings that are not empty."""
    return sum(map(filled, part.grid.lines[part.start :]))


def money_of(
    part: Part, content: bytes, read: Mapping[int, Decimal | None], unclear: set[int]
) -> Decimal:
    """What the amount columns of a sheet come to.

    ``read`` is what the first reading made of each line; it is looked at only to choose between
    amounts of a line that has more cells than the others. ``unclear`` are lines whose money was
    given up, as nobody can tell it.
    """
    if part.grid.figures is not None:
        return sum((_of_figures(part, stretch) for stretch in part.stretches), _NIL)
    if part.grid.separator and (records := _records(part, content)):
        return sum(
            (_of_records(part, stretch, records, read, unclear) for stretch in part.stretches), _NIL
        )
    return sum((_of_grid(part, stretch) for stretch in part.stretches), _NIL)


def _of_grid(part: Part, stretch: Stretch) -> Decimal:
    lines = part.grid.lines[stretch.first - 1 : stretch.last]
    return sum((_pounds(stretch, line) for line in lines if filled(line)), _NIL)


def _of_figures(part: Part, stretch: Stretch) -> Decimal:
    """By the numbers of the sheet as the second way has them."""
    figures = part.grid.figures or {}
    total = _NIL
    below = part.grid.lines[stretch.first - 1 : stretch.last]
    for number, cells in enumerate(below, stretch.first):
        if not filled(cells):
            continue
        line = list(cells)
        for role in ("amount", "credit"):
            at = stretch.mapping.columns.get(role, -1)
            if 0 <= at < len(line):
                line[at] = figures.get(at, {}).get(number - 1, "")
        total += _pounds(stretch, line)
    return total


def _of_records(
    part: Part,
    stretch: Stretch,
    records: Sequence[str],
    read: Mapping[int, Decimal | None],
    unclear: set[int],
) -> Decimal:
    """By the lines of the text, each cut anew."""
    separator = part.grid.separator
    lines = part.grid.lines[stretch.first - 1 : stretch.last]
    width = width_of(stretch, lines)
    total = _NIL
    for number in range(stretch.first, stretch.last + 1):
        record = records[number - 1]
        if number in unclear or not record.strip(f"{separator} \t"):
            continue
        cells = list(_cells(record, separator)) if '"' in record else record.split(separator)
        if len(cells) <= width or not any(map(str.strip, cells[width:])):
            total += _pounds(stretch, cells)
        else:
            total += _of_long(stretch, cells, separator, width, read.get(number))
    return total


def _of_long(
    stretch: Stretch, cells: list[str], separator: str, width: int, read: Decimal | None
) -> Decimal:
    """What a line with more cells than the others comes to: what was read of it, where that stands
    in it as a whole amount; else the first amount that does."""
    at = stretch.mapping.columns["amount"]
    within = cells[at : len(cells) - (width - 1 - at)]
    amounts = []
    first = 0
    while first < len(within):
        # The longest run of cells that is one amount with its thousands.
        for last in range(len(within), first, -1):
            text = separator.join(within[first:last]).strip()
            is_run = last - first > 1
            if is_run and not _THOUSANDS.fullmatch(text.lstrip("-£( ")):
                continue
            money = stretch.money.pounds({"amount": text})
            if money is not None:
                amounts.append(money)
                break
        first = max(last, first + 1)
    return read if read in amounts and read is not None else next(iter(amounts), _NIL)


def _pounds(stretch: Stretch, cells: Sequence[str]) -> Decimal:
    columns = stretch.mapping.columns
    get = {
        role: cells[columns[role]].strip() if columns[role] < len(cells) else ""
        for role in _MONEY
        if role in columns
    }
    return stretch.money.pounds(get) or _NIL


def _records(part: Part, content: bytes) -> list[str]:
    """The text of each line of the grid; [] where the text can't be told apart into as many."""
    text = seen(text_of(content).text)
    physical = _BREAK.split(text)
    if physical and not physical[-1]:
        physical.pop()
    if len(physical) == len(part.grid.lines):
        return physical
    records = list(_by_marks(physical))
    return records if len(records) == len(part.grid.lines) else []


def _by_marks(physical: Sequence[str]) -> Iterator[str]:
    """Lines, put together as long as a quotation mark is open."""
    record = ""
    for line in physical:
        record = f"{record}\n{line}" if record else line
        if record.count('"') % 2 == 0:
            yield record
            record = ""
    if record:
        yield record


@lru_cache
def _cell(separator: str) -> re.Pattern[str]:
    """A cell, with what stands between its marks and a few signs that may stand behind them, or
    without marks."""
    sign = re.escape(separator)
    marked = rf'[^\S{sign}]*=?"((?:[^"]|"")*)"([^{sign}"]*)(?={sign}|$)'
    return re.compile(rf"{marked}|([^{sign}]*)", re.DOTALL)


def _cells(record: str, separator: str) -> Iterator[str]:
    """The cells of a line: a mark at a cell's beginning binds until one before a separator."""
    pattern = _cell(separator)
    at = 0
    while True:
        match = pattern.match(record, at)
        if match is None:
            return
        # A mark in the midst of a cell is no figure of it.
        if match[1] is None:
            yield match[3].replace('"', "")
        else:
            yield match[1].replace('""', '"') + match[2].strip()
        at = match.end() + 1
        if at > len(record):
            return
