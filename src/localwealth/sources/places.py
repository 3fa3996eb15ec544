"""Postcodes to areas: the ONS postcode lookups (ONSPD, NSPL) and Code-Point Open.

One row a postcode, ended ones too, as payees' addresses are old: ``postcode`` (capital, no space),
``district`` (local authority), ``county``, ``region``, ``nation``, ``ward``: ONS codes, null where
a file has none; ``easting`` and ``northing`` of its middle on the British grid, in metres. Each
edition calls its columns otherwise (``oslaua``, ``lad25cd``, ``LAD26CD``): they are understood by
what their names mean, whatever the year in them.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa

from localwealth.errors import UnreadableFile
from localwealth.tables import marks, vocabulary
from localwealth.tables.unpacking import (
    Opened,
    Table,
    cut_off,
    is_cut_off,
    without_last_line,
)

# What columns are called that have each; the first that fits a file's headings counts.
_MEANS = {
    "postcode": ("pcds", "pcd8", "pcd7", "pcd2", "pcd", r"post ?codes?"),
    "district": (
        r"lad(\d\d)?cd",
        r"(os)?laua(\d\d)?(cd)?",
        r"ltla(\d\d)?cd",
        r"(local authority|district)[ _]code",
    ),
    "county": (r"(os)?cty(\d\d)?(cd)?",),
    "region": (r"rgn(\d\d)?(cd)?", r"gor(\d\d)?(cd)?"),
    "nation": (r"ctry(\d\d)?(cd)?",),
    "ward": (r"wd(\d\d)?cd", r"(os)?ward(\d\d)?(cd)?", r"ward[ _]code"),
    "easting": (r"(os)?east1m", r"eastings?"),
    "northing": (r"(os)?nrth1m", r"north1m", r"northings?"),
}
# Which meanings of all readers they have.
SHARES = {"postcode": ("postcode",)}
_CODE_POINT = (
    "postcode",
    "quality",
    "easting",
    "northing",
    "nation",
    "nhs_region",
    "nhs",
    "county",
    "district",
    "ward",
)


def postcodes(files: list[Path], *, takes_cut: bool = False) -> pa.Table:
    """Read lookups into one table; where two name a postcode, the first file speaks.

    Parameters
    ----------
    takes_cut
        Whether a file that ends within a line is taken without that line.

    Raises
    ------
    UnreadableFile
        A file is no postcode lookup, or is torn.
    """
    with duckdb.connect() as base:
        base.execute(
            """create table rows (postcode varchar, district varchar, county varchar,
            region varchar, nation varchar, ward varchar, easting varchar, northing varchar,
            rank integer)"""
        )
        for rank, path in enumerate(files):
            _load(base, path, rank, takes_cut)
        return base.execute(
            """select postcode, arg_min(nullif(district, ''), rank) as district,
                arg_min(nullif(county, ''), rank) as county,
                arg_min(nullif(region, ''), rank) as region,
                arg_min(nullif(nation, ''), rank) as nation,
                arg_min(nullif(ward, ''), rank) as ward,
                arg_min(nullif(try_cast(easting as integer), 0), rank) as easting,
                arg_min(nullif(try_cast(northing as integer), 0), rank) as northing
            from rows where postcode <> '' group by postcode order by postcode"""
        ).to_arrow_table()


def is_lookup(path: Path) -> bool:
    """Whether a file is a lookup of postcodes, by its first line."""
    try:
        with tempfile.TemporaryDirectory() as scratch:
            return _lookup_in(Opened(path, Path(scratch))) is not None
    except (UnreadableFile, OSError):
        return False


def _lookup_in(opened: Opened) -> Table | None:
    """The lookup in a file: of an archive's several the largest, as ONS puts each area's part
    beside the whole."""
    lookups = [table for table in opened.tables() if _chosen(table.head)]
    return max(lookups, key=lambda table: table.size, default=None)


def _load(base: duckdb.DuckDBPyConnection, path: Path, rank: int, takes_cut: bool) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        opened = Opened(path, Path(scratch))
        table = _lookup_in(opened)
        if table is None:
            raise UnreadableFile(f"{path.name} is no lookup of postcodes that is known here.")
        place = opened.place(table)
        is_cut = is_cut_off(place, table)
        if is_cut and not takes_cut:
            raise UnreadableFile(cut_off(path.name))
        if is_cut:
            place = without_last_line(place, Path(scratch))
        try:
            base.execute(_select(place, table, rank))
        except duckdb.Error as error:
            raise UnreadableFile(
                f"{path.name} can't be read: {str(error).splitlines()[0]}"
            ) from None


def _select(place: Path, table: Table, rank: int) -> str:
    head = table.head
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(head)))
    quoted, delimiter = str(place).replace("'", "''"), table.delimiter
    skipped = 0 if _is_code_point(head) else table.above + 1
    chosen = _chosen(head) or {}
    postcode, *areas = (_told(chosen[role]) if role in chosen else "null" for role in _MEANS)
    return f"""insert into rows select
        upper(regexp_replace({postcode}, '\\s', '', 'g')), {", ".join(areas)}, {rank}
        from read_csv('{quoted}', header=false, skip={skipped}, delim='{delimiter}', quote='"',
            escape='"', columns={{{columns}}}, null_padding=true, auto_detect=false)"""


def _told(column: str) -> str:
    """A cell in which a mark for nothing is nothing, in SQL."""
    says_nothing = f"list_contains({marks.SQL_LIST}, lower(trim({column})))"
    return f"case when {says_nothing} then '' else {column} end"


def _is_code_point(head: tuple[str, ...]) -> bool:
    return len(head) == len(_CODE_POINT) and head[1].strip().isdecimal()


def _chosen(head: tuple[str, ...]) -> dict[str, str] | None:
    """Where a file has each of them, by its first line; None where it is no lookup."""
    if _is_code_point(head):
        return {role: f"c{_CODE_POINT.index(role)}" for role in _MEANS if role in _CODE_POINT}
    chosen = {role: at for role in _MEANS if (at := _column(head, role))}
    return chosen if {"postcode", "district"} <= chosen.keys() else None


def _column(head: tuple[str, ...], role: str) -> str | None:
    """Which column says a role: of several editions' the newest."""
    heads = [cell.strip().lower() for cell in head]
    for meant in _MEANS[role]:
        of_role = [(name, at) for at, name in enumerate(heads) if re.fullmatch(meant, name)]
        if of_role:
            return f"c{max(of_role)[1]}"
    shared = SHARES.get(role, ())
    return next((f"c{at}" for at, name in enumerate(head) if vocabulary.says(name, *shared)), None)


vocabulary.register(
    "postcodes", SHARES, lambda heading, role: _column((heading,), role) is not None
)
