"""Actions: added, planned anew, stopped, pulled forward, made to wait for others."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from commonweal.accounts.actors import Actor
from commonweal.accounts.record import record
from commonweal.charter.models import Decision
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner

from ..models import Acceleration, Action, Change, Metric, Milestone, Pillar, Workstream
from .changes import changed, check_dates, keep_history, refuse_stopped


@dataclass(frozen=True)
class PlannedAction:
    """An action as it is to be: what the form or the file has gathered."""

    title: str
    description: str = ""
    workstream: Workstream | None = None
    pillars: list[Pillar] = field(default_factory=list)
    partner: Partner | None = None
    owner_title: str = ""
    metric: Metric | None = None
    decision: Decision | None = None
    starts_on: date | None = None
    due_on: date | None = None
    weight: int | None = None


def free_code(title: str, taken: Container[str] | None = None) -> str:
    """A readable code that no other action has; ``taken``: all codes, where they are known."""
    base = slugify(title)[:48].strip("-") or "action"
    code, number = base, 1
    while code in taken if taken is not None else Action.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    return code


@transaction.atomic
def add(
    *, wanted: PlannedAction, author: Actor, milestones: list[tuple[str, date | None]]
) -> Action:
    """Put an action into the programme, with its milestones in their order.

    Raises
    ------
    Refused
        It would end before it starts, or a milestone lies after its end.
    """
    check_dates(wanted.starts_on, wanted.due_on, [day for _, day in milestones])
    values = {k: v for k, v in vars(wanted).items() if k != "pillars"}
    action = Action.objects.create(
        code=free_code(wanted.title), made_by=author.person, made_on=timezone.localdate(), **values
    )
    action.pillars.set(wanted.pillars)
    Milestone.objects.bulk_create(
        Milestone(action=action, title=title, due_on=day, order=order)
        for order, (title, day) in enumerate(milestones, 1)
    )
    record("action added", about=action, by=author.person, as_role=author.role)
    return action


WRITTEN = (
    "title",
    "description",
    "workstream",
    "partner",
    "owner_title",
    "metric",
    "decision",
    "starts_on",
    "due_on",
    "weight",
)


@transaction.atomic
def replan(
    *,
    action: Action,
    wanted: PlannedAction,
    because: str,
    author: Actor,
    decision: Decision | None = None,
) -> list[Change]:
    """Change what an action is. Each thing that changed becomes a line of its history."""
    action = Action.objects.select_for_update().get(pk=action.pk)
    check_dates(
        wanted.starts_on,
        wanted.due_on,
        list(action.milestones.filter(is_done=False).values_list("due_on", flat=True)),
    )
    changes = [
        changed(action, None, name, getattr(action, name), getattr(wanted, name))
        for name in WRITTEN
        if getattr(action, name) != getattr(wanted, name)
    ]
    before = ", ".join(pillar.name for pillar in action.pillars.all())
    after = ", ".join(pillar.name for pillar in wanted.pillars)
    if before != after:
        changes.append(changed(action, None, "pillars", before, after))
    if not changes:
        raise Refused("Nothing was changed.")
    for name in WRITTEN:
        setattr(action, name, getattr(wanted, name))
    action.save(update_fields=list(WRITTEN))
    action.pillars.set(wanted.pillars)
    keep_history(changes, because, author, decision)
    record("action changed", about=action, by=author.person, as_role=author.role)
    return changes


@transaction.atomic
def stop(
    *, action: Action, because: str, decision: Decision, author: Actor, on: date | None = None
) -> None:
    """End an action that will not be finished. That takes a decision."""
    today = on or timezone.localdate()
    stopped = Action.objects.filter(pk=action.pk, stopped_on=None).update(stopped_on=today)
    if not stopped:
        raise Refused("This action is stopped already.")
    keep_history(
        [changed(action, None, "stopped_on", None, today)], because, author, decision, on=today
    )
    record("action stopped", about=action, by=author.person, as_role=author.role)


@transaction.atomic
def accelerate(
    *,
    decision: Decision,
    actions: list[Action],
    days: int,
    because: str,
    author: Actor,
    on: date | None = None,
) -> Acceleration:
    """A decision pulls actions forward: all that lies ahead comes so many days earlier.

    What is done stays; a date that has passed stays, since nothing can be done before today.
    """
    today = on or timezone.localdate()
    if days < 1:
        raise Refused("Say by how many days the actions come forward: 1 or more.")
    if not actions:
        raise Refused("Choose the actions that come forward.")
    acceleration = Acceleration.objects.create(
        decision=decision, because=because, made_on=today, made_by=author.person
    )
    changes: list[Change] = []
    for action in Action.objects.select_for_update().filter(pk__in=[a.pk for a in actions]):
        changes += _pull_forward(action, timedelta(days=days), today)
    if not changes:
        raise Refused("None of these actions has a date that lies ahead.")
    keep_history(changes, because, author, decision, acceleration=acceleration, on=today)
    record(
        "programme accelerated",
        about=acceleration,
        by=author.person,
        as_role=author.role,
        days=days,
    )
    return acceleration


def _pull_forward(action: Action, by: timedelta, today: date) -> list[Change]:
    if action.stopped_on is not None:
        raise Refused(f"“{action.title}” is stopped; it can't come forward.")
    changes = []
    for name in ("starts_on", "due_on"):
        old = getattr(action, name)
        if old and old > today:
            new = max(old - by, today)
            changes.append(changed(action, None, name, old, new))
            setattr(action, name, new)
    action.save(update_fields=["starts_on", "due_on"])
    for milestone in action.milestones.filter(is_done=False, due_on__gt=today):
        assert milestone.due_on is not None
        new = max(milestone.due_on - by, today)
        changes.append(changed(action, milestone, "due_on", milestone.due_on, new))
        milestone.due_on = new
        milestone.save(update_fields=["due_on"])
    return changes


@transaction.atomic
def depend(*, action: Action, on: Action, author: Actor) -> None:
    """An action needs another one first.

    Raises
    ------
    Refused
        The other one needs this one, directly or through others: neither could ever begin; it
        needs it already; or one of the two is stopped.
    """
    for planned in (action, on):
        refuse_stopped(planned)
    if action == on or needs(on, action):
        raise Refused(
            f"“{on.title}” needs “{action.title}” first, so it can't be the other way round."
        )
    if action.needs.filter(pk=on.pk).exists():
        raise Refused(f"It needs “{on.title}” first already.")
    action.needs.add(on)
    record("dependency added", about=action, by=author.person, as_role=author.role, needs=on.code)


def needs(action: Action, needed: Action) -> bool:
    """Whether an action waits for another one, directly or through others."""
    waiting, seen = [action.pk], set()
    through = Action.needs.through.objects
    while waiting:
        reached = through.filter(from_action__in=waiting).values_list("to_action", flat=True)
        waiting = [pk for pk in reached if pk not in seen]
        seen.update(waiting)
    return needed.pk in seen
