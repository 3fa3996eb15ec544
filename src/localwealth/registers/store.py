"""The local store of registers: built once from their files, refreshed by file, opened at once.

A store is a folder. ``entries.parquet`` has one row an organisation: ``entry`` (its number here),
``id`` and ``ids`` (all its org-ids), ``name``, ``kind``, ``status``, ``begun``, ``ended``,
``postcode``, ``country``, ``sic``, ``size``, ``sized`` (to which day the accounts go that say the
size). ``names.parquet`` has one row a name: ``entry``, ``name``, ``kind`` (0 current, 1 former,
2 other), ``until``. ``owners.parquet`` says who decides over whom
(:mod:`localwealth.registers.owners`). ``index/`` is what the matcher reads
(:mod:`localwealth.registers.index`). ``store.json`` says of what it was made. Rows of several files
about one org-id, and org-ids that a file says are the same body, become one entry; so do a charity
and a company of one and the same whole name that no other has. What an earlier
file said stays when a later one leaves it out: a dissolved company keeps its name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from localwealth import scratch
from localwealth.errors import UnreadableFile
from localwealth.registers.building import bring_up
from localwealth.registers.index import Index

VERSION = 4
OWNERS = pa.schema(
    [
        ("id", pa.string()),
        ("parent", pa.string()),
        ("parent_name", pa.string()),
        ("parent_country", pa.string()),
        ("employees", pa.bool_()),
    ]
)
Say = Callable[[str], None]


def quiet(_: str) -> None:
    """Says nothing of how far it has come."""


@dataclass(frozen=True)
class Store:
    """An open store."""

    folder: Path

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open a store, or say why it can't be."""
        try:
            contents = json.loads((folder / "store.json").read_text("utf-8"))
        except (OSError, ValueError):
            raise UnreadableFile(f"{folder.name!r} is no store of registers.") from None
        if contents.get("version") in (1, 2, 3):
            _bring_up(folder, contents)
        elif contents.get("version") != VERSION:
            raise UnreadableFile(f"The store {folder.name!r} is of another version: build it anew.")
        return cls(folder)

    @property
    def made_of(self) -> dict[str, Any]:
        """Its sources with their checksums, and its counts."""
        contents: dict[str, Any] = json.loads((self.folder / "store.json").read_text("utf-8"))
        return contents

    def index(self) -> Index:
        """The index of its names; its arrays stay on disk until they are read."""
        return Index.load(self.folder / "index")

    def owners(self) -> pa.Table:
        """Who decides over whom; empty where no such file was loaded."""
        place = self.folder / "owners.parquet"
        return pq.read_table(place) if place.exists() else OWNERS.empty_table()

    def other_ids(self) -> pa.Table:
        """Further org-ids of entries that have several: ``entry``, ``id``."""
        return self.query(
            """select entry, other as id from (
                select entry, id, unnest(ids) as other from entries where len(ids) > 1)
            where other <> id"""
        )

    def called(self, entries: Iterable[int]) -> dict[int, tuple[str, str]]:
        """The org-id and the name of some entries."""
        with scratch.connect() as base:
            base.register("wanted", pa.table({"entry": pa.array(entries, pa.int32())}))
            place = str(self.folder / "entries.parquet").replace("'", "''")
            table = base.execute(
                f"""select entry, id, name from read_parquet('{place}')
                semi join wanted using (entry)"""
            ).to_arrow_table()
        # A column at a time: rows, as the database makes them, take several times as long.
        number, org_id, name = (column.to_pylist() for column in table.columns)
        return dict(zip(number, zip(org_id, name, strict=True), strict=True))

    def query(self, sql: str, *values: object) -> pa.Table:
        """Ask the tables ``entries`` and ``names`` in SQL."""
        with scratch.connect() as base:
            for table in ("entries", "names"):
                place = str(self.folder / f"{table}.parquet").replace("'", "''")
                base.execute(f"create temp view {table} as from read_parquet('{place}')")
            return base.execute(sql, list(values)).to_arrow_table()


def _bring_up(folder: Path, contents: dict[str, Any]) -> None:
    """A store of version 1 does not know of which year its sizes are, one of version 2 not when
    names were borne, one of version 3 not how words end; all else is the same."""
    place = folder / "entries.parquet"
    entries = pq.read_table(place)
    if "sized" not in entries.column_names:
        draft = folder / ".entries.parquet"
        entries = entries.append_column("sized", pa.nulls(len(entries), pa.date32()))
        pq.write_table(entries, draft, compression="zstd")
        draft.replace(place)
    bring_up(folder / "index", names_of(folder))
    draft = folder / ".store.json"
    draft.write_text(json.dumps({**contents, "version": VERSION}, indent=1), "utf-8")
    draft.replace(folder / "store.json")


def names_of(folder: Path) -> pa.Table:
    """A store's names in the order in which they are indexed, which is that of their file."""
    return pq.read_table(folder / "names.parquet", columns=["entry", "name", "kind", "until"])
