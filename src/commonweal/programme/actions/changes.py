"""Who changes the plan, and the lines of its history."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.charter.models import Decision
from commonweal.office.errors import Refused

from ..models import Acceleration, Action, Change, Milestone


def check_dates(starts_on: date | None, due_on: date | None, steps: list[date | None]) -> None:
    if starts_on and due_on and due_on < starts_on:
        raise Refused("It would end before it starts. Change one of the two dates.")
    if due_on and any(day and day > due_on for day in steps):
        raise Refused("A milestone lies after the end of its action. Move one of the two.")


def refuse_stopped(action: Action, on: date | None = None) -> None:
    """Refuse to plan on what has been stopped; ``on``: a day that may lie before that."""
    stopped_on = Action.objects.filter(pk=action.pk).values_list("stopped_on", flat=True).get()
    if stopped_on is not None and (on is None or on > stopped_on):
        raise Refused(f"This action was stopped on {stopped_on:%-d %B %Y}: its plan ends there.")


def changed(action: Action, milestone: Milestone | None, name: str, old: Any, new: Any) -> Change:
    return Change(
        action=action, milestone=milestone, field=name, old=_as_kept(old), new=_as_kept(new)
    )


def _as_kept(planned: Any) -> str:
    """What was planned, as a line of the history keeps it."""
    if planned is None:
        return ""
    return planned.isoformat() if isinstance(planned, date) else str(planned)


def keep_history(
    changes: list[Change],
    because: str,
    author: Actor,
    decision: Decision | None,
    *,
    acceleration: Acceleration | None = None,
    on: date | None = None,
) -> None:
    complete(changes, because, author, decision, acceleration=acceleration, on=on)
    Change.objects.bulk_create(changes)


def complete(
    changes: list[Change],
    because: str,
    author: Actor,
    decision: Decision | None,
    *,
    acceleration: Acceleration | None = None,
    on: date | None = None,
) -> None:
    """Say of changes why, by whom and when, without writing them yet."""
    if not because.strip():
        raise Refused("Say why the plan changes.")
    for change in changes:
        change.because, change.decision, change.acceleration = because, decision, acceleration
        change.changed_on = on or timezone.localdate()
        change.by_role, change.by_organisation = author.role_told, author.organisation
        change.changed_by = author.person
