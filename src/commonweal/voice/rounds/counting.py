"""The count: from the box to a file that anybody can count again, and from it to winners."""

from __future__ import annotations

import hashlib
import shlex
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.places.models import Town
from localwealth.ballots import counting, elections, pabulib, purses, report, rules, writing
from localwealth.errors import UnreadableFile

from ..access import role_of
from ..models import Project, Round
from . import days, sheet
from .closing import empty_box

Completion = Round.Completion
KINDS = {
    Round.Form.APPROVAL: elections.APPROVAL,
    Round.Form.KNAPSACK: elections.APPROVAL,
    Round.Form.RANKING: elections.RANKING,
    Round.Form.POINTS: elections.POINTS,
}


@transaction.atomic
def count(*, budget_round: Round, by: Person | None) -> list[str]:
    """Count a round by its rule sheet and publish what came of it; returns the winners' codes.

    What is counted is the file that is published, read anew: who counts that file counts the same.

    Raises
    ------
    Refused
        Voting is not over; it was counted or stopped; nobody voted; the rule can't count it.
    """
    current = Round.objects.select_for_update().get(pk=budget_round.pk)
    if current.state == Round.State.COUNTED:
        raise Refused("This round is counted already.")
    if current.state == Round.State.STOPPED:
        raise Refused("This round was stopped. Nothing is counted.")
    if not empty_box(budget_round=current):
        raise Refused("Nobody voted, so there is nothing to count.")
    current.refresh_from_db()
    projects = sheet.on_ballot(current)
    try:
        content, answer = _counted(current, projects)
    except UnreadableFile as refusal:
        raise Refused(f"It can't be counted: {refusal}") from None
    current.ballot_file, current.count = content.decode(), answer
    current.state, current.counted_on = Round.State.COUNTED, timezone.localdate()
    current.save(update_fields=["ballot_file", "count", "state", "counted_on"])
    record("round counted", about=current, by=by, as_role=role_of(by), sha256=answer["sha256"])
    return current.winners


def _counted(budget_round: Round, projects: list[Project]) -> tuple[bytes, dict[str, Any]]:
    """(the public file with its winners, all that the count of it came to)."""
    name = f"{budget_round.code}.pb"
    election = pabulib.read(writing.write(election_of(budget_round, projects)), name)
    rule = rules.suited(sheet.rule_of(budget_round, projects), election, name)
    counted = counting.count(election, rule)
    content = writing.write(election, counted.winners)
    answer = report.everything(counted) | {
        "purses": purses.emptying(counted),
        "sha256": hashlib.sha256(content).hexdigest(),
        "sheet_sha256": budget_round.sheet_sha256,
        "command": command_of(budget_round, projects),
    }
    return content, answer


def election_of(budget_round: Round, projects: list[Project]) -> elections.Election:
    """A round with its ballots. A project that was taken off is on none of them."""
    places = {project.number: place for place, project in enumerate(projects)}
    rows: list[tuple[int, int, int]] = []
    ballots = list(budget_round.ballots.values_list("choices", flat=True))
    is_ranked = budget_round.ballot_form == Round.Form.RANKING
    for ballot, choices in enumerate(ballots):
        kept = [(given, places[number]) for number, given in choices if number in places]
        named = sorted(kept) if is_ranked else kept
        for at, (given, place) in enumerate(named):
            rows.append((ballot, place, at if is_ranked else given))
    voter, project, points = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return elections.Election(
        projects=[
            elections.Project(str(one.number), one.cost or sheet.NOTHING, one.title, extra=_of(one))
            for one in projects
        ],
        budget=budget_round.budget,
        kind=KINDS[Round.Form(budget_round.ballot_form)],
        voters=len(ballots),
        voter=voter,
        project=project,
        points=points,
        meta=_meta(budget_round, len(projects)),
    )


def _of(project: Project) -> dict[str, str]:
    return {"neighborhood": project.area.name} if project.area else {}


def _meta(budget_round: Round, count: int) -> dict[str, str]:
    first, last = days.first_day(budget_round.opens_at), days.last_day(budget_round.closes_at)
    assert first is not None
    assert last is not None
    meta = {
        "description": budget_round.title,
        "country": "United Kingdom",
        "unit": Town.objects.get().name,
        "instance": str(last.year),
        "rule": _named(budget_round),
        "date_begin": f"{first:%d.%m.%Y}",
        "date_end": f"{max(first, last):%d.%m.%Y}",
        "min_length": str(budget_round.least),
        "max_length": str(budget_round.most or count),
        "language": "en",
        "currency": "GBP",
        "comment": f"#1: Rule sheet, SHA-256 {budget_round.sheet_sha256}",
    }
    if budget_round.projects.filter(withdrawn_on__isnull=False).exists():
        # Ballots may name fewer than they had to, as one of theirs was taken off.
        del meta["min_length"]
    match budget_round.ballot_form:
        case Round.Form.KNAPSACK:
            meta["max_sum_cost"] = f"{budget_round.budget:.2f}"
        case Round.Form.POINTS:
            meta["max_sum_points"] = str(budget_round.points)
    if budget_round.rule == rules.THRESHOLD:
        meta["min_project_score_threshold"] = str(budget_round.threshold)
    return meta


def _named(budget_round: Round) -> str:
    """What the format calls the rule; for one that it has no name for, that it is not known. The
    command says all of it."""
    if budget_round.rule != rules.SHARES:
        return "unknown" if budget_round.rule == rules.PHRAGMEN else budget_round.rule
    is_named = budget_round.satisfaction == Round.Satisfaction.COST
    if not is_named or budget_round.completion not in (Completion.NONE, Completion.ADD1):
        return "unknown"
    steps = "/add1" if budget_round.completion == Completion.ADD1 else ""
    return f"equalshares{steps}{'-comparison' if budget_round.compares else ''}"


def command_of(budget_round: Round, projects: list[Project]) -> str:
    """The one line that counts the public file again."""
    rule = sheet.rule_of(budget_round, projects)
    words = ["localwealth", "ballots", "count", f"{budget_round.code}.pb", "--rule", rule.kind]
    words += ["--satisfaction", rule.satisfaction]
    if rule.kind == rules.SHARES:
        words += ["--completion", rule.completion, "--step", str(rule.step)]
        words += ["--comparison", rule.comparison]
    words += ["--tie", ",".join(rule.ties)]
    if rule.exclusive:
        words += ["--exclusive", f"{budget_round.code}-groups.txt"]
    return shlex.join([*words, "--json"])
