"""Where the table of a file stands: the sheet and the line whose headings mean most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from localwealth.errors import UnreadableFile
from localwealth.tables import bounds
from localwealth.tables.cutting import plain
from localwealth.tables.grids import Grid, Grids
from localwealth.tables.sheets import SEARCHED, without_blank_end
from localwealth.words import many

# So many values of a column are shown to whoever says what it holds.
SAMPLES = 3


@dataclass(frozen=True)
class Placed:
    """A table in its file: ``line`` is that of its headings, counted from 1, ``rows`` are (line,
    cells) with as many cells as headings. ``longer`` are lines that say something beyond the last
    heading, ``notes`` what was repaired or passed over, ``sheets`` the names of all that show."""

    sheet: str
    line: int
    header: list[str]
    rows: list[tuple[int, list[str]]]
    longer: frozenset[int] = frozenset()
    notes: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)

    def samples(self, column: int) -> list[str]:
        """The first different values of a column."""
        filled = (cells[column] for _, cells in self.rows if cells[column])
        return list(dict.fromkeys(filled))[:SAMPLES]


def place(
    file: Grids,
    means: Callable[[str], str],
    *,
    sheet: str | None = None,
    line: int | None = None,
) -> Placed:
    """Find the table of a file: the sheet and line in which most headings mean something different.

    ``means`` says what a heading means, "" where it is not known. ``sheet`` and ``line`` are given
    where somebody has chosen them.

    Raises
    ------
    UnreadableFile
        No sheet says anything, or there is none of that name or no such line.
    """
    filled = [grid for grid in file.sheets if any(map(any, grid.lines))]
    chosen = _chosen(filled, sheet)
    if line is None:
        places = ((grid, *_heading(grid, means)) for grid in chosen)
        grid, at, _ = max(places, key=lambda place: place[2])
    else:
        grid, at = chosen[0], line - 1
    if not 0 <= at < len(grid.lines) or not any(grid.lines[at]):
        raise UnreadableFile(f"Line {line} holds no headings.")
    return _placed(grid, at, file, filled)


def _chosen(filled: list[Grid], sheet: str | None) -> list[Grid]:
    """The sheets that are looked at: the one that somebody chose, or all that say anything."""
    if not filled:
        raise UnreadableFile("The file holds no table.")
    chosen = [grid for grid in filled if sheet is None or grid.name == sheet]
    if not chosen:
        raise UnreadableFile(f"The file has no sheet {sheet!r} that says anything.")
    return chosen


def _heading(grid: Grid, means: Callable[[str], str]) -> tuple[int, int]:
    """The line of most meanings and how many; where none has any, the first of several cells."""
    lines = grid.lines[:SEARCHED]
    counts = [len({means(cell) for cell in line if cell.strip()} - {""}) for line in lines]
    if max(counts, default=0):
        return counts.index(max(counts)), max(counts)
    widths = [sum(map(bool, map(str.strip, line))) for line in lines]
    # The first of several cells, else the first of one, else the first.
    widest = min(max(widths, default=0), 2)
    return next((at for at, width in enumerate(widths) if width >= widest), 0), 0


def _placed(grid: Grid, at: int, file: Grids, filled: list[Grid]) -> Placed:
    header = without_blank_end([" ".join(cell.split()) for cell in grid.lines[at]])
    if len(header) * (len(grid.lines) - at) > bounds.TEXT_CELLS_MOST:
        # Each row is made as wide as the heading.
        raise UnreadableFile(bounds.TOO_MUCH)
    heads = list(map(plain, header))
    rows, longer, repeated = [], set(), 0
    for number, cells in enumerate(grid.lines[at + 1 :], start=at + 2):
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        if _says_again(cells, heads):
            repeated += 1
            continue
        if any(cells[len(header) :]):
            longer.add(number)
        rows.append((number, (cells + [""] * len(header))[: len(header)]))
    return Placed(
        grid.name,
        at + 1,
        header,
        rows,
        frozenset(longer),
        _notes(grid, at, repeated, file, filled),
        [sheet.name for sheet in filled],
    )


def _says_again(cells: list[str], heads: list[str]) -> bool:
    """Whether a line is the headings once more. Nearly none is, as its first cell tells."""
    if heads and plain(cells[0] if cells else "") != heads[0]:
        return False
    return list(map(plain, cells[: len(heads)])) == heads


def _notes(grid: Grid, at: int, repeated: int, file: Grids, filled: list[Grid]) -> list[str]:
    notes = list(file.notes)
    above = sum(any(line) for line in grid.lines[:at])
    if above:
        notes.append(f"{many(above, 'line')} above the headings passed over.")
    if repeated:
        notes.append(f"The headings stand there again {many(repeated, 'time')}: passed over.")
    notes += [f"Sheet “{name}” was passed over: {why}." for name, why in file.passed_over]
    notes += [
        f"Sheet “{other.name}” was not read: “{grid.name}” has the columns."
        for other in filled
        if other is not grid
    ]
    return notes
