"""What follows in the cases when something happened to their resident."""

from __future__ import annotations

from commonweal.accounts.models import Person
from commonweal.residents import events, reaching
from commonweal.residents.models import Resident

from . import enclosing, next_actions, planning, ringing
from .models import Callback, Case, CaseAlarm


def died(resident: Resident) -> None:
    """Whoever holds a restricted case looks whether it is true."""
    for case in Case.objects.open().filter(resident=resident, is_restricted=True):
        ringing.ring(case=case, cause=CaseAlarm.Cause.ADDED)


def lives(resident: Resident, by: Person) -> None:
    """The report was wrong: somebody says what is done next about each open need of which no plan
    came back. A plan whose owner has left since stands on the list *nothing planned*."""
    at = planning.desk()
    for case in Case.objects.open().filter(resident=resident):
        plans = planning.plans_of(case.needs.all(), at)
        for need in case.needs.filter(pk__in=[pk for pk, plan in plans.items() if plan is None]):
            next_actions.follow(need, "alive", by=by)


def merged(resident: Resident, by: Person) -> None:
    """Two records are one now: each open restricted case among what came together is seen to."""
    for case in Case.objects.open().filter(resident=resident):
        enclosing.enclose(case=case, by=by)


def way_changed(resident: Resident) -> None:
    """Calls that are owed move into the hours."""
    for callback in Callback.objects.filter(case__resident=resident, state="due"):
        due = reaching.within_hours(resident, callback.due_at)
        if due != callback.due_at:
            Callback.objects.filter(pk=callback.pk, state="due").update(due_at=due)


events.DIED.append(died)
events.LIVES.append(lives)
events.MERGED.append(merged)
events.WAY_CHANGED.append(way_changed)
