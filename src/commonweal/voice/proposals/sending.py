"""Sending a proposal or a comment, supporting a proposal; and entering what came otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.actors import RESIDENT
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners.access import must_act
from commonweal.partners.models import Partner

from ..access import role_of
from ..models import (
    Channel,
    Comment,
    Consultation,
    Phase,
    Proposal,
    Support,
    Visibility,
    Voice,
)


@dataclass(frozen=True)
class Author:
    """Who sends something: a resident, or an enterprise; ``email`` where they want to be told."""

    voice: str = Voice.RESIDENT
    email: str = ""
    partner: Partner | None = None
    person: Person | None = None

    def check(self) -> None:
        """
        Raises
        ------
        Refused
            It speaks for an organisation that may not act.
        """
        if self.partner is not None:
            must_act(self.partner)

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "voice": Voice.ENTERPRISE if self.partner else self.voice,
            "email": self.email,
            "partner": self.partner,
            "person": self.person,
        }


def _open(consultation: Consultation, *, entered: bool = False) -> Consultation:
    locked = Consultation.objects.select_for_update().get(pk=consultation.pk)
    phase = locked.phase(timezone.localdate())
    if not locked.takes_proposals:
        raise Refused("This consultation takes no proposals.")
    if phase == Phase.OPEN or (entered and phase == Phase.CONSIDERING):
        return locked
    raise Refused(
        f"Proposals are taken from {locked.opens_on:%-d %B %Y} to {locked.closes_on:%-d %B %Y}."
    )


@transaction.atomic
def propose(
    *,
    consultation: Consultation,
    title: str,
    words: str,
    author: Author,
    channel: str = Channel.ONLINE,
    by: Person | None = None,
) -> Proposal:
    """Send a proposal; staff read it before others do. ``by`` enters it for its author, also
    after the close, if it came before.

    Raises
    ------
    Refused
        The consultation takes none now, or the organisation may not act.
    """
    consultation = _open(consultation, entered=by is not None)
    author.check()
    proposal = Proposal.objects.create(
        consultation=consultation,
        title=title,
        words=words,
        channel=channel,
        entered_by=by,
        made_on=min(timezone.localdate(), consultation.closes_on),
        **author.columns,
    )
    role = role_of(by) if by else RESIDENT
    record("proposal sent", about=proposal, by=by, as_role=role, channel=channel)
    return proposal


def shown_only(proposal: Proposal) -> None:
    if proposal.visibility != Visibility.SHOWN:
        raise Refused("This proposal is not shown.")


@transaction.atomic
def comment(*, proposal: Proposal, words: str, author: Author) -> Comment:
    """Say something to a proposal; staff read it before others do.

    Raises
    ------
    Refused
        The consultation is not open, or the organisation may not act.
    """
    _open(proposal.consultation)
    shown_only(proposal)
    author.check()
    sent = Comment.objects.create(proposal=proposal, words=words, **author.columns)
    record("comment sent", about=proposal, by=None, as_role=RESIDENT)
    return sent


@transaction.atomic
def support(*, proposal: Proposal, by: Person, partner: Partner | None = None) -> Support:
    """Support a proposal as a resident, or for an enterprise: once.

    Raises
    ------
    Refused
        The consultation is not open, they did so before, or the organisation may not act.
    """
    _open(proposal.consultation)
    shown_only(proposal)
    if partner is not None:
        must_act(partner)
        if proposal.supports.filter(partner=partner).exists():
            raise Refused("Your enterprise supports it already.")
    elif proposal.supports.filter(person=by, voice=Voice.RESIDENT).exists():
        raise Refused("You support it already.")
    new_support = Support.objects.create(
        proposal=proposal,
        voice=Voice.ENTERPRISE if partner else Voice.RESIDENT,
        person=by,
        partner=partner,
    )
    record("proposal supported", about=proposal, by=None, as_role=RESIDENT)
    return new_support


@transaction.atomic
def enter_support(
    *, proposal: Proposal, voice: str, channel: str, count: int, given_on: date, by: Person
) -> Support:
    """Enter how many supported a proposal at a meeting, on paper or by telephone.

    Raises
    ------
    Refused
        The day lies outside the consultation, or nobody did.
    """
    consultation = _open(proposal.consultation, entered=True)
    shown_only(proposal)
    if channel == Channel.ONLINE or count < 1:
        raise Refused("Say how many, and how it came.")
    last = min(consultation.closes_on, timezone.localdate())
    if not consultation.opens_on <= given_on <= last:
        raise Refused("It can only have come between the first day and the last, or today.")
    new_support = Support.objects.create(
        proposal=proposal,
        voice=voice,
        channel=channel,
        count=count,
        given_on=given_on,
        entered_by=by,
    )
    record("support entered", about=proposal, by=by, as_role=role_of(by), count=count)
    return new_support
