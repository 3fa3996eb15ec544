"""What an organisation is called: a change waits for the charter manager, the old name stays."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.places import formerly

from .models import NameChange, Partner
from .telling import tell_editors

# What tells an organisation from another: its name, its numbers, which site of it this is.
IDENTITY = ("name", "company_number", "charity_number", "mutual_number", "covers")
LABELS = {
    "name": "Name",
    "company_number": "Company number",
    "charity_number": "Charity number",
    "mutual_number": "Mutual society number",
    "covers": "What it covers",
}
TAKEN = (
    "Another partner has this number already. If that is your organisation, ask a colleague there "
    "to invite you; if you sign for one site of it, say which under “What does this cover?”."
)
State = NameChange.State


def waiting_of(partner: Partner) -> NameChange | None:
    return partner.name_changes.filter(state=State.WAITING).first()


@transaction.atomic
def hold_back(*, partner: Partner, profile: dict[str, Any], by: Person) -> dict[str, Any]:
    """Take out of a profile what identifies the organisation, and let the change of it wait.

    Returns the rest, which may be written at once. Typing the old name again takes a change that
    waits back.
    """
    identity = {name: typed for name, typed in profile.items() if name in IDENTITY}
    if identity:
        _let_wait(partner, identity, by)
    return {name: typed for name, typed in profile.items() if name not in IDENTITY}


def _let_wait(partner: Partner, identity: dict[str, Any], by: Person) -> None:
    """A change that waits already goes on waiting; another one takes its place, or none."""
    wanted = {name: typed for name, typed in identity.items() if getattr(partner, name) != typed}
    before = waiting_of(partner)
    waits_already = before is not None and before.wanted == wanted
    if (wanted and waits_already) or (not wanted and before is None):
        return
    partner.name_changes.filter(state=State.WAITING).update(
        state=State.WITHDRAWN, decided_by=by, decided_at=timezone.now()
    )
    if wanted:
        _ask(partner, wanted, by)
    else:
        record("name change taken back", about=partner, by=by, as_role="editor")


def _ask(partner: Partner, wanted: dict[str, Any], by: Person) -> None:
    for number in ("company_number", "charity_number"):
        same = Partner.objects.exclude(pk=partner.pk).filter(covers="")
        typed = wanted.get(number)
        if typed and not wanted.get("covers", partner.covers) and same.filter(**{number: typed}):
            raise Refused(TAKEN)
    was = {name: getattr(partner, name) for name in wanted}
    NameChange.objects.create(partner=partner, wanted=wanted, was=was, asked_by=by)
    record("name change asked for", about=partner, by=by, as_role="editor", fields=sorted(wanted))


def rows_of(change: NameChange) -> list[tuple[str, str, str]]:
    """(what, as it is in public, as it would be) of each thing that changes."""
    return [
        (LABELS[name], str(change.was.get(name, "")), str(typed))
        for name, typed in change.wanted.items()
    ]


@transaction.atomic
def accept(*, change: NameChange, by: Person) -> None:
    """Let a new name into the register. The record keeps that it changed, and when.

    Raises
    ------
    Refused
        Somebody else has decided it; another organisation has the number now.
    """
    _decide(change, State.ACCEPTED, by)
    try:
        with transaction.atomic():
            formerly.keep(Partner.objects.get(pk=change.partner_id), change.wanted)
            Partner.objects.filter(pk=change.partner_id).update(**change.wanted)
    except IntegrityError:
        raise Refused(TAKEN) from None
    fields = sorted(change.wanted)
    record(
        "name change accepted",
        about=change.partner,
        by=by,
        as_role="charter_manager",
        fields=fields,
    )
    # By the name that they know: no subject holds one that somebody chose a moment ago.
    tell_editors(
        change.partner,
        f"name-{change.pk}-accepted",
        "Your organisation's new name is public",
        "The charter manager has accepted it. It stands in the register now:\n"
        f"{settings.ADDRESS}{change.partner.get_absolute_url()}\n",
    )
    change.partner.refresh_from_db()


@transaction.atomic
def send_back(*, change: NameChange, because: str, by: Person) -> None:
    """Return a new name with the reason. The old one stays."""
    if not because.strip():
        raise Refused("Say what is wrong with it. The organisation reads it.")
    _decide(change, State.RETURNED, by, because=because)
    record("name change returned", about=change.partner, by=by, as_role="charter_manager")
    tell_editors(
        change.partner,
        f"name-{change.pk}-returned",
        "The new name was returned",
        f"Your organisation keeps the name that it has. The charter manager says:\n\n{because}\n\n"
        f"{settings.ADDRESS}/space/{change.partner.code}/profile/\n",
    )


def _decide(change: NameChange, state: str, by: Person, **why: str) -> None:
    done = NameChange.objects.filter(pk=change.pk, state=State.WAITING).update(
        state=state, decided_by=by, decided_at=timezone.now(), **why
    )
    if not done:
        raise Refused("Somebody else has decided this already, or it was taken back.")
