"""Winners go into the programme, as actions whose milestones anybody can follow."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.programme import actions as programme
from commonweal.programme.models import Action

from ..access import role_of
from ..models import Project, Round


@transaction.atomic
def deliver(
    *,
    budget_round: Round,
    number: int,
    owner_title: str,
    due_on: date,
    milestones: list[tuple[str, date | None]],
    by: Person,
) -> Action:
    """Make a winner an action of the programme.

    Raises
    ------
    Refused
        The round is not counted; the project did not win, or is an action already; no milestone
        is named, or one lies after the end.
    """
    project = Project.objects.select_for_update(of=("self",)).get(round=budget_round, number=number)
    if str(number) not in budget_round.winners:
        raise Refused("Only what won in a counted round becomes an action.")
    if project.action_id is not None:
        raise Refused("It is an action of the programme already.")
    if not milestones:
        raise Refused("Name one milestone at least: by it anybody sees how far it has come.")
    action = programme.add(
        wanted=programme.PlannedAction(
            title=project.title,
            description=f"{project.words}\n\nDecided by those who voted in {budget_round.title}.",
            owner_title=owner_title,
            due_on=due_on,
        ),
        author=Actor(by, role_of(by)),
        milestones=milestones,
    )
    project.action = action
    project.save(update_fields=["action"])
    record("winner made an action", about=budget_round, by=by, as_role=role_of(by), project=number)
    return action
