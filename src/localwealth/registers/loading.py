"""One register's file to rows of one shape: unpacked, decoded, known by its headings, read."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import re
import shutil
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from localwealth.errors import UnreadableFile
from localwealth.registers import formats
from localwealth.tables import texts
from localwealth.tables.grids import grids

# Files from so many bytes on are read in parts, where they can be.
LARGE = 1 << 26
# How archives, compressed files and workbooks begin.
ZIPPED, GZIPPED, OLD_EXCEL = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
# What every format's file becomes: one row a name.
ROW = """id varchar, name varchar, name_kind tinyint, until date, kind varchar, status varchar,
    begun date, ended date, postcode varchar, country varchar, sic varchar, size varchar,
    sized date, same_as varchar, source smallint"""


def begin(base: duckdb.DuckDBPyConnection) -> None:
    """Make room for the rows of files: the table ``rows``."""
    base.execute("set preserve_insertion_order = false")
    base.execute(formats.MACROS)
    base.execute(f"create table rows ({ROW})")


def load(base: duckdb.DuckDBPyConnection, path: Path, number: int) -> dict[str, object] | None:
    """Load one file; None if it is of no known register.

    Parameters
    ----------
    base
        A database with the table ``rows`` (:func:`begin`).
    number
        The rank of the file among those that say something of one body: 1 speaks first.

    Returns
    -------
    What the store remembers of it: ``file``, ``format``, ``names`` (how many rows it gave) and
    ``sha256``.

    Raises
    ------
    UnreadableFile
        It is damaged, or an archive of several tables.
    """
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(1) as beside:
        checksum = beside.submit(digest, path)
        plain = _plain(path, Path(scratch))
        headings = _headings(plain)
        known = formats.recognise(headings)
        if known is None:
            return None
        before = counted(base, "select count(*) from rows")
        try:
            insert(base, _taken(base, known, plain, _distinct(headings)), number)
        except duckdb.Error as error:
            raise UnreadableFile(
                f"{path.name} can't be read: {str(error).splitlines()[0]}"
            ) from None
        after = counted(base, "select count(*) from rows")
    return {
        "file": path.name,
        "format": known.title,
        "names": after - before,
        "sha256": checksum.result(),
    }


def _taken(
    base: duckdb.DuckDBPyConnection, known: formats.Format, plain: Path, headings: list[str]
) -> list[str]:
    """Take a file's columns, and say what its format selects. Large files are nearly always as they
    should be and can be read in parts; whatever they are else, they are read as they come."""
    source = _source(plain, headings)
    if plain.stat().st_size >= LARGE:
        try:
            return take(base, known, headings, f"{source}, strict_mode=true, parallel=true)")
        except duckdb.Error:
            pass
    return take(base, known, headings, f"{source}, strict_mode=false, parallel=false)")


def _source(plain: Path, headings: list[str]) -> str:
    """How DuckDB reads a file, all as text, but for the last options and the closing bracket."""
    place = str(plain).replace("'", "''")
    delimiter = "\\t" if _is_tabbed(plain) else ","
    # The Charity Commission's extract does not quote: what looks so is text.
    quote = "quote='', escape=''" if delimiter == "\\t" else "quote='\"', escape='\"'"
    names = ", ".join(f"'{_quoted(head, chr(39))}': 'VARCHAR'" for head in headings)
    return (
        f"read_csv('{place}', header=false, skip=1, delim='{delimiter}', {quote}, "
        f"columns={{{names}}}, null_padding=true, auto_detect=false, max_line_size=4000000"
    )


def counted(base: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The number that a query answers."""
    row = base.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _quoted(text: str, sign: str) -> str:
    return text.replace(sign, sign * 2)


def _distinct(headings: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for at, head in enumerate(headings):
        name = head or f"column{at + 1}"
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return out


def take(
    base: duckdb.DuckDBPyConnection, known: formats.Format, headings: list[str], source: str
) -> list[str]:
    """Read a file into the table ``raw``, and say what its format selects from it. Only columns
    that the format speaks of are read."""
    selects = [known.rows, *known.also]
    have = {head.strip(): head for head in headings}
    wanted = [
        head
        for head in have
        if any(re.search(rf"(?<![\w.]){re.escape(head)}(?![\w.])", sql) for sql in selects)
    ]
    columns = [f'"{_quoted(have[head], chr(34))}" as "{_quoted(head, chr(34))}"' for head in wanted]
    base.execute(f"create or replace temp table raw as select {', '.join(columns)} from {source}")
    return selects


def insert(base: duckdb.DuckDBPyConnection, selects: list[str], number: int) -> None:
    """Send what was read through its format."""
    for number_of, sql in enumerate(selects):
        while True:
            try:
                described = base.execute(f"select * from ({sql}) limit 0").description or []
                break
            except duckdb.BinderException as error:
                # A column that this edition of the file does not have is empty.
                missing = re.search(r'Referenced column "([^"]+)" not found', str(error))
                if not missing:
                    raise
                if number_of:
                    described = []
                    break
                base.execute(f'alter table raw add column "{missing[1]}" varchar')
        if not described:
            continue
        has = {column[0] for column in described}
        values = ", ".join(_value(column, column in has) for column in formats.COLUMNS)
        base.execute(f"insert into rows select {values}, {number} from ({sql})")
    base.execute("drop table raw")


def _value(column: str, is_there: bool) -> str:
    if column == "name_kind":
        return (
            "case name_kind when 'former' then 1 when 'other' then 2 else 0 end"
            if is_there
            else "0"
        )
    if not is_there:
        return "null"
    return f"said({column})" if column in {"name", "postcode", "country"} else column


def _headings(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        line = next(csv.reader(file, delimiter="\t" if _is_tabbed(path) else ","), [])
    return [cell.strip() for cell in line]


def _is_tabbed(path: Path) -> bool:
    with path.open(encoding="utf-8-sig") as file:
        first = file.readline()
    return first.count("\t") > first.count(",")


def _plain(path: Path, scratch: Path) -> Path:
    """The file as UTF-8 text on disk: unpacked, decoded, a workbook's first sheet."""
    with path.open("rb") as file:
        head = file.read(4)
    if head == ZIPPED and path.suffix.lower() == ".zip":
        return _plain(_member(path, scratch), scratch)
    if head.startswith(GZIPPED):
        unpacked = scratch / path.name.removesuffix(".gz")
        with gzip.open(path) as packed, unpacked.open("wb") as file:
            shutil.copyfileobj(packed, file)
        return _plain(unpacked, scratch)
    if head in (ZIPPED, OLD_EXCEL):
        return _first_sheet(path, scratch)
    if not _is_utf8(path):
        decoded = scratch / "decoded.csv"
        decoded.write_text(texts.decode(path.read_bytes()), "utf-8")
        return decoded
    return path


def _member(path: Path, scratch: Path) -> Path:
    """The one table in an archive."""
    with zipfile.ZipFile(path) as archive:
        tables = [name for name in archive.namelist() if name.lower().endswith((".csv", ".txt"))]
        if len(tables) != 1:
            raise UnreadableFile(f"{path.name} should hold one table; it holds {len(tables)}.")
        return Path(archive.extract(tables[0], scratch))


def _first_sheet(path: Path, scratch: Path) -> Path:
    """A workbook's first sheet as CSV."""
    lines = grids(path.read_bytes(), path.name).sheets[0].lines
    written = scratch / "sheet.csv"
    with written.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows(lines)
    return written


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


def digest(path: Path) -> str:
    """A file's SHA-256, in hexadecimal figures."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
