"""A table of named columns: the sheet of a file that has them, and its rows with their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from localwealth.errors import UnreadableFile
from localwealth.tables import bounds
from localwealth.tables.cutting import plain
from localwealth.tables.grids import Grid, Grids, grids

# Lines among which the headings are looked for.
SEARCHED = 50


@dataclass(frozen=True)
class Sheet:
    """A table of text.

    ``header`` are the column names, ``rows`` are (number of the row in the file, cells); cells
    are as many as columns, "" where the file has none. Rows that are empty throughout are only
    counted, in ``blank_count``. ``name`` is the sheet's ("" in a text file); ``notes`` say what was
    repaired or passed over. ``surplus`` are cells that say something and stand beyond the last
    column, by row: one comma too many moves every cell behind it.
    """

    header: list[str]
    rows: list[tuple[int, list[str]]]
    blank_count: int
    name: str = ""
    notes: list[str] = field(default_factory=list)
    surplus: dict[int, list[str]] = field(default_factory=dict)

    def refuse_surplus(self, row: int, error: type[Exception]) -> None:
        """Raise an error of the caller's own for a row with more cells than there are columns."""
        if cells := self.surplus.get(row):
            raise error(why_surplus(cells))

    def as_dicts(self) -> list[tuple[int, dict[str, str]]]:
        """Each row by the names of its columns, with its number in the file. Of two columns of one
        name the last is taken."""
        return [(number, dict(zip(self.header, cells, strict=True))) for number, cells in self.rows]


def why_surplus(cells: Sequence[str]) -> str:
    """Why a row is refused that has these cells beyond the last column.

    >>> why_surplus(["01632 960224"])[:75]
    "it has more cells than there are columns: '01632 960224' stands beyond the "
    """
    return (
        f"it has more cells than there are columns: {cells[0]!r} stands beyond the last. "
        "Is there a comma too many?"
    )


def beyond(rows: Sequence[tuple[int, Sequence[str]]], width: int) -> dict[int, list[str]]:
    """The cells of a text's rows that say something behind the first ``width``, by row. Nothing
    where most rows have some: then it is a column that nobody headed.

    >>> beyond([(2, ["a", "b", "c"]), (3, ["a", "b", ""])], 2), beyond([(2, ["a", "b", "c"])], 2)
    ({2: ['c']}, {})
    """
    surplus = {
        number: filled
        for number, cells in rows
        if (filled := [cell for cell in cells[width:] if cell.strip()])
    }
    return surplus if len(surplus) * 2 <= len(rows) else {}


def read(content: bytes, name: str, *, needs: Sequence[str] = (), may: Sequence[str] = ()) -> Sheet:
    """Read the sheet of a file that has the columns needed, or its first that says anything.

    Parameters
    ----------
    content
        The whole file.
    name
        Its name; the ending decides how it is read, unless its first bytes say otherwise.
    needs
        Column names that the header must have, in whatever case, spacing and signs: they stand in
        the answer's header as they are given here. Lines above (titles, notes) are passed over.
    may
        Names of columns that it may have, and that stand in the header likewise.

    Raises
    ------
    UnreadableFile
        It is empty, damaged, of another kind, or no line of it has the columns needed.

    Examples
    --------
    >>> sheet = read(b"A report\\nName,hours\\nClub,12\\n,\\n", "x.csv", needs=["name"])
    >>> sheet.header, sheet.rows, sheet.blank_count
    (['name', 'hours'], [(3, ['Club', '12'])], 1)
    """
    file = grids(content, name, needs)
    filled = [grid for grid in file.sheets if any(map(_is_filled, grid.lines))]
    if not filled:
        raise UnreadableFile("The file holds no table.")
    if not needs:
        at = [*map(_is_filled, filled[0].lines)].index(True)
        return _sheet(filled[0], at, may, file, filled)
    wanted = {plain(need) for need in needs}
    headings = [(grid, *_heading(grid, wanted)) for grid in filled]
    grid, at, known = max(headings, key=lambda place: place[2])
    if known < len(wanted):
        raise UnreadableFile(_lacks(grid.lines[at], needs, filled))
    return _sheet(grid, at, [*may, *needs], file, filled)


def _is_filled(line: Sequence[str]) -> bool:
    return any(cell.strip() for cell in line)


def _lacks(heading: Sequence[str], needs: Sequence[str], filled: Sequence[Grid]) -> str:
    """What is said of a file that has not all columns needed."""
    heads = set(map(plain, heading))
    missing = ", ".join(repr(need) for need in needs if plain(need) not in heads)
    looked_at = ", ".join(repr(grid.name) for grid in filled)
    others = f" (looked at: {looked_at})" if len(filled) > 1 else ""
    return f"The file lacks the column {missing}{others}."


def _heading(grid: Grid, wanted: set[str]) -> tuple[int, int]:
    """Which line names most of the columns wanted, and how many."""
    lines = grid.lines[:SEARCHED]
    counts = [len(wanted & set(map(plain, line))) for line in lines]
    known = max(counts, default=0)
    return (counts.index(known) if counts else 0), known


def _sheet(grid: Grid, at: int, names: Sequence[str], file: Grids, filled: list[Grid]) -> Sheet:
    header = _header(grid.lines[at], names)
    if len(header) * (len(grid.lines) - at) > bounds.TEXT_CELLS_MOST:
        # Each row is made as wide as the heading.
        raise UnreadableFile(bounds.TOO_MUCH)
    rows, blank, surplus = [], 0, {}
    for number, cells in enumerate(grid.lines[at + 1 :], start=at + 2):
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            blank += 1
            continue
        rows.append((number, (cells + [""] * len(header))[: len(header)]))
        if beyond := [cell for cell in cells[len(header) :] if cell]:
            surplus[number] = beyond
    return Sheet(header, rows, blank, grid.name, _notes(grid, file, filled), surplus)


def _header(line: Sequence[str], names: Sequence[str]) -> list[str]:
    """The names of the columns: as they were asked for, whatever their case, spacing and signs."""
    header = without_blank_end([cell.strip() for cell in line])
    as_asked = {plain(name): name for name in names if name not in header}
    header = [as_asked.get(plain(head), head) for head in header]
    repeated = [name for name, times in Counter(header).items() if name and times > 1]
    if repeated:
        raise UnreadableFile(f"The column {min(repeated)!r} stands in the file twice.")
    return header


def without_blank_end(cells: list[str]) -> list[str]:
    """Cells up to the last that says anything."""
    filled = [at for at, cell in enumerate(cells, 1) if cell]
    return cells[: filled[-1] if filled else 0]


def _notes(grid: Grid, file: Grids, filled: list[Grid]) -> list[str]:
    """A sentence for what was repaired, passed over or not read."""
    passed = [f"Sheet {name!r} was passed over: {why}." for name, why in file.passed_over]
    others = [
        f"Sheet {other.name!r} was not read: another has the columns."
        for other in filled
        if other is not grid
    ]
    return [*file.notes, *file.questions, *passed, *others]
