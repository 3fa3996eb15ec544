"""Greedy: the project with the most votes first, as towns have long done."""

from __future__ import annotations

from collections.abc import Collection

from .elections import Election
from .rules import NO_SKIP, Rule, tie_order


def scores_of(election: Election, rule: Rule) -> list[int]:
    """By what projects are put in order: votes, points, or points for places."""
    if rule.satisfaction in ("cardinality", "cost"):
        return election.votes
    return election.scores


def count(
    election: Election, rule: Rule, *, spent: int = 0, before: Collection[int] = ()
) -> list[int]:
    """The winners in order, as places in the list of projects.

    Parameters
    ----------
    spent, before
        What was spent before, in the smallest unit, and on which projects.
    """
    scores = scores_of(election, rule)
    ties = tie_order(election, rule.ties)
    order = sorted(election.sums, key=lambda place: (-scores[place], ties[place]))
    barred = excluded_by(election, rule)
    out = {place for winner in before for place in barred.get(winner, ())}
    winners: list[int] = []
    for place in order:
        if place in before or place in out or _is_below(scores[place], rule):
            continue
        paid = _fitting(election, place, election.money - spent)
        if paid is None:
            if rule.kind == NO_SKIP:
                break
            continue
        winners.append(paid)
        spent += election.costs[paid]
        out.update(barred.get(paid, ()))
    return winners


def _fitting(election: Election, place: int, left: int) -> int | None:
    """The fullest sum of a project that fits into what is left."""
    return next((lesser for lesser in election.sums[place] if election.costs[lesser] <= left), None)


def _is_below(score: int, rule: Rule) -> bool:
    return score <= 0 or score < rule.threshold


def excluded_by(election: Election, rule: Rule) -> dict[int, set[int]]:
    """Which projects each project keeps from winning."""
    places = {project.code: place for place, project in enumerate(election.projects)}
    barred: dict[int, set[int]] = {}
    # Of the sums of one project, too, one can win.
    alone = [(project,) for project, sums in election.sums.items() if len(sums) > 1]
    groups = [tuple(places[code] for code in group) for group in rule.exclusive]
    for group in [*groups, *alone]:
        members = {place for project in group for place in election.sums[project]}
        for member in members:
            barred.setdefault(member, set()).update(members - {member})
    return barred
