"""Who works at the desk, who is on, how much each has, how late, and reached how many in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from commonweal.accounts.models import Person

from . import planning
from .models import Call, Case, Shift

DAYS = timedelta(days=7)


@dataclass(frozen=True)
class Member:
    """One colleague: counts of cases and calls.

    ``late`` are their open cases past what was promised. ``promised`` are first contacts whose
    time came within the last seven days in cases that are with them now, ``reached`` those of them
    that came in time. ``calls`` they made since midnight.
    """

    person: Person
    began_at: datetime | None
    open: int
    danger: int
    untouched: int
    late: int
    calls: int
    promised: int
    reached: int

    @property
    def in_time(self) -> str:
        """ "7 of 9"; "" where nothing was promised."""
        return f"{self.reached} of {self.promised}" if self.promised else ""


def team(people: QuerySet[Person], now: datetime) -> list[Member]:
    """Everybody who works at the desk: who is on first, then by how much they have."""
    people_here = list(people)
    shifts = Shift.objects.filter(person__in=people_here, ended_at=None)
    began = dict(shifts.values_list("person", "began_at"))
    loads = _loads(people_here)
    late = _by_person(
        Case.objects.open().filter(planning.is_late(now), assigned_to__in=people_here)
    )
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rung = Call.objects.filter(by__in=people_here, at__gte=midnight, direction="out")
    calls = dict(rung.order_by().values_list("by").annotate(Count("pk")))
    promises = _promises(people_here, now)
    members = [
        Member(
            person,
            began.get(person.pk),
            *loads.get(person.pk, (0, 0, 0)),
            late.get(person.pk, 0),
            calls.get(person.pk, 0),
            *promises.get(person.pk, (0, 0)),
        )
        for person in people_here
    ]
    return sorted(members, key=lambda who: (who.began_at is None, -who.open, who.person.name))


def _by_person(cases: Any) -> dict[int, int]:
    return dict(cases.order_by().values_list("assigned_to").annotate(Count("pk")))


def _loads(people: list[Person]) -> dict[int, tuple[int, int, int]]:
    """(key of a person: open cases, of these in danger, of these without a first contact)."""
    rows = (
        Case.objects.open()
        .filter(assigned_to__in=people)
        .order_by()
        .values_list("assigned_to")
        .annotate(
            Count("pk"),
            danger=Count("pk", filter=Q(in_danger=True)),
            untouched=Count("pk", filter=Q(first_contact_at=None)),
        )
    )
    return {person: (held, danger, untouched) for person, held, danger, untouched in rows}


def _promises(people: list[Person], now: datetime) -> dict[int, tuple[int, int]]:
    """(key of a person: first contacts promised for the last seven days, of these in time)."""
    rows = (
        Case.objects.filter(assigned_to__in=people, due_at__gt=now - DAYS, due_at__lte=now)
        .order_by()
        .values_list("assigned_to")
        .annotate(Count("pk"), reached=Count("pk", filter=Q(first_contact_at__lte=F("due_at"))))
    )
    return {person: (promised, reached) for person, promised, reached in rows}
