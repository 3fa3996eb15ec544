"""Where payments are kept: Parquet files named by the hash of what is in them.

``incoming/`` holds files as they were sent, until they are taken or thrown away; ``lines/`` one
Parquet a release, a row a line of the file; ``prepared/`` the tables that pages read;
``register/`` the store of registers; ``postcodes.parquet`` where each postcode lies. A payee who
may not be named has no name in any of them but the first.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from localwealth import scratch
from localwealth.errors import UnreadableFile
from localwealth.registers.store import Store
from localwealth.sources import places
from localwealth.sources.readings import Reading, Rejected
from localwealth.sources.tables import EXACT, MONEY
from localwealth.spend.lines import NUMBER, SITE, VAT

from .lookups import POSTCODES

# One row a line of a file, whatever became of it.
LINES = pa.schema(
    {
        "sheet": pa.string(),
        "line": pa.int32(),
        "outcome": pa.string(),
        "why": pa.string(),
        "first": pa.date32(),
        "last": pa.date32(),
        "payee": pa.string(),
        "name": pa.string(),
        "amount": MONEY,
        "reference": pa.string(),
        "category": pa.string(),
        "description": pa.string(),
        "postcode": pa.string(),
        "number": pa.string(),
        "invoiced": pa.date32(),
        "vat": pa.string(),
    }
)


def folder(*parts: str) -> Path:
    """A place in the folder of this room, made when it is not there."""
    place: Path = Path(settings.SPEND_FOLDER).joinpath(*parts)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def keep_incoming(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    folder("incoming", digest).write_bytes(content)
    return digest


def incoming(digest: str) -> bytes | None:
    place = folder("incoming", digest)
    return place.read_bytes() if place.exists() else None


def forget_incoming(digest: str) -> None:
    folder("incoming", digest).unlink(missing_ok=True)


# What is kept of payments. What one was for may name a person, so it goes where the name goes; as
# do the numbers that a publisher gives.
_NAMED = "case when payee = 'named' then {} end"
_KEPT = f"""select sheet, line, 'accepted' as outcome, null as why, first, last, payee,
    {_NAMED.format("nullif(left(supplier, 500), '')")} as name, amount, reference, category,
    {_NAMED.format("description")} as description, {_NAMED.format(SITE)} as postcode,
    {_NAMED.format(NUMBER)} as number, invoice_date as invoiced, {_NAMED.format(VAT)} as vat
    from read"""


def keep_lines(reading: Reading, lines: pa.Table) -> str:
    """Write a reading's lines, of which ``lines`` are the payments; returns the SHA-256 of the
    file, which is its name."""
    left = [
        *(_left_out(line, "rejected") for line in reading.rejected),
        *(_left_out(line, "duplicate") for line in reading.duplicates),
    ]
    with scratch.connect() as base:
        base.register("read", lines)
        payments = base.execute(_KEPT).to_arrow_table().cast(LINES)
    draft = folder("lines", "draft-" + reading.digest)
    pq.write_table(
        pa.concat_tables([payments, pa.Table.from_pylist(left, LINES)]), draft, compression="zstd"
    )
    digest = hashlib.sha256(draft.read_bytes()).hexdigest()
    draft.rename(folder("lines", f"{digest}.parquet"))
    return digest


def _left_out(line: Rejected, outcome: str) -> dict[str, Any]:
    return {
        "sheet": line.sheet,
        "line": line.line,
        "outcome": outcome,
        "why": line.why,
        "amount": None if line.amount is None else line.amount.quantize(EXACT),
    }


# Lines of several releases; those kept before VAT numbers were say nothing of them.
EVERY = """(select null::varchar as vat where false union all by name
    from read_parquet($1, filename = true, union_by_name = true))"""


def lines_of(digest: str) -> Path:
    return folder("lines", f"{digest}.parquet")


# --- Registers and postcodes --------------------------------------------------------------------


def register() -> Store | None:
    """The store of registers; None where nobody has built one."""
    try:
        return Store.open(folder("register"))
    except UnreadableFile:
        return None


PLACES = pa.schema(
    [(name, pa.string()) for name in ("postcode", "district", "county", "region", "nation", "ward")]
    + [(name, pa.int32()) for name in ("easting", "northing")]
)
GROUP_ROWS = 50_000


def postcodes() -> pa.Table:
    """Where postcodes lie; empty where nobody has loaded a lookup."""
    place = folder(POSTCODES)
    if place.exists():
        return pq.read_table(place)
    return PLACES.empty_table()


def keep_postcodes(lookups: list[Path], *, takes_cut: bool = False) -> tuple[int, int]:
    """Take lookups of postcodes (ONSPD, NSPL, Code-Point Open) in; returns how many they have, and
    how many stay that they lack: a part of a lookup takes nobody's place."""
    located = places.postcodes(lookups, takes_cut=takes_cut)
    lacking = _lacking(located)
    keep_places(pa.concat_tables([located, lacking.cast(located.schema)]).sort_by("postcode"))
    return len(located), len(lacking)


