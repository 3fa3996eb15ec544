"""Checking a downloaded ``ledger.csv`` without the database: what anybody outside can do."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from itertools import chain, product
from pathlib import Path

from commonweal.office.errors import Refused

from .ledger import GENESIS, canonical, digest_of_words, sha256
from .proving import Break, Proof

NO_LEDGER = "no ledger as it is published: take ledger.csv as it was downloaded, not saved anew."
NO_HEAD = (
    "the entry with the head that was given is not there: the file was cut off, is older than that "
    "head, or is of another ledger"
)
NEEDED = {
    "seq",
    "pledge",
    "kind",
    "happened_on",
    "written_at",
    "body",
    "words",
    "words_salt",
    "words_digest",
    "by",
    "by_role",
    "by_organisation",
    "previous",
    "hash",
}
# As each cell is written, by whoever saved it last. A program for tables turns days into its own
# way of writing them and digits into numbers: that is no forgery, and nothing can be proved by it.
FORMS = {
    "seq": r"\d+",
    "previous": r"[0-9a-f]{64}",
    "hash": r"[0-9a-f]{64}",
    "words_digest": r"([0-9a-f]{64})?",
    "by": r"([0-9a-f]{64})?",
    "happened_on": r"(\d{4}-\d\d-\d\d)?",
    "written_at": r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?",
}
_FORMS = {name: re.compile(form) for name, form in FORMS.items()}


def verify_file(path: str | Path, *, head: str = "") -> Proof:
    """Recompute each published entry's hash and follow the chain through those not public yet.

    A file that was cut at the end of a row is a whole chain, only shorter: that it is all can be
    known by a ``head`` from elsewhere alone, the hash of an entry that must be in it.

    Raises
    ------
    Refused
        There is no such file, it is no export of the ledger, or its rows were sorted anew.
    """
    if head and not _FORMS["hash"].fullmatch(head):
        raise Refused("A head is a hash of 64 signs, 0 to 9 and a to f: 'ledger head' prints it.")
    try:
        return _read(Path(path), head)
    except (UnicodeDecodeError, csv.Error):
        raise Refused(f"{path} is {NO_LEDGER}") from None
    except OSError as error:
        raise Refused(f"{path} can't be read: {error.strerror}.") from None


def _read(path: Path, head: str) -> Proof:
    csv.field_size_limit(10_000_000)
    previous, seq, has_head = GENESIS, 0, not head
    with path.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.DictReader(lines)
        # A file without its heading proves nothing: it must not be taken for a ledger without
        # entries.
        if not set(rows.fieldnames or []) >= NEEDED:
            raise Refused(f"{path} is {NO_LEDGER}")
        for row in rows:
            if None in row.values():
                raise Refused(f"{path} ends in the middle of entry {seq + 1}: fetch it again.")
            seq += 1
            _refuse_saved_anew(path, row, seq)
            reason = _wrong(row, seq, previous)
            if reason:
                _refuse_sorted(path, seq, chain([row], rows))
                return Proof(seq - 1, previous, Break(seq, row["pledge"], reason))
            previous = row["hash"]
            has_head |= previous == head
    if not has_head:
        return Proof(seq, previous, Break(seq + 1, "", NO_HEAD))
    return Proof(seq, previous, None)


def _refuse_sorted(path: Path, first: int, rows: Iterable[dict[str, str]]) -> None:
    """Rows in another order are no forgery: all are there, but the chain can't be followed."""
    numbers = [row["seq"] for row in rows]
    last = first + len(numbers) - 1
    in_order = [str(number) for number in range(first, last + 1)]
    if numbers != in_order and sorted(numbers) == sorted(in_order):
        raise Refused(
            f"{path} was sorted anew: entry {numbers[0]} is in the place of entry {first}, and "
            "none is missing. The chain goes by the order of the ledger: take ledger.csv as it was "
            "downloaded, or sort its rows by seq, the smallest first."
        )


def _refuse_saved_anew(path: Path, row: dict[str, str], seq: int) -> None:
    for name, form in _FORMS.items():
        if not form.fullmatch(row[name]):
            raise Refused(
                f"{path} was saved anew by a program for tables, which changed how {name} of entry "
                f"{seq} is written: nothing can be proved by it. Take ledger.csv as it was "
                "downloaded."
            )


def _wrong(row: dict[str, str], seq: int, previous: str) -> str:
    if row["seq"] != str(seq):
        return "an entry is missing"
    if row["previous"] != previous:
        return "it does not follow the entry before it"
    if not row["kind"]:
        return ""
    text, digest = row["words"], row["words_digest"]
    if text and not any(digest_of_words(row["words_salt"], s) == digest for s in _spellings(text)):
        return "its words are not the ones written"
    try:
        body = json.loads(row["body"])
    except ValueError:
        return "what it says is not what was written"
    entry = {
        "seq": seq,
        "pledge": row["pledge"],
        "kind": row["kind"],
        "happened_on": row["happened_on"],
        "written_at": row["written_at"],
        "body": body,
        "words": digest,
        "by": row["by"],
    }
    spelt = product(_spellings(row["by_role"]), _spellings(row["by_organisation"]))
    for by_role, by_organisation in spelt:
        full = entry | {"by_role": by_role, "by_organisation": by_organisation}
        if sha256(previous.encode() + canonical(full)) == row["hash"]:
            return ""
    return "what it says is not what was written"


def _spellings(cell: str) -> list[str]:
    """What may have been written where a cell says this.

    The export puts an apostrophe before what a spreadsheet would take for a formula. Files of
    before 26 November 2026 did not before words that had an apostrophe of their own, so both
    are tried; which was written, the digest knows. So are the ways of ending a line: forms send
    two signs, and what copies, mails or saves a file often leaves one.
    """
    bare = [cell, cell[1:]] if cell[:1] == "'" else [cell]
    unix = [text.replace("\r\n", "\n").replace("\r", "\n") for text in bare]
    return [*bare, *(text.replace("\n", end) for end in ("\n", "\r\n", "\r") for text in unix)]
