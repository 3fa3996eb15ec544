"""Phragmén's rule: everybody earns alike, and a project is bought the moment its supporters can.

Source: sequential Phragmén with costs, Los, Christoff and Grossi 2022, "Proportional budget
allocations: towards a systematization", IJCAI 2022. All in fractions: nothing is rounded.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from .elections import Election, Numbers
from .greedy import excluded_by
from .rules import Rule, tie_order


@dataclass(frozen=True)
class Bought:
    """The winners in order, and the moment of each, if everybody earns 1 in a unit of time."""

    winners: list[int]
    moments: list[Fraction]


def count(election: Election, rule: Rule) -> Bought:
    """Buy projects until the one that would be bought next no longer fits into the budget."""
    ties = tie_order(election, rule.ties)
    barred = excluded_by(election, rule)
    # Since which purchase each voter has had nothing; 0 is the beginning.
    emptied = np.zeros(election.voters, dtype=np.int64)
    moments = [Fraction(0)]
    # A purchase only puts off what its supporters could buy, so that an old moment is a bound.
    heap = [
        (Fraction(election.costs[place], votes), ties[place], place)
        for place, votes in enumerate(election.votes)
        if votes
    ]
    heapq.heapify(heap)
    out: set[int] = set()
    winners: list[int] = []
    spent = 0
    while heap:
        bound, tie, place = heapq.heappop(heap)
        if place in out:
            continue
        moment = moment_of(election, place, emptied, moments)
        if moment > bound:
            heapq.heappush(heap, (moment, tie, place))
            continue
        if spent + election.costs[place] > election.money:
            break
        winners.append(place)
        spent += election.costs[place]
        moments.append(moment)
        emptied[election.supporters[place]] = len(moments) - 1
        out |= barred.get(place, set())
    return Bought(winners, moments[1:])


def moment_of(
    election: Election, place: int, emptied: Numbers, moments: list[Fraction]
) -> Fraction:
    """When the supporters of a project can pay for it, if each earns 1 in a unit of time."""
    supporters = election.supporters[place]
    since = np.bincount(emptied[supporters], minlength=len(moments))
    begun = sum(int(count) * moments[index] for index, count in enumerate(since) if count)
    return (election.costs[place] + begun) / Fraction(len(supporters))
