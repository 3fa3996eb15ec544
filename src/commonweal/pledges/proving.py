"""Proving that no entry of the ledger was changed, and that the figures follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from commonweal.places.models import the_town

from . import standing as st
from .ledger import (
    GENESIS,
    derive,
    digest_of_words,
    hash_of,
    pledges_with_entries,
    refresh_standings,
)
from .models import Entry, LedgerHead, Pledge

Say = Callable[[str], None]
# How far a long reading is, is said after so many entries.
SAID_EACH = 20_000


@dataclass
class Break:
    """The first thing found wrong with the ledger."""

    seq: int
    pledge: str
    because: str


@dataclass
class Proof:
    """What `verify` found: how many entries were read, the head, and the first break if any."""

    entries: int
    head: str
    broken: Break | None


@dataclass
class Gone:
    """Entries without their words, and those of which an entry says that they were struck out."""

    struck: dict[int, str] = field(default_factory=dict)
    announced: set[int] = field(default_factory=set)

    def note(self, entry: Entry) -> None:
        if not entry.words and entry.words_digest:
            self.struck[entry.seq] = entry.pledge.code
        if entry.kind == st.Kind.STRUCK:
            self.announced.add(entry.body["about"])

    def unannounced(self) -> list[tuple[int, str]]:
        """(number, pledge) of each whose words are gone without a word, in their order."""
        return [(seq, code) for seq, code in self.struck.items() if seq not in self.announced]


def _why_broken(entry: Entry, expected: int, previous: str) -> str:
    """Why an entry is no link of the chain after the one before; "" where it is."""
    if entry.seq != expected:
        return f"entry number {expected} is missing"
    if entry.previous != previous:
        return "it does not follow the entry before it"
    if entry.words and digest_of_words(entry.words_salt, entry.words) != entry.words_digest:
        return "its words are not the ones written"
    if hash_of(entry, entry.pledge.code) != entry.hash:
        return "what it says is not what was written"
    return ""


def verify(say: Say = lambda text: None) -> Proof:
    """Read the whole chain in its order, in constant memory, up to the first broken link.

    The town may go on writing meanwhile: the head is looked at before and after. What it named
    before has to be there, and nothing may lie beyond what it names after.
    """
    total = Entry.objects.count()
    before = _head()
    previous, expected = GENESIS, 0
    gone = Gone()
    for entry in _all_entries():
        expected += 1
        code = entry.pledge.code
        if why := _why_broken(entry, expected, previous) or _why_not_head(entry, before):
            return _broken(expected, previous, code, why)
        gone.note(entry)
        previous = entry.hash
        if expected % SAID_EACH == 0:
            say(f"{expected:,} of {total:,} entries")
    for seq, code in gone.unannounced():
        return _broken(seq, previous, code, "its words are gone and no entry says why")
    return _broken_at_the_end(before, expected, previous) or Proof(expected, previous, None)


def _why_not_head(entry: Entry, head: LedgerHead | None) -> str:
    """Why an entry is not the one that the head names; "" where it is, or the head is another."""
    if head is None or entry.seq != head.seq or entry.hash == head.hash:
        return ""
    return "the head does not match it"


def _broken_at_the_end(before: LedgerHead | None, last: int, last_hash: str) -> Proof | None:
    """What is wrong where the whole chain holds: it is shorter or longer than the heads say."""
    if before and before.seq > last:
        return _broken(
            last + 1, last_hash, "", "entries after this one are gone: the head does not match"
        )
    after = _head()
    if after and (after.seq < last or (after.seq == last and after.hash != last_hash)):
        return _broken(
            after.seq + 1, after.hash, "", "the head does not match: it knows of no such entry"
        )
    return None


def _head() -> LedgerHead | None:
    return LedgerHead.objects.filter(id=1).first()


def _broken(seq: int, head: str, pledge: str, because: str) -> Proof:
    return Proof(seq - 1, head, Break(seq, pledge, because))


def _all_entries() -> Iterator[Entry]:
    return Entry.objects.select_related("pledge").order_by("seq").iterator(chunk_size=2000)


def stale_figures(on: date) -> Iterator[tuple[Pledge, str, Any, Any]]:
    """Every figure beside a pledge that is not what its ledger adds up to."""
    refresh_standings(on=on)
    rules = the_town().rules
    for pledge, lines in pledges_with_entries():
        for name, figure in derive(pledge, lines, on, rules).items():
            if getattr(pledge, name) != figure:
                yield pledge, name, getattr(pledge, name), figure
