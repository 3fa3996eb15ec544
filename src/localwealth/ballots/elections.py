"""An election over projects that cost money: what was on the ballot, and who wanted what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[Any]

# What the format calls the kinds of ballot.
APPROVAL = "approval"
CHOOSE_ONE = "choose-1"
POINTS = "cumulative"
SCORES = "scoring"
RANKING = "ordinal"
KINDS = (APPROVAL, CHOOSE_ONE, POINTS, SCORES, RANKING)


@dataclass(frozen=True)
class BallotProject:
    """One project on the ballot, in the order of the file.

    ``selected`` is what the publisher says came of it: 0 not funded, 1 funded, 2 and 3 funded
    with other money; None where nothing is said.
    """

    code: str
    cost: Decimal
    name: str = ""
    selected: int | None = None
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Election:
    """Projects, a budget, and one ballot a voter.

    Attributes
    ----------
    projects
        In the order of the file; a project is its place in this list.
    budget
        In the currency of the file, as are costs.
    kind
        One of `KINDS`.
    voters
        How many ballots there are, empty ones among them.
    voter, project
        Parallel arrays of whole numbers: ballot ``voter[i]`` names ``project[i]``. In the order of
        the ballots, and within one in the order in which it names them.
    points
        What the ballot gives the project: the points; for a ranking the place from 0 on; else 1.
    meta
        Everything else that the file says of the election.
    fuller
        Of a project at a lesser sum the place of the same project at the next fuller one; empty as
        a file is read (`lesser.spread`).
    """

    projects: Sequence[BallotProject]
    budget: Decimal
    kind: str
    voters: int
    voter: Numbers
    project: Numbers
    points: Numbers
    meta: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    fuller: dict[int, int] = field(default_factory=dict)

    def whole(self, place: int) -> int:
        """The project in full, of a place that may stand for a lesser sum of it."""
        while place in self.fuller:
            place = self.fuller[place]
        return place

    @cached_property
    def sums(self) -> dict[int, list[int]]:
        """For each project in full its places, the fullest sum first: mostly itself alone."""
        sums = {place: [place] for place in range(len(self.projects) - len(self.fuller))}
        for place in sorted(self.fuller):
            sums[self.whole(place)].append(place)
        return sums

    @cached_property
    def scale(self) -> int:
        """By what money is multiplied so that every sum is a whole number: 1 or a power of ten."""
        places = [
            -int(amount.normalize().as_tuple().exponent)
            for amount in (self.budget, *(project.cost for project in self.projects))
        ]
        return int(10 ** max(0, *places))

    @cached_property
    def costs(self) -> list[int]:
        """What each project costs, in the smallest unit that any sum needs."""
        return [int(project.cost * self.scale) for project in self.projects]

    @cached_property
    def money(self) -> int:
        """The budget, in the same unit."""
        return int(self.budget * self.scale)

    @cached_property
    def by_project(self) -> tuple[Numbers, Numbers]:
        """The order that puts what was named by project, and where each project begins in it."""
        order = np.argsort(self.project, kind="stable")
        starts = np.searchsorted(self.project[order], np.arange(len(self.projects) + 1))
        return order, starts

    @cached_property
    def supporters(self) -> list[Numbers]:
        """The ballots that name each project, in order."""
        order, starts = self.by_project
        voters = self.voter[order]
        return [voters[starts[i] : starts[i + 1]] for i in range(len(self.projects))]

    @cached_property
    def votes(self) -> list[int]:
        """On how many ballots each project is named."""
        return [len(ballots) for ballots in self.supporters]

    @cached_property
    def length(self) -> int:
        """How many projects a ballot may name: as the file says, else as many as one did."""
        stated = self.meta.get("max_length", "")
        if stated.isdecimal() and int(stated) > 0:
            return min(int(stated), len(self.projects))
        return int(np.bincount(self.voter, minlength=1).max()) if len(self.voter) else 0

    @cached_property
    def ranks_as_points(self) -> Numbers:
        """What a place in a ranking is worth: the first as many points as a ballot has places,
        the last that a full ballot has 1."""
        worth: Numbers = np.maximum(self.length - self.points, 0)
        return worth

    @cached_property
    def scores(self) -> list[int]:
        """What the ballots give each project in all: votes, points, or points for places."""
        if self.kind in (APPROVAL, CHOOSE_ONE):
            return self.votes
        worth = self.ranks_as_points if self.kind == RANKING else self.points
        sums = np.bincount(self.project, weights=worth, minlength=len(self.projects))
        return [round(total) for total in sums]
