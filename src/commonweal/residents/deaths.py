"""Somebody has died: everything stops at once. The report was wrong: it begins again.

Death is a state beside the way in which somebody may be reached. It is asked before every call,
text and letter, and changes nothing of it: a person who may only be written to, and lives after
all, may still only be written to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from . import belongings, events, guards
from .belongings import Belonging, Stop
from .models import DeathReport, Resident

# Model -> list of [row, what its columns were].
Stopped = dict[str, list[list[Any]]]


@transaction.atomic
def report_dead(*, resident: Resident, by: Person | None, because: str = "") -> DeathReport | None:
    """Somebody has died: every call, message, task and referral stops at once, everywhere.

    None where it was reported before.
    """
    now = timezone.now()
    changed = Resident.objects.filter(pk=resident.pk, is_dead=False).update(
        is_dead=True, dead_reported_at=now
    )
    if not changed:
        return None
    report = DeathReport.objects.create(
        resident=resident,
        because=because,
        reported_by=by,
        reported_at=now,
        stopped=json.dumps(_stop(resident), cls=DjangoJSONEncoder),
    )
    for tell in events.DIED:
        tell(resident)
    record("death reported", about=resident, by=by)
    return report


@transaction.atomic
def alive_after_all(*, resident: Resident, because: str, by: Person) -> int:
    """The report was wrong: calls, referrals, tasks and plans that it stopped go on; how many did.

    How the person may be reached is what it was.

    Raises
    ------
    Refused
        No reason; nobody has reported them dead; the person is kept from who says so.
    """
    if not guards.may_see(by, resident):
        raise Refused(guards.PERSON_KEPT)
    if not because.strip():
        raise Refused("Say how it is known.")
    restored = _lives(resident, because, by)
    if restored is None:
        raise Refused("Nobody has reported this person dead.")
    return restored


@transaction.atomic
def take_back(*, report: DeathReport, because: str, by: Person) -> bool:
    """Whoever reported somebody dead takes it back, unseen where the person is kept from them:
    they said so without seeing them, too. False where the report stands no more."""
    resident = belongings.standing_record(report.resident)
    if not DeathReport.objects.filter(pk=report.pk, withdrawn_at=None).exists():
        return False
    return _lives(resident, because, by) is not None


def _lives(resident: Resident, because: str, by: Person) -> int | None:
    """What a death stopped goes on: how many rows did; None where nobody had died."""
    records = belongings.records_of(resident)
    changed = Resident.objects.filter(
        pk__in=[merged.pk for merged in records], is_dead=True
    ).update(is_dead=False, dead_reported_at=None)
    if not changed:
        return None
    restored = 0
    for report in DeathReport.objects.filter(resident__in=records, withdrawn_at=None):
        restored += _go_on(resident, json.loads(report.stopped or "{}"))
        DeathReport.objects.filter(pk=report.pk).update(
            withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_because=because, stopped=""
        )
    for tell in events.LIVES:
        tell(resident, by)
    record("death report withdrawn", about=resident, by=by, restored=restored)
    return restored


def standing_report(resident: Resident) -> DeathReport | None:
    """The report by which somebody counts as dead; the newest of all records merged into one."""
    records = belongings.records_of(resident)
    standing = DeathReport.objects.filter(resident__in=records, withdrawn_at=None)
    return standing.select_related("reported_by").first()


def share_report(*, of: Resident, to: Resident) -> None:
    """Two records were one person, or are two after all: whoever of them may have died counts as
    dead until somebody says that the report was wrong."""
    Resident.objects.filter(pk=to.pk, is_dead=False).update(
        is_dead=True, dead_reported_at=of.dead_reported_at or timezone.now()
    )
    source = DeathReport.objects.filter(resident=of, withdrawn_at=None).first()
    report, _ = DeathReport.objects.get_or_create(
        resident=to,
        withdrawn_at=None,
        defaults={
            "because": source.because if source else "",
            "reported_by": source.reported_by if source else None,
            "reported_at": source.reported_at if source else timezone.now(),
            "stopped": source.stopped if source else "",
        },
    )
    stopped: Stopped = json.loads(report.stopped or "{}")
    for label, rows in _stop(to).items():
        stopped.setdefault(label, []).extend(rows)
    DeathReport.objects.filter(pk=report.pk).update(
        stopped=json.dumps(stopped, cls=DjangoJSONEncoder)
    )


# --- What stops, and goes on ----------------------------------------------------------------------


def _stops() -> Iterator[tuple[Belonging, Stop]]:
    for kind in belongings.registered():
        if kind.stop is not None:
            yield kind, kind.stop


def would_stop(resident: Resident) -> list[tuple[str, int]]:
    """(what, how many) of what a death would stop now, where there is any."""
    stopping = [
        (kind.title, kind.of([resident]).filter(state__in=stop.states).count())
        for kind, stop in _stops()
        if stop.states
    ]
    return [(title, count) for title, count in stopping if count]


def _now(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: column() if callable(column) else column for name, column in columns.items()}


def _stop(resident: Resident) -> Stopped:
    stopped: Stopped = {}
    for kind, stop in _stops():
        rows = kind.of([resident])
        if stop.ends is not None:
            stop.ends(list(rows.values_list("pk", flat=True)))
            continue
        for row in rows.filter(state__in=stop.states):
            was = {name: getattr(row, name) for name in stop.to}
            done = kind.model._default_manager.filter(pk=row.pk, state=row.state).update(
                **_now(stop.to)
            )
            if done:
                stopped.setdefault(kind.label, []).append([row.pk, was])
    return stopped


def _go_on(resident: Resident, stopped: Stopped) -> int:
    """Give rows back what they had, where they still are as the death left them."""
    restored = 0
    for kind, stop in _stops():
        had: dict[int, dict[str, Any]] = {pk: was for pk, was in stopped.get(kind.label, [])}
        if not had:
            continue
        rows = kind.of([resident]).filter(pk__in=list(had), state=stop.to["state"])
        for row in rows:
            if not stop.goes_on(row):
                continue
            try:
                with transaction.atomic():
                    restored += rows.filter(pk=row.pk).update(**{**had[row.pk], **stop.back})
            except IntegrityError:
                # Another one of the kind was begun in between, and counts.
                continue
    return restored
