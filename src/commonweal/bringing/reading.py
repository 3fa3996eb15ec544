"""What was understood of a file: its sheet, its heading row, and what each column means.

A room says what its columns can mean (`Meaning`); a file says how its columns are headed. What
fits by name is understood by itself; the rest is told on a page (`Choice`) and remembered.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.tables import grids
from localwealth.tables.cutting import plain
from localwealth.tables.sheets import Sheet, beyond
from localwealth.tables.vocabulary import ways

from .meanings import Choice, Meaning

SEARCHED = 50
WORKBOOK = "a workbook"
SAMPLES = 3
COLUMNS_MOST = 200
NOTHING = ""
# The column that is added where refused rows are handed out; nothing is taken of it.
WHY = "Why it was refused"


@dataclass(frozen=True)
class Column:
    """A column as a page shows it: its heading, some of its cells, and what it means ("" for
    nothing that is taken)."""

    letter: str
    heading: str
    samples: list[str]
    meaning: str


def signature_of(line: Sequence[str]) -> str:
    """A digest of headings, whatever their case and spacing, and without what we added."""
    headings = [plain(cell) for cell in line]
    if headings and headings[-1] == plain(WHY):
        headings.pop()
    while headings and not headings[-1]:
        headings.pop()
    return hashlib.sha256("\x1f".join(headings).encode()).hexdigest()


@dataclass(frozen=True)
class Understood:
    """A file as far as it is understood. ``heading`` is a line of the file, the first is 1."""

    sheets: list[tuple[str, int]]
    sheet: str
    heading: int
    columns: list[Column]
    rows: list[tuple[int, list[str]]]
    blank_count: int
    encoding: str
    notes: list[str]

    @property
    def signature(self) -> str:
        """By what a file of the same layout is known again: its headings, in their order."""
        return signature_of([column.heading for column in self.columns])

    @property
    def ignored(self) -> list[Column]:
        """The columns of which nothing is taken."""
        return [column for column in self.columns if not column.meaning]

    def lacks(self, meanings: Sequence[Meaning], fixed: dict[str, str]) -> list[Meaning]:
        """What is needed and neither a column nor the same for all rows."""
        have = {column.meaning for column in self.columns} | {k for k, v in fixed.items() if v}
        return [m for m in meanings if m.is_needed and m.name not in have]

    def called(self, meanings: Sequence[Meaning]) -> dict[str, str]:
        """What each meaning is called to whoever sent the file, by its name: as its column is
        headed, else as the pages call it. Reasons for which a row is refused say it so."""
        headed = {column.meaning: column.heading for column in self.columns if column.heading}
        return {meaning.name: headed.get(meaning.name, meaning.label) for meaning in meanings}

    def as_sheet(self) -> Sheet:
        """The table with its columns called after what they mean."""
        header = [column.meaning or f"column {column.letter}" for column in self.columns]
        return Sheet(
            header, self.rows, self.blank_count, self.sheet, self.notes, surplus=self.surplus
        )

    @property
    def surplus(self) -> dict[int, list[str]]:
        """The cells of a text's rows behind its last heading, by row: one comma too many has moved
        all cells behind it."""
        named = [at for at, column in enumerate(self.columns) if column.heading or column.meaning]
        is_text = self.encoding != WORKBOOK
        return beyond(self.rows, max(named, default=0) + 1) if is_text else {}


def understand(
    content: bytes, name: str, *, meanings: Sequence[Meaning], choice: Choice | None = None
) -> Understood:
    """Read a file as far as it is understood, or as it was told to be read.

    Raises
    ------
    Refused
        It can't be read, or has not the sheet or the line that was told.
    """
    try:
        file = grids.grids(content, name)
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    filled = [grid for grid in file.sheets if any(map(_has_words, grid.lines))]
    if not filled:
        raise Refused("The file holds no table.")
    grid = _grid(filled, meanings, choice)
    at = _heading_line(grid, meanings, choice)
    headings = _headings(grid, at)
    rows, blank = _rows(grid, at, len(headings))
    if plain(headings[-1]) == plain(WHY):
        headings, rows = headings[:-1], _without_why(rows)
    told_meanings = _told(choice, len(headings))
    columns = [
        Column(letter(number), heading, _samples(rows, number), meaning)
        for number, (heading, meaning) in enumerate(
            zip(headings, told_meanings or _guesses(headings, meanings), strict=True)
        )
    ]
    return Understood(
        [(sheet.name, sum(map(_has_words, sheet.lines))) for sheet in filled],
        grid.name,
        at + 1,
        columns,
        rows,
        blank,
        WORKBOOK if grid.numeric else _encoding(content),
        _notes(file, filled, grid, at),
    )


def _notes(file: grids.Grids, filled: list[grids.Grid], grid: grids.Grid, at: int) -> list[str]:
    notes = list(file.notes)
    notes += [f"Sheet “{name}” was passed over: {why}." for name, why in file.passed_over]
    notes += [f"Sheet “{sheet.name}” is not read." for sheet in filled if sheet is not grid]
    if above := [n for n, line in enumerate(grid.lines[:at], 1) if _has_words(line)]:
        lines = ", ".join(map(str, above))
        notes.append(f"Above the headings, passed over: line {lines}.")
    return notes


def _has_words(line: Sequence[str]) -> bool:
    return any(cell.strip() for cell in line)


def _known(line: Sequence[str], meanings: Sequence[Meaning]) -> int:
    """How many meanings a line names."""
    cells = [cell for cell in line if cell.strip()]
    return sum(any(map(meaning.fits, cells)) for meaning in meanings)


def _without_why(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Rows of a file of refused rows as they were: without the reason, and unguarded."""
    return [(number, [unguarded(cell) for cell in cells[:-1]]) for number, cells in rows]


