"""What people do with the plan. A change of what was planned is kept with its reason."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.charter.models import Decision
from commonweal.partners.models import Partner
from commonweal.pledges.models import Pledge

from .models import (
    Acceleration,
    Action,
    Change,
    Metric,
    Milestone,
    Pillar,
    Risk,
    RiskBefore,
    Workstream,
)


@dataclass(frozen=True)
class Author:
    """In what role, of which organisation, somebody changes the plan; shown in public."""

    person: Person | None
    role: str
    organisation: str = ""


@dataclass(frozen=True)
class Wanted:
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
def add(*, wanted: Wanted, author: Author, milestones: list[tuple[str, date | None]]) -> Action:
    """Put an action into the programme, with its milestones in their order.

    Raises
    ------
    Refused
        It would end before it starts, or a milestone lies after its end.
    """
    _check_dates(wanted.starts_on, wanted.due_on, [day for _, day in milestones])
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


def _check_dates(starts_on: date | None, due_on: date | None, steps: list[date | None]) -> None:
    if starts_on and due_on and due_on < starts_on:
        raise Refused("It would end before it starts. Change one of the two dates.")
    if due_on and any(day and day > due_on for day in steps):
        raise Refused("A milestone lies after the end of its action. Move one of the two.")


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
    wanted: Wanted,
    because: str,
    author: Author,
    decision: Decision | None = None,
) -> list[Change]:
    """Change what an action is. Each thing that changed becomes a line of its history."""
    action = Action.objects.select_for_update().get(pk=action.pk)
    _check_dates(
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
    author: Author,
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
    author: Author,
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
        change.by_role, change.by_organisation = author.role, author.organisation
        change.changed_by = author.person


@transaction.atomic
def add_milestone(
    *, action: Action, title: str, due_on: date | None, because: str, author: Author
) -> Milestone:
    """A further step. It changes how far the action has come, so it stands in its history."""
    _check_dates(None, action.due_on, [due_on])
    last = action.milestones.order_by("-order").values_list("order", flat=True).first() or 0
    milestone = Milestone.objects.create(action=action, title=title, due_on=due_on, order=last + 1)
    keep_history([changed(action, milestone, "added", "", title)], because, author, None)
    record("milestone added", about=action, by=author.person, as_role=author.role)
    return milestone


@transaction.atomic
def move_milestone(
    *,
    milestone: Milestone,
    due_on: date,
    because: str,
    author: Author,
    decision: Decision | None = None,
    on: date | None = None,
) -> Change:
    """Give a milestone another date."""
    milestone = Milestone.objects.select_for_update().get(pk=milestone.pk)
    if milestone.is_done:
        raise Refused("It is done; its date can't be moved any more.")
    if milestone.due_on == due_on:
        raise Refused("That is its date already.")
    _check_dates(milestone.action.starts_on, milestone.action.due_on, [due_on])
    change = changed(milestone.action, milestone, "due_on", milestone.due_on, due_on)
    milestone.due_on = due_on
    milestone.save(update_fields=["due_on"])
    keep_history([change], because, author, decision, on=on)
    record("milestone moved", about=milestone.action, by=author.person, as_role=author.role)
    return change


@transaction.atomic
def finish_milestone(
    *, milestone: Milestone, done_on: date, done_words: str, author: Author
) -> None:
    """A step is done. The words say how one can see it."""
    if done_on > timezone.localdate():
        raise Refused("It can't be done on a day that has not come.")
    done = Milestone.objects.filter(pk=milestone.pk, is_done=False).update(
        is_done=True, done_on=done_on, done_words=done_words
    )
    if not done:
        raise Refused("Somebody else has marked this as done already.")
    record("milestone done", about=milestone.action, by=author.person, as_role=author.role)


@transaction.atomic
def reopen_milestone(*, milestone: Milestone, because: str, author: Author) -> None:
    """A step is not done after all."""
    was = milestone.done_on
    done = Milestone.objects.filter(pk=milestone.pk, is_done=True).update(
        is_done=False, done_on=None
    )
    if not done:
        raise Refused("This is open already.")
    keep_history([changed(milestone.action, milestone, "done", was, None)], because, author, None)
    record("milestone reopened", about=milestone.action, by=author.person, as_role=author.role)


@transaction.atomic
def stop(
    *, action: Action, because: str, decision: Decision, author: Author, on: date | None = None
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
    author: Author,
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
def depend(*, action: Action, on: Action, author: Author) -> None:
    """An action needs another one first.

    Raises
    ------
    Refused
        The other one needs this one, directly or through others: neither could ever begin.
    """
    if action == on or needs(on, action):
        raise Refused(
            f"“{on.title}” needs “{action.title}” first, so it can't be the other way round."
        )
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


# --- Risks ------------------------------------------------------------------------------------


@transaction.atomic
def raise_risk(
    *, values: dict[str, Any], actions: list[Action], pledges: list[Pledge], author: Author
) -> Risk:
    """Write down what may go wrong, and what it endangers."""
    base = slugify(values["title"])[:50].strip("-") or "risk"
    code, number = base, 1
    while Risk.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    values = {"raised_on": timezone.localdate()} | values
    risk = Risk.objects.create(code=code, **values)
    risk.actions.set(actions)
    risk.pledges.set(pledges)
    record("risk raised", about=risk, by=author.person, as_role=author.role, score=risk.score)
    return risk


@transaction.atomic
def score_again(
    *,
    risk: Risk,
    values: dict[str, Any],
    actions: list[Action],
    pledges: list[Pledge],
    author: Author,
) -> None:
    """Look at a risk again. What it was before is kept, and its earlier scores in the record."""
    risk = Risk.objects.select_for_update().get(pk=risk.pk)
    before = risk.score
    RiskBefore.objects.create(
        risk=risk,
        changed_on=timezone.localdate(),
        was={name: getattr(risk, name) for name in RiskBefore.SCORED}
        | {
            "actions": [action.code for action in risk.actions.all()],
            "pledges": [pledge.code for pledge in risk.pledges.all()],
        },
    )
    Risk.objects.filter(pk=risk.pk).update(**values)
    risk.refresh_from_db()
    risk.actions.set(actions)
    risk.pledges.set(pledges)
    record(
        "risk scored", about=risk, by=author.person, as_role=author.role, was=before, now=risk.score
    )


@transaction.atomic
def close_risk(*, risk: Risk, because: str, author: Author) -> None:
    done = Risk.objects.filter(pk=risk.pk, closed_on=None).update(
        closed_on=timezone.localdate(), closed_because=because
    )
    if not done:
        raise Refused("This risk is closed already.")
    record("risk closed", about=risk, by=author.person, as_role=author.role)


# --- Decisions --------------------------------------------------------------------------------


@transaction.atomic
def decide(
    *,
    title: str,
    body: str,
    decided_on: date,
    text: str,
    minute: str,
    source_url: str,
    author: Author,
) -> Decision:
    """Write down who decided what, when, with the minute. What it makes names it afterwards."""
    if decided_on > timezone.localdate():
        raise Refused("A decision can't be written down before it is made.")
    code = f"{decided_on:%Y-%m-%d}-{slugify(title)[:40].strip('-')}"
    try:
        with transaction.atomic():
            decision = Decision.objects.create(
                code=code,
                title=title,
                body=body,
                decided_on=decided_on,
                text=text,
                minute=minute,
                source_url=source_url,
            )
    except IntegrityError:
        raise Refused("A decision of this day and title is in the log already.") from None
    record("decision written", about=decision, by=author.person, as_role=author.role)
    return decision
