"""Changes of a published round: one person asks, another agrees, everybody is told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from ..access import role_of
from ..models import Emergency, OpenBallot, Project, Round
from . import pots, sheet

Kind, State = Emergency.Kind, Round.State


def _must_be_sealed(budget_round: Round) -> Round:
    """The round, locked; only one that is published and not counted has emergencies."""
    current = Round.objects.select_for_update().get(pk=budget_round.pk)
    if current.state != State.SEALED or current.has_closed(timezone.now()):
        raise Refused("Only a round whose sheet is published and that is not over is changed so.")
    return current


def _check(
    budget_round: Round, kind: str, closes_at: datetime | None, project: Project | None
) -> None:
    planned = budget_round.closes_at
    if kind == Kind.LATER and not (closes_at and planned and closes_at > planned):
        raise Refused("Say until when: it must be later than now planned.")
    if kind != Kind.WITHDRAW:
        return
    if project is None or not _is_on_ballot(project, budget_round):
        raise Refused("Say which project of the ballot is taken off.")
    if _left(budget_round, project) < max(2, budget_round.least):
        raise Refused("Too few projects would be left for a ballot. Stop the round instead.")


def _is_on_ballot(project: Project, budget_round: Round) -> bool:
    is_on = project.state == Project.State.ON and not project.withdrawn_on
    return is_on and project.round_id == budget_round.pk


def _left(budget_round: Round, project: Project) -> int:
    """How many projects ask for the same money once one is taken off."""
    return next(
        len(shared.projects) - 1
        for shared in pots.shared_out(budget_round, sheet.on_ballot(budget_round))
        if project.number in shared.numbers
    )


@transaction.atomic
def ask(
    *,
    budget_round: Round,
    kind: str,
    notice: str,
    closes_at: datetime | None,
    project: Project | None,
    by: Person,
) -> Emergency:
    """Ask for an emergency change. Nothing changes until a second person agrees.

    Raises
    ------
    Refused
        The round is not published or is over; what is asked for can't be.
    """
    current = _must_be_sealed(budget_round)
    _check(current, kind, closes_at, project)
    emergency = Emergency.objects.create(
        round=current,
        kind=kind,
        notice=notice,
        closes_at=closes_at if kind == Kind.LATER else None,
        project=project if kind == Kind.WITHDRAW else None,
        asked_by=by,
    )
    record("emergency change asked for", about=current, by=by, as_role=role_of(by), kind=kind)
    return emergency


@transaction.atomic
def agree(*, emergency: Emergency, by: Person) -> None:
    """Make an emergency change that somebody else asked for; its notice is public at once.

    Raises
    ------
    Refused
        The same person asked for it; it was made; the round is over, or changed since.
    """
    current = _must_be_sealed(emergency.round)
    emergency = Emergency.objects.select_for_update(of=("self",)).get(pk=emergency.pk)
    if emergency.asked_by_id == by.pk:
        raise Refused("You asked for it. A second person must agree.")
    if emergency.agreed_on is not None:
        raise Refused("This change was made already.")
    _check(current, emergency.kind, emergency.closes_at, emergency.project)
    emergency.agreed_by, emergency.agreed_on = by, timezone.localdate()
    emergency.save(update_fields=["agreed_by", "agreed_on"])
    _make(current, emergency)
    record("emergency change made", about=current, by=by, as_role=role_of(by), kind=emergency.kind)


def _make(budget_round: Round, emergency: Emergency) -> None:
    if emergency.kind == Kind.LATER:
        budget_round.closes_at = emergency.closes_at
        budget_round.save(update_fields=["closes_at"])
    elif emergency.kind == Kind.WITHDRAW:
        assert emergency.project is not None
        emergency.project.withdrawn_on = timezone.localdate()
        emergency.project.save(update_fields=["withdrawn_on"])
    else:
        # Nobody counts them, so nobody needs to keep them.
        OpenBallot.objects.filter(round=budget_round).delete()
        budget_round.state = State.STOPPED
        budget_round.save(update_fields=["state"])
