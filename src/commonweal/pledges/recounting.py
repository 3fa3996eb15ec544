"""New days of the rules: all that is promised is counted by them, then they are in force.

Until then every standing, whoever works it out, is one of the days before (`Town.rules`); with one
commit all are of the new ones. What takes long is done while others write: see `recount`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.db.models import Q

from commonweal.accounts.record import record
from commonweal.places.models import Rules, Town

from . import ledger
from .models import Entry, LedgerHead, Pledge

AT_ONCE = 500


def hold(town: Town, in_force: Rules) -> None:
    """Keep these days in force until all is counted by those that the town has now."""
    days = [in_force.due_soon_days, in_force.lapse_days, in_force.evidence_dead_days]
    town.counted_by = days if town.new_rules != in_force else None
    Town.objects.filter(pk=town.pk).update(counted_by=town.counted_by)


def is_waiting() -> bool:
    """Whether days are set that are not in force yet."""
    return Town.objects.filter(counted_by__isnull=False).exists()


def recount(*, on: date, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Count all by the days that wait, and put them in force; how many standings changed.

    What the new days change is worked out first, of which nothing is seen. Then it is written at
    one stroke, with what came to the ledger meanwhile. Who stops it stops nothing half done; where
    the days were set anew meanwhile, it begins again.
    """
    while (town := Town.objects.filter(counted_by__isnull=False).first()) is not None:
        ledger.refresh_standings(on=on)
        seen = LedgerHead.objects.filter(id=1).values_list("seq", flat=True).first() or 0
        differing = _differing(town.new_rules, on, is_stopping)
        if is_stopping():
            return 0
        if _put_in_force(town.new_rules, differing, seen, on):
            return len(differing)
    return 0


def _differing(rules: Rules, on: date, is_stopping: Callable[[], bool]) -> list[Pledge]:
    """The pledges of which something else is to stand by these days, with that set."""
    differing: list[Pledge] = []
    start = 0
    while some := list(Pledge.objects.filter(pk__gt=start).order_by("pk")[:AT_ONCE]):
        if is_stopping():
            break
        start = some[-1].pk
        lines: dict[int, list[Entry]] = {pledge.pk: [] for pledge in some}
        for entry in Entry.objects.filter(pledge__in=some).order_by("seq"):
            lines[entry.pledge_id].append(entry)
        for pledge in some:
            figures = ledger.derive(pledge, lines[pledge.pk], on, rules)
            if any(getattr(pledge, name) != figure for name, figure in figures.items()):
                differing.append(pledge)
                for name, figure in figures.items():
                    setattr(pledge, name, figure)
                pledge.standing_on = on
    return differing


@transaction.atomic
def _put_in_force(rules: Rules, differing: list[Pledge], seen: int, on: date) -> bool:
    """Write it, while nobody else writes to the ledger; False where the days are others by now."""
    town = Town.objects.select_for_update().get(id=1)
    if town.new_rules != rules or town.counted_by is None:
        return False
    ledger.hold()
    in_force = town.counted_by
    Town.objects.filter(pk=town.pk).update(counted_by=None)
    ledger.store(differing)
    # What came to the ledger since it was counted, and what a reader of a later day worked out.
    later = Entry.objects.filter(seq__gt=seen).values("pledge_id")
    moved = Pledge.objects.filter(Q(pk__in=later) | Q(standing_on__gt=on))
    ledger.bring_up_to_date(moved.order_by("pk"), on=on)
    # Figures are kept until the record has a new line.
    record("new days in force", about=town, by=None, before=in_force, standings=len(differing))
    return True
