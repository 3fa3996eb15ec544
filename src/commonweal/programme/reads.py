"""What pages, exports and the balance sheet read about the programme and its metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Prefetch

from commonweal.charter.models import CharterVersion, Decision
from commonweal.places.clock import Clock
from commonweal.pledges.models import Pledge

from . import measuring
from .as_at import risks_on, wound_back
from .models import (
    Acceleration,
    Action,
    Change,
    Metric,
    Milestone,
    Observation,
    Pillar,
    Risk,
    Series,
    Workstream,
)
from .status import (
    ORDER,
    WORDS,
    Plan,
    Status,
    Step,
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
        for pillar in Pillar.objects.all()
    ]
    streams = [
        Part(stream.name, stream.code, [x for x in lines if x.action.workstream_id == stream.pk])
        for stream in Workstream.objects.all()
    ]
    return Programme(on, lines, pillars, streams, Part("The whole programme", "", lines))


def _as_listed(action: Action) -> tuple[int, date, int]:
    stream = action.workstream.order if action.workstream else -1
    return stream, action.due_on or date.min, action.pk


def _lines(actions: list[Action], on: date) -> list[ActionLine]:
    """Statuses depend on those of what an action needs; a stopped or unknown need is not late."""
    plans = {action.pk: _plan(action, on) for action in actions}
    needs = {action.pk: list(action.needs.all()) for action in actions}
    missing = {need.pk for needed in needs.values() for need in needed if need.pk not in plans}
    if missing:
        unlisted = Action.objects.filter(pk__in=missing).prefetch_related("milestones", "risks")
        plans |= {action.pk: _plan(action, on) for action in unlisted}
    late = {pk for pk, plan in plans.items() if status_of(plan, on) == Status.LATE}
    lines = []
    for action in actions:
        plan = plans[action.pk]
        waits = [n for n in needs[action.pk] if n.pk in late]
        plan = Plan(
            plan.steps,
            plan.starts_on,
            plan.due_on,
            plan.stopped_on,
            bool(waits),
            plan.highest_risk,
        )
        milestones = list(action.milestones.all())
        lines.append(
            ActionLine(
                action=action,
                milestones=milestones,
                pillars=list(action.pillars.all()),
                status=status_of(plan, on),
                progress=progress_of(plan, on),
                done=sum(step.done(on) for step in plan.steps),
                waits_for=waits,
                risks=[r for r in action.risks.all() if _is_open(r, on)],
            )
        )
    return lines


def _is_open(risk: Risk, on: date) -> bool:
    return risk.closed_on is None or risk.closed_on > on


def _plan(action: Action, on: date) -> Plan:
    steps = [Step(m.due_on, m.weight, m.is_done, m.done_on) for m in action.milestones.all()]
    scores = [risk.score for risk in action.risks.all() if _is_open(risk, on)]
    return Plan(
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


# --- Metrics ----------------------------------------------------------------------------------


@dataclass
class MetricLine:
    """A metric with its newest released figure, the one before, and where it should be."""

    metric: Metric
    series: Series | None
    newest: Observation | None
    before: Observation | None
    target: Decimal | None
    late: measuring.Late | None

    @property
    def is_behind(self) -> bool:
        """The newest figure is worse than the target path on its day."""
        if self.newest is None or self.newest.value is None or self.target is None:
            return False
        return self.metric.better(self.target, self.newest.value)

    @property
    def is_red(self) -> bool:
        return self.is_behind or self.late is not None

    @property
    def state(self) -> str:
        """In words, without colour."""
        if self.newest is None:
            return "Late" if self.late else "Not yet measured"
        if self.newest.value is None:
            return "Not shown"
        if self.late:
            return "Late"
        if self.target is None:
            return "No target"
        return "Behind the target path" if self.is_behind else "On the target path"

    def write(self, observation: Observation | None) -> str:
        if observation is None or self.series is None:
            return "not yet measured"
        if observation.value is None:
            return "not shown"
        return self.series.write(observation.value)

    @property
    def is_now(self) -> str:
        return self.write(self.newest)

    @property
    def was(self) -> str:
        return self.write(self.before) if self.before else "no earlier figure"

    @property
    def should_be(self) -> str:
        if self.target is None or self.series is None:
            return "no target"
        return self.series.write(self.target)


def metric_lines(on: date, *, as_at: Clock | None = None) -> list[MetricLine]:
    """Every metric as it is known on a day.

    Only figures about periods that ended by ``on`` count. With ``as_at`` that is the last day
    of its stretch of time: figures about it may have been released later, until it is known;
    what is late is so many days late on the last day; and metrics that begin later are left out.
    """
    metrics = Metric.objects.select_related("partner", "theme").prefetch_related(
        "series__observations", "series__targets", "pillars"
    )
    if as_at is None:
        return [metric_line(metric, on, on) for metric in metrics]
    lines = [metric_line(metric, as_at.last, as_at.known_on, as_at=as_at) for metric in metrics]
    return [line for line in lines if line.series is not None]


def metric_line(metric: Metric, on: date, known: date, *, as_at: Clock | None = None) -> MetricLine:
    series = measuring.series_on(metric, on)
    if series is None:
        return MetricLine(metric, None, None, None, None, None)
    series.metric = metric
    figures = latest_versions(series, on, known)
    newest = figures[-1] if figures else None
    before = figures[-2] if len(figures) > 1 else None
    target = measuring.target_on(series, newest.ends_on) if newest else None
    late = measuring.lateness(metric, on if as_at else known, known=known)
    return MetricLine(metric, series, newest, before, target, late)


def latest_versions(series: Series, on: date, known: date) -> list[Observation]:
    """The figures for the whole town in the order of their periods, each as last revised."""
    newest: dict[date, Observation] = {}
    for observation in series.observations.all():
        if (
            observation.area_id is None
            and observation.ends_on <= on
            and observation.released_on is not None
            and observation.released_on <= known
        ):
            newest[observation.ends_on] = observation
    return [newest[day] for day in sorted(newest)]


# --- Decisions --------------------------------------------------------------------------------


@dataclass
class Effects:
    """Everything that a decision made or changed."""

    decision: Decision
    pledges: list[Pledge]
    actions: list[Action]
    changes: list[Change]
    accelerations: list[Acceleration]
    series: list[Series]

    @property
    def count(self) -> int:
        return counts_of_effects([self.decision])[self.decision.pk]


def counts_of_effects(decisions: Sequence[Decision], *, upto: date = date.max) -> Counter[int]:
    """How many things each decision made or changed until a day, by its id, in five queries for
    any number."""
    counted: Counter[int] = Counter()
    for touched in (
        Pledge.objects.public().filter(decision__in=decisions, accepted_on__lte=upto),
        Action.objects.filter(decision__in=decisions, made_on__lte=upto),
        Series.objects.filter(decision__in=decisions, starts_on__lte=upto),
        CharterVersion.objects.filter(adopted_by__in=decisions, in_force_from__lte=upto),
    ):
        name = "adopted_by" if touched.model is CharterVersion else "decision"
        # Without its ordering, or rows would be told apart by more than the decision.
        for pk, count in touched.order_by().values_list(name).annotate(Count("pk")):
            counted[pk] += count
    changes = Change.objects.filter(decision__in=decisions, changed_on__lte=upto).order_by()
    for pk, count in changes.values_list("decision").annotate(Count("action", distinct=True)):
        counted[pk] += count
    return counted


def effects_of(decision: Decision) -> Effects:
    pledges = Pledge.objects.public().filter(decision=decision).select_related("partner")
    changes = decision.changes.select_related("action", "milestone")
    return Effects(
        decision,
        list(pledges.order_by("due_on", "id")),
        list(decision.actions.order_by("due_on", "id")),
        list(changes.order_by("action_id", "id")),
        list(decision.accelerations.all()),
        list(decision.series.select_related("metric")),
    )
