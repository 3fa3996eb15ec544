"""Packing what was reviewed, and nothing else; by two officers where there are two."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Appointment, Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from .. import working
from ..models import AccessEntry, CaseFile, SubjectAccess
from .entries import OFFICER, entries_of
from .reviewing import fingerprint, left_of

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
