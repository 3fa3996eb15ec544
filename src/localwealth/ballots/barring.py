"""Which projects were shut out by a winner that excludes them."""

from __future__ import annotations

from . import greedy
from .counting import Counted
from .rules import tie_order


def shut_out(counted: Counted) -> dict[int, int]:
    """Which winner shut a loser out, as places: one that came before the loser's own turn did."""
    election = counted.election
    barred = greedy.excluded_by(election, counted.rule)
    won = set(counted.funded)
    barring: dict[int, int] = {}
    for at, winner in enumerate(counted.winners):
        for place in barred.get(winner, ()):
            if election.whole(place) not in won and not _fell_before(counted, place, at):
                barring.setdefault(place, winner)
    return barring


def _fell_before(counted: Counted, place: int, at: int) -> bool:
    """Whether a project's own turn came before the winner number ``at``, and it was too dear."""
    if counted.bought is not None and not counted.is_greedys:
        return counted.bought.fell_out.get(place, at + 1) <= at
    election, rule = counted.election, counted.rule
    scores, ties = greedy.scores_of(election, rule), tie_order(election, rule.ties)
    mine, winner = election.whole(place), election.whole(counted.winners[at])
    return (-scores[mine], ties[mine]) < (-scores[winner], ties[winner])
