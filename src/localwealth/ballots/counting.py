"""A whole count: the rule, what it does with money left over, and what it is compared to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from localwealth.errors import UnreadableFile

from . import greedy, lesser, phragmen, shares
from .elections import Election
from .rules import PHRAGMEN, SHARES, Rule, endowment

# A count that takes more steps than this is stopped: a step is too small for the money.
MOST_STEPS = 100_000

Say = Callable[[int, Fraction], None]


@dataclass
class Counted:
    """What a count came to.

    Attributes
    ----------
    winners
        Places of projects, in the order in which they won.
    bought
        For Equal Shares, the last count within the budget: endowment, purchases, purses.
    steps
        By how many steps everybody's money was raised.
    by_votes
        How many of the winners, at the end, came by votes from what was left.
    preferences
        How many voters named more projects of Equal Shares, and how many more of greedy, where
        the rule compares; ``is_greedys`` says that greedy's projects won by that.
    """

    election: Election
    rule: Rule
    winners: list[int]
    bought: shares.Bought | None = None
    steps: int = 0
    by_votes: int = 0
    preferences: tuple[int, int] | None = None
    is_greedys: bool = False
    ties: list[shares.BrokenTie] = field(default_factory=list)

    @property
    def cost(self) -> int:
        """What the winners cost, in the smallest unit of the election's money."""
        return sum(self.election.costs[place] for place in self.winners)

    @property
    def funded(self) -> list[int]:
        """The winners as places in the file, whatever sum they got."""
        return [self.election.whole(place) for place in self.winners]


def count(election: Election, rule: Rule, say: Say = lambda _step, _money: None) -> Counted:
    """Count an election by a rule.

    Parameters
    ----------
    say
        Is told of each step of a completion: its number, and what everybody has by then.

    Raises
    ------
    UnreadableFile
        Everybody's money at first would already spend more than the budget, or steps are so
        small that there would be more than `MOST_STEPS`; or lesser sums can't be.
    """
    election = lesser.spread(election, rule)
    if rule.kind == PHRAGMEN:
        return Counted(election, rule, phragmen.count(election, rule).winners)
    if rule.kind != SHARES:
        return Counted(election, rule, greedy.count(election, rule))
    counted = _completed(election, rule, say)
    if rule.comparison == "count":
        _compare(counted)
    return counted


def _completed(election: Election, rule: Rule, say: Say) -> Counted:
    first = endowment(rule, election)
    bought = shares.count(election, rule, first)
    if _cost(election, bought) > election.money:
        raise UnreadableFile(
            f"with {float(first / election.scale):,.2f} for everybody at first, more than the "
            "budget would be spent: begin with less."
        )
    steps = 0
    if rule.completion.startswith("add1"):
        bought, steps = _raised(election, rule, bought, say)
    winners = bought.winners
    by_votes: list[int] = []
    if rule.completion == "by-votes":
        by_votes = greedy.count(
            election, rule, spent=_cost(election, bought), before=frozenset(winners)
        )
    return Counted(
        election, rule, [*winners, *by_votes], bought, steps, len(by_votes), ties=bought.ties
    )


def _raised(
    election: Election, rule: Rule, bought: shares.Bought, say: Say
) -> tuple[shares.Bought, int]:
    """Everybody gets a step more, one step after the other: what is spent may fall on the way, so
    that a step can't be looked for by halving. The last count within the budget, and its step."""
    step = Fraction(rule.step) * election.scale
    steps = 0
    while not _is_enough(election, rule, bought):
        if steps == MOST_STEPS:
            raise UnreadableFile(
                f"after {MOST_STEPS:,} steps the budget was still not spent: give a larger --step."
            )
        raised = shares.count(election, rule, bought.endowment + step)
        if _cost(election, raised) > election.money:
            break
        bought = raised
        steps += 1
        say(steps, bought.endowment)
    return bought, steps


def _is_enough(election: Election, rule: Rule, bought: shares.Bought) -> bool:
    """Whether more money for everybody could buy nothing more."""
    left = _to_pay(election, rule, bought)
    if rule.completion == "add1-exhaustive":
        unspent = election.money - _cost(election, bought)
        left = [wanted for wanted in left if wanted <= unspent]
    # Once purses hold the whole budget, each can pay for anything alone.
    return not left or bought.endowment > election.money


def _to_pay(election: Election, rule: Rule, bought: shares.Bought) -> list[int]:
    """What it would take to fund each project left out, or to give a winner a fuller sum."""
    won = set(bought.winners)
    barred = greedy.excluded_by(election, rule)
    out = {place for winner in won for place in barred.get(winner, ())}
    paid = {election.whole(winner): election.costs[winner] for winner in won}
    left = []
    for place, votes in enumerate(election.votes):
        has = paid.get(election.whole(place), 0)
        if votes and election.costs[place] > has and (has or place not in out):
            left.append(election.costs[place] - has)
    return left


def _cost(election: Election, bought: shares.Bought) -> int:
    return sum(election.costs[place] for place in bought.winners)


def _compare(counted: Counted) -> None:
    """Greedy's projects win where more voters named more of them than of Equal Shares'."""
    election = counted.election
    rival = greedy.count(election, counted.rule)
    ours, theirs = (_named(election, winners) for winners in (counted.winners, rival))
    counted.preferences = int((ours > theirs).sum()), int((theirs > ours).sum())
    if counted.preferences[1] > counted.preferences[0]:
        counted.is_greedys = True
        counted.winners = rival


def _named(election: Election, winners: list[int]) -> np.ndarray:
    """How many of the winners each voter named."""
    has_won = np.zeros(len(election.projects), dtype=bool)
    has_won[winners] = True
    return np.bincount(election.voter[has_won[election.project]], minlength=election.voters)
