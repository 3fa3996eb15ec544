"""Lines with more cells than the heading: a comma stood in a cell that nobody quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise
from math import comb
from typing import Literal

from localwealth.tables.amounts import amount
from localwealth.tables.dates import days

Kind = Literal["money", "day", "figures", "words"]
# Cells beyond the heading for which ways to join them are tried, and so many ways.
MORE_MOST, WAYS_MOST = 4, 2000
SAMPLE = 400
_GROUPED = re.compile(r"[-(]?£?[-(]?\d{1,3}(,\d{3})*(\.\d{1,2})?\)?-?")


def kinds_of(lines: Sequence[Sequence[str]], width: int, amount_at: int) -> list[Kind]:
    """What the cells of each column are, by lines that have no more cells than headings."""
    sample = [line for line in lines if not any(map(str.strip, line[width:]))][:SAMPLE]
    cells = [
        [line[at].strip() for line in sample if at < len(line) and line[at].strip()]
        for at in range(width)
    ]
    return [_kind(texts, at == amount_at) for at, texts in enumerate(cells)]


def _kind(texts: list[str], is_amount: bool) -> Kind:
    if is_amount:
        return "money"
    if not texts:
        return "words"
    if all(map(str.isdecimal, texts)):
        return "figures"
    if sum(days(text) is not None for text in texts) > 0.9 * len(texts):
        return "day"
    is_money = all("." in text and amount(text) is not None for text in texts)
    return "money" if is_money else "words"


def joined(line: Sequence[str], separator: str, kinds: Sequence[Kind]) -> list[list[str]]:
    """Every way in which neighbouring cells of a line make as many as there are headings, each of
    its column's kind.

    >>> joined(["Birch", "14/04/2023", "1", "234.50"], ",", ["words", "day", "money"])
    [['Birch', '14/04/2023', '1,234.50']]
    """
    cells = list(line)
    while len(cells) > len(kinds) and not cells[-1].strip():
        cells.pop()
    width, length = len(kinds), len(cells)
    if not width < length <= width + MORE_MOST or comb(length - 1, width - 1) > WAYS_MOST:
        return []
    ways = []
    for cuts in combinations(range(1, length), width - 1):
        edges = [0, *cuts, length]
        way = [separator.join(cells[first:last]) for first, last in pairwise(edges)]
        if all(_fits(cell.strip(), kind) for cell, kind in zip(way, kinds, strict=True)):
            ways.append(way)
    return ways


def stands(line: Sequence[str], kinds: Sequence[Kind]) -> bool:
    """Whether a line's first cells are of their columns' kinds as they stand."""
    return all(_fits(cell.strip(), kind) for cell, kind in zip(line, kinds, strict=False))


def _fits(text: str, kind: Kind) -> bool:
    if kind == "money":
        return _GROUPED.fullmatch(text) is not None
    if not text or kind == "words":
        return True
    return text.isdecimal() if kind == "figures" else days(text) is not None
