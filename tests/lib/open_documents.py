"""Workbooks of OpenDocument (.ods) as LibreOffice writes them, with what a sheet may say
besides."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

TYPE = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
    for short in ("office", "table", "text", "style")
)
HIDDEN = (
    '<style:style style:name="h" style:family="table"><style:table-properties '
    'table:display="false"/></style:style>'
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPE}"/>'
    "</manifest:manifest>"
)


@dataclass(frozen=True)
class Cell:
    """A cell that says more than its value: its kind, attributes, and the text that it shows."""

    kind: str
    number: str = ""
    text: str = ""
    more: str = ""


COVERED = Cell("covered")


def percent(share: str) -> Cell:
    return Cell("percentage", share, f"{share}%")


def money(figures: str, currency: str) -> Cell:
    return Cell("currency", figures, figures, f' office:currency="{currency}"')


def down(text: str, rows: int) -> Cell:
    """A cell merged over so many rows."""
    return Cell("string", "", text, f' table:number-rows-spanned="{rows}"')


def ods(
    sheets: Mapping[str, Sequence[Sequence[object]]],
    *,
    rows: Mapping[int, str] | None = None,
    columns: Mapping[int, str] | None = None,
    hidden: Sequence[str] = (),
) -> bytes:
    """A workbook: ``rows`` and ``columns`` are what is said of how those of all sheets show, by
    their number from 0 (``collapse``, ``filter``); ``hidden`` are sheets that don't show."""
    body = "".join(
        _sheet(name, lines, rows or {}, columns or {}, name in hidden)
        for name, lines in sheets.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES}>'
        f"<office:automatic-styles>{HIDDEN}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", TYPE)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    return out.getvalue()


def _sheet(
    name: str,
    lines: Sequence[Sequence[object]],
    rows: Mapping[int, str],
    columns: Mapping[int, str],
    is_hidden: bool,
) -> str:
    style = ' table:style-name="h"' if is_hidden else ""
    heads = "".join(
        f"<table:table-column{_visibility(columns, at)}/>"
        for at in range(max(map(len, lines), default=1))
    )
    body = "".join(
        f"<table:table-row{_visibility(rows, at)}>{''.join(map(_cell, line))}</table:table-row>"
        for at, line in enumerate(lines)
    )
    # What LibreOffice puts below every table.
    rest = (
        '<table:table-row table:number-rows-repeated="1048500"><table:table-cell/></table:tabl'
        "e-row>"
    )
    return f"<table:table table:name={quoteattr(name)}{style}>{heads}{body}{rest}</table:table>"


def _visibility(said: Mapping[int, str], at: int) -> str:
    return f' table:visibility="{said[at]}"' if at in said else ""


def _cell(value: object) -> str:
    if value is COVERED:
        return "<table:covered-table-cell/>"
    if value in (None, ""):
        return "<table:table-cell/>"
    cell = value if isinstance(value, Cell) else _of(value)
    figures = f' office:value="{cell.number}"' if cell.number else ""
    return (
        f'<table:table-cell office:value-type="{cell.kind}"{figures}{cell.more}>'
        f"<text:p>{escape(cell.text)}</text:p></table:table-cell>"
    )


def _of(value: object) -> Cell:
    if isinstance(value, date):
        return Cell("date", "", f"{value:%d/%m/%Y}", f' office:date-value="{value}"')
    if isinstance(value, int | float | Decimal):
        return Cell("float", str(value), str(value))
    return Cell("string", "", str(value))
