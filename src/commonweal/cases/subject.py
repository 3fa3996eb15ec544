"""Somebody asks what is held about them: their whole record, reviewed before it is given out.

1. `prepare` writes down every entry as it is, from what the rooms registered (`belongings`).
2. A person reads them; what speaks of others is marked. `strike` takes out an entry, or passages.
3. `give` packs what was reviewed, and nothing else: a hash of it was shown to whoever gives it out.

It takes two officers where there are two; where there is one, that is recorded.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from commonweal.accounts.models import Appointment, Person, Role
from commonweal.accounts.record import record
from commonweal.design.days import known_day
from commonweal.office.errors import Refused
from commonweal.residents import belongings, thirds
from commonweal.residents.belongings import Belonging
from commonweal.residents.models import Resident

from . import working
from .models import AccessEntry, Case, CaseFile, SubjectAccess

STRUCK = "[struck out]"
OFFICER = Role.DATA_PROTECTION_OFFICER


@dataclass
class Entry:
    """One entry of what is held: lines of [label, words, whose they are or whom they may name]."""

    key: str
    title: str
    at: str
    lines: list[list[str]] = field(default_factory=list)

    def dump(self) -> str:
        return json.dumps({"title": self.title, "at": self.at, "lines": self.lines})


# --- What is held ---------------------------------------------------------------------------------


def entries_of(resident: Resident, *, until: datetime | None = None) -> list[Entry]:
    """All that is held about a person, entry by entry, in the order of the rooms.

    Readings after ``until`` are left out: reviewing is reading, too.
    """
    records = belongings.records_of(resident)
    entries: list[Entry] = []
    for kind in belongings.registered():
        rows = kind.of(records)
        if kind.reads is not None:
            entries += _readings(kind, kind.reads(rows), until)
        elif kind.gives:
            entries += [_entry(kind, row) for row in rows if not _is_under_way(row)]
    return entries


def _is_under_way(row: models.Model) -> bool:
    return isinstance(row, SubjectAccess) and row.given_at is None


def _entry(kind: Belonging, row: models.Model) -> Entry:
    at = say(row, kind.at) if kind.at else ""
    entry = Entry(f"{kind.label}:{row.pk}", kind.title, at)
    for path, label in kind.gives:
        if content := say(row, path):
            entry.lines.append([label, content, kind.thirds.get(path, "")])
    return entry


def _readings(kind: Belonging, readings: Any, until: datetime | None) -> Iterator[Entry]:
    lines = [
        [shown(read.at), f"{read.who} read {read.page} ({read.because})", read.third]
        for read in readings
        if until is None or read.at <= until
    ]
    if lines:
        yield Entry(f"{kind.label}:read", "Who read it", "", lines)


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


# --- Giving out -----------------------------------------------------------------------------------


def officers() -> list[Person]:
    held = Appointment.objects.current(timezone.localdate()).filter(role=OFFICER)
    return sorted(
        {appointment.person for appointment in held.select_related("person")},
        key=lambda officer: officer.pk,
    )


def others_than(person: Person) -> list[Person]:
    return [officer for officer in officers() if officer.pk != person.pk]


@transaction.atomic
def give(*, access: SubjectAccess, seen: str, by: Person) -> bytes:
    """Give out what was reviewed, as an archive: words to read, the same as data, papers.

    Raises
    ------
    Refused
        It was given out already; what was reviewed is not what would go out; something came to
        the record since; the one who prepared it is not the only officer.
    """
    access = SubjectAccess.objects.select_for_update().get(pk=access.pk)
    if access.given_at is not None:
        raise Refused("This was given out already. You can fetch the same archive again.")
    if access.prepared_at is None or seen != fingerprint(access):
        raise Refused("What is struck out has changed since you opened the page. Read it again.")
    if [[e.key, e.dump()] for e in entries_of(access.resident, until=access.prepared_at)] != [
        [entry.key, entry.content] for entry in access.entries.all()
    ]:
        raise Refused(
            "Something came to this record since it was prepared. Prepare it again; what was "
            "struck out stays so."
        )
    others = others_than(by)
    if by.pk == access.prepared_by_id and others:
        names = ", ".join(officer.name for officer in others)
        raise Refused(f"You prepared this. Another officer reviews it and gives it out: {names}.")
    archive = pack(access)
    access.given_at, access.given_by = timezone.now(), by
    access.alone = by.pk == access.prepared_by_id
    access.seen_sha256, access.sha256 = seen, hashlib.sha256(archive).hexdigest()
    access.save(update_fields=["given_at", "given_by", "alone", "seen_sha256", "sha256"])
    record(
        "subject access given",
        about=access.resident,
        by=by,
        sha256=access.sha256,
        alone=access.alone,
    )
    return archive


@transaction.atomic
def drop(*, access: SubjectAccess, by: Person) -> None:
    """It is not given out after all: what was prepared goes."""
    if access.given_at is not None:
        raise Refused("This was given out already.")
    record("subject access dropped", about=access.resident, by=by)
    access.delete()


def pack(access: SubjectAccess) -> bytes:
    """The archive of what was reviewed; the same bytes each time."""
    entries = list(access.entries.all())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        everything = {
            "reference": access.resident.code,
            "entries": [_told(entry) for entry in entries],
        }
        _put(
            archive,
            "everything.json",
            json.dumps(everything, indent=2, ensure_ascii=False).encode(),
        )
        _put(archive, "everything.txt", "\n".join(_in_words(access, entries)).encode())
        for entry in entries:
            label, _, number = entry.key.partition(":")
            if label == CaseFile._meta.label and not entry.is_struck:
                # The paper's own name may say something; it stands in the entry instead.
                paper = CaseFile.objects.get(pk=number)
                _put(archive, f"papers/{entry.order}", working.read_file(paper))
    return out.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _told(entry: AccessEntry) -> dict[str, Any]:
    content = json.loads(entry.content)
    entry_told = {"number": entry.order, "what": content["title"], "when": content["at"]}
    if entry.is_struck:
        return entry_told | {"left out": True}
    return entry_told | {"lines": [{label: text} for label, text, _ in left_of(entry)]}


def _in_words(access: SubjectAccess, entries: list[AccessEntry]) -> Iterator[str]:
    yield f"What is held about you: record {access.resident.code}"
    for entry in entries:
        content = json.loads(entry.content)
        yield ""
        yield f"{entry.order}. {content['title']}" + (f", {content['at']}" if content["at"] else "")
        if entry.is_struck:
            yield "   [This entry is left out: it speaks of somebody else.]"
            continue
        for label, text, _ in left_of(entry):
            yield f"   {label}: {text}"
