"""A partner, or staff, tells of a shock: a draft, then sent once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Appointment, Person
from commonweal.accounts.record import record
from commonweal.economy.models import Level, Shock, ShockTask
from commonweal.office.errors import Refused
from commonweal.partners.access import must_act
from commonweal.partners.models import Partner

from . import owners
from .access import DESK

GONE = "This was sent already. What you wrote since is not in it: ring the economy desk."
NOT_ITS_OWN = "Only the organisation itself can agree that it is named."


@transaction.atomic
def begin(*, values: dict[str, Any], partner: Partner | None, by: Person, staff: bool) -> Shock:
    """Keep a new draft; ``staff`` where the town's staff tell of it."""
    return Shock.objects.create(**values, partner=partner, made_by=by, by_staff=staff)


@transaction.atomic
def keep(*, shock: Shock, values: dict[str, Any], by: Person) -> None:
    """Change a draft.

    Raises
    ------
    Refused
        It was sent meanwhile.
    """
    drafts = Shock.objects.filter(pk=shock.pk, state=Shock.State.DRAFT)
    if not drafts.update(**values, saved_at=timezone.now()):
        raise Refused(GONE)


@transaction.atomic
def throw_away(*, shock: Shock, by: Person) -> None:
    """Delete a draft.

    Raises
    ------
    Refused
        It was sent meanwhile.
    """
    if not Shock.objects.filter(pk=shock.pk, state=Shock.State.DRAFT).delete()[0]:
        raise Refused(GONE)


def missing(shock: Shock) -> list[tuple[str, str]]:
    """(field, what to do) for what a draft lacks before it can be sent."""
    lacks = [
        ("sure", "Say how sure it is", not shock.sure),
        ("level", "Say who may know", not shock.wanted_level),
        (
            "employer",
            "Name the organisation",
            shock.partner_id is None and not shock.employer.strip(),
        ),
    ]
    return [(name, sentence) for name, sentence, lacks_it in lacks if lacks_it]


@transaction.atomic
def send(*, shock: Shock, by: Person) -> Shock:
    """Send a draft: it becomes a case with a plan, and the economy desk is told that it is there.

    Raises
    ------
    Refused
        Something is missing; the organisation may not act; it agreed to be named for another; it
        was sent already.
    """
    shock = Shock.objects.select_for_update(of=("self",)).select_related("partner").get(pk=shock.pk)
    _refuse_what_lacks(shock)
    today = timezone.localdate()
    drafts = Shock.objects.filter(pk=shock.pk, state=Shock.State.DRAFT)
    if not drafts.update(state=Shock.State.OPEN, told_on=today):
        raise Refused(GONE)
    Level.objects.create(shock=shock, who=shock.wanted_level, from_on=today, by=by)
    ShockTask.objects.bulk_create(owners.lay_out(shock, told_on=today))
    record("shock told", about=shock, by=by)
    _tell_the_desk(shock)
    shock.refresh_from_db()
    return shock


def _refuse_what_lacks(shock: Shock) -> None:
    if shock.partner is not None and not shock.by_staff:
        must_act(shock.partner)
    if lacks := missing(shock):
        raise Refused(f"{lacks[0][1]}.")
    if shock.may_be_named and (shock.by_staff or shock.employer.strip()):
        raise Refused(NOT_ITS_OWN)


def _tell_the_desk(shock: Shock) -> None:
    """A letter that names nothing: a mailbox is read by others, too."""
    today = timezone.localdate()
    held = Appointment.objects.current(today).filter(role__in=DESK)
    for person in Person.objects.filter(appointments__in=held).distinct():
        mail.write(
            key=f"shock-{shock.code}-{person.pk}",
            person=person,
            subject="Something was told to the economy desk",
            body="Sign in to read it: it has a plan that begins now.\n"
            f"{settings.ADDRESS}/desk/economy/\n",
        )
