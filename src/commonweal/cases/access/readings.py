"""The row that says who read what of whom."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.residents import guards, keys
from commonweal.residents.models import Resident, ResidentKey

from ..models import (
    Case,
    CaseRead,
    IntakeDraft,
    OwnAddress,
)


def note_read(
    person: Person,
    resident: Resident,
    *,
    what: str,
    link: str,
    case: Case | None = None,
    draft: IntakeDraft | None = None,
) -> CaseRead:
    """Write down that somebody read somebody's record. The same page again within five minutes
    is the same reading. ``draft``: for which draft a candidate was offered."""
    since = timezone.now() - timedelta(minutes=5)
    code = draft.code if draft else ""
    same = CaseRead.objects.filter(
        person=person, resident=resident, case=case, what=what, draft_code=code, at__gt=since
    ).first()
    if same is not None:
        return same
    own_address = OwnAddress.objects.filter(person=person).first()
    surname = (person.name.split() or [""])[-1]
    return CaseRead.objects.create(
        person=person,
        resident=resident,
        case=case,
        what=what,
        link=link,
        draft_code=code,
        own_name=bool(surname) and keys.joined(surname) == keys.joined(resident.last_name),
        own_address=own_address is not None
        and resident.keys.filter(kind="address", digest=keys.of_hash(own_address.digest)).exists(),
    )


def note_reads(person: Person, residents: list[Resident], *, what: str, link: str) -> None:
    """Write down that somebody was shown several people at once, as `note_read` does for one."""
    since = timezone.now() - timedelta(minutes=5)
    noted = set(
        CaseRead.objects.filter(
            person=person, resident__in=residents, case=None, what=what, at__gt=since
        ).values_list("resident", flat=True)
    )
    own_address = OwnAddress.objects.filter(person=person).first()
    neighbours: set[int] = set()
    if own_address is not None:
        neighbours = set(
            ResidentKey.objects.filter(
                resident__in=residents, kind="address", digest=keys.of_hash(own_address.digest)
            ).values_list("resident", flat=True)
        )
    surname = keys.joined((person.name.split() or [""])[-1])
    CaseRead.objects.bulk_create(
        CaseRead(
            person=person,
            resident=resident,
            what=what,
            link=link,
            own_address=resident.pk in neighbours,
            own_name=bool(surname) and surname == keys.joined(resident.last_name),
        )
        for resident in residents
        if resident.pk not in noted
    )


def note_draft(person: Person, draft: IntakeDraft, described: keys.Described) -> CaseRead | None:
    """Write down that somebody read what was typed and not sent yet. An empty one is nobody's."""
    if not draft.answers:
        return None
    since = timezone.now() - timedelta(minutes=5)
    mine = CaseRead.objects.filter(person=person, draft_code=draft.code, what="draft")
    if (same := mine.filter(at__gt=since).first()) is not None:
        return same
    own_address = OwnAddress.objects.filter(person=person).first()
    surname = (person.name.split() or [""])[-1]
    place = keys.address_of(described.postcode, described.address)
    return CaseRead.objects.create(
        person=person,
        draft_code=draft.code,
        what="draft",
        link="intake",
        own_name=bool(surname) and keys.joined(surname) == keys.joined(described.last),
        own_address=own_address is not None and own_address.digest == keys.address_hash(place),
    )


def was_offered(person: Person, draft: IntakeDraft, resident: Resident) -> bool:
    """Whether the page showed this resident to this person as a candidate for this draft."""
    shown = CaseRead.objects.filter(person=person, draft_code=draft.code, what="candidate")
    return shown.filter(resident=resident).exists() and guards.may_see(person, resident)
