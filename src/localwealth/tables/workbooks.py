"""Workbooks as grids: what calamine reads, and what only a second look into the file tells.

Runs in the child of :mod:`localwealth.tables.apart` alone. Calamine gives the cells' values;
whether a row is hidden, a number shows as percent or in euros, or a lone cell stands a million rows
below, it doesn't say. That is taken from the sheet's own XML (of an .xls, from its records), which
is also a second way to every number: what a sheet comes to is held against it
(:mod:`localwealth.sources.counting`).
"""

from __future__ import annotations

import io
import itertools
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import Any
from xml.etree import ElementTree

from localwealth.errors import UnreadableFile
from localwealth.tables import biff
from localwealth.tables.bounds import refuse_bombs
from localwealth.tables.epochs import days_since_1904
from localwealth.tables.formats import Format, formats_of
from localwealth.tables.opendocument import marks_by_sheet
from localwealth.tables.plain_xml import in_double_quotes, tree_of
from localwealth.tables.showing import Marks, Merged, letters
from localwealth.tables.texts import BYTE_ORDER_MARKS

DAMAGED = "The file is damaged: Excel's format can't be read."
NOT_LOOKED_FOR = "Hidden rows and columns could not be looked for in this file."
WITH_PASSWORD = "The workbook opens with a password only. Save it without one, and send that."
# More cells than this are not laid out side by side: nearly all of them are empty.
CELLS_MOST = 30_000_000
WIDTH_MOST = 2_000

_CELL = re.compile(rb"<(?:\w+:)?c\b((?:[^>\"]|\"[^\"]*\")*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_ATTRIBUTE = re.compile(rb"\b(\w+)=\"([^\"]*)\"")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</")
_TEXTS = re.compile(rb"<(?:\w+:)?t\b[^>]*>([^<]*)</")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_FILTER = re.compile(rb"<(?:\w+:)?autoFilter\b[^>]*\bref=\"\$?[A-Z]+\$?(\d+):\$?[A-Z]+\$?(\d+)\"")
# Attributes in single quotes, or with spaces around their sign.
_WRITTEN_OTHERWISE = re.compile(rb"<(?:\w+:)?(?:c|row|col)\s[^>]*?\w(?:\s*='|\s+=|=\s)")
_FIGURE = re.compile(r"\d")
_PLACE = re.compile(r"([A-Z]+)(\d+)")
_TRUE = (b"1", b"true")


def workbook(content: bytes, most: int | None = None) -> list[dict[str, Any]]:
    """The first sheets of a workbook, or all: name, lines of texts (a number stands for so many
    blank ones), whether it is hidden, its numbers by a second way (None where it has none), and a
    sentence for what was done.

    Raises
    ------
    UnreadableFile
        It is damaged, needs a password, or is far too large.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        package = Package.of(content) if content[:2] == b"PK" else None
        marks = _marks_of_other_kinds(content, package)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            _sheet(book, about.name, package, marks.get(about.name))
            if about.visible == SheetVisibleEnum.Visible
            else {"name": about.name, "hidden": True}
            for about in book.sheets_metadata[:most]
        ]
    except UnreadableFile:
        raise
    except PasswordError:
        raise UnreadableFile(WITH_PASSWORD) from None
    except (
        # A number of a row or a style that is none, or a part that begins before its archive.
        ValueError,
        zipfile.BadZipFile,
        CalamineError,
        ElementTree.ParseError,
        IndexError,
        KeyError,
        OSError,
        NotImplementedError,
        EOFError,
    ):
        raise UnreadableFile(DAMAGED) from None


def _marks_of_other_kinds(content: bytes, package: Package | None) -> dict[str, Marks]:
    """What the sheets of an .ods or .xls say beside their values, by name; {} of other kinds."""
    if package:
        return {}
    if content[:2] != b"PK":
        return biff.marks_by_sheet(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "content.xml" not in archive.namelist():
            return {}
        with archive.open("content.xml") as content_of_sheets:
            return marks_by_sheet(content_of_sheets)


def _sheet(
    book: Any, name: str, package: Package | None, marks: Marks | None = None
) -> dict[str, Any]:
    xml = _xml_of(name, package) if package else None
    sheet = _as_it_shows(book, name, xml, package, marks or Marks())
    if not (package or marks) and any(map(any, sheet["lines"])):
        sheet["notes"].append(NOT_LOOKED_FOR)
    if package and package.is_1904 and (asked := days_since_1904(sheet["lines"])):
        sheet["asked"] = asked
    sheet["lines"] = list(_packed(sheet["lines"]))
    return sheet


def _xml_of(name: str, package: Package) -> bytes | None:
    """The XML of a sheet, as most programs write it."""
    xml = package.sheet(name)
    # Hardly any program writes so: what is looked for would not be seen.
    if xml is not None and (xml[:2] in BYTE_ORDER_MARKS or _WRITTEN_OTHERWISE.search(xml)):
        return in_double_quotes(xml)
    return xml


def _as_it_shows(
    book: Any, name: str, xml: bytes | None, package: Package | None, marks: Marks
) -> dict[str, Any]:
    if xml is not None and package is not None:
        marks = marks_of(xml, package)
        if _extent(xml) > CELLS_MOST:
            return _answer(name, _sparse(xml, package), marks)
    sheet = book.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    blank = [""] * len(rows[0]) if rows else []
    # A lone cell in the last of a million rows is no reason to look into each cell above it.
    lines = [row if row == blank else list(map(cell_text, row)) for row in rows]
    filled = _fill_merged(lines, sheet.merged_cell_ranges or marks.merged)
    if filled:
        marks.notes.append(f"Merged cells say the same in each of their lines ({filled:,} filled).")
    return _answer(name, lines, marks)


def _answer(name: str, lines: list[list[str]], marks: Marks) -> dict[str, Any]:
    for (row, column), shown in marks.shown.items():
        if row < len(lines) and column < len(lines[row]):
            lines[row][column] = shown
    for row in marks.hidden_rows & set(range(len(lines))):
        lines[row] = []
    for column in marks.hidden_columns:
        for line in lines:
            if column < len(line):
                line[column] = ""
    # To JSON their columns and rows are keys of text.
    return {"name": name, "lines": lines, "notes": marks.notes, "figures": marks.figures}


def _packed(lines: list[list[str]]) -> Iterator[list[str] | int]:
    """Lines as they are handed back: of blank ones only how many follow each other, as one cell in
    the last row makes a million of them."""
    for is_filled, run in itertools.groupby(lines, any):
        if is_filled:
            yield from run
        else:
            yield sum(1 for _ in run)


def _fill_merged(lines: list[list[str]], merged: Sequence[Merged]) -> int:
    """Give the cells below the first of a merged one its words or its day, and count them. Not a
    number: money that stands for several lines is not paid with each of them."""
    filled = 0
    for (top, left), (bottom, _) in merged:
        if bottom <= top or top >= len(lines) or left >= len(lines[top]):
            continue
        text = lines[top][left]
        if not text.strip() or _is_number(text):
            continue
        for line in lines[top + 1 : bottom + 1]:
            if left < len(line) and not line[left].strip():
                line[left] = text
                filled += 1
    return filled


def _is_number(text: str) -> bool:
    try:
        Decimal(text)
    except InvalidOperation:
        return False
    return True


def cell_text(cell: object) -> str:
    """A cell of a workbook as text: whole numbers without a point, days as they are written."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


