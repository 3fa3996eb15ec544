"""You asked, we said, we did: what an accepted proposal led to, and that its author is told."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.asks.models import Ask
from commonweal.office.errors import Refused
from commonweal.pledges.models import Pledge
from commonweal.pledges.standings import Standing as PledgeStanding
from commonweal.programme.models import Action
from commonweal.programme.reads import whole_action
from commonweal.programme.status import Status

from ..access import role_of
from ..models import Proposal, Tie
from .reading import tell

KEPT = {PledgeStanding.MET, PledgeStanding.LOWERED}


@transaction.atomic
def tie(
    *,
    proposal: Proposal,
    by: Person,
    action: Action | None = None,
    ask: Ask | None = None,
    pledge: Pledge | None = None,
) -> Tie:
    """Say what is done about an accepted proposal: one action, ask or pledge.

    Raises
    ------
    Refused
        It is not accepted, not one thing is named, it is not public, or it is tied to it already.
    """
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.outcome != Proposal.Outcome.ACCEPTED:
        raise Refused("Only an accepted proposal leads to something.")
    named: dict[str, Any] = {"action": action, "ask": ask, "pledge": pledge}
    named = {name: thing for name, thing in named.items() if thing is not None}
    if len(named) != 1:
        raise Refused("Choose one action, ask or pledge.")
    if ask is not None and ask.state == Ask.State.DRAFT:
        raise Refused("This ask is not published yet.")
    if pledge is not None and pledge.accepted_on is None:
        raise Refused("This pledge is not in the register yet.")
    if proposal.ties.filter(**named).exists():
        raise Refused("It leads there already.")
    new_tie = Tie.objects.create(proposal=proposal, tied_by=by, **named)
    record("proposal tied", about=proposal, by=by, as_role=role_of(by), to=str(*named))
    return new_tie


def is_done(tie: Tie, today: date) -> bool:
    """Whether what a proposal led to is done: every milestone of the action; the pledge verified
    as met; the ask closed with all of it drawn from what partners offered."""
    if tie.action is not None:
        action = whole_action(tie.action.code, today)
        return action is not None and action.line.status == Status.DONE
    if tie.pledge is not None:
        return tie.pledge.standing in KEPT
    assert tie.ask is not None
    drawn = sum(draw.quantity for answer in tie.ask.answers.all() for draw in answer.draws.all())
    return tie.ask.state == Ask.State.CLOSED and drawn >= tie.ask.quantity


def tell_authors(today: date) -> int:
    """Mark what is done by a day, and tell each author once; how many were newly done."""
    waiting = Tie.objects.filter(done_on=None).select_related("action", "ask", "pledge")
    return sum(_mark(tie, today) for tie in waiting if is_done(tie, today))


@transaction.atomic
def _mark(tie: Tie, today: date) -> bool:
    if not Tie.objects.filter(pk=tie.pk, done_on=None).update(done_on=today):
        return False
    proposal = tie.proposal
    record("proposal done", about=proposal, by=None)
    for author in (proposal, *proposal.merged.all()):
        tell(
            author,
            key=f"proposal-done-{tie.pk}-{author.pk}",
            subject=f"Done: what you proposed, {proposal.title}",
            body="You asked, we said, we did. What came of it stands here:\n"
            f"{settings.ADDRESS}{proposal.get_absolute_url()}\n",
        )
    return True
