"""A pledge's ledger in words: what each entry says to a reader, and who may read it yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from commonweal.accounts.models import Person

from . import standing as st
from .kinds import TITLES
from .models import Entry, EvidenceFile, EvidenceLink, Measure, Pledge


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


VERDICTS = {
    "upheld": "Reviewed: found as claimed",
    "partly": "Reviewed: found in part",
    "rejected": "Reviewed: not found",
}
FIELDS = {
    "target": "Target",
    "due_on": "Date",
    "baseline": "Starting point",
    "statement": "Wording",
    "owner_title": "Who answers",
}


def lines_of(pledge: Pledge, *, on: date, see_held: bool) -> list[EntryLine]:
    """A pledge's ledger in words, oldest first.

    A held review is left out (with its findings) unless the reader is of the partner or staff.
    """
    entries = list(pledge.entries.all())
    state = st.fold(entries, on)
    held = {
        review.seq
        for claim in state.claims
        for review in claim.reviews
        if review.released_on() > on
    }
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


def shown_files(entries: Sequence[Entry], on: date) -> set[int]:
    """The entries of evidence whose file is for everybody on a day: a reviewer has looked at it
    since it came, the review is public, and neither the partner nor a reviewer held it back."""
    by_seq = {entry.seq: entry for entry in entries}
    shown = set()
    for claim in st.fold(entries, on).claims:
        if any(by_seq[review.seq].body.get("withhold") for review in claim.reviews):
            continue
        released = [review.seq for review in claim.reviews if review.released_on() <= on]
        shown |= {
            seq
            for seq in claim.evidence
            if any(seq < review for review in released) and not by_seq[seq].body.get("private")
        }
    return shown


def line_of(entry: Entry, pledge: Pledge) -> EntryLine:
    body = entry.body

    def figure(number: Any) -> str:
        return pledge.measure.write(st.number(number))

    facts: list[tuple[str, str]] = []
    title = TITLES.get(entry.kind, entry.kind)
    match entry.kind:
        case st.Kind.PROPOSED:
            facts = [
                ("From", figure(body.get("baseline"))),
                ("To", figure(body.get("target"))),
                ("By", _day(body.get("due_on"))),
            ]
        case st.Kind.CLAIM:
            facts = [("Reached", figure(body["value"])), ("By", _day(body.get("as_of")))]
            if body.get("final"):
                facts.append(("Report", "final"))
        case st.Kind.REVIEW:
            title = VERDICTS[body["verdict"]]
            if body.get("value"):
                facts = [("Found", figure(body["value"]))]
        case st.Kind.CHANGED:
            title = f"{FIELDS.get(body['field'], body['field'])} changed"
            facts = [
                ("Was", _value(body, "old", pledge.measure)),
                ("Is now", _value(body, "new", pledge.measure)),
            ]
        case st.Kind.REPLY:
            title = (
                "The partner accepts the review"
                if body["agrees"]
                else ("The partner contests the review")
            )
        case st.Kind.EVIDENCE:
            facts = [("What", body.get("title", ""))]
        case st.Kind.SOURCE_STATUS:
            facts = [("Status", str(body.get("status", "")))]
        case st.Kind.MEASURED:
            facts = [
                ("Measured", figure(body["value"])),
                ("Until", _day(body["ends_on"])),
                ("By the metric", body["metric"]),
                ("Figure", body["status"]),
            ]
        case st.Kind.OFFERED:
            facts = [("Offered", figure(body["quantity"])), ("Ask", str(body["title"]))]
        case st.Kind.DRAWN:
            facts = [("Used", figure(body["quantity"])), ("Ask", str(body["title"]))]
        case st.Kind.LINK_DEAD | st.Kind.LINK_ALIVE:
            facts = [("The check", str(body.get("found", "")))]
            if days := body.get("failed_on"):
                facts.append(("Not reached on", ", ".join(_day(day) for day in days)))
    is_struck = bool(entry.words_digest and not entry.words)
    return EntryLine(entry, title, facts, entry.words, is_struck=is_struck, about=body.get("about"))


def _value(body: dict[str, Any], side: str, measure: Measure) -> str:
    if body["field"] == "due_on":
        return _day(body[side])
    if body["field"] in {"target", "baseline"}:
        return measure.write(st.number(body[side]))
    return str(body[side] or "not stated")


def _day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%-d %B %Y}" if text else "no date stated"


def may_see_held(person: Any, pledge: Pledge) -> bool:
    """The partner's own people see a held review; others wait with the public."""
    return isinstance(person, Person) and (
        pledge.partner.memberships.current().filter(person=person).exists()
    )
