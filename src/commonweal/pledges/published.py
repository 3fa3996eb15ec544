"""Checking a downloaded ``ledger.csv`` without the database: what anybody outside can do."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from .ledger import GENESIS, Break, Proof, canonical, digest_of_words, sha256


def verify_file(path: str | Path) -> Proof:
    """Recompute each published entry's hash and follow the chain through those not public yet.

    Raises
    ------
    FileNotFoundError, KeyError
        There is no such file, or it is no export of the ledger.
    """
    csv.field_size_limit(10_000_000)
    previous, seq = GENESIS, 0
    with Path(path).open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            seq += 1
            reason = _wrong(row, seq, previous)
            if reason:
                return Proof(seq - 1, previous, Break(seq, row["pledge"], reason))
            previous = row["hash"]
    return Proof(seq, previous, None)


def _wrong(row: dict[str, str], seq: int, previous: str) -> str:
    if row["seq"] != str(seq):
        return "an entry is missing"
    if row["previous"] != previous:
        return "it does not follow the entry before it"
    if not row["kind"]:
        return ""
    words = row["words"]
    if words[:1] == "'" and words[1:2] in ("=", "+", "-", "@", "\t", "\r"):
        # The export guards spreadsheets against formulas with an apostrophe.
        words = words[1:]
    if words and digest_of_words(row["words_salt"], words) != row["words_digest"]:
        return "its words are not the ones written"
    said = {
        "seq": seq,
        "pledge": row["pledge"],
        "kind": row["kind"],
        "happened_on": row["happened_on"],
        "written_at": row["written_at"],
        "body": json.loads(row["body"]),
        "words": row["words_digest"],
        "by": row["by"],
        "by_role": row["by_role"],
        "by_organisation": row["by_organisation"],
    }
    if sha256(previous.encode() + canonical(said)) != row["hash"]:
        return "what it says is not what was written"
    return ""
