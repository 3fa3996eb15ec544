"""What the sheets of an .ods say beside their values, by their own XML.

Calamine gives the values alone. Which rows and columns are hidden, which numbers are percentages
or euros and which cells are merged stands in ``content.xml``; so does every number, which is a
second way to it (:mod:`localwealth.sources.counting`). Runs in the child of
:mod:`localwealth.tables.apart` alone. (OpenDocument 1.3, part 3, chapters 9 and 19.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO

from localwealth.tables.formats import Format
from localwealth.tables.plain_xml import Elements, walk
from localwealth.tables.showing import Marks

# A row or a cell that comes again is marked so many times at most: further ones are blank.
AGAIN_MOST = 100_000
WIDTH_MOST = 2_000
_FIGURE = re.compile(r"\d")
_HIDDEN, _FILTERED = "collapse", "filter"


def marks_by_sheet(content: IO[bytes]) -> dict[str, Marks]:
    """Of each sheet of an .ods what it says beside its values, by its name; of its ``content.xml``.

    Raises
    ------
    ElementTree.ParseError
        Its content is no XML, or has a document type.
    """
    reader = _Reader()
    walk(content, reader)
    return reader.sheets


@dataclass
class _Cell:
    about: dict[str, str]
    again: int
    column: int
    texts: list[str] = field(default_factory=list)


class _Reader(Elements):
    """Meets each element of the content in turn, and keeps what it says of cells."""

    def __init__(self) -> None:
        self.sheets: dict[str, Marks] = {}
        self._marks = Marks(figures={})
        self._depth = 0
        self._row = self._rows = self._column = self._filtered = 0
        self._cells: list[_Cell] = []
        self._filled: set[int] = set()
        self._path: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = _short(tag)
        self._path.append(name)
        about = {_short(key): attribute for key, attribute in attributes.items()}
        if name == "table":
            self._depth += 1
        if self._depth != 1:
            return
        if name == "table":
            self._begin_sheet(about)
        elif name == "table-column":
            self._meet_column(about)
        elif name == "table-row":
            self._begin_row(about)
        elif name in ("table-cell", "covered-table-cell"):
            again = _again(about, "number-columns-repeated")
            self._cells.append(_Cell(about, again, self._column))
            self._column += again

    def data(self, text: str) -> None:
        """What stands between elements: of a cell its paragraphs, not what somebody noted on it."""
        is_of_cell = self._depth == 1 and self._cells and "p" in self._path[-4:]
        if is_of_cell and "annotation" not in self._path[-6:]:
            self._cells[-1].texts.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._path.pop()
        name = _short(tag)
        if name == "table-row" and self._depth == 1:
            self._end_row()
        elif name == "table":
            if self._depth == 1:
                self._marks.note_hidden(self._filtered, self._filled)
            self._depth -= 1

    def _begin_sheet(self, about: dict[str, str]) -> None:
        self._marks = self.sheets[about.get("name", "")] = Marks(figures={})
        self._row = self._rows = self._column = self._filtered = 0
        self._cells, self._filled = [], set()

    def _meet_column(self, about: dict[str, str]) -> None:
        again = _again(about, "number-columns-repeated")
        if about.get("visibility") == _HIDDEN:
            last = min(self._column + again, WIDTH_MOST)
            self._marks.hidden_columns.update(range(self._column, last))
        self._column += again

    def _begin_row(self, about: dict[str, str]) -> None:
        self._rows = _again(about, "number-rows-repeated")
        self._column, self._cells = 0, []
        visibility = about.get("visibility")
        if visibility == _HIDDEN:
            last = self._row + min(self._rows, AGAIN_MOST)
            self._marks.hidden_rows.update(range(self._row, last))
        self._filtered += self._rows if visibility == _FILTERED else 0

    def _end_row(self) -> None:
        filled = [cell for cell in self._cells if cell.about.get("value-type") or cell.texts]
        if filled:
            rows = range(self._row, self._row + min(self._rows, AGAIN_MOST))
            self._filled.update(rows)
            for cell in filled:
                self._mark(cell, rows)
        self._row += self._rows
        self._cells = []

    def _mark(self, cell: _Cell, rows: range) -> None:
        columns = range(cell.column, cell.column + min(cell.again, WIDTH_MOST))
        down = int(cell.about.get("number-rows-spanned", "1"))
        if down > 1:
            first, last = (self._row, cell.column), (self._row + down - 1, cell.column)
            self._marks.merged.append((first, last))
        kind = cell.about.get("value-type", "")
        number = cell.about.get("value", "")
        shown = _format(kind, cell.about).shown(number)
        text = "".join(cell.texts) if kind == "string" else number
        for row in rows:
            for column in columns:
                if shown:
                    self._marks.shown[row, column] = shown
                elif _FIGURE.search(text) and self._marks.is_shown(row, column):
                    assert self._marks.figures is not None
                    self._marks.figures.setdefault(column, {})[row] = text


def _format(kind: str, about: dict[str, str]) -> Format:
    """How a number shows, by the kind of its value."""
    if kind == "percentage":
        return Format(is_percent=True)
    money = about.get("currency", "") if kind == "currency" else ""
    return Format(money="" if money in ("GBP", "£") else money)


def _again(about: dict[str, str], name: str) -> int:
    return max(int(about.get(name, "1")), 1)


def _short(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
