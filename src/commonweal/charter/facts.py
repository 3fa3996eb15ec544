"""What is known of a partner beside the criteria of a tier, for the panel that decides.

The register is a room above: it adds what it knows when it starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from commonweal.partners.models import Partner

from .models import Tier


@dataclass(frozen=True)
class KnownFact:
    """What counts, how much of it is there, in words, and where it can be looked at. ``code`` is
    the name of the column of `Tier` that says how much it takes; "" where none does."""

    code: str
    title: str
    count: int
    words: str
    address: str


@dataclass(frozen=True)
class Criterion:
    """A fact beside what a tier takes of it: in words, "" where it does not matter."""

    fact: KnownFact
    takes: str
    is_met: bool


KNOWN: list[Callable[[Partner, date], list[KnownFact]]] = []


def criteria_of(tier: Tier | None, partner: Partner, on: date) -> list[Criterion]:
    """Everything that the rooms above know of a partner on a day, beside what a tier takes;
    without a tier, the facts alone."""
    facts = [fact for room in KNOWN for fact in room(partner, on)]
    return [_criterion(tier, fact) for fact in facts]


def _criterion(tier: Tier | None, fact: KnownFact) -> Criterion:
    bound = getattr(tier, fact.code) if tier is not None and fact.code else None
    if bound is None:
        return Criterion(fact, "", True)
    if fact.code.endswith("_most"):
        return Criterion(fact, f"{bound} at most" if bound else "none", fact.count <= bound)
    return Criterion(fact, f"{bound} at least", fact.count >= bound)
