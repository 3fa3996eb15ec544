"""Where an action stands and how far it has come: pure functions of dates and milestones.

The truth table and the weighting stand in ``docs/methods/programme.md``; each row is a test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

SOON = timedelta(days=30)
HIGH_RISK = 15


class Status(StrEnum):
    DONE = "done"
    UNDER_WAY = "under_way"
    DUE_SOON = "due_soon"
    AT_RISK = "at_risk"
    LATE = "late"
    PLANNED = "planned"
    UNDATED = "undated"
    STOPPED = "stopped"


WORDS: Mapping[str, str] = {
    Status.DONE: "Done",
    Status.UNDER_WAY: "Under way",
    Status.DUE_SOON: "Due soon",
    Status.AT_RISK: "At risk",
    Status.LATE: "Late",
    Status.PLANNED: "Planned",
    Status.UNDATED: "Without a date",
    Status.STOPPED: "Stopped",
}
MEANINGS: Mapping[str, str] = {
    Status.DONE: "Every milestone is done.",
    Status.UNDER_WAY: "Begun; no milestone is late.",
    Status.DUE_SOON: "A milestone is due within 30 days.",
    Status.AT_RISK: "It waits for an action that is late, or a high risk endangers it.",
    Status.LATE: "The date of a milestone, or its own, has passed.",
    Status.PLANNED: "It begins later.",
    Status.UNDATED: "Neither it nor its milestones have a date.",
    Status.STOPPED: "Stopped by a decision, or with the file that it came in.",
}
# Of one action it is known by what it was stopped.
BY_DECISION = "Stopped by a decision."
WITH_FILE = "Stopped, as the file that it came in was undone. No decision stopped it."
ORDER = tuple(WORDS)


@dataclass(frozen=True)
class MilestoneState:
    """A milestone as the functions here read it."""

    due_on: date | None
    weight: int | None
    is_done: bool
    done_on: date | None = None

    def done(self, on: date) -> bool:
        return self.is_done and (self.done_on is None or self.done_on <= on)


@dataclass(frozen=True)
class ActionState:
    """An action as the functions here read it."""

    steps: Sequence[MilestoneState]
    starts_on: date | None
    due_on: date | None
    stopped_on: date | None = None
    waits_for_late: bool = False
    highest_risk: int = 0

    def open_steps(self, on: date) -> list[MilestoneState]:
        return [step for step in self.steps if not step.done(on)]

    def open_dates(self, on: date) -> list[date]:
        """When what is not done of it is due; its own end is one of them."""
        dates = [*(step.due_on for step in self.open_steps(on)), self.due_on]
        return [day for day in dates if day]

    def is_stopped(self, on: date) -> bool:
        return self.stopped_on is not None and self.stopped_on <= on

    def is_done(self, on: date) -> bool:
        return bool(self.steps) and not self.open_steps(on)

    def is_ahead(self, on: date) -> bool:
        """It begins later, and nothing of it is done yet."""
        begun = len(self.open_steps(on)) < len(self.steps)
        return self.starts_on is not None and self.starts_on > on and not begun


def status_of(plan: ActionState, on: date) -> Status:
    """Where an action stands on a day. The first of these that holds:

    stopped; done; late; at risk; planned (it begins later and nothing is done); due soon;
    without a date; under way.
    """
    dates = plan.open_dates(on)
    next_due = min(dates, default=date.max)
    if plan.is_stopped(on):
        return Status.STOPPED
    if plan.is_done(on):
        return Status.DONE
    if next_due < on:
        return Status.LATE
    if plan.waits_for_late or plan.highest_risk >= HIGH_RISK:
        return Status.AT_RISK
    if plan.is_ahead(on):
        return Status.PLANNED
    if next_due <= on + SOON:
        return Status.DUE_SOON
    if not dates and plan.starts_on is None:
        return Status.UNDATED
    return Status.UNDER_WAY


def weights(stated: Sequence[int | None]) -> list[Fraction]:
    """The share of each child, adding up to 1.

    Without any stated weight, or when all are nought, all weigh the same. A child without one
    beside others that have one weighs as much as their mean.
    """
    known = [weight for weight in stated if weight is not None]
    if not known or sum(known) == 0:
        return [Fraction(1, len(stated))] * len(stated) if stated else []
    mean = Fraction(sum(known), len(known))
    each = [mean if weight is None else Fraction(weight) for weight in stated]
    total = sum(each, Fraction(0))
    return [weight / total for weight in each]


def roll_up(children: Iterable[tuple[Fraction, int | None]]) -> Fraction:
    """The progress of a parent, 0 to 1, from (progress, stated weight) of its children; 0 of
    none."""
    pairs = list(children)
    shares = weights([weight for _, weight in pairs])
    return sum((part * share for (part, _), share in zip(pairs, shares, strict=True)), Fraction(0))


def progress_of(plan: ActionState, on: date) -> Fraction:
    """How far an action has come, 0 to 1: the weight of its milestones that are done."""
    return roll_up((Fraction(int(step.done(on))), step.weight) for step in plan.steps)


def said_of_weights(stated: Sequence[int | None]) -> str:
    """The weighting in words, as it is shown beside every progress figure."""
    if not stated:
        return "nothing to weigh yet"
    shares = weights(stated)
    if len(set(shares)) == 1:
        return f"{len(stated)} of equal weight"
    if len(shares) > 6:
        least, most = float(min(shares) * 100), float(max(shares) * 100)
        return f"{len(shares)} with weights from {least:.0f}% to {most:.0f}%"
    return "weights " + ", ".join(f"{float(share * 100):.0f}%" for share in shares)
