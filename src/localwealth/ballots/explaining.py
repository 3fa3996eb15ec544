"""Why a project won or not: its supporters' money, who took it, how many votes were wanting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

import numpy as np

from . import barring, greedy, phragmen, shares
from .counting import Counted
from .elections import RANKING, Election, Numbers
from .rules import PHRAGMEN, SHARES


@dataclass(frozen=True)
class Taking:
    """What a project's supporters paid for another project before it fell out."""

    place: int
    money: float


@dataclass(frozen=True)
class ResultExplanation:
    """One project's way through a count. Money is in the smallest unit of the election.

    Attributes
    ----------
    place, votes, score
        The project's place in the list; on how many ballots it is named; what greedy goes by.
    won
        Its rank among the winners from 1 on, or None.
    money
        For Equal Shares: what its supporters had when it was bought, or when its turn came and it
        was less than it costs. Its turn comes when every project left over would ask more of a
        supporter than this one did when it was last looked at.
    lacked
        What was wanting then.
    effective_support
        That money as a share of the cost.
    most_paid
        For a winner: what a supporter paid who had enough.
    taken
        For a project that fell out: for what its supporters had paid by then, most first.
    barred_by
        The winner that shuts it out, where that came before it fell out.
    votes_wanting
        How many more ballots that name it alone, each with the money a voter has, would have been
        enough; None where none would, or where ballots give points or ranks.
    """

    place: int
    votes: int
    score: int
    won: int | None
    money: float | None = None
    lacked: float | None = None
    effective_support: float | None = None
    most_paid: float | None = None
    taken: tuple[Taking, ...] = ()
    votes_wanting: int | None = None
    barred_by: int | None = None


def explain(counted: Counted) -> list[ResultExplanation]:
    """Every project of a count, in the order of the file; one with lesser sums as it won, or at
    the least of them."""
    election = counted.election
    scores = greedy.scores_of(election, counted.rule)
    ranks = {place: rank for rank, place in enumerate(counted.winners, 1)}
    by_shares = _Shares(counted) if counted.bought is not None else None
    explanations = []
    shut_out = barring.shut_out(counted)
    for sums in election.sums.values():
        place = next((lesser for lesser in sums if lesser in ranks), sums[-1])
        won = ranks.get(place)
        plain = ResultExplanation(
            place, election.votes[place], scores[place], won, barred_by=shut_out.get(place)
        )
        if by_shares is not None:
            plain = by_shares.add(plain)
        if won is None:
            plain = replace(plain, votes_wanting=_votes_wanting(counted, place))
        explanations.append(plain)
    return explanations


class _Shares:
    """What supporters of each project had and paid at each purchase of Equal Shares."""

    def __init__(self, counted: Counted) -> None:
        election, bought = counted.election, counted.bought
        assert bought is not None
        self.election, self.bought = election, bought
        self.bought_at = {place: at for at, place in enumerate(bought.winners)}
        order, starts = election.by_project
        voters = election.voter[order]
        # A row a purchase, a column a project: what the project's supporters paid for it.
        self.paid = np.zeros((len(bought.purchases), len(election.projects)))
        each = np.zeros(election.voters)
        for at, purchase in enumerate(bought.purchases):
            supporters = election.supporters[purchase.place]
            each[supporters] = purchase.paid
            sums = np.concatenate([[0.0], np.cumsum(each[voters])])
            self.paid[at] = sums[starts[1:]] - sums[starts[:-1]]
            each[supporters] = 0.0

    def add(self, plain: ResultExplanation) -> ResultExplanation:
        """What a project's supporters had, paid and lacked, beside the rest."""
        place, cost = plain.place, self.election.costs[plain.place]
        endowed = float(self.bought.endowment) * plain.votes
        money = endowed - np.concatenate([[0.0], np.cumsum(self.paid[:, place])])
        at = self.bought_at.get(place)
        if at is not None:
            purchase = self.bought.purchases[at]
            had, most = float(money[at]), float(purchase.paid.max(initial=0.0))
            return replace(plain, money=had, effective_support=had / cost, most_paid=most)
        end = self.bought.fell_out.get(place, len(money) - 1)
        if plain.barred_by is not None:
            end = self.bought_at.get(plain.barred_by, end)
        had = float(money[end])
        taken = [
            Taking(self.bought.purchases[at].place, float(self.paid[at, place]))
            for at in range(end)
            if self.paid[at, place] > 0
        ]
        taken.sort(key=lambda taking: -taking.money)
        return replace(
            plain,
            money=had,
            lacked=max(cost - had, 0.0),
            effective_support=had / cost,
            taken=tuple(taken),
        )


