"""The rule sheet: what stands in it, its bytes and digest, and what is wrong with a draft."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from localwealth.ballots.rules import PHRAGMEN, SHARES, STOPS, THRESHOLD, Rule, ties_of
from localwealth.errors import UnreadableFile

from ..models import EnterpriseBallot, Project, Round
from . import pots

Form, Satisfaction = Round.Form, Round.Satisfaction
# What a kind of ballot lets a project be worth to whoever named it.
WORTH = {
    Form.APPROVAL: {Satisfaction.COST, Satisfaction.CARDINALITY},
    Form.KNAPSACK: {Satisfaction.COST, Satisfaction.CARDINALITY},
    Form.RANKING: {Satisfaction.COST, Satisfaction.CARDINALITY, Satisfaction.BORDA},
    Form.POINTS: {Satisfaction.COST, Satisfaction.CARDINALITY, Satisfaction.POINTS},
}
MUST_BE_SAID = {
    "who_decides": "Say who decides in the end.",
    "who_may_vote": "Say who may vote.",
    "addresses_from": "Say from which register the addresses of letters come.",
    "addresses_ground": "Say on what legal ground that register may be used for letters.",
    "election": "Name the next election, or say that there is none before the count.",
}
NOTHING = Decimal(0)
FIRST_STANDS = (
    "The one that comes first stands. One that was put in online can be changed online until the "
    "close; one on paper can't be changed."
)


def rule_of(budget_round: Round, projects: list[Project]) -> Rule:
    """The rule as the count takes it.

    Raises
    ------
    UnreadableFile
        The order of ties can't be read.
    """
    return Rule(
        kind=budget_round.rule,
        satisfaction=budget_round.satisfaction,
        completion=budget_round.completion if budget_round.rule == SHARES else "none",
        step=budget_round.step,
        comparison="count" if budget_round.compares and budget_round.rule == SHARES else "none",
        ties=ties_of(budget_round.ties),
        threshold=budget_round.threshold,
        exclusive=groups_of(projects),
        lesser=tuple(
            (project.code_in_files, tuple(project.sums)) for project in projects if project.sums
        ),
    )


def groups_of(projects: list[Project]) -> tuple[tuple[str, ...], ...]:
    """Codes of projects of which one can win, a tuple a group."""
    groups: dict[str, list[str]] = {}
    for project in projects:
        if project.group:
            groups.setdefault(project.group, []).append(str(project.number))
    return tuple(tuple(codes) for codes in groups.values() if len(codes) > 1)


def on_ballot(budget_round: Round) -> list[Project]:
    """What can be voted for, in the order of the ballot."""
    return list(
        budget_round.projects.filter(state=Project.State.ON, withdrawn_on=None)
        .select_related("area")
        .order_by("number")
    )


def sheet_of(budget_round: Round, projects: list[Project]) -> dict[str, Any]:
    """Everything that decides what comes of a round, ready for JSON. Money is text."""
    rule = rule_of(budget_round, projects).as_dict()
    rule["stop"] = STOPS[rule.get("completion", "none")]
    split = [
        {"area": shared.title, "budget": f"{shared.budget:.2f}"}
        for shared in pots.shared_out(budget_round, projects)
        if shared.pot
    ]
    by_area = {"areas": split, "fewest_ballots_counted": pots.FEWEST_BALLOTS} if split else {}
    pair = EnterpriseBallot.of(budget_round)
    return by_area | {
        "round": budget_round.code,
        "title": budget_round.title,
        "words": budget_round.words,
        "budget": f"{budget_round.budget:.2f}",
        "currency": "GBP",
        "rule": rule,
        "ballot": {
            "form": budget_round.ballot_form,
            "least": budget_round.least,
            "most": budget_round.most,
            "points": budget_round.points,
        },
        "who_decides": budget_round.who_decides,
        "binding": budget_round.is_binding,
        "who_may_vote": budget_round.who_may_vote,
        "addresses_from": budget_round.addresses_from,
        "addresses_legal_ground": budget_round.addresses_ground,
        "number_of_receipts_public_while_open": budget_round.tells_receipts,
        "ways_to_vote": _ways(budget_round),
        "other_ballot": pair.as_sheet(budget_round) if pair else None,
        "opens_at": _moment(budget_round.opens_at),
        "closes_at": _moment(budget_round.closes_at),
        "next_election": {
            "name": budget_round.election,
            "quiet_from": _day(budget_round.quiet_from_on),
            "quiet_to": _day(budget_round.quiet_to_on),
        },
        "projects": [_project(project) for project in projects],
    }


def _ways(budget_round: Round) -> dict[str, Any]:
    return {
        "paper": bool(budget_round.takes_paper),
        "telephone": bool(budget_round.takes_telephone),
        "online_and_on_paper_by_one_code": FIRST_STANDS,
    }


def _moment(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat() if moment else None


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def _project(project: Project) -> dict[str, Any]:
    sums = {"lesser_sums": [f"{lesser:.2f}" for lesser in project.sums]} if project.sums else {}
    return sums | {
        "project": str(project.number),
        "title": project.title,
        "words": project.words,
        "area": project.area.name if project.area else "",
        "proposed_by": project.proposed_by,
        "cost": f"{project.cost:.2f}",
        "one_of": project.group,
    }


def written(sheet: dict[str, Any]) -> tuple[str, str]:
    """(the sheet as text, the SHA-256 of its bytes)."""
    text = json.dumps(sheet, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    return text, hashlib.sha256(text.encode()).hexdigest()


def faults_of(budget_round: Round, projects: list[Project], now: datetime) -> list[str]:
    """A sentence for each thing that keeps a draft from being published."""
    return [
        *(fault for name, fault in MUST_BE_SAID.items() if not getattr(budget_round, name).strip()),
        *_of_rule(budget_round),
        *_of_ballot(budget_round, len(projects)),
        *_of_days(budget_round, now),
        *_of_projects(budget_round, projects),
        *pots.faults_of(budget_round, projects),
        *_of_pair(budget_round),
    ]


def _of_pair(budget_round: Round) -> Iterator[str]:
    pair = EnterpriseBallot.of(budget_round)
    if pair and not pair.is_split_as_said:
        yield f"Enterprises have no longer {pair.percent}% of the money of both ballots."


def _of_rule(budget_round: Round) -> Iterator[str]:
    try:
        ties = ties_of(budget_round.ties)
    except UnreadableFile:
        yield "Ties: write cheaper, votes or lot:NUMBER, with commas between them."
        return
    # A published file lists projects by their score, so "as listed" would be no order of before.
    if not ties[-1].startswith("lot:") or "listed" in ties:
        yield "Ties must end with lot:NUMBER: cost and votes may be equal too."
    if budget_round.satisfaction not in WORTH[Form(budget_round.ballot_form)]:
        yield "This kind of ballot does not give what a project is worth by. Choose another."
    if budget_round.rule == PHRAGMEN and any(project.sums for project in on_ballot(budget_round)):
        yield "Phragmén's rule funds a project in full or not: take out the lesser sums."
    if budget_round.rule == THRESHOLD and not budget_round.threshold:
        yield "Say how many votes a project needs at least."


def _of_ballot(budget_round: Round, count: int) -> Iterator[str]:
    if budget_round.least < 1 or budget_round.least > count:
        yield "The least number of projects on a ballot must be from 1 to as many as there are."
    if budget_round.most is not None and budget_round.most < budget_round.least:
        yield "The greatest number of projects on a ballot is smaller than the least."
    if budget_round.ballot_form == Form.RANKING and budget_round.least != budget_round.most:
        # Else a first place on a short ballot could be read as worth less than one on a long.
        yield "In a ranking everybody names as many projects: set the least and the most alike."
    if budget_round.ballot_form == Form.POINTS and not budget_round.points:
        yield "Say how many points a voter shares out."


def _of_days(budget_round: Round, now: datetime) -> Iterator[str]:
    opens_at, closes_at = budget_round.opens_at, budget_round.closes_at
    if opens_at is None or closes_at is None:
        yield "Say when voting opens and when it closes."
        return
    if closes_at <= opens_at:
        yield "Voting must close after it opens."
    if opens_at <= now:
        yield "Voting must open after the sheet is published. Choose a later day."
    yield from _of_quiet_days(budget_round, opens_at, closes_at)


def _of_quiet_days(budget_round: Round, opens_at: datetime, closes_at: datetime) -> Iterator[str]:
    first, last = budget_round.quiet_from_on, budget_round.quiet_to_on
    if (first is None) != (last is None):
        yield "Say the first and the last day of the pre-election period, or neither."
    elif first and last:
        if last < first:
            yield "The pre-election period ends before it begins."
        if timezone.localdate(opens_at) <= last and timezone.localdate(closes_at) >= first:
            yield "Voting would fall into the pre-election period. Choose other days."


def _of_projects(budget_round: Round, projects: list[Project]) -> Iterator[str]:
    waiting = budget_round.projects.filter(state=Project.State.IDEA).count()
    if waiting:
        yield f"Ideas that nobody has checked: {waiting}. Each is answered before voting."
    if len(projects) < 2:
        yield "A vote needs two projects at least."
    yield from _of_costs(budget_round, projects)


def _of_costs(budget_round: Round, projects: list[Project]) -> Iterator[str]:
    costly = [project.title for project in projects if (project.cost or 0) > budget_round.budget]
    if costly:
        yield f"More than there is to spend would go on {costly[0]} alone."
    needed = sorted(project.cost or 0 for project in projects)[: budget_round.least]
    if budget_round.ballot_form == Form.KNAPSACK and sum(needed) > budget_round.budget:
        yield "The least number of projects on a ballot would cost more than there is."
