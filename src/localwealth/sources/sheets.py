"""Any CSV or workbook as rows of text, with the row numbers that a person sees in the file."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from localwealth.errors import UnreadableFile

from . import apart
from .apart import RATIO_MOST, TOO_MUCH, UNPACKED_MOST
from .decoding import DAMAGED, decode


@dataclass(frozen=True)
class Sheet:
    """A table of text.

    ``header`` are the column names, ``rows`` are (number of the row in the file, cells); cells
    are as many as columns, "" where the file has none. Rows that are empty throughout are only
    counted, in ``blank_count``.
    """

    header: list[str]
    rows: list[tuple[int, list[str]]]
    blank_count: int

    def as_dicts(self) -> list[tuple[int, dict[str, str]]]:
        """Each row by the names of its columns, with its number in the file. Of two columns of one
        name the last is taken."""
        return [(number, dict(zip(self.header, cells, strict=True))) for number, cells in self.rows]


def read(content: bytes, name: str, *, needs: list[str] | None = None) -> Sheet:
    """Read a file's first sheet.

    Parameters
    ----------
    data
        The whole file.
    name
        Its name; the ending decides how it is read (.xlsx, .csv, .txt, .csv.gz).
    needs
        Column names that the header must have; lines above it (titles, notes) are passed over.

    Raises
    ------
    UnreadableFile
        It is empty, damaged, of another kind, or no line has the columns needed.

    Examples
    --------
    >>> sheet = read(b"A report\\nname,hours\\nClub,12\\n,\\n", "x.csv", needs=["name"])
    >>> sheet.header, sheet.rows, sheet.blank_count
    (['name', 'hours'], [(3, ['Club', '12'])], 1)
    """
    content, ending = unpacked(content, name)
    if ending.endswith(".xlsx"):
        lines = _xlsx(content)
    elif ending.endswith((".csv", ".txt", ".tsv")):
        lines = _csv(content, needs or [])
    else:
        raise UnreadableFile("This kind of file can't be read. Send CSV or Excel (.xlsx).")
    return _sheet(lines, needs or [])


def unpacked(content: bytes, name: str) -> tuple[bytes, str]:
    """A file's own bytes and its name in small letters, both as before it was compressed.

    Raises
    ------
    UnreadableFile
        It is empty, or can't be unpacked.
    """
    if not content:
        raise UnreadableFile("The file is empty.")
    name = name.lower()
    return (_unzip(content), name.removesuffix(".gz")) if name.endswith(".gz") else (content, name)


@dataclass(frozen=True)
class Grid:
    """One sheet as it stands: its name ("" in a text file), and every line, the first is line 1.

    ``numeric`` says that the file keeps numbers as numbers (a workbook), not as text.
    """

    name: str
    lines: list[list[str]]
    numeric: bool = False


def grids(content: bytes, name: str) -> list[Grid]:
    """Every sheet of a CSV, XLSX, XLS or ODS file, nothing left out and nothing made of it.

    Raises
    ------
    UnreadableFile
        It is empty, damaged, or of another kind.
    """
    content, ending = unpacked(content, name)
    # What a file is, it says itself: some are workbooks under another ending, and the reverse.
    if content[:4] == b"PK\x03\x04" or content[:4] == b"\xd0\xcf\x11\xe0":
        return [Grid(sheet, lines, True) for sheet, lines in _workbook(content)]
    if ending.endswith((".csv", ".txt", ".tsv", ".xls")):
        return [Grid("", _csv(content, []))]
    if ending.endswith((".xlsx", ".ods")):
        raise UnreadableFile("The file is damaged: the workbook can't be read.")
    raise UnreadableFile("This kind of file can't be read. Send CSV, XLSX, XLS or ODS.")


def _sheet(lines: list[list[str]], needs: list[str]) -> Sheet:
    at = _header_line(lines, needs)
    header = [cell.strip() for cell in lines[at]]
    while header and not header[-1]:
        header.pop()
    repeated = {name for name in header if name and header.count(name) > 1}
    if repeated:
        raise UnreadableFile(f"The column {sorted(repeated)[0]!r} stands in the file twice.")
    rows, blank = [], 0
    for number, cells in enumerate(lines[at + 1 :], start=at + 2):
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            blank += 1
            continue
        rows.append((number, (cells + [""] * len(header))[: len(header)]))
    return Sheet(header, rows, blank)


def _header_line(lines: list[list[str]], needs: list[str]) -> int:
    if not any(any(cell.strip() for cell in line) for line in lines[:50]):
        raise UnreadableFile("The file holds no table.")
    if not needs:
        return next(i for i, line in enumerate(lines) if any(cell.strip() for cell in line))
    best, most = 0, -1
    for index, line in enumerate(lines[:50]):
        known = sum(name in {cell.strip() for cell in line} for name in needs)
        if known > most:
            best, most = index, known
    missing = [name for name in needs if name not in {cell.strip() for cell in lines[best]}]
    if missing:
        raise UnreadableFile(
            "The file lacks the column " + ", ".join(repr(name) for name in missing) + "."
        )
    return best


def _unzip(content: bytes) -> bytes:
    """What a .gz holds. It is counted before it is kept, so that a bomb takes no memory."""
    most = min(UNPACKED_MOST, RATIO_MOST * max(len(content), 4096))
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            length = 0
            while piece := stream.read(1 << 20):
                length += len(piece)
                if length > most:
                    raise UnreadableFile(TOO_MUCH)
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise UnreadableFile("The file is damaged: it can't be unpacked.") from None


def _csv(content: bytes, needs: list[str]) -> list[list[str]]:
    return csv_lines(decode(content), needs)[0]


def csv_lines(text: str, needs: list[str] | None = None) -> tuple[list[list[str]], str]:
    """The cells of each line of a CSV, and what separates them.

    Raises
    ------
    UnreadableFile
        It can't be cut into cells.
    """
    try:
        separator = max(",;\t|", key=lambda sign: _fit(text, sign, needs or []))
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        if _swallowed(lines, separator):
            # A quotation mark that nobody closed has taken lines into a cell.
            physical = re.split("\r\n|\r|\n", text)
            lines = [next(csv.reader([line], delimiter=separator), []) for line in physical]
        return lines, separator
    except csv.Error as error:
        raise UnreadableFile(f"The file is damaged: {error}.") from None


def _swallowed(lines: list[list[str]], separator: str) -> bool:
    width = max((len(line) for line in lines[:200]), default=0)
    return any(
        sum(part.count(separator) >= max(width - 1, 2) for part in re.split("[\r\n]+", cell)) > 1
        for line in lines
        for cell in line
        if "\n" in cell or "\r" in cell
    )


def _fit(text: str, separator: str, needs: list[str]) -> tuple[int, int]:
    """How well a separator cuts the first lines: (needed columns found at most in one of them,
    columns of that line)."""
    lines = islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 50)
    wanted = set(needs)
    cut = (
        (len(wanted & {cell.strip() for cell in line}), len(line)) for line in lines if any(line)
    )
    first = next(cut, (0, 0))
    return max([first, *cut]) if needs else first


def _xlsx(content: bytes) -> list[list[str]]:
    if content[:2] != b"PK":
        raise UnreadableFile(DAMAGED)
    return next((lines for _, lines in _workbook(content, most=1)), [])


def _workbook(content: bytes, most: int | None = None) -> Iterator[tuple[str, list[list[str]]]]:
    """Each sheet's name and lines, read in a process of its own."""
    yield from apart.run("workbook", content, most=most)
