"""Which consultations anybody may see, and which enterprises somebody may answer for."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from commonweal.accounts.models import Person
from commonweal.partners.models import MemberRole, Membership, Partner, Sector

from ..models import Consultation


def public() -> QuerySet[Consultation]:
    return Consultation.objects.filter(published_on__isnull=False)


def get_public(code: str) -> Consultation:
    """A consultation that is public; 404 for one that is being prepared."""
    return get_object_or_404(public().select_related("decision"), code=code)


def get_for_desk(code: str) -> Consultation:
    return get_object_or_404(Consultation.objects.select_related("decision"), code=code)


def person_of(user: Any) -> Person | None:
    return user if isinstance(user, Person) else None


def enterprises_of(person: Person | None) -> list[Partner]:
    """Whom somebody edits for, of those that may act and are no public body."""
    if person is None:
        return []
    memberships = Membership.objects.current().filter(
        person=person,
        role=MemberRole.EDITOR,
        partner__in=Partner.objects.acting().exclude(sector=Sector.PUBLIC),
    )
    return [membership.partner for membership in memberships.select_related("partner")]