# --- An .xlsx's own XML ------------------------------------------------------------------------


@dataclass
class Package:
    """The parts of an .xlsx: its archive, where each sheet's XML is, and its cells' formats."""

    archive: zipfile.ZipFile
    parts: dict[str, str]
    formats: list[Format]
    is_1904: bool
    _texts: list[str] | None = None

    @classmethod
    def of(cls, content: bytes) -> Package | None:
        """None where the archive is a workbook of another kind (.ods, .xlsb)."""
        archive = zipfile.ZipFile(io.BytesIO(content))
        refuse_bombs(archive, len(content))
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names:
            return None
        book = archive.read("xl/workbook.xml")
        parts = _parts(book, archive, names)
        styles = archive.read("xl/styles.xml") if "xl/styles.xml" in names else b"<a/>"
        is_1904 = re.search(rb"date1904=\"(1|true)\"", book) is not None
        return cls(archive, parts, formats_of(styles), is_1904)

    def sheet(self, name: str) -> bytes | None:
        """The XML of a sheet; None where it has none (a chart)."""
        part = self.parts.get(name)
        return self.archive.read(part) if part else None

    def format_of(self, style: int) -> Format:
        """How cells of a style show their numbers."""
        return self.formats[style] if style < len(self.formats) else Format.PLAIN

    @property
    def texts(self) -> list[str]:
        """The texts that cells point at."""
        if self._texts is None:
            part = "xl/sharedStrings.xml"
            xml = self.archive.read(part) if part in self.archive.namelist() else b""
            items = re.findall(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", xml, re.DOTALL)
            self._texts = [_said(item) for item in items]
        return self._texts


def _parts(book: bytes, archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """Where the XML of each sheet is, by the sheet's name."""
    relations = {
        element.get("Id"): element.get("Target", "")
        for element in tree_of(archive.read("xl/_rels/workbook.xml.rels"))
    }
    parts = {}
    for element in tree_of(book).iter():
        if element.tag.rsplit("}", 1)[-1] != "sheet":
            continue
        identity = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
        part = posixpath.normpath(posixpath.join("xl", relations.get(identity, "")))
        part = part if part in names else relations.get(identity, "").lstrip("/")
        if part in names and "worksheets" in part:
            parts[element.get("name", "")] = part
    return parts


def marks_of(xml: bytes, package: Package) -> Marks:
    """What a sheet's XML says beside the values of its cells."""
    figures: dict[int, dict[int, str]] = {}
    marks = Marks(figures=figures)
    _mark_hidden(xml, marks)
    unsaved = 0
    for row, column, kind, style, inner in cells_of(xml):
        shows = package.format_of(style)
        value = _VALUE.search(inner)
        if kind != b"inlineStr" and not (value and value[1]):
            unsaved += b"<f" in inner
            continue
        if shows.is_day and kind == b"n":
            continue
        text = _text_of(kind, inner, package)
        if kind == b"n" and (shown := shows.shown(text)):
            marks.shown[row, column] = shown
        elif marks.is_shown(row, column) and _FIGURE.search(text):
            figures.setdefault(column, {})[row] = text
    marks.note_unsaved(unsaved)
    return marks


def _mark_hidden(xml: bytes, marks: Marks) -> None:
    """Rows and columns that are not shown. Rows that a filter hides are lines as the others: they
    are only said."""
    if b"hidden=" not in xml:
        return
    filters = [range(int(first), int(last) + 1) for first, last in _FILTER.findall(xml)]
    filtered = 0
    for about in _hidden(_ROW, xml):
        if b"r" in about:
            row = int(about[b"r"])
            if any(row in among for among in filters):
                filtered += 1
            else:
                marks.hidden_rows.add(row - 1)
    for about in _hidden(_COLUMN, xml):
        last = min(int(about.get(b"max", b"0")), WIDTH_MOST)
        marks.hidden_columns.update(range(int(about.get(b"min", b"1")) - 1, last))
    marks.note_hidden(filtered, (row for row, _, _, _, inner in cells_of(xml) if inner))


def _hidden(pattern: re.Pattern[bytes], xml: bytes) -> Iterator[dict[bytes, bytes]]:
    """What is said of each row, or column, that is hidden."""
    for match in pattern.finditer(xml):
        about = dict(_ATTRIBUTE.findall(match[1]))
        if about.get(b"hidden") in _TRUE:
            yield about


def cells_of(xml: bytes) -> Iterator[tuple[int, int, bytes, int, bytes]]:
    """(row, column, kind, style, what is in it) of each cell in turn, rows and columns from 0."""
    row = column = -1
    for match in _CELL.finditer(xml):
        about = dict(_ATTRIBUTE.findall(match[1]))
        place = _PLACE.fullmatch(about.get(b"r", b"").decode("ascii", "replace"))
        if place:
            row, column = int(place[2]) - 1, number_of(place[1])
        else:
            column += 1
        yield row, column, about.get(b"t", b"n"), int(about.get(b"s", b"0")), match[2] or b""


def _text_of(kind: bytes, inner: bytes, package: Package) -> str:
    if kind == b"inlineStr":
        return _said(inner)
    value = _VALUE.search(inner)
    text = unescape(value[1].decode("utf-8", "replace")) if value else ""
    if kind == b"s" and text.isdecimal() and int(text) < len(package.texts):
        return package.texts[int(text)]
    return text


def _said(xml: bytes) -> str:
    return unescape(b"".join(_TEXTS.findall(xml)).decode("utf-8", "replace"))


def _extent(xml: bytes) -> int:
    """About so many cells a sheet takes when they are laid out."""
    last = max(map(int, re.findall(rb"\br=\"(\d+)\"", xml)), default=0)
    rows = last or len(_ROW.findall(xml))
    for length in (3, 2):
        names = set(re.findall(rb"\br=\"([A-Z]{%d})\d+\"" % length, xml))
        if names:
            return rows * (number_of(max(names).decode()) + 1)
    return rows * 26


def _sparse(xml: bytes, package: Package) -> list[list[str]]:
    """A sheet's lines, without the blank cells that stand far from all others."""
    filled: dict[int, dict[int, str]] = {}
    for row, column, kind, style, inner in cells_of(xml):
        text = _text_of(kind, inner, package)
        if text.strip():
            if kind == b"n":
                text = _day(text, package) if package.format_of(style).is_day else _number(text)
            filled.setdefault(row, {})[column] = text
    if not filled:
        return []
    rows, width = max(filled) + 1, max(map(max, filled.values())) + 1
    if rows * width > CELLS_MOST:
        raise UnreadableFile(_far_from_all(filled, rows))
    return [
        [filled[row].get(column, "") for column in range(width)] if row in filled else []
        for row in range(rows)
    ]


def _far_from_all(filled: dict[int, dict[int, str]], rows: int) -> str:
    """What is said of the filled cell that makes a sheet so large."""
    row = max(filled, key=lambda at: max(filled[at]) * rows + at)
    place = f"{letters(max(filled[row]))}{row + 1}"
    return (
        f"A cell far from all others is filled ({place}). Copy the table alone into a new file, "
        "and send that."
    )


def _number(text: str) -> str:
    try:
        return cell_text(float(text))
    except ValueError:
        return text


def _day(text: str, package: Package) -> str:
    try:
        serial = float(text)
        since = date(1904, 1, 1) if package.is_1904 else date(1899, 12, 30)
        midnight = datetime.combine(since, time())
        return cell_text(midnight + timedelta(days=serial))
    except (ValueError, OverflowError):
        return text


def number_of(name: str) -> int:
    """A column's number, from 0, by its letters.

    >>> number_of("A"), number_of("XFD")
    (0, 16383)
    """
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1
