"""What the matcher needs to know of a register's entries."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from localwealth.registers import hashing
from localwealth.registers.arrays import Small, mapped, vocabulary_of
from localwealth.registers.hashing import Hashes, Ints
from localwealth.registers.postcodes import pack_postcodes

# Days since 1970 for "always" and "never yet".
EVER, NEVER = -1_000_000, 1_000_000


@dataclass
class Entries:
    """What the matcher needs to know of entries: packed ``postcode`` (0 unknown), ``crowd`` (how
    many entries share it, as a power of two), ``begun`` and ``ended`` (days since 1970), and their
    org-ids as sorted hashes with whose they are."""

    postcode: Hashes
    crowd: npt.NDArray[np.int8]
    begun: Small
    ended: Small
    id_hash: Hashes
    id_entry: Small

    @classmethod
    def load(cls, folder: Path) -> Entries:
        """Open what is known of entries; the arrays stay on disk until they are read."""
        return cls(
            **{field.name: mapped(folder / f"entries_{field.name}.npy") for field in fields(cls)}
        )

    def find(self, ids: list[str]) -> Ints:
        """The entry of each org-id; -1 where the store has none."""
        hashes = hashing.hash_words([org_id or "-" for org_id in ids])
        if not len(self.id_hash):
            return np.full(len(ids), -1, np.int64)
        at = np.minimum(np.searchsorted(self.id_hash, hashes), len(self.id_hash) - 1)
        return np.where(self.id_hash[at] == hashes, self.id_entry[at], -1).astype(np.int64)


def entries_from(table: pa.Table, others: pa.Table | None = None) -> Entries:
    """From columns ``id``, ``postcode``, ``begun``, ``ended`` in the order of entries; ``others``
    has further org-ids (``id``) of an ``entry``."""
    ids, whose = [table["id"]], [np.arange(len(table))]
    if others is not None:
        ids.append(others["id"])
        whose.append(others["entry"].to_numpy())
    hashes = np.concatenate(
        [hashing.hash_column(column.cast(pa.large_string()).combine_chunks()) for column in ids]
    )
    order = np.argsort(hashes, kind="stable")
    postcode = pack_postcodes(table["postcode"].combine_chunks())
    return Entries(
        postcode=postcode,
        crowd=crowd_of(postcode),
        begun=days(table["begun"], EVER),
        ended=days(table["ended"], NEVER),
        id_hash=hashes[order],
        id_entry=np.concatenate(whose)[order].astype(np.int32),
    )


def crowd_of(postcode: Hashes) -> npt.NDArray[np.int8]:
    """How many entries share each one's postcode, as a power of two; 0 where it is unknown."""
    _, _, place, count = vocabulary_of(postcode)
    out: npt.NDArray[np.int8] = np.log2(np.maximum(count, 1)).astype(np.int8)[place]
    return np.where(postcode > 0, out, 0).astype(np.int8)


def save_entries(folder: Path, table: pa.Table, others: pa.Table | None = None) -> None:
    """Write what :func:`entries_from` makes of two tables, each array into a file of its own."""
    entries = entries_from(table, others)
    for field in fields(entries):
        np.save(folder / f"entries_{field.name}.npy", getattr(entries, field.name))


def days(column: pa.ChunkedArray, unknown: int) -> Small:
    """A column of dates as days since 1970."""
    known = column.cast(pa.date32()).cast(pa.int32()).fill_null(unknown)
    out: Small = known.to_numpy().astype(np.int32)
    return out
