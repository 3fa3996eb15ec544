"""Who shares out which money: pots of areas and of the town, each counted by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from commonweal.design.words import in_pounds

from ..models import Pot, Project, Round

# A pot with fewer ballots is not counted: what they say would be known of too few people.
FEWEST_BALLOTS = 5


@dataclass(frozen=True)
class Shared:
    """Money that is counted by itself, and the projects that ask for it.

    ``pot`` is None where a round is not split; ``name`` is what its files are called, without
    ending.
    """

    pot: Pot | None
    name: str
    title: str
    budget: Decimal
    projects: list[Project]

    @property
    def numbers(self) -> set[int]:
        return {project.number for project in self.projects}


def pots_of(budget_round: Round) -> list[Pot]:
    """By the names of their areas, that of the town last."""
    pots = budget_round.pots.select_related("area").defer("ballot_file")
    return sorted(pots, key=lambda pot: (pot.area is None, str(pot)))


def shared_out(budget_round: Round, projects: list[Project]) -> list[Shared]:
    """All that is counted in a round: one for each pot, or the round as a whole."""
    pots = pots_of(budget_round)
    if not pots:
        return [Shared(None, budget_round.code, "", budget_round.budget, projects)]
    return [
        Shared(
            pot,
            f"{budget_round.code}-{pot.code}",
            str(pot),
            pot.budget,
            [project for project in projects if project.area_id == pot.area_id],
        )
        for pot in pots
    ]


def open_to(all_shared: list[Shared], area_id: int | None) -> list[Shared]:
    """What a voter shares out whose letter went to an area (None: to no area)."""
    return [
        shared
        for shared in all_shared
        if shared.pot is None or shared.pot.area_id in (None, area_id)
    ]


def faults_of(budget_round: Round, projects: list[Project]) -> Iterator[str]:
    """A sentence for each thing that keeps a split round from being published."""
    all_shared = shared_out(budget_round, projects)
    if all_shared[0].pot is None:
        return
    if budget_round.takes_paper:
        yield (
            "A round that areas share out takes no ballots on paper: once its slip is cut off, "
            "nothing tells for which area a paper counts."
        )
    together = sum(shared.budget for shared in all_shared)
    if together != budget_round.budget:
        yield (
            f"The budgets of areas and town make {in_pounds(together)}, and there is "
            f"{in_pounds(budget_round.budget)} to share out."
        )
    yield from _of_left_out(projects, all_shared)
    for shared in all_shared:
        yield from _of_one(budget_round, shared)
    yield from _of_groups(projects)


def _of_left_out(projects: list[Project], all_shared: list[Shared]) -> Iterator[str]:
    """A sentence for each project that no pot has money for."""
    asking = {number for shared in all_shared for number in shared.numbers}
    for project in projects:
        if project.number not in asking:
            yield f"No money is set aside where {project.title} is: {project.area or 'the town'}."


def _of_one(budget_round: Round, shared: Shared) -> Iterator[str]:
    if len(shared.projects) < max(2, budget_round.least):
        yield f"{shared.title}: too few projects for a ballot."
    costs = sorted(project.cost or Decimal(0) for project in shared.projects)
    if costs and costs[-1] > shared.budget:
        yield f"{shared.title}: a project costs more than there is."
    is_knapsack = budget_round.ballot_form == Round.Form.KNAPSACK
    if is_knapsack and sum(costs[: budget_round.least]) > shared.budget:
        yield f"{shared.title}: the least number of projects would cost more than there is."


def _of_groups(projects: list[Project]) -> Iterator[str]:
    pairs = {(project.group, project.area_id) for project in projects if project.group}
    for group, areas in Counter(group for group, _ in pairs).items():
        if areas > 1:
            yield f"Projects called “{group}” ask for money of more than one area."
