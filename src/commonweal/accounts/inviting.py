"""People are given a role by mail, also those who have never signed in: one step, and they come.

Somebody who is invited stands in the table of people from that moment, with the address that the
letter goes to. Whoever reads mail there signs in with a code, and sets up a second factor before
any desk opens; until then the list of roles says that they have not come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from django.db import transaction

from commonweal.office.errors import Refused

from .access import roles_of
from .actions import appoint
from .models import Appointment, Person, Role

NAME_WANTED = "Nobody has signed in with this address yet. Give their name, and they are invited."


@dataclass(frozen=True)
class Invited:
    """One line of a list: who is to hold which role."""

    email: str
    name: str
    role: Role


def person_at(email: str) -> Person | None:
    """Whose address this is, the one they sign in with or another of theirs."""
    person = Person.objects.filter(email__iexact=email).first()
    second_address = EmailAddress.objects.filter(email__iexact=email, verified=True).first()
    return person or (Person.objects.get(pk=second_address.user_id) if second_address else None)


def create(*, email: str, name: str) -> Person:
    """Enter somebody who has never signed in, so that one code is enough when they first do."""
    person = Person.objects.create_user(email, name=name)
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=False)
    return person


def known_or_invited(*, email: str, name: str) -> Person:
    """The person at an address, entered with this name where nobody has signed in with it.

    Raises
    ------
    Refused
        Nobody has, and no name was given.
    """
    person = person_at(email)
    if person is None and not name.strip():
        raise Refused(NAME_WANTED)
    return person or create(email=email, name=name.strip())


@transaction.atomic
def invite(
    *, email: str, name: str, role: str, ends_on: date, because: str, by: Person
) -> Appointment:
    """Give a role to whoever has this address, and write to them.

    Raises
    ------
    Refused
        Nobody has signed in with it and no name was given, or `appoint` refuses.
    """
    person = known_or_invited(email=email, name=name)
    return appoint(person=person, role=role, ends_on=ends_on, because=because, by=by)


@transaction.atomic
def invite_all(
    *, invited: Sequence[Invited], ends_on: date, because: str, by: Person
) -> tuple[int, int]:
    """Give every line its role, all or none; return how many were given, and how many of the
    people held theirs already.

    Raises
    ------
    Refused
        A line can't be carried out. The sentence names person and role, and nothing was done.
    """
    granted = held = 0
    for line in invited:
        if holds(line.email, line.role):
            held += 1
            continue
        try:
            invite(
                email=line.email,
                name=line.name,
                role=line.role,
                ends_on=ends_on,
                because=because,
                by=by,
            )
        except Refused as refused:
            raise Refused(f"{line.name}, {line.role.label}: {refused} Nothing was done.") from None
        granted += 1
    return granted, held


def holds(email: str, role: Role) -> bool:
    """Whether whoever has this address holds the role today."""
    person = person_at(email)
    return person is not None and role in roles_of(person)
