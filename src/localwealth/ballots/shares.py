"""The Method of Equal Shares: everybody has the same money, and supporters pay alike.

The next project is the one whose supporters pay least for what it is worth to them: the least
``rho`` with sum(min(purse, rho * worth)) = cost. Source: Peters, Pierczyński and Skowron 2021,
"Proportional participatory budgeting with additive utilities", NeurIPS 34.

Purses are floats, for speed. Where two projects lie within 1e-9 of each other, or a cost within
1e-9 of what its supporters have, it is decided in fractions: voters who paid for the same projects
alike have the same purse, so that a purse stands once for all of them (`Purses`).
"""

from __future__ import annotations

import heapq
from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from .elections import Election, Numbers
from .greedy import excluded_by
from .rules import Rule, tie_order

# How near two figures may be, as a share, before floats no longer decide.
NEAR = 1e-9


@dataclass
class Purchase:
    """One winner: the project's place, ``rho``, and what each supporter paid, in the smallest
    unit of money; ``paid`` goes with the project's supporters."""

    place: int
    rho: float
    paid: Numbers


@dataclass
class BrokenTie:
    """Projects between which the order of ties decided, and which won."""

    places: tuple[int, ...]
    winner: int


@dataclass
class Bought:
    """What was bought with one endowment, in order; the purses at the end."""

    endowment: Fraction
    purchases: list[Purchase]
    left: Numbers
    ties: list[BrokenTie]
    evaluations: int = 0
    # A project that fell out -> how many were bought by then.
    fell_out: dict[int, int] = field(default_factory=dict)

    @property
    def winners(self) -> list[int]:
        """Places of what was bought, in order."""
        return [purchase.place for purchase in self.purchases]


class Worth:
    """What a project is worth to its supporters, as whole numbers: one for all, or one each."""

    def __init__(self, election: Election, satisfaction: str) -> None:
        self.votes = election.votes
        self.of_project: list[int] | list[Numbers]
        if satisfaction == "cost":
            self.of_project = election.costs
        elif satisfaction == "cardinality":
            self.of_project = [1] * len(election.projects)
        else:
            order, starts = election.by_project
            worth = election.ranks_as_points if satisfaction == "borda" else election.points
            self.of_project = np.split(worth[order], starts[1:-1])

    def of(self, place: int) -> int | Numbers:
        """One number for all supporters, or one each in their order."""
        return self.of_project[place]

    def each(self, place: int) -> Numbers:
        """One number for each supporter, in their order."""
        return np.broadcast_to(np.asarray(self.of_project[place]), self.votes[place])

    def in_all(self, place: int) -> int:
        """The sum over all supporters."""
        return int(self.each(place).sum())


def count(
    election: Election, rule: Rule, endowment: Fraction, *, out: Collection[int] = ()
) -> Bought:
    """Buy projects until nobody's money pays for a further one.

    Parameters
    ----------
    endowment
        What everybody has, in the smallest unit of the election's money.
    out
        Places of projects that can't be bought.
    """
    return _Count(election, rule, endowment, out).run()


class _Count:
    """One count under way."""

    def __init__(
        self, election: Election, rule: Rule, endowment: Fraction, out: Collection[int]
    ) -> None:
        self.election = election
        self.worth = Worth(election, rule.satisfaction)
        self.ties = tie_order(election, rule.ties)
        self.barred = excluded_by(election, rule)
        self.out = set(out)
        self.purses = np.full(election.voters, float(endowment))
        self.exact = Purses(election, self.worth, endowment)
        self.bought = Bought(endowment, [], self.purses, [])
        # The least rho that a project can have: purses only get emptier, so an old one holds.
        worth = {
            place: self.worth.in_all(place)
            for place in range(len(election.projects))
            if place not in self.out
        }
        self.heap = [
            (election.costs[place] / all_, place)
            for place, all_ in worth.items()
            if all_ and place not in election.fuller
        ]
        heapq.heapify(self.heap)
        # Of projects with lesser sums those still to be tried, the fullest first.
        self.sums = [list(sums) for sums in election.sums.values() if len(sums) > 1]

    def run(self) -> Bought:
        """Buy until nothing more can be paid."""
        while (nearest := self._nearest()) is not None:
            self._buy(*nearest)
        return self.bought

    def _nearest(self) -> tuple[int, float] | None:
        """The project to buy next, with its rho; None where none can be paid."""
        self._lower()
        tried, best = self._tried()
        close = [(rho, place) for rho, place in tried if rho <= best * (1 + NEAR)]
        chosen = self._decide(close) if len(close) > 1 else close[0] if close else None
        for rho, place in tried:
            if chosen is None or place != chosen[1]:
                heapq.heappush(self.heap, (rho, place))
        return None if chosen is None else (chosen[1], chosen[0])

    def _tried(self) -> tuple[list[tuple[float, int]], float]:
        """The projects, with their rho, that come near the least rho of all, and that."""
        best = np.inf
        tried: list[tuple[float, int]] = []
        while self.heap and self.heap[0][0] <= best * (1 + NEAR):
            _, place = heapq.heappop(self.heap)
            if place in self.out:
                continue
            rho = self._rho(place)
            if rho is None:
                self.bought.fell_out[place] = len(self.bought.purchases)
            else:
                tried.append((rho, place))
                best = min(best, rho)
        return tried, best

    def _lower(self) -> None:
        """Put the next lesser sum into the race for each that its supporters can't pay any more:
        purses only get emptier, so it would never be paid."""
        for sums in self.sums:
            while len(sums) > 1 and sums[0] not in self.out and self._rho(sums[0]) is None:
                fell = sums.pop(0)
                self.out.add(fell)
                self.bought.fell_out[fell] = len(self.bought.purchases)
                if all_ := self.worth.in_all(sums[0]):
                    heapq.heappush(self.heap, (self.election.costs[sums[0]] / all_, sums[0]))

    def _rho(self, place: int) -> float | None:
        """What the supporters pay for each unit of worth; None where they can't pay any more."""
        self.bought.evaluations += 1
        cost = self.election.costs[place]
        supporters = self.election.supporters[place]
        purses = self.purses[supporters]
        money = float(purses.sum())
        if money < cost * (1 - NEAR):
            return None
        if money < cost * (1 + NEAR):
            rho = self.exact.rho(place, self.bought.purchases)
            return None if rho is None else float(rho)
        return level(purses, cost, self.worth.of(place))

    def _decide(self, close: list[tuple[float, int]]) -> tuple[float, int]:
        """Of projects too near for floats, the one with the least rho in fractions; where these
        are equal, the first in the order of ties."""
        rhos = {place: self.exact.rho(place, self.bought.purchases) for _, place in close}
        known = {place: rho for place, rho in rhos.items() if rho is not None}
        least = min(known.values())
        equal = [place for place, rho in known.items() if rho == least]
        winner = min(equal, key=lambda place: self.ties[place])
        if len(equal) > 1:
            self.bought.ties.append(BrokenTie(tuple(sorted(equal)), winner))
        return float(least), winner

    def _buy(self, place: int, rho: float) -> None:
        supporters = self.election.supporters[place]
        purses = self.purses[supporters]
        paid = np.minimum(purses, rho * self.worth.of(place))
        self.purses[supporters] = purses - paid
        self.bought.purchases.append(Purchase(place, rho, paid))
        self.out.add(place)
        self.out |= self.barred.get(place, set())