def _grid(
    filled: list[grids.Grid], meanings: Sequence[Meaning], choice: Choice | None
) -> grids.Grid:
    """The sheet that was told, else the one that names most, else the longest."""
    if choice is not None:
        for grid in filled:
            if grid.name == choice.sheet or len(filled) == 1:
                return grid
        raise Refused(f"The file has no sheet “{choice.sheet}”.")

    def worth(grid: grids.Grid) -> tuple[int, int]:
        known = max((_known(line, meanings) for line in grid.lines[:SEARCHED]), default=0)
        return known, sum(map(_has_words, grid.lines))

    return max(filled, key=worth)


def _heading_line(grid: grids.Grid, meanings: Sequence[Meaning], choice: Choice | None) -> int:
    """The index of the line that was told, else of the one that names most of what can be known,
    else of the first that is as wide as most."""
    if choice is not None and choice.heading:
        return _told_line(grid, choice.heading)
    lines = grid.lines[:SEARCHED]
    known = [_known(line, meanings) for line in lines]
    if max(known) >= 2:
        return known.index(max(known))
    return _first_wide([sum(bool(cell.strip()) for cell in line) for line in lines])


def _told_line(grid: grids.Grid, number: int) -> int:
    if not 0 < number <= len(grid.lines):
        raise Refused(f"The sheet has no line {number}.")
    if not _has_words(grid.lines[number - 1]):
        raise Refused(f"Line {number} is empty: choose the line of the headings.")
    return number - 1


def _first_wide(widths: Sequence[int]) -> int:
    usual = Counter(width for width in widths if width > 1).most_common(1)
    wide = usual[0][0] if usual else max(widths)
    return next(index for index, width in enumerate(widths) if width >= wide)


def _headings(grid: grids.Grid, at: int) -> list[str]:
    """The headings, and a blank one for each column that has cells below them alone."""
    width = max((_width(line) for line in grid.lines[at:]), default=0)
    if width > COLUMNS_MOST:
        raise Refused(
            f"The table has more than {COLUMNS_MOST} columns. Leave out what is not needed."
        )
    headings = [cell.strip() for cell in grid.lines[at]]
    return (headings + [""] * width)[:width]


def unguarded(cell: str) -> str:
    """A cell as it was before we handed it out (`design.csvs.safe`)."""
    return cell.removeprefix("'")


def _width(line: Sequence[str]) -> int:
    return max((n for n, cell in enumerate(line, 1) if cell.strip()), default=0)


def _rows(grid: grids.Grid, at: int, width: int) -> tuple[list[tuple[int, list[str]]], int]:
    rows, blank = [], 0
    for number, line in enumerate(grid.lines[at + 1 :], start=at + 2):
        if _has_words(line):
            rows.append((number, ([cell.strip() for cell in line] + [""] * width)[:width]))
        else:
            blank += 1
    return rows, blank


def _samples(rows: list[tuple[int, list[str]]], column: int) -> list[str]:
    """The first cells of a column that differ and say something."""
    seen: dict[str, None] = {}
    for _, cells in rows:
        if cells[column]:
            seen[cells[column]] = None
            if len(seen) == SAMPLES:
                break
    return list(seen)


def _guesses(headings: list[str], meanings: Sequence[Meaning]) -> list[str]:
    """What each column means by its heading; where two are headed alike, neither is taken: that
    must be told."""
    by_word = {word: meaning.name for meaning in meanings for word in meaning.known_as}
    guessed = [
        next((by_word[spelling] for spelling in ways(heading) if spelling in by_word), NOTHING)
        for heading in headings
    ]
    times = Counter(guessed)
    guessed = [name if times[name] == 1 else NOTHING for name in guessed]
    for meaning in meanings:
        if meaning.pattern and not times[meaning.name]:
            _guess(guessed, headings, meaning)
    return guessed


def _guess(guessed: list[str], headings: list[str], meaning: Meaning) -> None:
    """Take the first column of which nothing is known for what its heading fits."""
    for at, heading in enumerate(headings):
        if guessed[at] == NOTHING and meaning.fits(heading):
            guessed[at] = meaning.name
            return


def _told(choice: Choice | None, width: int) -> list[str] | None:
    """What columns were told to mean; cells beyond the headings make a table no other."""
    if choice is None or not choice.columns:
        return None
    return [*choice.columns, *[NOTHING] * width][:width]


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text in UTF-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "text in another encoding than UTF-8"
    return "text in UTF-8"


def letter(number: int) -> str:
    """The name that spreadsheets give a column: 0 is A."""
    letters = ""
    number += 1
    while number:
        number, remainder = divmod(number - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters
