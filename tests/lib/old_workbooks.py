"""Workbooks of Excel 97 to 2003 (.xls), with what a sheet may say beside its values."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import xlwt
from xlwt.BIFFRecords import ExternSheetRecord, InternalReferenceSupBookRecord, NameRecord

# A name that every program gives the range of a filter by a number, and an area of a sheet.
FILTER_DATABASE, AREA = 0x0D, 0x3B


def xls(
    lines: Sequence[Sequence[Any]],
    *,
    formats: Mapping[tuple[int, int], str] | None = None,
    change: Callable[[Any], None] | None = None,
    filtered: range | None = None,
    of_sheet: int = 0,
    name: str = "Sheet",
) -> bytes:
    """A workbook of a sheet and a blank one behind it: ``formats`` are how cells show, by row and
    column from 0; ``filtered`` are the rows that a filter of sheet ``of_sheet`` chooses from. What
    begins with = is a formula, whose value xlwt never works out; a day shows as one."""
    book = xlwt.Workbook()
    sheet = book.add_sheet(name, cell_overwrite_ok=True)
    for row, cells in enumerate(lines):
        for column, cell in enumerate(cells):
            usual = "DD/MM/YYYY" if isinstance(cell, date) else "General"
            style = xlwt.easyxf(num_format_str=(formats or {}).get((row, column), usual))
            is_formula = isinstance(cell, str) and cell.startswith("=")
            sheet.write(row, column, xlwt.Formula(cell[1:]) if is_formula else cell, style)
    if change:
        change(sheet)
    book.add_sheet("Blank")
    if filtered is not None:
        book._Workbook__all_links_rec = lambda: _filter_of(filtered, of_sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _filter_of(rows: range, sheet: int) -> bytes:
    """The records of a filter over some rows of a sheet: xlwt writes none."""
    area = struct.pack("<BHHHHH", AREA, 0, rows[0], rows[-1], 0, 2)
    name = struct.pack(
        "<HBBHHHBBBBBB", 0x21, 0, 1, len(area), 0, sheet + 1, 0, 0, 0, 0, 0, FILTER_DATABASE
    )
    record = struct.pack("<HH", NameRecord._REC_ID, len(name) + len(area)) + name + area
    book = InternalReferenceSupBookRecord(2).get()
    return bytes(book + ExternSheetRecord([(0, sheet, sheet)]).get() + record)
