"""A count as it is handed on: the whole rule, the winners, and why, with money as written."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np

from localwealth.words import many

from .counting import Counted
from .elections import Election
from .explaining import ResultExplanation, explain
from .rules import SHARES, endowment

PENNY = Decimal("0.01")
# What everybody has at first is divided to more places than anybody pays.
EXACT = Decimal("0.000001")


def everything(counted: Counted) -> dict[str, Any]:
    """All that a count came to, ready for JSON.

    Money is text with two decimals, rounded only here; projects are called by the code that the
    file gives them.
    """
    election = counted.election
    return {
        "rule": _rule(counted),
        "election": {
            "description": election.meta.get("description", ""),
            "ballots": election.voters,
            "vote_type": election.kind,
            "projects": len(election.sums),
            "budget": money(election, election.money),
            "currency": election.meta.get("currency", ""),
        },
        "winners": codes(election, counted.winners),
        "cost": money(election, counted.cost),
        "left": money(election, election.money - counted.cost),
        **_of_shares(counted),
        "voters_without_winner": _without_winner(counted),
        "official": _official(counted),
        "projects": [_project(election, explanation) for explanation in explain(counted)],
        "notes": list(election.notes),
    }


def _rule(counted: Counted) -> dict[str, Any]:
    """The whole rule, with what everybody had at first."""
    answer = counted.rule.as_dict()
    if counted.rule.kind == SHARES:
        first = endowment(counted.rule, counted.election)
        answer["start"] = str(Decimal(float(first / counted.election.scale)).quantize(EXACT))
    return answer


def money(election: Election, units: float) -> str:
    """Money in the currency of the file, to the penny."""
    return str((Decimal(units) / election.scale).quantize(PENNY, ROUND_HALF_EVEN))


def codes(election: Election, places: list[int]) -> list[str]:
    """Projects as the file calls them, whatever sum they got."""
    return [election.projects[election.whole(place)].code for place in places]


def _of_shares(counted: Counted) -> dict[str, Any]:
    election, bought = counted.election, counted.bought
    if bought is None:
        return {}
    answer: dict[str, Any] = {
        "endowment": money(election, float(bought.endowment)),
        "steps": counted.steps,
        "by_votes": codes(election, counted.winners[len(bought.purchases) :])
        if counted.by_votes
        else [],
        "ties": [
            {"between": codes(election, list(tie.places)), "won": codes(election, [tie.winner])[0]}
            for tie in counted.ties
        ],
    }
    if counted.preferences is not None:
        ours, theirs = counted.preferences
        answer["comparison"] = {
            "prefer_equal_shares": ours,
            "prefer_greedy": theirs,
            "won": "greedy" if counted.is_greedys else "equal-shares",
        }
    return answer


def _without_winner(counted: Counted) -> float:
    """The share of ballots none of whose projects won, from 0 to 1."""
    election = counted.election
    if not election.voters:
        return 0.0
    has_won = np.zeros(len(election.projects), dtype=bool)
    has_won[counted.winners] = True
    satisfied = np.unique(election.voter[has_won[election.project]])
    return round(1 - len(satisfied) / election.voters, 6)


def _official(counted: Counted) -> dict[str, Any] | None:
    """How the count compares with what the publisher says was funded with this budget."""
    projects = [counted.election.projects[place] for place in counted.election.sums]
    if all(project.selected is None for project in projects):
        return None
    official = {place for place, project in enumerate(projects) if project.selected == 1}
    winners = set(counted.funded)
    return {
        "same": winners == official,
        "only_here": codes(counted.election, sorted(winners - official)),
        "only_official": codes(counted.election, sorted(official - winners)),
        "with_other_money": [
            project.code for project in projects if project.selected not in (None, 0, 1)
        ],
    }


def _project(election: Election, explanation: ResultExplanation) -> dict[str, Any]:
    in_full = election.whole(explanation.place)
    project = election.projects[in_full]
    answer: dict[str, Any] = {
        "project": project.code,
        "name": project.name,
        "cost": money(election, election.costs[in_full]),
        "votes": explanation.votes,
        "score": explanation.score,
        "won": explanation.won,
        "votes_wanting": explanation.votes_wanting,
    }
    if len(election.sums[in_full]) > 1:
        # What it got; of one that did not win, the least that it could have got.
        answer["sum"] = money(election, election.costs[explanation.place])
    if explanation.barred_by is not None:
        [answer["barred_by"]] = codes(election, [explanation.barred_by])
    if explanation.money is None:
        return answer
    answer["supporters_money"] = money(election, explanation.money)
    answer["effective_support"] = round(explanation.effective_support or 0.0, 6)
    if explanation.most_paid is not None:
        answer["most_paid"] = money(election, explanation.most_paid)
    if explanation.lacked is not None:
        answer["lacked"] = money(election, explanation.lacked)
        answer["taken"] = [
            {
                "project": codes(election, [taking.place])[0],
                "money": money(election, taking.money),
            }
            for taking in explanation.taken
        ]
    return answer


def as_text(answer: dict[str, Any]) -> str:
    """The same for people: the rule, the winners, and a sentence for each project that lost."""
    lines = ["Rule"]
    lines += [f"  {name}: {_plain(setting)}" for name, setting in answer["rule"].items()]
    election = answer["election"]
    lines += [
        "",
        f"{len(answer['winners'])} of {many(election['projects'], 'project')} won and cost "
        f"{answer['cost']} of {election['budget']} {election['currency']}.".replace(" .", "."),
    ]
    by_rank = sorted((row for row in answer["projects"] if row["won"]), key=lambda row: row["won"])
    lines += map(_won, by_rank)
    lines += ["", "Not funded"]
    lines += [_lost(row) for row in answer["projects"] if not row["won"]]
    if answer["notes"]:
        lines += ["", "Notes", *(f"  {note}." for note in answer["notes"])]
    return "\n".join(lines)


def _won(row: dict[str, Any]) -> str:
    paid = f", at most {row['most_paid']} a supporter" if row.get("most_paid") else ""
    gets = row["cost"]
    if row.get("sum", gets) != gets:
        gets = f"{row['sum']} of {gets}"
    votes = many(row["votes"], "vote")
    return f"  {row['won']}. {row['project']} {row['name']}: {gets}, {votes}{paid}"


def _lost(row: dict[str, Any]) -> str:
    sentence = f"  {row['project']} {row['name']}: {row['cost']}, {many(row['votes'], 'vote')}"
    if "barred_by" in row:
        sentence += f"; shut out by {row['barred_by']}"
    elif "supporters_money" in row:
        sentence += f"; its supporters had {row['supporters_money']} when its turn came"
        if row["taken"]:
            first = ", ".join(taking["project"] for taking in row["taken"][:3])
            sentence += f", most of the rest having gone to {first}"
    if row["votes_wanting"] is not None:
        sentence += f"; enough with {many(row['votes_wanting'], 'more vote')}"
    return sentence + "."


def _plain(setting: Any) -> str:
    return ", ".join(map(str, setting)) or "none" if isinstance(setting, list) else str(setting)