def _lacking(located: pa.Table) -> pa.Table:
    """Of the postcodes that are kept, those that a lookup lacks."""
    if not folder(POSTCODES).exists():
        return located.schema.empty_table()
    earlier = pq.read_table(folder(POSTCODES))
    for column in PLACES:
        if column.name not in earlier.column_names:
            # It was kept before wards, or points, were read from lookups.
            earlier = earlier.append_column(column, pa.nulls(len(earlier), column.type))
    return earlier.select(PLACES.names).filter(
        pc.invert(pc.is_in(earlier["postcode"], located["postcode"].combine_chunks()))
    )


def keep_places(located: pa.Table) -> None:
    # In short groups, so that one postcode is found without reading those of the whole country.
    pq.write_table(located, folder(POSTCODES), compression="zstd", row_group_size=GROUP_ROWS)


def knows_wards() -> bool:
    """Whether a lookup was loaded that says the ward of a postcode."""
    place = folder(POSTCODES)
    return place.exists() and "ward" in pq.read_schema(place).names


def place_of(postcode: str) -> dict[str, str | None] | None:
    """The ONS codes of where a postcode lies, by their names in `PLACES`; None where no lookup that
    was loaded has it."""
    place = folder(POSTCODES)
    if not place.exists():
        return None
    squeezed = postcode.replace(" ", "")
    places_there = pq.read_table(place, filters=[("postcode", "==", squeezed)]).to_pylist()
    return places_there[0] if places_there else None


def wards_of(postcodes: Collection[str]) -> dict[str, str | None]:
    """(postcode without spaces: ONS code of its ward) of those of some that the lookup has."""
    if not knows_wards():
        return {}
    place = folder(POSTCODES)
    among = [("postcode", "in", list(postcodes))]
    rows = pq.read_table(place, columns=["postcode", "ward"], filters=among).to_pylist()
    return {row["postcode"]: row["ward"] for row in rows}


def points_of(postcodes: Collection[str]) -> dict[str, tuple[int, int]]:
    """(postcode without spaces: easting and northing in metres) of those of some that the lookup
    has a point of."""
    place = folder(POSTCODES)
    if not place.exists() or "easting" not in pq.read_schema(place).names:
        return {}
    columns = ["postcode", "easting", "northing"]
    among = [("postcode", "in", list(postcodes))]
    rows = pq.read_table(place, columns=columns, filters=among).to_pylist()
    return {
        row["postcode"]: (row["easting"], row["northing"])
        for row in rows
        if row["easting"] and row["northing"]
    }


def digest_of(place: Path) -> str:
    if not place.exists():
        return ""
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# Raised when other answers of the matcher are taken: every payee is then asked anew.
TAKEN = "2"


def state_of_registers() -> str:
    """Changes when a register or the postcodes do, or what of them is taken."""
    digests = digest_of(folder("register") / "store.json") + digest_of(folder(POSTCODES))
    digests += TAKEN
    return hashlib.sha256(digests.encode()).hexdigest()


# --- The prepared tables ------------------------------------------------------------------------

# Raised when the tables or figures made of the same inputs change: older ones are then not read.
FORMAT = "6"
_opened: dict[str, duckdb.DuckDBPyConnection] = {}
_lock = threading.Lock()


def prepared(version: str) -> Path:
    return folder("prepared", f"{version}.duckdb")


def ask(version: str, sql: str, *values: object) -> list[dict[str, Any]]:
    """Ask the prepared tables for a few rows."""
    return list(stream(version, sql, *values))


def stream(version: str, sql: str, *values: object) -> Iterator[dict[str, Any]]:
    """Ask the prepared tables, a part at a time. One connection a process is kept open, and a
    cursor serves one question, so that several threads may ask at once."""
    with _lock:
        base = _opened.get(version)
        if base is None:
            for old in list(_opened):
                _opened.pop(old).close()
            base = duckdb.connect(str(prepared(version)), read_only=True)
            _opened[version] = base
        cursor = base.cursor()
    try:
        answer = cursor.execute(sql, list(values))
        names = [column[0] for column in answer.description or []]
        while rows := answer.fetchmany(5_000):
            for row in rows:
                yield dict(zip(names, row, strict=True))
    finally:
        cursor.close()
