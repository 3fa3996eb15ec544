"""Every entry of somebody's record, as it is, and in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.design.days import known_day
from commonweal.office.errors import Refused
from commonweal.residents import belongings
from commonweal.residents.belongings import Belonging
from commonweal.residents.models import Resident

from ..models import AccessEntry, SubjectAccess
from .reviewing import _occurs, passages_of

OFFICER = Role.DATA_PROTECTION_OFFICER


@dataclass
class HeldEntry:
    """One entry of what is held: lines of [label, words, whose they are or whom they may name]."""

    key: str
    title: str
    at: str
    lines: list[list[str]] = field(default_factory=list)

    def dump(self) -> str:
        return json.dumps({"title": self.title, "at": self.at, "lines": self.lines})


# --- What is held ---------------------------------------------------------------------------------


def entries_of(resident: Resident, *, until: datetime | None = None) -> list[HeldEntry]:
    """All that is held about a person, entry by entry, in the order of the rooms.

    Readings after ``until`` are left out: reviewing is reading, too.
    """
    records = belongings.records_of(resident)
    entries: list[HeldEntry] = []
    for kind in belongings.registered():
        rows = kind.of(records)
        if kind.reads is not None:
            entries += _readings(kind, kind.reads(rows), until)
        elif kind.gives:
            entries += [_entry(kind, row) for row in rows if not _is_under_way(row)]
    return entries


def _is_under_way(row: models.Model) -> bool:
    return isinstance(row, SubjectAccess) and row.given_at is None


def _entry(kind: Belonging, row: models.Model) -> HeldEntry:
    at = say(row, kind.at) if kind.at else ""
    entry = HeldEntry(f"{kind.label}:{row.pk}", kind.title, at)
    for path, label in kind.gives:
        if content := say(row, path):
            entry.lines.append([label, content, kind.thirds.get(path, "")])
    return entry


def _readings(kind: Belonging, readings: Any, until: datetime | None) -> Iterator[HeldEntry]:
    lines = [
        [shown(read.at), f"{read.who} read {read.page} ({read.because})", read.third]
        for read in readings
        if until is None or read.at <= until
    ]
    if lines:
        yield HeldEntry(f"{kind.label}:read", "Who read it", "", lines)


def say(row: Any, path: str) -> str:
    """What stands in a column, or at the end of a way of them, in words."""
    *steps, name = path.split(".")
    for step in steps:
        row = getattr(row, step)
        if row is None:
            return ""
    column = getattr(row, f"get_{name}_display", None)
    return shown(column() if column is not None else getattr(row, name))


def shown(content: Any) -> str:
    match content:
        case None | "" | []:
            return ""
        case bool():
            return "Yes" if content else "No"
        case date() | Decimal():
            return _formatted(content)
        case list() | tuple() | dict():
            return _parts_shown(content)
        case str():
            return _words_shown(content)
    return str(content)


def _parts_shown(content: Sequence[Any] | dict[str, Any]) -> str:
    match content:
        case [int(points), str(reason)]:  # a reason of the rules
            return f"{reason} ({points})"
        case dict():
            return "; ".join(f"{name}: {shown(part)}" for name, part in content.items())
    return "; ".join(shown(part) for part in content)


def _formatted(content: date | Decimal) -> str:
    """A moment, a day or an amount; a moment is a day, too, so that it comes first."""
    if isinstance(content, datetime):
        return f"{timezone.localtime(content):%-d %B %Y, %H:%M}"
    if isinstance(content, date):
        return f"{content:%-d %B %Y}"
    return f"{content:,.2f}"


def _words_shown(text: str) -> str:
    if text.startswith("{") and text.endswith("}"):
        return _decoded(text)
    return known_day(text)


def _decoded(text: str) -> str:
    try:
        return shown(json.loads(text))
    except ValueError:
        return text


# --- Preparing and reviewing ----------------------------------------------------------------------


@transaction.atomic
def prepare(*, resident: Resident, by: Person) -> SubjectAccess:
    """Write down everything that is held, to be reviewed. Prepared again, it is as it is now;
    what was struck out stays struck out."""
    resident = belongings.standing_record(resident)
    if resident.state == Resident.State.ERASED:
        raise Refused("This record was erased: what is left names nobody.")
    access, _ = SubjectAccess.objects.get_or_create(resident=resident, given_at=None)
    earlier = {entry.key: entry for entry in access.entries.all()}
    now = timezone.now()
    access.entries.all().delete()
    AccessEntry.objects.bulk_create(
        _with_strikes(
            AccessEntry(access=access, order=order, key=held.key, content=held.dump()),
            earlier.get(held.key),
        )
        for order, held in enumerate(entries_of(resident), 1)
    )
    SubjectAccess.objects.filter(pk=access.pk).update(prepared_at=now, prepared_by=by)
    record("subject access prepared", about=resident, by=by)
    access.refresh_from_db()
    return access


def _with_strikes(entry: AccessEntry, earlier: AccessEntry | None) -> AccessEntry:
    if earlier is None or earlier.struck_by is None:
        return entry
    still = [passage for passage in passages_of(earlier) if _occurs(entry, passage)]
    entry.is_struck, entry.passages = earlier.is_struck, json.dumps(still) if still else ""
    entry.struck_because, entry.struck_by = earlier.struck_because, earlier.struck_by
    entry.struck_at = earlier.struck_at
    return entry
