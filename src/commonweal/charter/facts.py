"""What is known of a partner beside the criteria of a tier, for the panel that decides.

The register is a room above: it adds what it knows when it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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


@dataclass(frozen=True)
class Rung:
    """A tier beside what is there of what it takes."""

    tier: Tier
    criteria: list[Criterion]

    @property
    def counted(self) -> list[Criterion]:
        """Of the facts those that this tier asks for."""
        return [criterion for criterion in self.criteria if criterion.takes]

    @property
    def is_met(self) -> bool:
        return all(criterion.is_met for criterion in self.criteria)


def known_of(partner: Partner, on: date) -> list[KnownFact]:
    """Everything that the rooms above know of a partner on a day."""
    return [fact for room in KNOWN for fact in room(partner, on)]


def criteria_of(tier: Tier, partner: Partner, on: date) -> list[Criterion]:
    """What is known of a partner on a day, beside what a tier takes."""
    return [_criterion(tier, fact) for fact in known_of(partner, on)]


def rungs_of(partner: Partner, on: date, tiers: Iterable[Tier]) -> list[Rung]:
    """Each of some tiers beside what is known of a partner on a day, which is counted once."""
    facts = known_of(partner, on)
    return [Rung(tier, [_criterion(tier, fact) for fact in facts]) for tier in tiers]


def _criterion(tier: Tier, fact: KnownFact) -> Criterion:
    bound = getattr(tier, fact.code) if fact.code else None
    if bound is None:
        return Criterion(fact, "", True)
    if fact.code.endswith("_most"):
        return Criterion(fact, f"{bound} at most" if bound else "none", fact.count <= bound)
    return Criterion(fact, f"{bound} at least", fact.count >= bound)
