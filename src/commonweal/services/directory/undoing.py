"""Taking back all that a file of services did.

Services that came with it go, with organisations that have no other; what it changed or ended
stands as it did before. A service that somebody changed since, or to which somebody was sent, is
left as it is, and named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.bringing.undoing import TakingBack, check_newest
from commonweal.office.errors import Refused

from ..models import BroughtService, Organisation, Service, ServicesFile
from . import standings
from .unlisted import mark

STALE = (
    "Somebody changed these services since you looked. Nothing was undone; this is what would be "
    "now."
)
# So many services are asked about in one statement.
PIECE = 500
# What belongs to a service and goes with it.
OWN = {"places", "schedules", "brought"}


@dataclass(kw_only=True)
class Undoing(TakingBack):
    """What undoing a file would do to services, with what each was before."""

    before: dict[int, standings.Standing] = field(default_factory=dict)


def plan_undo(file: ServicesFile) -> Undoing:
    """Work out what undoing a file would do, changing nothing.

    Raises
    ------
    Refused
        It was undone, or a later one stands upon it.
    """
    check_newest(file)
    planned = Undoing()
    brought = list(file.brought.values("service_id", "what", "before", "after"))
    stand = _standing(row["service_id"] for row in brought)
    in_use = _in_use([row["service_id"] for row in brought if row["what"] == _NEW])
    for row in brought:
        service = stand[row["service_id"]]
        if standings.digest(service) != row["after"] or service.pk in in_use:
            planned.left.append(service)
        elif row["what"] == _NEW:
            planned.gone.append(service)
        else:
            planned.back.append(service)
            planned.before[service.pk] = row["before"]
    return planned


_NEW = BroughtService.What.NEW


def _standing(keys: Iterable[int]) -> dict[int, Service]:
    services = Service.objects.select_related("organisation")
    with_parts = services.prefetch_related("places", "schedules", "help_types")
    wanted = list(keys)
    stand: dict[int, Service] = {}
    for start in range(0, len(wanted), PIECE):
        stand |= with_parts.in_bulk(wanted[start : start + PIECE])
    return stand


def _in_use(keys: list[int]) -> set[int]:
    """The services on which something of another room hangs: a referral, perhaps."""
    used: set[int] = set()
    for relation in Service._meta.related_objects:
        if relation.get_accessor_name() in OWN:
            continue
        name = f"{relation.field.name}_id"
        for start in range(0, len(keys), PIECE):
            rows = relation.related_model._default_manager.filter(
                **{f"{relation.field.name}__in": keys[start : start + PIECE]}
            )
            used |= set(rows.values_list(name, flat=True))
    return used


@transaction.atomic
def undo(*, file: ServicesFile, because: str, by: Person, seen: str) -> ServicesFile:
    """Take back what a file did, as it was looked at. ``seen`` is the fingerprint of the undoing
    that was shown.

    Raises
    ------
    Refused
        No reason; it can't be undone, or somebody changed its services in between.
    """
    if not because.strip():
        raise Refused("Say why it is undone.")
    locked = ServicesFile.objects.select_for_update().get(pk=file.pk)
    planned = plan_undo(locked)
    if planned.fingerprint != seen:
        raise Refused(STALE)
    standings.put_back(planned.back, planned.before)
    _take_out(planned.gone)
    _mark_as_before(locked.marks)
    locked.undone_at, locked.undone_by, locked.undone = timezone.now(), by, planned.counts
    locked.undone_because = because
    locked.save(update_fields=["undone_at", "undone_by", "undone", "undone_because"])
    facts: dict[str, Any] = {"source": locked.source, **planned.counts}
    record("services undone", about=locked, by=by, **facts)
    return locked


def _take_out(services: list[Service]) -> None:
    organisations = {service.organisation_id for service in services}
    for start in range(0, len(services), PIECE):
        piece = [service.pk for service in services[start : start + PIECE]]
        Service.objects.filter(pk__in=piece).delete()
    emptied = sorted(organisations)
    for start in range(0, len(emptied), PIECE):
        Organisation.objects.filter(
            pk__in=emptied[start : start + PIECE], partner=None, services=None
        ).delete()


def _mark_as_before(marks: dict[str, Any]) -> None:
    """Since when each service is not listed, as it was before the file."""
    by_day: dict[str | None, list[str]] = {}
    for code, since in marks.items():
        by_day.setdefault(since, []).append(code)
    for since, codes in by_day.items():
        services = list(Service.objects.filter(code__in=codes))
        mark(services, date.fromisoformat(since) if since else None)
