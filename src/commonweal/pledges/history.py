"""A pledge's ledger in words: what each entry says to a reader, and who may read it yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from commonweal.accounts.models import Person

from . import standing as st
from .facts import drawn_by, facts_of, title_of
from .models import Entry, EvidenceFile, EvidenceLink, Pledge


@dataclass
class EntryLine:
    """One entry as a reader meets it: in words, with what it is about and whether it counts yet."""

    entry: Entry
    title: str
    facts: list[tuple[str, str]]
    words: str
    is_struck: bool = False
    is_held: bool = False
    link: EvidenceLink | None = None
    about: int | None = None
    # Its file, and whether everybody may see it yet.
    file: EvidenceFile | None = None
    is_shown: bool = False

    @property
    def file_url(self) -> str:
        return f"/pledges/{self.entry.pledge.code}/evidence/{self.entry.body['file']}/"


def lines_of(pledge: Pledge, *, on: date, see_held: bool) -> list[EntryLine]:
    """A pledge's ledger in words, oldest first.

    A held review is left out (with its findings) unless the reader is of the partner or staff.
    """
    entries = list(pledge.entries.all())
    state = st.fold(entries, on)
    held = _held_reviews(state, on)
    links = {link.entry_id: link for link in EvidenceLink.objects.filter(entry__in=entries)}
    names = [entry.body["file"] for entry in entries if entry.body.get("file")]
    files_by_digest = {file.sha256: file for file in EvidenceFile.objects.filter(sha256__in=names)}
    shown = shown_files(entries, on)
    lines = []
    for entry in entries:
        if not see_held and (entry.seq in held or entry.kind == st.Kind.RETURNED):
            continue
        line = line_of(entry, pledge)
        line.is_held = entry.seq in held
        line.link = links.get(entry.seq)
        line.file = files_by_digest.get(str(entry.body.get("file")))
        line.is_shown = entry.seq in shown
        lines.append(line)
    return lines


def _held_reviews(state: st.State, on: date) -> set[int]:
    """The entries of reviews that are not public yet on a day."""
    return {
        review.seq
        for claim in state.claims
        for review in claim.reviews
        if review.released_on() > on
    }


def shown_files(entries: Sequence[Entry], on: date) -> set[int]:
    """The entries of evidence whose file is for everybody on a day: a reviewer has looked at it
    since it came, the review is public, and neither the partner nor a reviewer held it back."""
    by_seq = {entry.seq: entry for entry in entries}
    shown = set()
    for claim in st.fold(entries, on).claims:
        if not any(by_seq[review.seq].body.get("withhold") for review in claim.reviews):
            looked_at = _looked_at(claim, on)
            shown |= {seq for seq in looked_at if not by_seq[seq].body.get("private")}
    return shown


def _looked_at(claim: st.Claim, on: date) -> list[int]:
    """The evidence of a claim that came before a review which is public on a day."""
    released = [review.seq for review in claim.reviews if review.released_on() <= on]
    return [seq for seq in claim.evidence if any(seq < review for review in released)]


def line_of(entry: Entry, pledge: Pledge) -> EntryLine:
    """One entry in words."""
    return EntryLine(
        entry,
        title_of(entry),
        facts_of(entry, pledge.measure),
        entry.words,
        is_struck=bool(entry.words_digest and not entry.words),
        about=entry.body.get("about"),
    )


def used_by(lines: Sequence[EntryLine]) -> list[tuple[str, Decimal]]:
    """(who, how much) of what was drawn on a pledge, in its unit."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        if line.entry.kind == st.Kind.DRAWN:
            who = drawn_by(line.entry)
            sums[who] = sums.get(who, Decimal(0)) + (st.number(line.entry.body["quantity"]) or 0)
    return sorted(sums.items())


def may_see_held(person: Any, pledge: Pledge) -> bool:
    """The partner's own people see a held review; others wait with the public."""
    return isinstance(person, Person) and (
        pledge.partner.memberships.current().filter(person=person).exists()
    )