def _votes_wanting(counted: Counted, place: int) -> int | None:
    """The fewest ballots for this project alone that make it win, found by counting again."""
    election, rule = counted.election, counted.rule
    if election.costs[place] > election.money:
        return None
    if rule.satisfaction in ("points", "borda"):
        return None
    wins = _recount(counted, place)
    guesses = {SHARES: _guess_by_shares, PHRAGMEN: _guess_by_moments}
    guess = guesses.get(rule.kind, _guess_by_votes)(counted, place)
    # With more ballots of its own than all have, and money for the project alone, nothing helps.
    most = election.voters + election.costs[place] + 1
    return _fewest(wins, max(guess, 1), most)


def _fewest(wins: Callable[[int], bool], guess: int, most: int) -> int | None:
    """The least number that wins. More ballots for a project alone never harm it, so that the
    number is between one that loses and one that wins; the guess is mostly the number itself."""
    if wins(guess):
        loses, won, stride = guess - 1, guess, 1
        while loses > 0 and wins(loses):
            won, stride = loses, stride * 2
            loses = max(won - stride, 0)
    else:
        loses, won, stride = guess, guess + 1, 1
        while not wins(won):
            if won >= most:
                return None
            loses, stride = won, stride * 2
            won = min(won + stride, most)
    while won - loses > 1:
        middle = (won + loses) // 2
        if wins(middle):
            won = middle
        else:
            loses = middle
    return won


def _recount(counted: Counted, place: int) -> Callable[[int], bool]:
    """Whether the project wins with so many ballots more, counted anew."""
    election, rule = counted.election, counted.rule
    mine = set(election.sums[election.whole(place)])

    def wins(added: int) -> bool:
        again = with_ballots(election, place, added)
        if rule.kind == SHARES:
            assert counted.bought is not None
            winners = shares.count(again, rule, counted.bought.endowment).winners
        elif rule.kind == PHRAGMEN:
            winners = phragmen.count(again, rule).winners
        else:
            winners = greedy.count(again, rule)
        return not mine.isdisjoint(winners)

    return wins


def with_ballots(election: Election, place: int, added: int) -> Election:
    """The election with ballots added that name one project alone, in each of its sums."""
    sums = election.sums[election.whole(place)]

    def longer(array: Numbers, tail: Numbers | int) -> Numbers:
        return np.concatenate([array, np.broadcast_to(tail, added * len(sums))])

    return replace(
        election,
        voters=election.voters + added,
        voter=longer(election.voter, np.tile(election.voters + np.arange(added), len(sums))),
        project=longer(election.project, np.repeat(sums, added)),
        points=longer(election.points, 0 if election.kind == RANKING else 1),
    )


def _guess_by_shares(counted: Counted, place: int) -> int:
    """How many ballots it takes at the purchase at which fewest are enough, by floats.

    With that many it would have been bought instead of the winner of a step, if with that
    winner's rho all supporters together pay its cost; or at the end, with all that they have.
    """
    election, bought = counted.election, counted.bought
    assert bought is not None
    each = float(bought.endowment)
    if not each:
        return 1
    cost = election.costs[place]
    worth = cost if counted.rule.satisfaction == "cost" else 1
    mine = np.zeros(election.voters, dtype=bool)
    mine[election.supporters[place]] = True
    purses = np.full(election.voters, each)
    least = ceil(cost / each)
    for purchase in bought.purchases:
        share = min(each, purchase.rho * worth)
        together = float(np.minimum(purses[mine], purchase.rho * worth).sum())
        least = min(least, ceil((cost - together) / share - shares.NEAR))
        purses[election.supporters[purchase.place]] -= purchase.paid
    return min(least, ceil((cost - float(purses[mine].sum())) / each - shares.NEAR))


def _guess_by_moments(counted: Counted, place: int) -> int:
    """How many ballots it takes by Phragmén's rule: those added have saved since the beginning,
    so that at the moment of each purchase it is plain how many would have paid first."""
    election = counted.election
    bought = phragmen.count(election, counted.rule)
    emptied = np.zeros(election.voters, dtype=np.int64)
    moments = [Fraction(0)]
    votes = election.votes[place]
    least = election.voters + 1
    for winner, moment in zip(bought.winners, bought.moments, strict=True):
        due = (
            phragmen.moment_of(election, place, emptied, moments) * votes
            if votes
            else Fraction(election.costs[place])
        )
        least = min(least, ceil(due / moment) - votes)
        moments.append(moment)
        emptied[election.supporters[winner]] = len(moments) - 1
    return least


def _guess_by_votes(counted: Counted, place: int) -> int:
    """As many as the last winner by votes has more."""
    scores = greedy.scores_of(counted.election, counted.rule)
    return max(min((scores[winner] for winner in counted.winners), default=1) - scores[place], 1)
