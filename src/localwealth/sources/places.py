"""Postcodes to areas: the ONS postcode lookups (ONSPD, NSPL) and Code-Point Open.

One row a postcode, ended ones too, as payees' addresses are old: ``postcode`` (capital, no space),
``district`` (local authority), ``county``, ``region``, ``nation``: ONS codes, null where a file has
none. Columns are those of the publishers' own files, by whatever edition's names.
"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import duckdb
import pyarrow as pa

from localwealth.errors import UnreadableFile

# What each edition calls the four, and the postcode.
_NAMES = {
    "postcode": ("pcds", "pcd8", "pcd7", "pcd2", "pcd"),
    "district": ("oslaua", "laua", "lad25cd", "ladcd"),
    "county": ("oscty", "cty", "cty25cd"),
    "region": ("rgn", "rgn25cd", "gor"),
    "nation": ("ctry", "ctry25cd"),
}
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


def postcodes(files: list[Path]) -> pa.Table:
    """Read lookups into one table; where two name a postcode, the first file speaks.

    Raises
    ------
    UnreadableFile
        A file is no postcode lookup.
    """
    with duckdb.connect() as base:
        base.execute(
            """create table found (postcode varchar, district varchar, county varchar,
            region varchar, nation varchar, rank integer)"""
        )
        for rank, path in enumerate(files):
            base.execute(_select(path, rank))
        return base.execute(
            """select postcode, arg_min(nullif(district, ''), rank) as district,
                arg_min(nullif(county, ''), rank) as county,
                arg_min(nullif(region, ''), rank) as region,
                arg_min(nullif(nation, ''), rank) as nation
            from found where postcode <> '' group by postcode order by postcode"""
        ).to_arrow_table()


def is_lookup(path: Path) -> bool:
    """Whether a file is a lookup of postcodes, by its first line."""
    try:
        _select(path, 0)
    except (UnreadableFile, OSError):
        return False
    return True


def _select(path: Path, rank: int) -> str:
    first = _first_line(path)
    place = str(path).replace("'", "''")
    if len(first) == 10 and first[1].strip().isdecimal():
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in _CODE_POINT)
        source = f"read_csv('{place}', header=false, columns={{{columns}}})"
        chosen = {name: name for name in _NAMES} | {"region": "null"}
    else:
        columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(first)))
        source = f"read_csv('{place}', header=false, skip=1, columns={{{columns}}})"
        chosen = _columns(first)
        if "null" in (chosen["postcode"], chosen["district"]):
            raise UnreadableFile(f"{path.name} is no lookup of postcodes that is known here.")
    return f"""insert into found select upper(replace({chosen["postcode"]}, ' ', '')),
        {chosen["district"]}, {chosen["county"]}, {chosen["region"]}, {chosen["nation"]}, {rank}
        from {source}"""


def _columns(first: list[str]) -> dict[str, str]:
    """Where a file with headings has each of the five, counted from 0; ``null`` where nowhere."""
    heads = [cell.strip().lower() for cell in first]
    return {
        role: next((f"c{heads.index(name)}" for name in names if name in heads), "null")
        for role, names in _NAMES.items()
    }


def _first_line(path: Path) -> list[str]:
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
                return next(csv.reader(file), [])
        with path.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file), [])
    except UnicodeDecodeError:
        raise UnreadableFile(f"{path.name} is no lookup of postcodes that is known here.") from None
