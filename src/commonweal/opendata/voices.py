"""Rows of consultations and of budgets that people decide: what their public pages show, no more.

Of answers nothing stands here before the last day, of ballots nothing before the count.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from commonweal.voice.consultations import access, results
from commonweal.voice.models import Consultation, Phase, Project, Round
from commonweal.voice.proposals import reads as proposal_reads
from commonweal.voice.rounds import reads

from .exports import Column

Row = dict[str, Any]


def _of(name: str, about: str, method: str = "") -> Column:
    return Column(name, about, lambda row: row[name], method)


CONSULTATIONS = [
    _of("code", "Code of the consultation"),
    _of("title", "What it is called"),
    _of("about", "What it is about"),
    _of("can_change", "What can still change"),
    _of("cannot_change", "What is settled"),
    _of("who_decides", "Who decides"),
    _of("takes_proposals", "Whether people can make proposals"),
    _of("opens_on", "First day"),
    _of("closes_on", "Last day"),
    _of("decides_on", "By when it is decided"),
    _of("phase", "coming, open, considering or answered, today"),
    _of("residents", "Answers of residents, once it is over; empty from 1 to 4"),
    _of("enterprises", "Answers of local enterprises, likewise; never to be added"),
    _of("outcome", "What was decided, and why"),
    _of("decided_on", "When it was decided"),
    _of("answered_on", "When the answer was published"),
]
RESULTS = [
    _of("consultation", "Code of the consultation"),
    _of("who", "resident or enterprise; never to be added"),
    _of("question", "What was asked; empty for all answers, “Channel” for how they came"),
    _of("answer", "The answer"),
    _of("count", "How many gave it; empty where it is held back", "consultations"),
    _of("of", "Of how many answers of that voice"),
]
PROPOSALS = [
    _of("code", "Code of the proposal"),
    _of("consultation", "Code of the consultation"),
    _of("title", "What is proposed"),
    _of("words", "Why, in its author's words"),
    _of("who", "resident or enterprise"),
    _of("made_on", "When it was sent"),
    _of("outcome", "accepted, merged, declined; empty until it is answered"),
    _of("answer", "The written answer"),
    _of("answered_on", "When it was answered"),
    _of("merged_into", "Code of the proposal that it was merged into"),
    _of("leads_to", "Addresses of what is done about it"),
]
ROUNDS = [
    _of("code", "Code of the round"),
    _of("title", "What it is called"),
    _of("budget_gbp", "Pounds to share out"),
    _of("state", "ideas, checking, sealed, closed, counted or stopped"),
    _of("opens_at", "When voting opens; empty before the rule sheet is published, like the rest"),
    _of("closes_at", "When it closes, also where that was moved since"),
    _of("ballot_form", "approval, knapsack, ranking or points"),
    _of("rule", "By which rule winners are found"),
    _of("sheet", "Address of the rule sheet"),
    _of("sheet_sha256", "SHA-256 of the rule sheet"),
    _of("receipts", "Ballots put in, where the sheet or the close makes them public"),
    _of("counted_on", "When it was counted; empty before, like the rest"),
    _of("winners", "Numbers of the projects that won, in their order"),
    _of("cost_gbp", "What they get in all"),
    _of("ballots", "Address of every ballot (Pabulib), or of the list of such files by area"),
    _of("ballots_sha256", "SHA-256 of that file"),
]
PROJECTS = [
    _of("round", "Code of the round"),
    _of("project", "Its number, also in the file of ballots"),
    _of("title", "What is to be done"),
    _of("words", "Why, and for whom"),
    _of("area", "Code of the area; empty for the whole town"),
    _of("proposed_by", "resident, enterprise or council"),
    _of("state", "on or off the ballot"),
    _of("cost_gbp", "What it costs"),
    _of("lesser_sums_gbp", "Sums that it may get instead, the largest first"),
    _of("group", "Of projects of one round with one name here, one can win"),
    _of("withdrawn_on", "When it was taken off the ballot in an emergency"),
    _of("votes", "Ballots that name it, once they are counted"),
    _of("won", "Its rank among the winners of its money; empty for none"),
    _of("gets_gbp", "What a winner gets"),
    _of("action", "Code of the action that it became"),
]


def _public() -> list[tuple[Consultation, Phase]]:
    today = timezone.localdate()
    every = access.public().order_by("opens_on", "id")
    return [(consultation, consultation.phase(today)) for consultation in every]


OVER = (Phase.CONSIDERING, Phase.ANSWERED)


def consultations() -> Iterator[Row]:
    for consultation, phase in _public():
        row: Row = {
            column.name: getattr(consultation, column.name, None) for column in CONSULTATIONS
        }
        totals: list[int | None] = [None, None]
        if phase in OVER:
            totals = [voice.total for voice in results.results_of(consultation)]
        yield row | {"phase": str(phase), "residents": totals[0], "enterprises": totals[1]}


def consultation_results() -> Iterator[Row]:
    for consultation, phase in _public():
        if phase in OVER:
            yield from results.rows(consultation)


def proposals() -> Iterator[Row]:
    for consultation, _ in _public():
        yield from proposal_reads.rows(consultation)


def _address(name: str, budget_round: Round) -> str:
    return f"{settings.ADDRESS}{reverse(name, args=[budget_round.code])}"


def budget_rounds() -> Iterator[Row]:
    for budget_round in Round.objects.order_by("id"):
        row: Row = dict.fromkeys((column.name for column in ROUNDS), "")
        row |= {
            "code": budget_round.code,
            "title": budget_round.title,
            "budget_gbp": budget_round.budget,
            "state": budget_round.state,
        }
        if budget_round.sheet:
            row |= _of_sheet(budget_round)
        if budget_round.is_counted:
            row |= _of_count(budget_round)
        yield row


def _of_sheet(budget_round: Round) -> Row:
    names = ("opens_at", "closes_at", "ballot_form", "rule", "sheet_sha256")
    return {name: getattr(budget_round, name) for name in names} | {
        "sheet": _address("budget-sheet", budget_round),
        "receipts": reads.receipts_shown(budget_round),
    }


def _of_count(budget_round: Round) -> Row:
    count = budget_round.count or {}
    return {
        "counted_on": budget_round.counted_on,
        "winners": " ".join(count["winners"]),
        "cost_gbp": count["cost"],
        "ballots": _address("budget-ballots", budget_round),
        "ballots_sha256": count["sha256"],
    }


def budget_projects() -> Iterator[Row]:
    for budget_round in Round.objects.order_by("id"):
        of_town = budget_round.count or {}
        counts = of_town.get("areas", [of_town])
        counted = {row["project"]: row for count in counts for row in count.get("projects", ())}
        for project in reads.projects_shown(budget_round):
            yield _project(project, counted.get(project.code_in_files, {}))


def _project(project: Project, counted: Row) -> Row:
    won = counted.get("won")
    return {
        "round": project.round.code,
        "project": project.number,
        "title": project.title,
        "words": project.words,
        "area": project.area.code if project.area else "",
        "proposed_by": project.proposed_by,
        "state": project.state,
        "cost_gbp": project.cost,
        "lesser_sums_gbp": " ".join(project.lesser_sums or ()),
        "group": project.group,
        "withdrawn_on": project.withdrawn_on,
        "votes": counted.get("votes"),
        "won": won,
        "gets_gbp": counted.get("sum", counted.get("cost")) if won else None,
        "action": project.action.code if project.action else "",
    }
