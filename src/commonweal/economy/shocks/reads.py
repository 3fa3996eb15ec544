"""What pages show of shocks, each by who may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.asks.models import Alarm
from commonweal.cases.held_back import HELD_BACK, SMALL
from commonweal.economy.models import Outcome, Shock, ShockDraw, ShockTask

from . import access, law, owners

TASKS_SHOWN = 10


def guarded(count: int | None) -> str:
    """A count of people as the public may read it."""
    if count is None:
        return "not known"
    return HELD_BACK if 0 < count < SMALL else f"{count:,}"


@dataclass(frozen=True)
class PublicShock:
    """A shock as everybody may read it: who it is only where that was agreed or decided."""

    code: str
    kind: str
    who: str
    people: str
    told_on: date
    first_on: date | None
    tasks: int
    tasks_done: int
    pledges: int
    closed_on: date | None
    ended: str


def public() -> list[PublicShock]:
    """Shocks that everybody may know of, the newest first."""
    today = timezone.localdate()
    shocks = access.known_to_all(today).select_related("partner", "outcome")
    return [_public(shock) for shock in shocks.prefetch_related("tasks", "draws")[:50]]


def _public(shock: Shock) -> PublicShock:
    tasks = list(shock.tasks.all())
    assert shock.told_on is not None
    return PublicShock(
        code=shock.code,
        kind=shock.get_kind_display(),
        who=employer_of(shock) if access.may_be_named(shock) else "",
        people=guarded(shock.people),
        told_on=shock.told_on,
        first_on=shock.first_on,
        tasks=len(tasks),
        tasks_done=sum(task.done_on is not None for task in tasks),
        pledges=len(shock.draws.all()),
        closed_on=shock.closed_on,
        ended=in_words(outcome_of(shock)),
    )


def employer_of(shock: Shock) -> str:
    """Whose jobs they are, for who may know."""
    return shock.employer or (shock.partner.name if shock.partner else "")


def outcome_of(shock: Shock) -> Outcome | None:
    return getattr(shock, "outcome", None)


def in_words(outcome: Outcome | None) -> str:
    """What came of it, for everybody."""
    if outcome is None:
        return ""
    return f"People told of: {guarded(outcome.told_of)}; {parts_in_words(outcome)}."


def parts_in_words(outcome: Outcome) -> str:
    """The parts of what came of it. Where one is small none is shown, so that it can't be worked
    out from the others."""
    parts = (outcome.placed, outcome.without, outcome.not_known)
    if any(0 < part < SMALL for part in parts):
        return "too few to say more"
    return (
        f"known to have work or training: {outcome.placed:,}; known to be without: "
        f"{outcome.without:,}; not known: {outcome.not_known:,}"
    )


@dataclass(frozen=True)
class AtDesk:
    """What waits at the economy desk: shocks with what is late and next, and alarms."""

    lines: list[DeskLine]
    alarms: list[Alarm]
    drafts: list[Shock]
    yours: list[TaskLine]


@dataclass(frozen=True)
class DeskLine:
    """A shock at the desk: whose jobs they are, whether a task is late, and the next one."""

    shock: Shock
    who: str
    is_late: bool
    next: ShockTask | None


def at_desk(person: Person) -> AtDesk:
    """Every shock that was told, the open ones first; alarms; the drafts of whoever asks."""
    today = timezone.localdate()
    shocks = access.told(today).select_related("partner", "outcome").prefetch_related("tasks")
    rows = sorted(
        shocks.order_by("first_on", "-told_on")[:100],
        key=lambda shock: shock.state == Shock.State.CLOSED,
    )
    drafts = Shock.objects.filter(by_staff=True, made_by=person, state=Shock.State.DRAFT)
    alarms = Alarm.objects.filter(kind__in=("told", "late"), closed_at=None)
    lines = [_desk_line(shock, today) for shock in rows]
    return AtDesk(lines, list(alarms), list(drafts), tasks_for(person))


def _desk_line(shock: Shock, today: date) -> DeskLine:
    waiting = [task for task in shock.tasks.all() if task.done_on is None]
    if shock.state == Shock.State.CLOSED:
        waiting = []
    is_late = any(task.due_on < today for task in waiting)
    return DeskLine(shock, employer_of(shock), is_late, waiting[0] if waiting else None)


@dataclass(frozen=True)
class DismissalConsultation:
    """What the law asks for before a dismissal takes effect."""

    days: int
    begins_on: date
    has_gone_by: bool


def consultation_of(shock: Shock, today: date) -> DismissalConsultation | None:
    """None where the law asks for none, or a figure is missing."""
    begins_on = law.consultation_begins(shock.people, shock.first_on)
    days = law.consultation_days(shock.people)
    if shock.kind not in (Shock.Kind.CLOSURE, Shock.Kind.REDUNDANCIES):
        return None
    if begins_on is None or days is None:
        return None
    return DismissalConsultation(days, begins_on, begins_on < today)


@dataclass(frozen=True)
class TaskLine:
    """A task of a plan, whether it is late, and who does it, as the desk reads it."""

    task: ShockTask
    is_late: bool
    who: str


def at_the_desk_now() -> frozenset[int]:
    """The keys of who may be given a task today."""
    people = owners.at_the_desk(timezone.localdate())
    return frozenset(people.order_by().values_list("pk", flat=True))


def who_does(task: ShockTask, at_desk_now: frozenset[int]) -> str:
    """The name and role of whoever does a task; of one who has left the desk, that it waits."""
    if task.owner is None:
        return task.owner_title
    if task.owner.pk in at_desk_now or task.done_on:
        return f"{task.owner.name}, {task.owner_title.lower()}"
    return f"nobody: {task.owner.name} has left the desk"


def tasks_of(shock: Shock, today: date) -> list[TaskLine]:
    """The tasks of a plan, what is to be done first."""
    people = at_the_desk_now()
    tasks = shock.tasks.select_related("owner")
    return [
        TaskLine(task, task.done_on is None and task.due_on < today, who_does(task, people))
        for task in sorted(tasks, key=lambda t: (t.done_on is not None, t.due_on, t.pk))
    ]


def tasks_for(person: Person) -> list[TaskLine]:
    """What of the open plans somebody does, the first due first."""
    today = timezone.localdate()
    tasks = ShockTask.objects.filter(owner=person, done_on=None, shock__state=Shock.State.OPEN)
    tasks = tasks.select_related("shock__partner").order_by("due_on", "pk")
    return [
        TaskLine(task, task.due_on < today, employer_of(task.shock)) for task in tasks[:TASKS_SHOWN]
    ]


def draws_of(shock: Shock) -> list[ShockDraw]:
    draws = shock.draws.select_related("draw__answer__pledge__partner", "draw__answer__ask")
    return list(draws)


def drawn_by_unit(draws: list[ShockDraw]) -> dict[str, Decimal]:
    """How much was drawn, a unit at a time: different units are never added."""
    sums: dict[str, Decimal] = {}
    for drawn in draws:
        unit = drawn.draw.answer.ask.unit
        sums[unit] = sums.get(unit, Decimal(0)) + drawn.draw.quantity
    return sums


def vacancies(shock: Shock, today: date) -> list[Shock]:
    """Rounds of vacancies that others told of and that are still open."""
    rounds = access.told(today).filter(kind=Shock.Kind.VACANCIES, state=Shock.State.OPEN)
    rounds = rounds.exclude(pk=shock.pk).filter(Q(last_on=None) | Q(last_on__gte=today))
    return list(rounds.select_related("partner")[:20])
