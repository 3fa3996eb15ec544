"""The plan as it stood on an earlier day: its history, wound back.

What was changed later is undone from the lines of its history, newest first; what was added
later is left out. Nothing here is written to the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Model

from commonweal.accounts.models import Event
from commonweal.charter.models import Decision
from commonweal.partners.models import Partner
from commonweal.places import formerly
from commonweal.pledges.wording import worded_as_then

from .models import Action, Change, Metric, Milestone, Pillar, Risk, RiskBefore, Workstream

DATES = ("starts_on", "due_on", "stopped_on")
NAMED: dict[str, type[Model]] = {
    "workstream": Workstream,
    "partner": Partner,
    "metric": Metric,
    "decision": Decision,
}


def wound_back(actions: Iterable[Action], on: date) -> list[Action]:
    """Actions as they stood on a day, those that came later left out.

    Their ``milestones``, ``pillars``, ``needs`` and ``risks`` must have been prefetched; what
    was prefetched is wound back as well.
    """
    endangered = _endangered(on)
    known = [action for action in actions if action.made_on <= on]
    later: dict[int, list[Change]] = defaultdict(list)
    for change in Change.objects.filter(action__in=known, changed_on__gt=on).order_by("-id"):
        later[change.action_id].append(change)
    needed_later = _needs_added_after(on)
    for action in known:
        _wind_back(action, later[action.pk])
        needs = [need for need in action.needs.all() if need.made_on <= on]
        _keep(
            action,
            "needs",
            [need for need in needs if (action.code, need.code) not in needed_later],
        )
        _keep(action, "risks", endangered[action.code])
    _called_as_then(known, on)
    return known


def _called_as_then(actions: list[Action], on: date) -> None:
    """What actions belong to and who does them, under the names of a day."""
    formerly.as_at([a.partner for a in actions if a.partner], on, with_new=True)
    formerly.as_at([a.workstream for a in actions if a.workstream], on, with_new=True)
    pillars = [pillar for action in actions for pillar in action.pillars.all()]
    formerly.as_at(pillars, on, with_new=True)


def _endangered(on: date) -> dict[str, list[Risk]]:
    """The risks of a day by the code of each action that they endangered."""
    endangered: dict[str, list[Risk]] = defaultdict(list)
    for risk in risks_on(Risk.objects.prefetch_related("actions", "pledges__partner"), on):
        for action in risk.actions.all():
            endangered[action.code].append(risk)
    return endangered


def _wind_back(action: Action, later: list[Change]) -> None:
    """Undo changes of an action and of its milestones, newest first."""
    steps = {step.pk: step for step in action.milestones.all()}
    for change in later:
        if change.milestone_id is None:
            _undo_action(action, change)
        else:
            _undo_step(steps, change)
    _keep(action, "milestones", sorted(steps.values(), key=_as_listed))


def _as_listed(step: Milestone) -> tuple[int, date, int]:
    return step.order, step.due_on or date.min, step.pk


def _keep(action: Action, relation: str, rows: list[Any]) -> None:
    """Put rows where Django keeps what it has prefetched."""
    prefetched: dict[str, Any] = action._prefetched_objects_cache  # type: ignore[attr-defined]
    rows_of = getattr(action, relation).all()
    rows_of._result_cache = rows
    prefetched[relation] = rows_of


def _undo_action(action: Action, change: Change) -> None:
    name, old = change.field, change.old
    if name in DATES:
        setattr(action, name, _day(old))
    elif name == "weight":
        action.weight = int(old) if old else None
    elif name in NAMED:
        row = _named(NAMED[name], old, getattr(action, name), change.changed_on)
        setattr(action, name, row)
    elif name == "pillars":
        names = f", {old}, "
        called = formerly.called(Pillar, change.changed_on)
        rows = {row.pk: row for called_so, row in called if f", {called_so}, " in names}
        _keep(action, name, sorted(rows.values(), key=_as_ordered))
    else:
        setattr(action, name, old)


def _as_ordered(row: Pillar) -> tuple[int, str]:
    return row.order, row.name


def _named(model: type[Model], old: str, now: Any, on: date) -> Any:
    """The row that was called so on the day of the change; where no row was, what stands there
    now is as near as one can come."""
    if not old:
        return None
    return next((row for name, row in formerly.called(model, on) if name == old), now)


def decisions_of(actions: Iterable[Action], on: date) -> dict[int, int | None]:
    """The decision behind each action on a day, both by id."""
    behind = {action.pk: action.decision_id for action in actions}
    moved = Change.objects.filter(field="decision", milestone=None, changed_on__gt=on)
    for change in moved.filter(action__in=behind).order_by("-id"):
        decision = _named(Decision, change.old, None, change.changed_on)
        behind[change.action_id] = decision.pk if decision else None
    return behind


def _undo_step(steps: dict[int, Milestone], change: Change) -> None:
    if change.field == "taken back" and change.milestone is not None:
        steps[change.milestone.pk] = change.milestone
        return
    step = steps.get(change.milestone_id or 0)
    if step is None:
        return
    if change.field == "added":
        del steps[step.pk]
    elif change.field in ("due_on", "done_on"):
        setattr(step, change.field, _day(change.old))
    elif change.field == "is_done":
        step.is_done = change.old == "True"
        step.done_on = step.done_on if step.is_done else None
    elif change.field == "done":
        step.is_done, step.done_on = True, _day(change.old)


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def _needs_added_after(on: date) -> set[tuple[str, str]]:
    """(action, what it needs) of every dependency that the record has after a day."""
    lines = Event.objects.filter(
        verb="dependency added", about_kind=Action._meta.label, at__date__gt=on
    )
    return {(line.about_code, str(line.detail.get("needs"))) for line in lines}


# --- Risks ------------------------------------------------------------------------------------


def risks_on(risks: Iterable[Risk], on: date) -> Iterator[Risk]:
    """Risks as they were scored on a day, those raised later left out. Their ``actions`` and
    ``pledges`` must have been prefetched."""
    known = [risk for risk in risks if risk.raised_on <= on]
    before: dict[int, RiskBefore] = {}
    for row in RiskBefore.objects.filter(risk__in=known, changed_on__gt=on).order_by("-id"):
        before[row.risk_id] = row
    for risk in known:
        if risk.pk in before:
            _as_it_was(risk, before[risk.pk])
    _endangers_as_then(known, on)
    yield from known


def _endangers_as_then(risks: list[Risk], on: date) -> None:
    """What risks endanger, as it was called and worded on a day."""
    actions = [action for risk in risks for action in risk.actions.all()]
    retitled: dict[int, str] = {}
    changes = Change.objects.filter(field="title", milestone=None, changed_on__gt=on)
    for change in changes.filter(action__in=actions).order_by("-id"):
        retitled[change.action_id] = change.old
    for action in actions:
        action.title = retitled.get(action.pk, action.title)
    worded_as_then([pledge for risk in risks for pledge in risk.pledges.all()], on)


def _as_it_was(risk: Risk, row: RiskBefore) -> None:
    for name in RiskBefore.SCORED:
        setattr(risk, name, row.was[name])
    prefetched: dict[str, Any] = risk._prefetched_objects_cache  # type: ignore[attr-defined]
    for relation in ("actions", "pledges"):
        model: Any = getattr(risk, relation).model
        rows = model.objects.filter(code__in=row.was[relation]).select_related("partner")
        len(rows)  # Read now: what is called otherwise by now is changed on these very rows.
        prefetched[relation] = rows