def level(purses: Numbers, cost: float, worth: int | Numbers) -> float:
    """The rho with sum(min(purse, rho * worth)) = cost; the purses must hold the cost.

    Whoever has less than their share gives all they have, the others share what is left; that is
    done again until nobody more falls short.
    """
    # One number each, also where it is the same for all: numpy repeats it without keeping it.
    every = np.broadcast_to(np.asarray(worth), purses.shape)
    owed, sharing = float(cost), float(every.sum())
    while sharing > 0:
        rho = owed / sharing
        short = purses < rho * worth
        if not short.any():
            return rho
        owed -= float(purses[short].sum())
        sharing -= float(every[short].sum())
        purses, every = purses[~short], every[~short]
        worth = every if np.ndim(worth) else worth
    # All give everything, but for what was rounded.
    return rho


class Purses:
    """Every purse there is, in fractions, worked out only where somebody asks.

    A purse is a number; voters with the same past have the same one. Its value is that of the
    purse before, less what it gave to the purchase that made it.
    """

    def __init__(self, election: Election, worth: Worth, endowment: Fraction) -> None:
        self.election, self.worth = election, worth
        self.of_voter = np.zeros(election.voters, dtype=np.int64)
        # Purse -> the purse before it, the purchase, the worth of that project to its owners.
        self.before: list[tuple[int, int, int]] = [(-1, -1, 0)]
        self.values: dict[int, Fraction] = {0: endowment}
        self.rhos: list[Fraction] = []

    def rho(self, place: int, purchases: list[Purchase]) -> Fraction | None:
        """The rho of a project in fractions; None where its supporters can't pay."""
        for purchase in purchases[len(self.rhos) :]:
            self._follow(purchase.place)
        pairs, _, counts = self._owners(place)
        return self._level(pairs, counts, self.election.costs[place])

    def _follow(self, place: int) -> None:
        """Give the supporters of what was bought their new purses."""
        pairs, which, counts = self._owners(place)
        rho = self._level(pairs, counts, self.election.costs[place])
        # It was bought, so it was paid, in fractions too.
        assert rho is not None
        first = len(self.before)
        self.before += [(int(purse), len(self.rhos), int(each)) for purse, each in pairs.T]
        self.of_voter[self.election.supporters[place]] = first + which
        self.rhos.append(rho)

    def _owners(self, place: int) -> tuple[Numbers, Numbers, Numbers]:
        """The supporters' purses with what the project is worth to their owners, each pair once;
        for each supporter which; and how many have it."""
        purses = self.of_voter[self.election.supporters[place]]
        return _unique_pairs(np.stack([purses, self.worth.each(place)]))

    def _level(self, pairs: Numbers, counts: Numbers, cost: int) -> Fraction | None:
        owners = [
            (self.value(int(purse)), int(many), int(each))
            for (purse, each), many in zip(pairs.T, counts, strict=True)
            if each
        ]
        owners.sort(key=lambda owner: owner[0] / owner[2])
        owed = Fraction(cost)
        sharing = sum(many * each for _, many, each in owners)
        for purse, many, each in owners:
            if owed / sharing <= purse / each:
                return owed / sharing
            owed -= purse * many
            sharing -= many * each
        return None

    def value(self, purse: int) -> Fraction:
        """What is in a purse, in the smallest unit of money."""
        path = []
        while purse not in self.values:
            path.append(purse)
            purse = self.before[purse][0]
        left = self.values[purse]
        for purse in reversed(path):
            _, purchase, worth = self.before[purse]
            left = left - min(left, self.rhos[purchase] * worth)
            self.values[purse] = left
        return left


def _unique_pairs(keys: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The different columns of two rows of whole numbers; for each column which; how many."""
    span = int(keys[1].max(initial=0)) + 1
    joined, which, counts = np.unique(
        keys[0] * span + keys[1], return_inverse=True, return_counts=True
    )
    return np.stack([joined // span, joined % span]), which, counts
