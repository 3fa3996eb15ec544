"""Reading what is to be given out, and striking out what speaks of others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.residents import belongings, thirds
from commonweal.residents.models import Resident

from ..models import AccessEntry, Case, SubjectAccess

STRUCK = "[struck out]"


def lines_of(entry: AccessEntry) -> list[list[str]]:
    return list(json.loads(entry.content)["lines"]) if entry.content else []


def passages_of(entry: AccessEntry) -> list[str]:
    return list(json.loads(entry.passages)) if entry.passages else []


def _occurs(entry: AccessEntry, passage: str) -> bool:
    return any(passage in content for _, content, _ in lines_of(entry))


@transaction.atomic
def strike(
    *, entry: AccessEntry, entirely: bool, passages: list[str], because: str, by: Person
) -> None:
    """Leave an entry out, or passages of it, with the reason, which is kept. With neither, it is
    given as it is.

    Raises
    ------
    Refused
        It was given out already; a passage does not stand in it; no reason.
    """
    if entry.access.given_at is not None:
        raise Refused("This was given out already.")
    passages = _occurring(entry, passages)
    if (entirely or passages) and not because.strip():
        raise Refused("Say why it is struck out: the person may ask.")
    is_struck = entirely or bool(passages)
    AccessEntry.objects.filter(pk=entry.pk).update(
        is_struck=entirely,
        passages=json.dumps(passages) if passages else "",
        struck_because=because if is_struck else "",
        struck_by=by if is_struck else None,
        struck_at=timezone.now() if is_struck else None,
    )
    record(
        "subject access struck out",
        about=entry.access,
        by=by,
        entry=entry.key,
        whole=entirely,
        passages=len(passages),
    )


def _occurring(entry: AccessEntry, typed: list[str]) -> list[str]:
    """The passages that were typed, each once; refused where one does not stand in the entry."""
    passages = [passage for passage in dict.fromkeys(p.strip() for p in typed) if passage]
    for passage in passages:
        if not _occurs(entry, passage):
            raise Refused(f"“{passage}” does not stand in this entry. Copy it exactly as it is.")
    return passages


def left_of(entry: AccessEntry) -> list[list[str]]:
    """The lines of an entry without what was struck out."""
    lines = lines_of(entry)
    for passage in sorted(passages_of(entry), key=len, reverse=True):
        lines = [
            [label, content.replace(passage, STRUCK), third] for label, content, third in lines
        ]
    return lines


def fingerprint(access: SubjectAccess) -> str:
    """A hash of every entry and of what is struck out of it: what was reviewed."""
    reviewed = [
        [entry.key, entry.content, entry.is_struck, passages_of(entry)]
        for entry in access.entries.all()
    ]
    return hashlib.sha256(json.dumps(reviewed).encode()).hexdigest()


@dataclass(frozen=True)
class Shown:
    """An entry as it stands on the page of review: each line in pieces, those marked that may
    speak of somebody else."""

    entry: AccessEntry
    title: str
    at: str
    lines: list[tuple[str, list[thirds.Piece], str]]
    passages: list[str]

    @property
    def marked(self) -> list[str]:
        """Each marked passage once, in order."""
        every = [piece.text for _, pieces, _ in self.lines for piece in pieces if piece.why]
        return list(dict.fromkeys(every))


def to_review(access: SubjectAccess, entries: Any = None) -> list[Shown]:
    resident = access.resident
    area = resident.area.name if resident.area else ""
    personal = thirds.own_words([area, *(getattr(resident, name) for name in Resident.PERSONAL)])
    known = list(_names_known(resident))
    return [
        Shown(
            entry,
            (content := json.loads(entry.content))["title"],
            content["at"],
            [
                (label, thirds.pieces(text, known=known, personal=personal), third)
                for label, text, third in content["lines"]
            ],
            passages_of(entry),
        )
        for entry in (access.entries.all() if entries is None else entries)
    ]


def _names_known(resident: Resident) -> Iterator[str]:
    """Names of others that the record itself knows: who asked, who lives with them, staff,
    partners' workers and volunteers who had to do with it."""
    records = belongings.records_of(resident)
    for case in Case.objects.filter(resident__in=records):
        yield case.caller_name
    if resident.household is not None:
        for member in resident.household.members.exclude(pk=resident.pk):
            yield from (member.full_name, member.first_name)
    for kind in belongings.registered():
        for path in kind.thirds:
            if path.endswith(".name"):
                column = path.removesuffix(".name").replace(".", "__")
                rows = kind.of(records).order_by()
                yield from (
                    rows.exclude(**{column: None})
                    .values_list(f"{column}__name", flat=True)
                    .distinct()
                )
