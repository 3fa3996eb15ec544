"""Text of what people send: a file's bytes, and the cells of a workbook."""

from __future__ import annotations

from datetime import date, datetime

from localwealth.errors import UnreadableFile

DAMAGED = "The file is damaged: Excel's format can't be read."


def decode(content: bytes) -> str:
    """Text from UTF-8, UTF-16 with its mark, or Windows' cp1252, as councils' files come."""
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise UnreadableFile("The file is not text that can be read: its encoding is unknown.")


def cell_text(cell: object) -> str:
    """A cell of a workbook as text: whole numbers without a point, days as they are written."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)
