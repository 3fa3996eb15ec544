"""How well names are matched, on names of which the truth is known."""

from __future__ import annotations

import csv
import io
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from localwealth.errors import UnreadableFile
from localwealth.matching import model
from localwealth.matching.match import Matcher
from localwealth.matching.model import Model
from localwealth.registers import generate
from localwealth.registers.building import build as build_index
from localwealth.registers.entries import NEVER, Entries, days, save_entries
from localwealth.registers.hashing import Floats, Ints
from localwealth.registers.ids import org_id
from localwealth.registers.index import Index, load_names, save_names
from localwealth.registers.store import Store
from localwealth.tables import amounts, texts
from localwealth.words import many


@dataclass
class Truth:
    """Payees of known truth, one row a name; ``ids`` is "" for a confirmed no-match."""

    names: list[str]
    amounts: list[Decimal]
    postcodes: list[str]
    ids: list[str]


def read_truth(path: Path) -> Truth:
    """Read ``supplier_name``, ``amount_gbp``, ``postcode``, ``register_id``."""
    text = texts.decode(path.read_bytes())
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = {"supplier_name", "register_id"} - set(rows.fieldnames or [])
    if missing:
        raise UnreadableFile(f"{path.name} has no column {', '.join(sorted(missing))}.")
    truth = Truth([], [], [], [])
    for row in rows:
        truth.names.append(row["supplier_name"] or "")
        truth.amounts.append(amounts.amount(row.get("amount_gbp") or "0") or Decimal(0))
        truth.postcodes.append(row.get("postcode") or "")
        truth.ids.append(org_id(row["register_id"]))
    return truth


def decoys_of(size: int, seed: int = 1) -> pa.Table:
    """Generated companies that share neither number nor seed with those of a generated store."""
    return generate.companies(size, 1_000_000 + seed, first_number=80_000_000)


def with_decoys(store: Store, size: int, seed: int = 1) -> tuple[Index, Entries, pa.Array]:
    """The store's index with generated companies among its own; kept in the store for next time."""
    folder = store.folder / f"decoys-{size}-{seed}-{generate.VERSION}"
    if not size:
        folder = store.folder / "index"
    elif not Index.exists(folder):
        store_names = store.query(
            "select entry, name, kind, until from names order by entry, kind, name"
        )
        entries = store.query("select id, postcode, begun, ended from entries order by entry")
        made_up = decoys_of(size, seed)
        first = len(entries)
        numbers = np.arange(first, first + size)
        names = pa.concat_arrays(
            [
                store_names["name"].cast(pa.large_string()).combine_chunks(),
                made_up["CompanyName"].combine_chunks(),
            ]
        )
        build_index(
            names,
            np.concatenate([store_names["entry"].to_numpy(), numbers]),
            np.concatenate([store_names["kind"].to_numpy(), np.zeros(size, np.int8)]),
            np.concatenate([days(store_names["until"], NEVER), np.full(size, NEVER, np.int32)]),
        ).save(folder)
        ids = [f"GB-COH-{number}" for number in made_up[" CompanyNumber"].to_pylist()]
        every_entry = pa.concat_tables(
            [
                entries.select(["id", "postcode"]),
                pa.table({"id": ids, "postcode": made_up["RegAddress.PostCode"].cast(pa.string())}),
            ]
        )
        never = pa.nulls(size, pa.date32())
        for column in ("begun", "ended"):
            old = entries[column].cast(pa.date32()).combine_chunks()
            every_entry = every_entry.append_column(column, pa.concat_arrays([old, never]))
        save_entries(folder, every_entry, store.other_ids())
        save_names(folder, names)
    return Index.load(folder), Entries.load(folder), load_names(folder)


