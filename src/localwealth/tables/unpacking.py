"""Lists that registers publish, as text on disk: out of archives, decoded, sheets as CSV.

These files are loaded by whoever runs the machine and are as large as a country: they are unpacked
onto the disk and never held in memory. What is torn is said in a sentence.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import lzma
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from localwealth.errors import UnreadableFile
from localwealth.tables import texts
from localwealth.tables.grids import grids

# How archives, compressed files and workbooks begin.
ZIPPED, GZIPPED, OLD_EXCEL = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
# So many bytes are looked at for a file's first line, and for its last.
FIRST_MOST, LAST_MOST = 1 << 16, 1 << 16
# Lines of a title that may stand above the headings.
ABOVE_MOST = 20
_TORN = (zipfile.BadZipFile, EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError)


@dataclass(frozen=True)
class Table:
    """A table in a file: its name there ("" where it is the file itself), its size in bytes, the
    cells of its headings' line, what parts them, and how many lines (a title) stand above it."""

    name: str
    size: int
    head: tuple[str, ...]
    delimiter: str = ","
    above: int = 0

    @classmethod
    def of(cls, name: str, size: int, begins: bytes) -> Table:
        """By how it begins: its headings are the first line of several cells."""
        text = texts.decode(begins).removeprefix("\ufeff")
        for above, line in enumerate(text.splitlines()[:ABOVE_MOST]):
            delimiter = delimiter_of(line)
            if delimiter in line:
                rest = io.StringIO("".join(text.splitlines(keepends=True)[above:]), newline="")
                cells = next(csv.reader(rest, delimiter=delimiter), [])
                if sum(bool(cell.strip()) for cell in cells) > 1:
                    return cls(name, size, tuple(map(str.strip, cells)), delimiter, above)
        return cls(name, size, ())


class Opened:
    """A file of which tables can be taken; ``scratch`` is a folder for what is unpacked."""

    def __init__(self, path: Path, scratch: Path) -> None:
        self.path, self.scratch = path, scratch
        with path.open("rb") as file:
            self.begins = file.read(4)
        self.is_archive = self.begins == ZIPPED and path.suffix.lower() == ".zip"
        self._sheets: dict[str, Path] | None = None

    def tables(self) -> list[Table]:
        """Every table in it.

        Raises
        ------
        UnreadableFile
            It is torn: a download that was cut off.
        """
        with _sound(self.path):
            if self.is_archive:
                return list(self._members())
            if self._is_workbook():
                return [
                    Table.of(name, place.stat().st_size, place.read_bytes()[:FIRST_MOST])
                    for name, place in self._written().items()
                ]
            return [Table.of("", self.path.stat().st_size, self._first_bytes())]

    def place(self, table: Table) -> Path:
        """The table as a file of text in UTF-8."""
        with _sound(self.path):
            if self.is_archive:
                with zipfile.ZipFile(self.path) as archive:
                    return _decoded(Path(archive.extract(table.name, self.scratch)), self.scratch)
            if self._is_workbook():
                return self._written()[table.name]
            if self.begins.startswith(GZIPPED):
                unpacked = self.scratch / "unpacked"
                with gzip.open(self.path) as packed, unpacked.open("wb") as file:
                    shutil.copyfileobj(packed, file)
                return _decoded(unpacked, self.scratch)
        return _decoded(self.path, self.scratch)

    def _is_workbook(self) -> bool:
        return self.begins in (ZIPPED, OLD_EXCEL)

    def _members(self) -> Iterator[Table]:
        with zipfile.ZipFile(self.path) as archive:
            for member in archive.infolist():
                if member.filename.lower().endswith((".csv", ".txt")):
                    with archive.open(member) as file:
                        begins = file.read(FIRST_MOST)
                    yield Table.of(member.filename, member.file_size, begins)

    def _first_bytes(self) -> bytes:
        if self.begins.startswith(GZIPPED):
            with gzip.open(self.path) as packed:
                return packed.read(FIRST_MOST)
        with self.path.open("rb") as file:
            return file.read(FIRST_MOST)

    def _written(self) -> dict[str, Path]:
        """Each sheet of a workbook as CSV."""
        if self._sheets is None:
            self._sheets = {}
            for grid in grids(self.path.read_bytes(), self.path.name).sheets:
                place = self.scratch / f"sheet-{len(self._sheets)}.csv"
                with place.open("w", encoding="utf-8", newline="") as text:
                    csv.writer(text, lineterminator="\n").writerows(grid.lines)
                self._sheets[grid.name] = place
        return self._sheets


@contextmanager
def _sound(path: Path) -> Iterator[None]:
    try:
        yield
    except _TORN:
        raise UnreadableFile(
            f"{path.name} is torn: its download was cut off. Fetch it again; nothing is changed."
        ) from None


def delimiter_of(line: str) -> str:
    """What parts the cells of a first line.

    >>> delimiter_of("a;b;c"), delimiter_of("a b"), delimiter_of("a|b")
    (';', ',', '|')
    """
    return max(",\t;|", key=line.count)


def _decoded(path: Path, scratch: Path) -> Path:
    if _is_utf8(path):
        return path
    decoded = scratch / "decoded.csv"
    decoded.write_text(texts.decode(path.read_bytes()), "utf-8")
    return decoded


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 18):
                # Nothing to look at where all is plain and no letter was cut in two.
                if not block.isascii() or decoder.getstate()[0]:
                    decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def is_cut_off(place: Path, table: Table) -> bool:
    """Whether a table of text ends within a line: nothing closes its last line, and that has fewer
    cells than its headings or an open quotation mark."""
    size = place.stat().st_size
    with place.open("rb") as file:
        file.seek(max(0, size - LAST_MOST))
        tail = file.read().decode("utf-8", "replace")
    if not tail or tail.endswith(("\n", "\r")):
        return False
    last = tail.splitlines()[-1]
    # Some end their headings with a comma, and not their lines.
    width = max((at for at, head in enumerate(table.head, start=1) if head), default=0)
    if table.delimiter == "\t":
        return last.count(table.delimiter) + 1 < width
    cells = next(csv.reader([last], delimiter=table.delimiter))
    return last.count('"') % 2 == 1 or len(cells) < width


def without_last_line(place: Path, scratch: Path) -> Path:
    """A copy of a table that was cut off, up to its last whole line."""
    whole = scratch / "whole.csv"
    shutil.copyfile(place, whole)
    size = whole.stat().st_size
    with whole.open("r+b") as file:
        file.seek(max(0, size - LAST_MOST))
        tail = file.read()
        file.truncate(size - len(tail) + tail.rfind(b"\n") + 1)
    return whole


def cut_off(name: str) -> str:
    """What is said of a file that ends within a line, and how it is taken all the same."""
    return (
        f"{name} ends within a line: its download was cut off. Fetch it again; nothing is "
        "changed. If it is all that there is, say --take-cut: the last line is then left out, and "
        "nothing is ended by what the file lacks."
    )
