"""A ballot of their own for enterprises: a round beside that of residents, never added to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.words import many
from commonweal.office.errors import Refused

from ..access import role_of
from ..models import EnterpriseBallot, Project, Round
from ..rounds import drafting
from ..rounds.guards import changes_the_sheet

# Of enterprises it must be said anew who may vote, and where their addresses come from.
OF_RESIDENTS = {"title", "budget", "who_may_vote", "addresses_from", "addresses_ground"}


@changes_the_sheet
def give_a_ballot(
    *,
    budget_round: Round,
    budget: Decimal | None,
    percent: int | None,
    projects: list[Project],
    answers: dict[str, Any],
    by: Person | None,
) -> Round:
    """Give enterprises a ballot of their own beside a draft for residents: with a sum of their own,
    or with a part of this one's, which is taken from it. Projects go to one of the two, so that
    none is paid for twice. ``answers`` say who may vote, and where addresses come from.

    Raises
    ------
    Refused
        The sheet is published; ideas are still collected or unanswered; there is such a ballot, or
        this is one; neither a sum nor a part is named, or both; a project is of another round; the
        title leaves no room for theirs.
    """
    _must_be_ready(budget_round, budget, percent, projects)
    money = budget or EnterpriseBallot.part_of(budget_round.budget, percent or 0)
    shared = {name: getattr(budget_round, name) for name in Round.SHEET if name not in OF_RESIDENTS}
    title = _title_of(budget_round)
    theirs = drafting.begin(answers=shared | answers | {"title": title, "budget": money}, by=by)
    drafting.close_ideas(budget_round=theirs, by=by)
    EnterpriseBallot.objects.create(residents=budget_round, enterprises=theirs, percent=percent)
    Project.objects.filter(pk__in=[project.pk for project in projects]).update(round=theirs)
    if percent:
        budget_round.budget -= money
        budget_round.save(update_fields=["budget"])
    record(
        "ballot of enterprises begun",
        about=budget_round,
        by=by,
        as_role=role_of(by),
        projects=len(projects),
    )
    return Round.objects.get(pk=theirs.pk)


def _title_of(budget_round: Round) -> str:
    title = f"{budget_round.title}: enterprises"
    most = Round._meta.get_field("title").max_length or 0
    if len(title) > most:
        raise Refused(
            f"Shorten the title of this round by {many(len(title) - most, 'letter')} first: the "
            "ballot of enterprises is called after it."
        )
    return title


def _must_be_ready(
    budget_round: Round, budget: Decimal | None, percent: int | None, projects: list[Project]
) -> None:
    if budget_round.state != Round.State.CHECKING:
        raise Refused("End the collecting of ideas first: then it is known what there is.")
    if EnterpriseBallot.of(budget_round) is not None:
        raise Refused("Residents and enterprises have a ballot each already.")
    if (budget is None) == (percent is None):
        raise Refused("Name a sum of their own, or a part of this one's money: one of the two.")
    if percent is not None and not 1 <= percent <= 99:
        raise Refused("A part is from 1 to 99 in a hundred.")
    if any(project.round_id != budget_round.pk for project in projects):
        raise Refused("Choose among the projects of this round.")
    if any(project.state == Project.State.IDEA for project in projects):
        raise Refused("Answer an idea before it goes onto a ballot.")
