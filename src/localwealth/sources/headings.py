"""Where the headings of a file of payments stand, and which lines go by which of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import replace

from localwealth.errors import UnreadableFile
from localwealth.sources import columns
from localwealth.sources.accounting import filled
from localwealth.sources.columns import ColumnMapping
from localwealth.sources.money import Money
from localwealth.sources.readings import Stretch
from localwealth.sources.vocabulary import ROLES
from localwealth.tables import amounts, dates
from localwealth.tables.grids import Grid, grids

SEARCHED = 300
SAMPLE = 400
# What a heading in two lines says in its second.
SECOND_WORDS = {"gross", "net", "nett", "vat", "amount", "value", "total", "name", "date"}


def stretches_of(
    grid: Grid, corrections: AnyMapping[str, str], known: ColumnMapping | None
) -> tuple[list[Stretch], int]:
    """The stretches of a sheet, and how many lines stand above the first."""
    scores = [columns.header_score(line) for line in grid.lines[:SEARCHED]]
    best = max(scores, default=0)
    if best < 2:
        stretches, start = _without_heading(grid, corrections, known)
    else:
        stretches, start = _under_headings(grid, scores.index(best), corrections)
    return [_with_money(stretch, grid) for stretch in stretches], start


def _without_heading(
    grid: Grid, corrections: AnyMapping[str, str], known: ColumnMapping | None
) -> tuple[list[Stretch], int]:
    """As the sheet before, else by the look of the cells."""
    lines = grid.lines
    # The last lines, as notes stand in front more often than behind.
    sample = list(itertools.islice(filter(filled, reversed(lines)), SAMPLE))[::-1]
    # Headings in words that nobody has thought of: a line of words over lines with amounts.
    at = None if known else _words_over_amounts(lines)
    header = [] if at is None else [cell.strip() for cell in lines[at]]
    start = 0 if at is None else at + 1
    mapping = _said(known or columns.guess(header, sample), corrections)
    if "amount" not in mapping.columns:
        return [], 0
    return [Stretch(grid.name, start + 1, len(lines), mapping)], start


def _further_headings(
    lines: Sequence[Sequence[str]], at: int, start: int
) -> Iterator[tuple[int, list[str]]]:
    """Another heading further down begins another layout, unless it says the same as that at a
    line: the first line under each, and its cells."""
    for number, line in enumerate(itertools.islice(lines, start, None), start):
        if any(line) and is_other_heading(line, lines[at]):
            yield number + 1, list(map(str.strip, line))


def _under_headings(
    grid: Grid, at: int, corrections: AnyMapping[str, str]
) -> tuple[list[Stretch], int]:
    """What stands under each heading, the first at a line (from 0)."""
    lines = grid.lines
    header, start = _header(lines, at)
    heads = [(start, header), *_further_headings(lines, at, start)]
    afters = [first for first, _ in heads[1:]] + [len(lines) + 1]
    stretches: list[Stretch] = []
    for (first, heading), after in zip(heads, afters, strict=True):
        sample = list(itertools.islice(filter(filled, lines[first : after - 1]), SAMPLE))
        mapping = _said(columns.guess(heading, sample), corrections)
        if "amount" in mapping.columns:
            stretches.append(Stretch(grid.name, first + 1, len(lines), mapping))
        elif not stretches:
            return [], 0
    # A heading inside belongs to the stretch before it, where it is refused as a heading.
    ends = [stretch.first - 1 for stretch in stretches[1:]] + [len(lines)]
    return [replace(stretch, last=end) for stretch, end in zip(stretches, ends, strict=True)], start


def _with_money(stretch: Stretch, grid: Grid) -> Stretch:
    """With how the amounts of its column are read."""
    at = stretch.mapping.columns["amount"]
    header = stretch.mapping.header
    below = grid.lines[stretch.first - 1 : stretch.last]
    texts = (line[at] for line in below if at < len(line))
    heading = header[at] if at < len(header) else ""
    return replace(stretch, money=Money.of_column(heading, texts, grid.separator))


def is_other_heading(line: Sequence[str], heading: Sequence[str]) -> bool:
    """Whether a line is a heading as good as the first, that says something else."""
    score = columns.header_score(line)
    if score < 2 or score < columns.header_score(heading):
        return False
    return [cell.strip() for cell in line if cell.strip()] != [
        cell.strip() for cell in heading if cell.strip()
    ]


def headings(content: bytes, name: str) -> list[str]:
    """The headings of a file that can't be read yet, for a person to say which column is what; of
    its first sheet that has any. Empty where no line looks like headings."""
    for grid in grids(content, name).sheets:
        scores = [columns.header_score(line) for line in grid.lines[:SEARCHED]]
        best = max(scores, default=0)
        at = scores.index(best) if best else _words_over_amounts(grid.lines)
        if at is not None:
            return [cell.strip() for cell in grid.lines[at]]
    return []


def _words_over_amounts(lines: list[list[str]]) -> int | None:
    """The first line of words in at least two cells right over a line with an amount in one of
    them; None where there is none."""
    pairs = enumerate(itertools.pairwise(lines[:SEARCHED]))
    return next((at for at, (line, under) in pairs if _is_words_over(line, under)), None)


def _is_words_over(line: list[str], under: list[str]) -> bool:
    filled = list(filter(None, map(str.strip, line)))
    if len(filled) < 2 or len(filled) < sum(map(bool, map(str.strip, under))):
        return False
    if any(amounts.amount(cell) is not None or dates.days(cell) for cell in filled):
        return False
    return any(
        amounts.amount(cell) is not None and cell.strip() not in amounts.DASHES for cell in under
    )


def _header(lines: list[list[str]], at: int) -> tuple[list[str], int]:
    """The heading at a line, with the second half of one that stands in two lines; and how many
    lines are above the payments."""
    top = _with_above([cell.strip() for cell in lines[at]], lines[at - 1] if at else [])
    under = [cell.strip() for cell in lines[at + 1]] if at + 1 < len(lines) else []
    filled = list(filter(None, under))
    if len(filled) > 1 and SECOND_WORDS.issuperset(map(columns.plain, filled)):
        pairs = itertools.zip_longest(top, under, fillvalue="")
        return [low or high for high, low in pairs], at + 2
    return top, at + 1


def _with_above(header: list[str], above: Sequence[str]) -> list[str]:
    """A heading whose blank cells say what stands above them, where that names more of what a
    payment needs: *Supplier* may stand a line higher than *Date* and *Amount*."""
    filled = [low or high.strip() for low, high in zip(header, above, strict=False)]
    filled += header[len(filled) :]
    names_more = columns.header_score(filled) > columns.header_score(header)
    return filled if names_more else header


def _column_called(where: str, header: Sequence[str]) -> int:
    """A column's number from 0, by its heading or its number from 1."""
    plain = list(map(columns.plain, header))
    if columns.plain(where) in plain:
        return plain.index(columns.plain(where))
    if where.isdecimal() and 0 < int(where) <= len(header):
        return int(where) - 1
    raise UnreadableFile(f"The file has no column {where!r}.")


def _said(mapping: ColumnMapping, corrections: AnyMapping[str, str]) -> ColumnMapping:
    """A guess, with what a person has said put in its place."""
    chosen, reasons = dict(mapping.columns), dict(mapping.reasons)
    for role, where in corrections.items():
        if role not in ROLES:
            raise UnreadableFile(
                f"{role!r} is nothing that a payment says. Say one of: " + ", ".join(ROLES) + "."
            )
        if not where:
            chosen.pop(role, None)
            continue
        at = _column_called(where, mapping.header)
        chosen = {named: column for named, column in chosen.items() if column != at}
        chosen[role], reasons[role] = at, "a person has said so"
    order = {role: chosen[role] for role in ROLES if role in chosen}
    doubled = {role: at for role, at in mapping.doubled.items() if role not in corrections}
    return ColumnMapping(order, mapping.header, reasons, doubled)
