"""The count: from the box to a file that anybody can count again, and from it to winners."""

from __future__ import annotations

import hashlib
import shlex
from decimal import Decimal
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
from ..ways import sampling
from . import days, pots, sheet
from .closing import empty_box
from .pots import Shared

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
        Voting is not over; it was counted or stopped; a ballot on paper waits; nobody voted; the
        rule can't count it.
    """
    current = Round.objects.select_for_update().get(pk=budget_round.pk)
    if current.state == Round.State.COUNTED:
        raise Refused("This round is counted already.")
    if current.state == Round.State.STOPPED:
        raise Refused("This round was stopped. Nothing is counted.")
    empty_box(budget_round=current)
    sampling.lay_in(current)
    if not current.ballots.exists():
        raise Refused("Nobody voted, so there is nothing to count.")
    current.refresh_from_db()
    all_shared = pots.shared_out(current, sheet.on_ballot(current))
    try:
        counts = [_counted(current, shared) for shared in all_shared]
    except UnreadableFile as refusal:
        raise Refused(f"It can't be counted: {refusal}") from None
    if all_shared[0].pot is None:
        [(current.ballot_file, answer)] = counts
    else:
        current.ballot_file, answer = _together(current, all_shared, counts)
    current.count = answer
    current.state, current.counted_on = Round.State.COUNTED, timezone.localdate()
    current.save(update_fields=["ballot_file", "count", "state", "counted_on"])
    record("round counted", about=current, by=by, as_role=role_of(by), sha256=answer["sha256"])
    return current.winners


def _counted(budget_round: Round, shared: Shared) -> tuple[str, dict[str, Any]]:
    """(the public file with its winners, all that the count of it came to); the file is empty for a
    pot with too few ballots."""
    name = f"{shared.name}.pb"
    if shared.pot and shared.pot.ballots.count() < pots.FEWEST_BALLOTS:
        return "", {"winners": [], "cost": "0.00", "left": f"{shared.budget:.2f}"}
    written = writing.write(election_of(budget_round, shared))
    election = pabulib.read(written, name)
    rule = rules.suited(sheet.rule_of(budget_round, shared.projects), election, name)
    counted = counting.count(election, rule)
    content = writing.write(election, counted.funded)
    answer = report.everything(counted) | {
        "purses": purses.emptying(counted),
        "sha256": hashlib.sha256(content).hexdigest(),
        "sheet_sha256": budget_round.sheet_sha256,
        "command": command_of(budget_round, shared),
    }
    return content.decode(), answer


def _together(
    budget_round: Round, all_shared: list[Shared], counts: list[tuple[str, dict[str, Any]]]
) -> tuple[str, dict[str, Any]]:
    """(a list of the files of all pots with their digests, the counts of all of them)."""
    lines, areas = [], []
    for shared, (content, answer) in zip(all_shared, counts, strict=True):
        assert shared.pot is not None
        shared.pot.ballot_file = content
        shared.pot.save(update_fields=["ballot_file"])
        areas.append(
            {"area": shared.pot.code, "name": shared.title, "budget": f"{shared.budget:.2f}"}
            | answer
        )
        if content:
            lines.append(f"{answer['sha256']}  {shared.name}.pb\n")
    files = "".join(lines)
    cost = sum(Decimal(answer["cost"]) for _, answer in counts)
    return files, {
        "winners": [winner for _, answer in counts for winner in answer["winners"]],
        "cost": f"{cost:.2f}",
        "left": f"{budget_round.budget - cost:.2f}",
        "sha256": hashlib.sha256(files.encode()).hexdigest(),
        "sheet_sha256": budget_round.sheet_sha256,
        "areas": areas,
    }


def election_of(budget_round: Round, shared: Shared) -> elections.Election:
    """A pot, or a round that is one, with its ballots. A project that was taken off is on none of
    them."""
    projects = shared.projects
    places = {project.number: place for place, project in enumerate(projects)}
    rows: list[tuple[int, int, int]] = []
    kept_in = budget_round.ballots.filter(pot=shared.pot)
    ballots = list(kept_in.values_list("choices", flat=True))
    is_ranked = budget_round.ballot_form == Round.Form.RANKING
    for ballot, choices in enumerate(ballots):
        on_ballot = [(count, places[number]) for number, count in choices if number in places]
        named = sorted(on_ballot) if is_ranked else on_ballot
        for at, (count, place) in enumerate(named):
            rows.append((ballot, place, at if is_ranked else count))
    voter, project, points = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return elections.Election(
        projects=[
            elections.BallotProject(
                str(choosable.number),
                choosable.cost or sheet.NOTHING,
                choosable.title,
                extra=_of(choosable),
            )
            for choosable in projects
        ],
        budget=shared.budget,
        kind=KINDS[Round.Form(budget_round.ballot_form)],
        voters=len(ballots),
        voter=voter,
        project=project,
        points=points,
        meta=_meta(budget_round, shared),
    )


def _of(project: Project) -> dict[str, str]:
    return {"neighborhood": project.area.name} if project.area else {}


def _meta(budget_round: Round, shared: Shared) -> dict[str, str]:
    first, last = days.first_day(budget_round.opens_at), days.last_day(budget_round.closes_at)
    assert first is not None
    assert last is not None
    meta = {
        "description": budget_round.title,
        "country": "United Kingdom",
        "unit": Town.objects.get().name,
        "instance": str(last.year),
        "rule": _named(budget_round, shared.projects),
        "date_begin": f"{first:%d.%m.%Y}",
        "date_end": f"{max(first, last):%d.%m.%Y}",
        "min_length": str(budget_round.least),
        "max_length": str(budget_round.most or len(shared.projects)),
        "language": "en",
        "currency": "GBP",
        "comment": f"#1: Rule sheet, SHA-256 {budget_round.sheet_sha256}",
    }
    if shared.pot:
        meta["subunit"] = shared.title
    if budget_round.projects.filter(withdrawn_on__isnull=False).exists():
        # Ballots may name fewer than they had to, as one of theirs was taken off.
        del meta["min_length"]
    match budget_round.ballot_form:
        case Round.Form.KNAPSACK:
            meta["max_sum_cost"] = f"{shared.budget:.2f}"
        case Round.Form.POINTS:
            meta["max_sum_points"] = str(budget_round.points)
    if budget_round.rule == rules.THRESHOLD:
        meta["min_project_score_threshold"] = str(budget_round.threshold)
    return meta


def _named(budget_round: Round, projects: list[Project]) -> str:
    """What the format calls the rule; for one that it has no name for, that it is not known. The
    command says all of it."""
    if any(project.sums for project in projects):
        return "unknown"
    if budget_round.rule != rules.SHARES:
        return "unknown" if budget_round.rule == rules.PHRAGMEN else budget_round.rule
    is_named = budget_round.satisfaction == Round.Satisfaction.COST
    if not is_named or budget_round.completion not in (Completion.NONE, Completion.ADD1):
        return "unknown"
    steps = "/add1" if budget_round.completion == Completion.ADD1 else ""
    return f"equalshares{steps}{'-comparison' if budget_round.compares else ''}"


def command_of(budget_round: Round, shared: Shared) -> str:
    """The one line that counts the public file again."""
    rule = sheet.rule_of(budget_round, shared.projects)
    arguments = ["localwealth", "ballots", "count", f"{shared.name}.pb", "--rule", rule.kind]
    arguments += ["--satisfaction", rule.satisfaction]
    if rule.kind == rules.SHARES:
        arguments += ["--completion", rule.completion, "--step", str(rule.step)]
        arguments += ["--comparison", rule.comparison]
    arguments += ["--tie", ",".join(rule.ties)]
    if rule.exclusive:
        arguments += ["--exclusive", f"{shared.name}-groups.txt"]
    if rule.lesser:
        arguments += ["--lesser", f"{shared.name}-sums.txt"]
    return shlex.join([*arguments, "--json"])
