"""One register's file to rows of one shape: unpacked, decoded, known by its headings, read."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from localwealth.errors import UnreadableFile
from localwealth.registers import formats, mapping
from localwealth.registers.mapping import RegisterMapping
from localwealth.tables.unpacking import Opened, Table, cut_off, is_cut_off, without_last_line

# Files from so many bytes on are read in parts, where they can be.
LARGE = 1 << 26
# What every format's file becomes: one row a name.
ROW = """id varchar, name varchar, name_kind tinyint, until date, kind varchar, status varchar,
    begun date, ended date, postcode varchar, country varchar, sic varchar, size varchar,
    sized date, same_as varchar, source smallint"""


@dataclass(frozen=True)
class Said:
    """What whoever brings registers in has said of their files.

    ``layout`` is how the columns are mapped of a file in a layout that nobody knows; ``layouts``
    what was said so of earlier files; ``takes_cut`` that a file which ends within a line is all
    that there is; ``ended`` how many bodies have ended as a whole register leaves them out.
    """

    layout: RegisterMapping = field(default_factory=RegisterMapping)
    layouts: tuple[RegisterMapping, ...] = ()
    takes_cut: bool = False
    ended: int | None = None

    def layout_for(self, headings: Sequence[str]) -> RegisterMapping | None:
        """What was said of a file with these headings, now or before."""
        if self.layout.is_of(headings):
            return self.layout
        if formats.recognise(formats.as_published(headings)):
            return None
        return next((layout for layout in self.layouts if layout.is_of(headings)), None)


NOTHING_SAID = Said()


def begin(base: duckdb.DuckDBPyConnection) -> None:
    """Make room for the rows of files: the table ``rows``."""
    base.execute("set preserve_insertion_order = false")
    base.execute(formats.MACROS)
    base.execute(f"create table rows ({ROW})")


def load(
    base: duckdb.DuckDBPyConnection, path: Path, number: int, said: Said = NOTHING_SAID
) -> list[dict[str, object]]:
    """Load one file; empty if it is of no known register.

    Parameters
    ----------
    base
        A database with the table ``rows`` (:func:`begin`).
    number
        The rank of the file among those that say something of one body: 1 speaks first.
    said
        What was said of files: how their columns are mapped, whether one that is cut off is taken.

    Returns
    -------
    What the store remembers of each table in it: ``file``, ``format``, ``names`` (how many rows it
    gave), ``left_out`` (how many had no number that can be one, if any), ``cut`` (if it was) and
    ``sha256``.

    Raises
    ------
    UnreadableFile
        It is damaged, or cut off and nobody said that it is all there is.
    """
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(1) as beside:
        checksum = beside.submit(digest, path)
        opened = Opened(path, Path(scratch))
        sources = []
        for table in opened.tables():
            headings = formats.as_published(table.head)
            layout = said.layout_for(table.head)
            known = mapping.format_of(layout) if layout else formats.recognise(headings)
            if known is None:
                continue
            if layout:
                headings = mapping.renamed(layout, headings)
            place, is_cut = opened.place(table), is_cut_off(opened.place(table), table)
            if is_cut and not said.takes_cut:
                raise UnreadableFile(cut_off(path.name))
            if is_cut:
                place = without_last_line(place, Path(scratch))
            source = _loaded(base, known, place, table, _distinct(headings), path.name, number)
            sources.append({**source, **({"cut": True} if is_cut else {})})
        return [{**source, "sha256": checksum.result()} for source in sources]


def _loaded(
    base: duckdb.DuckDBPyConnection,
    known: formats.Format,
    place: Path,
    table: Table,
    headings: list[str],
    name: str,
    number: int,
) -> dict[str, object]:
    before = counted(base, "select count(*) from rows")
    try:
        left_out = insert(base, _taken(base, known, place, table, headings), number)
    except duckdb.Error as error:
        raise UnreadableFile(f"{name} can't be read: {str(error).splitlines()[0]}") from None
    names = counted(base, "select count(*) from rows") - before
    source: dict[str, object] = {"file": name, "format": known.title, "names": names}
    return {**source, "left_out": left_out} if left_out else source


def _taken(
    base: duckdb.DuckDBPyConnection,
    known: formats.Format,
    place: Path,
    table: Table,
    headings: list[str],
) -> list[str]:
    """Take a file's columns, and say what its format selects. Large files are nearly always as they
    should be and can be read in parts; whatever they are else, they are read as they come."""
    source = _source(place, table, headings)
    if place.stat().st_size >= LARGE:
        try:
            return take(base, known, headings, f"{source}, strict_mode=true, parallel=true)")
        except duckdb.Error:
            pass
    return take(base, known, headings, f"{source}, strict_mode=false, parallel=false)")


def _source(plain: Path, table: Table, headings: list[str]) -> str:
    """How DuckDB reads a file, all as text, but for the last options and the closing bracket."""
    place = str(plain).replace("'", "''")
    # The Charity Commission's extract does not quote: what looks so is text.
    is_tabbed = table.delimiter == "\t"
    quote = "quote='', escape=''" if is_tabbed else "quote='\"', escape='\"'"
    names = ", ".join(f"'{_quoted(head, chr(39))}': 'VARCHAR'" for head in headings)
    return (
        f"read_csv('{place}', header=false, skip={table.above + 1}, delim='{table.delimiter}', "
        f"{quote}, columns={{{names}}}, null_padding=true, auto_detect=false, "
        "max_line_size=4000000"
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
        if any(re.search(rf"(?<![\w.]){re.escape(head)}(?![\w.])", sql, re.I) for sql in selects)
    ]
    columns = [f'"{_quoted(have[head], chr(34))}" as "{_quoted(head, chr(34))}"' for head in wanted]
    base.execute(f"create or replace temp table raw as select {', '.join(columns)} from {source}")
    return selects


def insert(base: duckdb.DuckDBPyConnection, selects: list[str], number: int) -> int:
    """Send what was read through its format; returns how many rows have no number that can be
    one, and so belong to nobody."""
    left_out = 0
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
        if not number_of:
            left_out = counted(base, f"select count(*) from ({sql}) where id is null")
    base.execute("drop table raw")
    return left_out


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


def digest(path: Path) -> str:
    """A file's SHA-256, in hexadecimal figures."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
