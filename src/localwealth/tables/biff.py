"""What the sheets of an .xls say beside their values, by its records (BIFF).

Calamine gives the values, and which cells are merged. Which rows and columns are hidden and which
numbers show as percent or in euros, xlrd reads; every number it reads too, which is a second way to
it (:mod:`localwealth.sources.counting`). Runs in the child of :mod:`localwealth.tables.apart`
alone. (Microsoft's [MS-XLS], 2.4.)
"""

from __future__ import annotations

import io
import re
from typing import Any

from localwealth.tables.formats import Format, format_of
from localwealth.tables.showing import Marks

_FIGURE = re.compile(r"\d")
_FILTER = "_filterdatabase"
# Kinds of cells as xlrd numbers them: those in which nothing stands, and two others.
_NOTHING = (0, 6)
_TEXT, _DAY = 1, 3


def marks_by_sheet(content: bytes) -> dict[str, Marks]:
    """Of each sheet of an .xls what it says beside its values, by its name; {} where xlrd can't
    read it, though calamine may."""
    import xlrd

    try:
        book = xlrd.open_workbook(
            file_contents=content,
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
            ignore_workbook_corruption=True,
            # What it says of damage would stand in the child's answer.
            logfile=io.StringIO(),
        )
        return dict(_of_sheet(book, number) for number in range(book.nsheets))
    except Exception:
        # Of damage it meets whatever its sums come upon, an assertion or a number of a style.
        return {}


def _of_sheet(book: Any, number: int) -> tuple[str, Marks]:
    sheet = book.sheet_by_index(number)
    marks = Marks(figures={})
    filtered = _mark_hidden(book, number, sheet, marks)
    named = {about.format_key: about.format_str for about in book.format_list}
    formats = [format_of(style.format_key, named) for style in book.xf_list]
    filled: set[int] = set()
    unsaved = 0
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            if cell.ctype in _NOTHING:
                continue
            filled.add(row)
            # A text without a sign is what a formula has that was never worked out.
            unsaved += cell.value == ""
            _mark(marks, row, column, cell, formats)
    marks.note_hidden(filtered, filled)
    marks.note_unsaved(unsaved)
    book.unload_sheet(number)
    return sheet.name, marks


def _mark_hidden(book: Any, number: int, sheet: Any, marks: Marks) -> int:
    """Rows and columns that are not shown; of rows that a filter hides, which are lines as the
    others, only how many."""
    filters = _filtered_rows(book, number)
    hidden = {row for row, about in sheet.rowinfo_map.items() if about.hidden}
    filtered = {row for row in hidden if any(row in among for among in filters)}
    marks.hidden_rows = hidden - filtered
    marks.hidden_columns = {at for at, about in sheet.colinfo_map.items() if about.hidden}
    return len(filtered)


def _filtered_rows(book: Any, number: int) -> list[range]:
    """Among which rows of a sheet a filter chooses."""
    references = [
        reference
        for (name, scope), about in book.name_and_scope_map.items()
        if (name, scope) == (_FILTER, number) and about.result
        for reference in about.result.value or ()
    ]
    return [range(first, last) for _, _, first, last, _, _ in (r.coords for r in references)]


def _mark(marks: Marks, row: int, column: int, cell: Any, formats: list[Format]) -> None:
    assert marks.figures is not None
    text = cell.value
    if isinstance(text, float):
        shows = formats[cell.xf_index]
        if shows.is_day or cell.ctype == _DAY:
            return
        text = repr(text).removesuffix(".0")
        if shown := shows.shown(text):
            marks.shown[row, column] = shown
            return
    elif cell.ctype != _TEXT:
        return
    if marks.is_shown(row, column) and _FIGURE.search(text):
        marks.figures.setdefault(column, {})[row] = text
