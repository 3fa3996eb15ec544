"""Carrying out what was planned: worked out first, then written at one stroke (decision 0032)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.accounts.record import record
from commonweal.bringing import holding
from commonweal.office.errors import Refused

from ..actions import WRITTEN, changed, complete, free_code
from ..models import Action, Change, ImportRun, Milestone, Pillar, Workstream
from .comparing import Replanned, new_step
from .planning import state
from .plans import ActionPlan
from .states import as_kept, digest, step_as_kept
from .wanted import WantedAction
from .writing import Ready

OVERTAKEN = (
    "Somebody else changed the programme while this file was being read. Nothing of it was "
    "written. Import it again."
)


def carry_out(plan: ActionPlan, *, author: Actor) -> ImportRun:
    """Write what was planned into the programme, all or nothing.

    Raises
    ------
    Refused
        It would do nothing, leaves a question open, or somebody changed the programme since it
        was planned.
    """
    plan.must_do_something()
    plan.must_be_answered()
    run = ImportRun(
        source=plan.source,
        layout=plan.layout,
        file_name=plan.file_name,
        sha256=plan.sha256,
        as_at=plan.as_at,
        run_by=author.person,
        counts=plan.counts,
        rejected=plan.rejected_rows,
        refused=plan.refused,
    )
    ready = _prepare(plan, run, author)
    ready.lay()
    try:
        with transaction.atomic():
            _write(plan, run, ready, author)
    except IntegrityError:
        raise Refused(OVERTAKEN) from None
    finally:
        ready.clear()
    return run


def _write(plan: ActionPlan, run: ImportRun, ready: Ready, author: Actor) -> None:
    if state() != plan.state:
        raise Refused(OVERTAKEN)
    ready.write()
    run.save(force_insert=True)
    if (held := plan.held) is not None:
        transaction.on_commit(lambda: holding.let_go(held))
    record(
        "actions imported",
        about=run,
        by=author.person,
        as_role=author.role,
        source=plan.source,
        sha256=plan.sha256,
        **plan.counts,
    )


def _prepare(plan: ActionPlan, run: ImportRun, author: Actor) -> Ready:
    ready = Ready(decisions=plan.growing.decisions)
    codes = set(Action.objects.values_list("code", flat=True))
    for wanted, stream in plan.new:
        _add(_action(plan, wanted, stream, codes, author), wanted, run, ready)
    for difference in plan.changed:
        _change(difference, run, ready)
    for action in plan.removed:
        _stop(action, run, ready)
    named = [action.workstream for action in (*ready.actions, *ready.known) if action.workstream]
    codes = {stream.code for stream in named}
    ready.streams = [stream for stream in plan.growing.streams if stream.code in codes]
    _complete_changes(ready.changes, plan, author)
    return ready


def _complete_changes(changes: list[Change], plan: ActionPlan, author: Actor) -> None:
    """Say why and by whom each change is; who ends what is listed no longer decided that."""
    because = f"As the source “{plan.source}” says."
    stopping = [change for change in changes if change.field == "stopped_on" and change.new]
    others = [change for change in changes if not (change.field == "stopped_on" and change.new)]
    complete(others, because, author, None, on=plan.as_at)
    gone = f"The source “{plan.source}” lists it no longer."
    complete(stopping, gone, author, plan.stopped_by, on=timezone.localdate())


def _action(
    plan: ActionPlan,
    wanted: WantedAction,
    stream: Workstream | None,
    codes: set[str],
    author: Actor,
) -> Action:
    terms: dict[str, Any] = {name: getattr(wanted, name) for name in WRITTEN}
    action = Action(
        code=free_code(wanted.title, codes),
        source=plan.source,
        source_key=wanted.key,
        made_on=plan.as_at,
        made_by=author.person,
        **(terms | {"workstream": stream}),
    )
    codes.add(action.code)
    return action


def _add(action: Action, wanted: WantedAction, run: ImportRun, ready: Ready) -> None:
    steps = [new_step(action, step, order) for order, step in enumerate(wanted.steps, 1)]
    pillars = list(dict.fromkeys(wanted.pillars))
    ready.actions.append(action)
    ready.pillars += [(action, pillar) for pillar in pillars]
    ready.steps += steps
    run.after[action.code] = digest(action, _codes(pillars), steps, [])


def _codes(pillars: list[Pillar]) -> list[str]:
    return [pillar.code for pillar in pillars]


def _change(difference: Replanned, run: ImportRun, ready: Ready) -> None:
    """Bring an action up to date, keeping what it was."""
    action = difference.action
    pillars, steps = list(action.pillars.all()), list(action.milestones.all())
    run.before[action.code] = {
        "terms": {name: as_kept(getattr(action, name)) for name in difference.terms},
        "steps": {step.title: step_as_kept(step) for step, _ in difference.steps},
        "added": [step.title for step in difference.added],
        "pillars": None if difference.pillars is None else _codes(pillars),
    }
    _put(action, difference.terms)
    for step, terms in difference.steps:
        _put(step, terms)
    if difference.terms:
        ready.known.append(action)
    if difference.pillars is not None:
        pillars = list(dict.fromkeys(difference.pillars))
        ready.linked.append((action, pillars))
    ready.known_steps += [step for step, _ in difference.steps]
    ready.added += difference.added
    ready.changes += difference.changes
    needs = [need.code for need in action.needs.all()]
    run.after[action.code] = digest(action, _codes(pillars), [*steps, *difference.added], needs)


def _put(row: Action | Milestone, terms: Mapping[str, Any]) -> None:
    for name, term in terms.items():
        setattr(row, name, term)


def _stop(action: Action, run: ImportRun, ready: Ready) -> None:
    today = timezone.localdate()
    run.before[action.code] = {
        "terms": {"stopped_on": None, "off_list_on": as_kept(action.off_list_on)},
        "steps": {},
        "added": [],
        "pillars": None,
    }
    ready.changes.append(changed(action, None, "stopped_on", None, today))
    action.stopped_on = action.off_list_on = today
    ready.known.append(action)
    needs = [need.code for need in action.needs.all()]
    steps = list(action.milestones.all())
    run.after[action.code] = digest(action, _codes(list(action.pillars.all())), steps, needs)
