"""Who of a step is here, looked up before it is its turn to write, while others still can.

On SQLite one writes at a time, and whoever takes a call waits for the others. So a step looks first
and asks in its turn only what others wrote since: of somebody new by which keys they are found, of
any other change all of the step is looked up again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection

from commonweal.accounts.models import Event
from commonweal.accounts.record import kinds_of
from commonweal.residents.models import Resident, ResidentKey

from .. import named
from ..models import ListRun
from .comparing import Ask
from .known import RowPlan, find


def _version() -> int:
    """Another number as soon as anybody else has written anything."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])


def _newest(model: type[Resident] | type[Event]) -> int:
    return model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0


def _restricted() -> set[int | None]:
    return set(named.restricted_residents().values_list("case__resident", flat=True))


@dataclass
class Sight:
    """How the database stood as a step was looked up."""

    version: int = field(default_factory=_version)
    resident: int = field(default_factory=lambda: _newest(Resident))
    event: int = field(default_factory=lambda: _newest(Event))
    restricted: set[int | None] = field(default_factory=_restricted)

    def outdated(self, plans: list[RowPlan]) -> list[RowPlan]:
        """Of whom something may have changed since, or who were not looked up."""
        if _version() == self.version:
            return []
        if self._is_somebody_changed() or _restricted() != self.restricted:
            return plans
        keys = ResidentKey.objects.filter(resident__gt=self.resident)
        digests = set(keys.values_list("digest", flat=True))
        return [
            plan
            for plan in plans
            if not (plan.is_looked_up and digests.isdisjoint(plan.near.digests))
        ]

    def _is_somebody_changed(self) -> bool:
        """Whether anybody who was here is another now: all that is done with them is recorded."""
        about = (*kinds_of(Resident), *kinds_of(ListRun))
        events = Event.objects.filter(pk__gt=self.event, about_kind__in=about)
        return events.exclude(verb="resident written down").exists()


def ahead(plans: list[RowPlan], ask: Ask) -> Sight | None:
    """Look these up where others would have to wait for it later."""
    if connection.vendor != "sqlite":
        return None
    sight = Sight()
    find(plans, ask)
    return sight


def as_it_is(plans: list[RowPlan], sight: Sight | None, ask: Ask) -> list[RowPlan]:
    """These as they are looked up now."""
    outdated = plans if sight is None else sight.outdated(plans)
    anew = {id(plan): plan.anew() for plan in outdated}
    find(list(anew.values()), ask)
    return [anew.get(id(plan), plan) for plan in plans]
