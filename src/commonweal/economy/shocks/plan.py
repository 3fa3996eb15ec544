"""The plan of a shock: what is done by when, counted back from the first day that it hits.

Each step stands at a share of the time between the start and that day. The start is the first
day of the consultation that the law asks for; where that has gone by, it is the day on which the
town was told, so that no step lies in the past. What needs no consultation is due within a week of
telling, as the page to print asks of the employer, and sooner where the start is sooner or the
staff hear of it sooner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from commonweal.economy.models import Shock

from . import law

# Where the law names no time, and how long after the last day one asks again.
USUAL_DAYS, ASK_AGAIN_DAYS = 30, 28
# What is done at once: the plan and the page to print say the same.
FIRST_DAYS = 7

LOSSES = (Shock.Kind.CLOSURE, Shock.Kind.REDUNDANCIES)
HITS = (*LOSSES, Shock.Kind.SHORT_TIME, Shock.Kind.FLOOD)
PLACES = (Shock.Kind.CLOSURE, Shock.Kind.FLOOD)


@dataclass(frozen=True)
class PlanStep:
    """A step: of which kinds of shock, what, whose, and at which share of the time; 0 is at
    once."""

    kinds: tuple[Shock.Kind, ...]
    title: str
    owner: str
    share: float


STEPS = (
    PlanStep(
        HITS,
        "First meeting with the employer and its staff's representatives",
        "Programme lead",
        0.0,
    ),
    PlanStep(LOSSES, "Ring the Rapid Response Service of Jobcentre Plus", "Programme lead", 0.0),
    PlanStep(
        (Shock.Kind.VACANCIES,),
        "Give the vacancies to Jobcentre Plus and the college",
        "Programme lead",
        0.0,
    ),
    PlanStep(
        HITS, "Warn the suppliers that depend on it, if the employer agrees", "Analyst", 1 / 3
    ),
    PlanStep(
        LOSSES, "An adviser on site: benefits, debt, looking for work", "Programme lead", 1 / 3
    ),
    PlanStep(
        (*LOSSES, Shock.Kind.VACANCIES),
        "Match jobs: pledges and vacancies of other partners",
        "Programme lead",
        0.5,
    ),
    PlanStep(
        (*LOSSES, Shock.Kind.SHORT_TIME), "Training for those who want it", "Programme lead", 2 / 3
    ),
    PlanStep(
        PLACES, "Premises: who needs some, and what becomes of these", "Charter manager", 2 / 3
    ),
)
AGAIN = "Ask how many have found work"


@dataclass(frozen=True)
class Planned:
    """A task as it is first planned."""

    title: str
    owner_title: str
    due_on: date


def planned(
    *,
    kind: str,
    people: int | None,
    told_on: date,
    first_on: date | None,
    last_on: date | None,
    known_on: date | None = None,
) -> Iterator[Planned]:
    """The tasks of a shock, in the order of their days.

    ``first_on`` is the day of the first dismissal, or the first day of what happens; where it is
    not known, the plan ends thirty days from the day of telling (45 for a hundred people or more).
    ``known_on`` is the day on which the staff are told, where it is known.
    """
    days = law.consultation_days(people) or USUAL_DAYS
    until = first_on or told_on + timedelta(days=days)
    start = max(told_on, until - timedelta(days=days))
    span = max((until - start).days, 0)
    at_once = _at_once(told_on, start, known_on)
    for step in STEPS:
        if kind in step.kinds:
            due_on = start + timedelta(days=round(step.share * span)) if step.share else at_once
            yield Planned(step.title, step.owner, due_on)
    ends = max(last_on or until, told_on)
    yield Planned(AGAIN, "Analyst", ends + timedelta(days=ASK_AGAIN_DAYS))


def _at_once(told_on: date, start: date, known_on: date | None) -> date:
    """The last day for what is done at once: never before the town was told."""
    days = [told_on + timedelta(days=FIRST_DAYS), start]
    return max(told_on, min([*days, known_on] if known_on else days))
