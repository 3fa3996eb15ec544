"""The plan on a day: actions with their status, rolled up; risks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Prefetch

from commonweal.places import formerly
from commonweal.places.clock import Clock

from ..as_at import risks_on, wound_back
from ..models import Acceleration, Action, Change, Milestone, Pillar, Risk, Workstream
from ..status import (
    ORDER,
    WORDS,
    ActionState,
    MilestoneState,
    Status,
    progress_of,
    roll_up,
    said_of_weights,
    status_of,
)


@dataclass
class ActionLine:
    """An action with what follows from its dates and milestones on a day."""

    action: Action
    milestones: list[Milestone]
    pillars: list[Pillar]
    status: Status
    progress: Fraction
    done: int
    waits_for: list[Action] = field(default_factory=list)
    risks: list[Risk] = field(default_factory=list)

    @property
    def status_words(self) -> str:
        return WORDS[self.status]

    @property
    def per_cent(self) -> int:
        return round(float(self.progress) * 100)

    @property
    def weighting(self) -> str:
        return said_of_weights([milestone.weight for milestone in self.milestones])

    @property
    def lacks(self) -> list[str]:
        """What keeps it from being actionable: a pillar, an owner, a measure."""
        missing = []
        if not self.pillars:
            missing.append("pillar")
        if not (self.action.partner_id and self.action.owner_title):
            missing.append("owner")
        if not self.action.metric_id:
            missing.append("measure")
        return missing

    @property
    def next_step(self) -> Milestone | None:
        return next((milestone for milestone in self.milestones if not milestone.is_done), None)


@dataclass
class Part:
    """A pillar, a workstream or the whole, with the progress of its actions rolled up."""

    name: str
    code: str
    lines: list[ActionLine]

    @property
    def counted(self) -> list[ActionLine]:
        """Stopped actions count in no roll-up."""
        return [line for line in self.lines if line.status != Status.STOPPED]

    @property
    def progress(self) -> Fraction:
        return roll_up((line.progress, line.action.weight) for line in self.counted)

    @property
    def per_cent(self) -> int:
        return round(float(self.progress) * 100)

    @property
    def weighting(self) -> str:
        return said_of_weights([line.action.weight for line in self.counted])


@dataclass
class Programme:
    """The whole programme on a day."""

    on: date
    lines: list[ActionLine]
    pillars: list[Part]
    workstreams: list[Part]
    overall: Part

    @property
    def statuses(self) -> list[tuple[Status, str, int]]:
        """(status, words, count), in the order of the legend; only those that occur."""
        counted = Counter(line.status for line in self.lines)
        return [(Status(s), WORDS[s], counted[Status(s)]) for s in ORDER if counted[Status(s)]]

    @property
    def in_several(self) -> int:
        """How many actions stand under several pillars, so that those add up to more."""
        return sum(len(line.pillars) > 1 for line in self.lines)

    @property
    def not_yet_actionable(self) -> list[ActionLine]:
        return [line for line in self.lines if line.lacks and line.status not in ENDED]


ENDED = (Status.DONE, Status.STOPPED)


def programme(on: date, *, as_at: Clock | None = None, **only: Any) -> Programme:
    """Read the programme in a fixed number of queries, whatever its size.

    ``as_at`` winds the plan back to the last day of a clock, which is then the day as well.
    """
    actions = list(
        Action.objects.filter(**only)
        .select_related("workstream", "partner", "metric", "decision")
        .prefetch_related(
            "milestones",
            "pillars",
            "needs",
            Prefetch("risks", Risk.objects.filter(raised_on__lte=on)),
        )
        .order_by("workstream__order", "due_on", "id")
    )
    if as_at is not None:
        actions = sorted(wound_back(actions, on := as_at.last), key=_as_listed)
    lines = _lines(actions, on)
    pillars = [
        Part(pillar.name, pillar.code, [line for line in lines if pillar in line.pillars])
        for pillar in _pillars(as_at)
    ]
    streams = [
        Part(stream.name, stream.code, [x for x in lines if x.action.workstream_id == stream.pk])
        for stream in Workstream.objects.all()
    ]
    return Programme(on, lines, pillars, streams, Part("The whole programme", "", lines))


def _pillars(as_at: Clock | None) -> list[Pillar]:
    pillars = list(Pillar.objects.all())
    if as_at is not None:
        pillars = formerly.as_at(pillars, as_at.last, with_new=True)
    return sorted(pillars, key=lambda pillar: (pillar.order, pillar.name))


def _as_listed(action: Action) -> tuple[int, date, int]:
    stream = action.workstream.order if action.workstream else -1
    return stream, action.due_on or date.min, action.pk


def _lines(actions: list[Action], on: date) -> list[ActionLine]:
    """Statuses depend on those of what an action needs; a stopped or unknown need is not late."""
    needs = {action.pk: list(action.needs.all()) for action in actions}
    plans = {action.pk: _plan(action, on) for action in actions}
    plans |= _plans_of_needs(needs, plans, on)
    late = {pk for pk, plan in plans.items() if status_of(plan, on) == Status.LATE}
    lines = []
    for action in actions:
        waits = [need for need in needs[action.pk] if need.pk in late]
        plan = replace(plans[action.pk], waits_for_late=bool(waits))
        lines.append(_line(action, plan, waits, on))
    return lines


def _plans_of_needs(
    needs: dict[int, list[Action]], plans: dict[int, ActionState], on: date
) -> dict[int, ActionState]:
    """Of what listed actions need, and what is not listed with them."""
    unlisted = {need.pk for needed in needs.values() for need in needed} - set(plans)
    if not unlisted:
        return {}
    actions = Action.objects.filter(pk__in=unlisted).prefetch_related("milestones", "risks")
    return {action.pk: _plan(action, on) for action in actions}


def _line(action: Action, plan: ActionState, waits: list[Action], on: date) -> ActionLine:
    return ActionLine(
        action=action,
        milestones=list(action.milestones.all()),
        pillars=list(action.pillars.all()),
        status=status_of(plan, on),
        progress=progress_of(plan, on),
        done=sum(step.done(on) for step in plan.steps),
        waits_for=waits,
        risks=[risk for risk in action.risks.all() if _is_open(risk, on)],
    )


def _is_open(risk: Risk, on: date) -> bool:
    return risk.closed_on is None or risk.closed_on > on


def _plan(action: Action, on: date) -> ActionState:
    steps = [
        MilestoneState(m.due_on, m.weight, m.is_done, m.done_on) for m in action.milestones.all()
    ]
    scores = [risk.score for risk in action.risks.all() if _is_open(risk, on)]
    return ActionState(
        steps, action.starts_on, action.due_on, action.stopped_on, False, max(scores, default=0)
    )


@dataclass
class WholeAction:
    """One action with everything that is known about it."""

    line: ActionLine
    changes: list[Change]
    needs: list[Action]
    needed_by: list[Action]


def whole_action(code: str, on: date) -> WholeAction | None:
    plan = programme(on, code=code)
    if not plan.lines:
        return None
    line = plan.lines[0]
    changes = line.action.changes.select_related("milestone", "decision", "acceleration__decision")
    return WholeAction(
        line, list(changes), list(line.action.needs.all()), list(line.action.needed_by.all())
    )


def accelerations() -> list[Acceleration]:
    changes = Change.objects.select_related("action", "milestone").order_by("action_id", "id")
    return list(
        Acceleration.objects.select_related("decision").prefetch_related(
            Prefetch("changes", changes)
        )
    )


def risks(on: date, *, as_at: Clock | None = None) -> list[Risk]:
    """Open risks, highest score first; ``as_at`` reads them as they were scored then."""
    scored: Iterable[Risk] = Risk.objects.select_related("partner").prefetch_related(
        "actions", "pledges__partner"
    )
    if as_at is not None:
        scored = risks_on(scored, on := as_at.last)
    return sorted(
        (risk for risk in scored if _is_open(risk, on) and risk.raised_on <= on),
        key=lambda risk: (-risk.score, risk.title),
    )
