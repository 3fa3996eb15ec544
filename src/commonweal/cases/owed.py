"""What waits for the desk manager and the data protection officer, in their digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.models import Role
from commonweal.pledges import role_queues
from commonweal.pledges.role_queues import LOOKED_THROUGH, RoleQueue, Waits
from commonweal.residents.models import Erasure

from . import planning, queues
from .models import Case, Glass, RetentionRun, SubjectAccess
from .subject import officers

MANAGER, OFFICER = Role.DESK_MANAGER, Role.DATA_PROTECTION_OFFICER


def _late_cases() -> QuerySet[Case]:
    at = planning.desk()
    late: QuerySet[Case] = Case.objects.open().filter(at.late)
    return late


def _bare_cases() -> QuerySet[Case]:
    return planning.with_unplanned(Case.objects.open(), planning.desk())


def _oldest(kind: str, cases: QuerySet[Case]) -> Iterator[Waits]:
    for case in cases.order_by("opened_at", "pk")[:LOOKED_THROUGH]:
        opened_on = timezone.localdate(case.opened_at)
        yield Waits(f"{kind}-{case.code}", f"Case {case.code}", opened_on, case.get_absolute_url())


def _late(on: date) -> Iterator[Waits]:
    return _oldest("case-late", _late_cases())


def _bare(on: date) -> Iterator[Waits]:
    return _oldest("case-unplanned", _bare_cases())


def _glasses(on: date) -> Iterator[Waits]:
    unseen = Glass.objects.filter(looked_at_by=None).select_related("case").order_by("at", "pk")
    for glass in unseen:
        name = f"Case {glass.case.code} was opened without a link to it"
        broken_on = timezone.localdate(glass.at)
        yield Waits(f"glass-{glass.pk}", name, broken_on, reverse("desk-reads"))


def _accesses(on: date) -> Iterator[Waits]:
    """Whoever prepared a copy does not review it, unless there is no other officer."""
    prepared = SubjectAccess.objects.filter(given_at=None).exclude(prepared_at=None)
    held_by = {officer.pk for officer in officers()}
    for access in prepared.select_related("resident").order_by("asked_on", "pk"):
        others = held_by - {access.prepared_by_id}
        yield Waits(
            f"access-{access.code}-{_moment(access.prepared_at)}",
            f"What is held about {access.resident.code}",
            access.asked_on,
            reverse("subject-review", args=[access.code]),
            frozenset({access.prepared_by_id}) if others else frozenset(),
        )


def _moment(at: datetime | None) -> int:
    """A moment as a figure: prepared once more, it is told once more."""
    return int(at.timestamp()) if at else 0


def _erasures(on: date) -> Iterator[Waits]:
    waiting = Erasure.objects.filter(state=Erasure.State.ASKED).select_related("resident")
    for erasure in waiting.order_by("asked_at", "pk"):
        path = reverse("erasure", args=[erasure.code])
        asked_on = timezone.localdate(erasure.asked_at)
        name = f"Record {erasure.resident.code}"
        yield Waits(
            f"erasure-{erasure.code}", name, asked_on, path, frozenset({erasure.asked_by_id})
        )


def _stopped(on: date) -> Iterator[Waits]:
    runs = RetentionRun.objects.filter(state=RetentionRun.State.STOPPED).order_by("on", "pk")
    for run in runs:
        path = reverse("retention-run", args=[run.code])
        key = f"retention-{run.code}-{'second' if run.first_by_id else 'first'}"
        name = f"The run of {run.on:%-d %B %Y}"
        yield Waits(key, name, run.on, path, frozenset({run.first_by_id}))


role_queues.add(
    RoleQueue(
        "cases-late",
        "case past what was promised,cases past what was promised",
        (MANAGER,),
        "desk-help",
        _late,
        lambda on: queues.counted(_late_cases()),
        at="?show=late#queue",
    ),
    RoleQueue(
        "cases-unplanned",
        "case with nothing planned,cases with nothing planned",
        (MANAGER,),
        "desk-help",
        _bare,
        lambda on: queues.counted(_bare_cases()),
        at="?show=unplanned#queue",
    ),
    RoleQueue(
        "glasses",
        "case opened through the glass to look at,cases opened through the glass to look at",
        (OFFICER,),
        "desk-reads",
        _glasses,
    ),
    RoleQueue(
        "accesses",
        "copy of what is held waits to be reviewed,copies of what is held wait to be reviewed",
        (OFFICER,),
        "desk-subject",
        _accesses,
    ),
    RoleQueue(
        "erasures",
        "erasing waits for a second person,erasings wait for a second person",
        (OFFICER, MANAGER),
        "erasures",
        _erasures,
    ),
    RoleQueue(
        "retention-runs",
        "stopped run of the nightly erasing to look at,"
        "stopped runs of the nightly erasing to look at",
        (OFFICER, MANAGER),
        "erasures",
        _stopped,
    ),
)
