"""What a period has to say of shocks: told of, and what came of each, as it stood on its last day.

Only what everybody could know on that day, and no names: a decision to name may come later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from commonweal.economy.models import Outcome, Shock
from commonweal.places.clock import Clock

from . import access
from .reads import guarded, parts_in_words


@dataclass(frozen=True)
class Line:
    """A shock in a period: what it is, when it was told, how many jobs, what came of it."""

    kind: str
    told_on: date
    people: str
    ended: str


@dataclass(frozen=True)
class Told:
    """Shocks that were open at some time of a period."""

    told: int
    closed: int
    lines: list[Line]


def told_in(clock: Clock) -> Told:
    """Shocks told by the last day and not closed before the first."""
    shocks = access.known_to_all(clock.last).select_related("outcome").order_by("told_on", "pk")
    of_period = [s for s in shocks if s.closed_on is None or s.closed_on >= clock.first]
    lines = [_line(shock, clock.last) for shock in of_period]
    told_count = sum(s.told_on is not None and s.told_on >= clock.first for s in of_period)
    closed = sum(_outcome_on(shock, clock.last) is not None for shock in of_period)
    return Told(told_count, closed, lines)


def _line(shock: Shock, last: date) -> Line:
    assert shock.told_on is not None
    outcome = _outcome_on(shock, last)
    ended = parts_in_words(outcome) if outcome else "open on the last day"
    people = guarded(outcome.told_of if outcome else shock.people)
    return Line(shock.get_kind_display(), shock.told_on, people, ended)


def _outcome_on(shock: Shock, last: date) -> Outcome | None:
    outcome: Outcome | None = getattr(shock, "outcome", None)
    return outcome if outcome is not None and outcome.on <= last else None