def evaluate(
    store: Store,
    truth: Truth,
    decoys: int = 0,
    fitted: Model | None = None,
    seed: int = 1,
    say: Callable[[int, int], None] | None = None,
) -> dict[str, object]:
    """Match the names of a truth and count how often that is right.

    A match is right if it is the body that the truth names, under whichever of its ids. Precision
    is right matches of all matches, recall right matches of all names that the store holds, both
    over names and over value. A name whose id the store does not hold can't be found: it is counted
    apart, with how many of them matched all the same, to something else.
    """
    index, entries, names = with_decoys(store, decoys, seed)
    matcher = Matcher(index, entries, names, fitted or model.shipped())
    payees = pa.table(
        {
            "name": truth.names,
            "postcode": pa.array([postcode or None for postcode in truth.postcodes], pa.string()),
        }
    )
    wanted = np.array(entries.find(truth.ids))
    none = np.array([not org_id for org_id in truth.ids], bool)
    held = none | (wanted >= 0)
    blocked = np.zeros(len(payees), bool)
    began = time.perf_counter()
    answer = matcher.match(payees, say)
    seconds = time.perf_counter() - began
    for start in range(0, len(payees), 25_000):
        search, hits, _ = matcher.candidates(payees.slice(start, 25_000))
        whose = search.forms.source[hits.form]
        hit = index.entry[hits.name] == wanted[start + whose]
        blocked[start + whose[hit]] = True
    entry = answer["entry"].fill_null(-1).to_numpy()
    pounds = np.array([float(abs(amount)) for amount in truth.amounts])
    figures: dict[str, object] = {
        "names": int(held.sum()),
        "with_a_match": int((held & ~none).sum()),
        "confirmed_no_match": int(none.sum()),
        "value_gbp": round(float(pounds[held].sum()), 2),
    }
    matched, right = held & (entry >= 0), held & ~none & (entry == wanted)
    for counted, weight in (("names", np.ones(len(pounds))), ("value", pounds)):
        figures[f"by_{counted}"] = _figures(weight, held & ~none, matched, right, blocked)
    figures["not_held"] = {
        "names": int((~held).sum()),
        "matched_all_the_same": int((~held & (entry >= 0)).sum()),
    }
    figures["register"] = {"entries": len(entries.postcode), "names": index.names, "decoys": decoys}
    figures["seconds"] = round(seconds, 3)
    figures["peak_memory_mb"] = _peak()
    return figures


def as_text(figures: Any) -> str:
    """The figures for people."""
    lines = [
        f"{figures['names']:,} names: {figures['with_a_match']:,} that the store holds, "
        f"{figures['confirmed_no_match']:,} confirmed to be in no register",
        f"{figures['not_held']['names']:,} more whose id the store doesn't hold; "
        f"{figures['not_held']['matched_all_the_same']:,} of them matched all the same",
        f"{'':10} {'blocking':>9} {'precision':>9} {'recall':>9} {'F1':>9}",
    ]
    for counted in ("names", "value"):
        rates = figures[f"by_{counted}"]
        lines.append(
            f"by {counted:7} {rates['blocking_recall']:9.4f} {rates['precision']:9.4f} "
            f"{rates['recall']:9.4f} {rates['f1']:9.4f}"
        )
    lines.append(
        f"{figures['seconds']:.2f} s, {figures['peak_memory_mb']:,} MB at most, against "
        f"{many(figures['register']['names'], 'name')} "
        f"({many(figures['register']['decoys'], 'decoy')})"
    )
    return "\n".join(lines)


def _figures(
    weight: Floats, true: Ints, matched: Ints, right: Ints, blocked: Ints
) -> dict[str, float]:
    def share(part: Ints, every_row: Ints) -> float:
        total = float(weight[every_row].sum())
        return float(weight[part].sum()) / total if total else 0.0

    precision, recall = share(right, matched), share(right, true)
    both = precision + recall
    return {
        "blocking_recall": round(share(blocked & true, true), 4),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / both, 4) if both else 0.0,
    }


def _peak() -> int:
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(size / (1024 * 1024 if sys.platform == "darwin" else 1024))
