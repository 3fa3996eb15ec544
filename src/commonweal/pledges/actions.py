"""What people do with pledges. Each verb writes the ledger and the record in one transaction."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Person, Role
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner

from .holding import hold, must_be_open, tell
from .models import Draft, Entry, Pledge, plain
from .standing import Kind
from .terms import Terms, check_reached, check_reached_on, check_terms
from .writing import for_partner, write_down


@transaction.atomic
def propose(*, draft: Draft, terms: Terms, by: Person) -> Pledge:
    """Send a draft to the charter manager. Nothing is public until it is accepted.

    Raises
    ------
    Refused
        The terms don't hold together, the same promise is in the register already, or the
        draft has been sent.
    """
    today = timezone.localdate()
    partner = draft.partner
    check_terms(partner, terms, today=today)
    # Two drafts of one promise, sent at one moment: the second waits here, then is told.
    Partner.objects.select_for_update().get(pk=partner.pk)
    same = partner.pledges.open().filter(
        measure=terms.measure, statement__iexact=terms.statement, due_on=terms.due_on
    )
    if same.exists():
        raise Refused("Your organisation has this very pledge in the register already.")
    deleted, _ = Draft.objects.filter(pk=draft.pk).delete()
    if not deleted:
        raise Refused("This pledge has been sent already; you find it in your space.")
    values: dict[str, Any] = {term.name: getattr(terms, term.name) for term in fields(terms)}
    values |= {"owner": by, "made_on": today, "made_by": by, "returned_because": ""}
    if draft.pledge_id:
        Pledge.objects.filter(pk=draft.pledge_id, accepted_on=None).update(**values)
        pledge = Pledge.objects.select_related("partner").get(pk=draft.pledge_id)
    else:
        pledge = Pledge.objects.create(partner=partner, **values)
    write_down(
        for_partner(pledge, by),
        pledge,
        Kind.PROPOSED,
        terms.body(),
        terms.statement,
        verb="pledge proposed",
        partner=partner.code,
        draft=str(draft.code),
    )
    return pledge


@transaction.atomic
def accept(*, pledge: Pledge, by: Person, on: date | None = None) -> Pledge:
    """Let a proposed pledge into the public register. There is no way back out of it."""
    hold(pledge, None, Kind.ACCEPTED, {})
    if pledge.accepted_on is not None:
        raise Refused("Somebody else has accepted this pledge already.")
    if not pledge.partner.may_act:
        raise Refused("Accept the organisation first; its pledge can follow.")
    if pledge.returned_because:
        raise Refused("This pledge was returned; it waits for the partner.")
    today = on or timezone.localdate()
    if pledge.made_on > today:
        # What its ledger says counts from its day on: nothing could be accepted yet.
        raise Refused(
            f"This pledge says that it was made on {pledge.made_on:%-d %B %Y}, a day to come: the "
            "clock of this machine was wrong then, or is now. It can be accepted from that day on."
        )
    manager = Actor(by, Role.CHARTER_MANAGER)
    write_down(manager, pledge, Kind.ACCEPTED, on=today, verb="pledge accepted")
    tell(
        pledge,
        f"accepted-{pledge.pk}",
        f"In the register: {pledge.partner.name}",
        f"Your pledge is public now:\n{pledge.statement}\n"
        f"{settings.ADDRESS}{pledge.get_absolute_url()}\n",
    )
    return pledge


@transaction.atomic
def send_back(*, pledge: Pledge, because: str, by: Person) -> Pledge:
    """Return a proposed pledge with the reason. The partner can change and send it again."""
    if not because.strip():
        raise Refused("Say what has to change. The partner reads it.")
    hold(pledge, None, Kind.RETURNED, {})
    if pledge.accepted_on is not None:
        raise Refused("This pledge is in the register; it can't be returned any more.")
    manager = Actor(by, Role.CHARTER_MANAGER)
    entry = write_down(manager, pledge, Kind.RETURNED, words=because, verb="pledge returned")
    Pledge.objects.filter(pk=pledge.pk).update(returned_because=because)
    tell(
        pledge,
        f"returned-{entry.seq}",
        f"Please change your pledge: {pledge.partner.name}",
        f"The charter manager asks for a change before this pledge is made public:\n"
        f"{pledge.statement}\n\n{because}"
        f"\n\n{settings.ADDRESS}/space/{pledge.partner.code}/pledges/{pledge.code}/\n",
    )
    return pledge


@transaction.atomic
def claim(
    *,
    pledge: Pledge,
    figure: Decimal,
    as_of: date,
    final: bool,
    report: str,
    by: Person,
    seen: int | None = None,
) -> Entry:
    """Report how far a pledge has come: the value reached by a day, in the measure's unit."""
    body = {"value": plain(figure), "as_of": as_of.isoformat(), "final": final}
    if again := hold(pledge, seen, Kind.CLAIM, body, report, by):
        return again
    must_be_open(pledge)
    check_reached_on(pledge, as_of, today=timezone.localdate())
    check_reached(pledge.measure, figure)
    partner = for_partner(pledge, by)
    return write_down(partner, pledge, Kind.CLAIM, body, report, verb="progress claimed")


@transaction.atomic
def withdraw(*, pledge: Pledge, because: str, by: Person, seen: int | None = None) -> Entry:
    """Take a promise back, in public, with the reason."""
    if not because.strip():
        raise Refused("Say why. Everybody reads it.")
    if again := hold(pledge, seen, Kind.WITHDRAWN, {}, because, by):
        return again
    must_be_open(pledge)
    partner = for_partner(pledge, by)
    return write_down(partner, pledge, Kind.WITHDRAWN, words=because, verb="pledge withdrawn")


@transaction.atomic
def strike(*, entry: Entry, because: str, by: Person) -> Entry:
    """Strike out the words of an entry for a legal reason (somebody's personal data, say).

    The entry, its place and its digest stay; a new entry says in public that and why it was done.
    """
    if not because.strip():
        raise Refused("Say why these words are struck out. Everybody reads it.")
    if not entry.words:
        raise Refused("This entry has no words to strike out.")
    Entry.objects.filter(pk=entry.pk).update(words="", words_salt="")
    return write_down(
        Actor(by, Role.DATA_PROTECTION_OFFICER),
        entry.pledge,
        Kind.STRUCK,
        {"about": entry.seq},
        because,
        verb="words struck out",
        entry=entry.seq,
    )
