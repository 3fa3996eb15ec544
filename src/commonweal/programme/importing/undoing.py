"""Taking back all that a file brought in.

The history of the plan stays whole: an undo is changes of its own. Actions that came with the file
are stopped, with the reason; what it changed of others is as it was, milestones that it added to
them are taken out; what it stopped goes on. An action that somebody has changed since is left as it
is, and named. Workstreams and decisions that came with it stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.accounts.record import record
from commonweal.bringing.undoing import TakingBack, check_newest
from commonweal.office.errors import Refused

from ..actions import changed, complete
from ..models import Action, ImportRun, Pillar
from ..status import BY_DECISION, MEANINGS, WITH_FILE, Status
from .planning import state
from .states import as_planned, digest, put_step_back
from .writing import Ready

STALE = (
    "Somebody changed these actions since you looked. Nothing was undone; this is what would be "
    "now."
)


@dataclass(kw_only=True)
class Undoing(TakingBack):
    """What undoing a file would do to actions. Those that came with it are stopped."""

    GONE = "stopped"

    run: ImportRun
    state: tuple[Any, ...]


def actions_of(run: ImportRun) -> list[Action]:
    """The actions that a file made or changed, as they stand now, in the order of their titles."""
    actions = Action.objects.filter(source=run.source, code__in=list(run.after))
    return list(
        actions.select_related("workstream", "partner", "metric", "decision")
        .prefetch_related("milestones", "pillars", "needs")
        .order_by("title", "pk")
    )


def plan_undo(run: ImportRun) -> Undoing:
    """Work out what undoing a file would do, changing nothing.

    Raises
    ------
    Refused
        It was undone, or a later one stands upon it.
    """
    check_newest(run)
    planned = Undoing(run=run, state=state())
    for action in actions_of(run):
        if _as_it_stands(action) != run.after[action.code]:
            planned.left.append(action)
        else:
            (planned.back if action.code in run.before else planned.gone).append(action)
    return planned


def _as_it_stands(action: Action) -> str:
    return digest(
        action,
        [pillar.code for pillar in action.pillars.all()],
        action.milestones.all(),
        [need.code for need in action.needs.all()],
    )


def undo(run: ImportRun, *, because: str, author: Actor, seen: str) -> ImportRun:
    """Take back what a file brought in, as it was looked at.

    ``seen`` is the fingerprint of the undoing that was shown.

    Raises
    ------
    Refused
        It can't be undone, or somebody changed its actions in between.
    """
    if not because.strip():
        raise Refused("Say why it is undone.")
    planned = plan_undo(run)
    if planned.fingerprint != seen:
        raise Refused(STALE)
    ready = _prepare(planned, because, author)
    ready.lay()
    try:
        with transaction.atomic():
            return _write(planned, ready, author)
    except IntegrityError:
        raise Refused(STALE) from None
    finally:
        ready.clear()


def _write(planned: Undoing, ready: Ready, author: Actor) -> ImportRun:
    run = ImportRun.objects.select_for_update().get(pk=planned.run.pk)
    if run.undone_at is not None or state() != planned.state:
        raise Refused(STALE)
    ready.write()
    run.undone_at, run.undone_by, run.undone = timezone.now(), author.person, planned.counts
    run.save(update_fields=["undone_at", "undone_by", "undone"])
    record(
        "import undone",
        about=run,
        by=author.person,
        as_role=author.role,
        **planned.counts,
    )
    return run


def _prepare(planned: Undoing, because: str, author: Actor) -> Ready:
    ready, today = Ready(), timezone.localdate()
    pillars = {pillar.code: pillar for pillar in Pillar.objects.all()}
    for action in planned.gone:
        ready.changes.append(changed(action, None, "stopped_on", action.stopped_on, today))
        action.stopped_on = action.off_list_on = today
        ready.known.append(action)
    for action in planned.back:
        _put_back(action, planned.run.before[action.code], pillars, ready)
    complete(ready.changes, because, author, None, on=today)
    return ready


def _put_back(
    action: Action, before: dict[str, Any], pillars: dict[str, Pillar], ready: Ready
) -> None:
    for name, as_json in before["terms"].items():
        old = as_planned(name, as_json)
        if name != "off_list_on":
            ready.changes.append(changed(action, None, name, getattr(action, name), old))
        setattr(action, name, old)
    if before["terms"]:
        ready.known.append(action)
    if before["pillars"] is not None:
        had = [pillars[code] for code in before["pillars"] if code in pillars]
        now, then = (", ".join(p.name for p in some) for some in (action.pillars.all(), had))
        ready.changes.append(changed(action, None, "pillars", now, then))
        ready.linked.append((action, had))
    _put_steps_back(action, before, ready)


def _put_steps_back(action: Action, before: dict[str, Any], ready: Ready) -> None:
    for step in action.milestones.all():
        if step.title in before["added"]:
            ready.changes.append(changed(action, step, "taken back", step.title, ""))
            step.taken_back_on = timezone.localdate()
        elif (as_json := before["steps"].get(step.title)) is not None:
            was = dict(zip(("due_on", "is_done"), (step.due_on, step.is_done), strict=True))
            put_step_back(step, as_json)
            ready.changes += [
                changed(action, step, name, old, getattr(step, name))
                for name, old in was.items()
                if old != getattr(step, name)
            ]
        else:
            continue
        ready.known_steps.append(step)


def meaning_of(action: Action, status: str) -> str:
    """What the status of an action means; of a stopped one, by what it was stopped."""
    if status != Status.STOPPED:
        return MEANINGS[status]
    stopping = action.changes.filter(field="stopped_on").exclude(new="").first()
    is_undone = stopping is not None and stopping.decision_id is None and _came_with_undone(action)
    return WITH_FILE if is_undone else BY_DECISION


def _came_with_undone(action: Action) -> bool:
    """Whether an action was made by a file that was undone since. One that was stopped by a
    decision before a file listed it again is stopped by that file's undoing as well."""
    undone = ImportRun.objects.filter(source=action.source).exclude(undone_at=None)
    adding = undone.filter(after__has_key=action.code).exclude(before__has_key=action.code)
    return adding.exists()
