"""What is done with people: giving and ending roles."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.design.menu import DESKS
from commonweal.office.errors import Refused

from . import leaving, mail
from .models import Appointment, Person, Role
from .record import record

_ASK_WHO_GIVES = "tell an administrator of the town."

# Two roles of which one person never holds both, whichever was given first, and why.
INCOMPATIBLE: dict[frozenset[str], str] = {
    frozenset[str]({Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER}): (
        "The data protection officer looks at what administrators do: one person may not be both."
    ),
} | {
    frozenset[str]({Role.ADMINISTRATOR, role}): (
        "An administrator gives roles and sees no case: one person may not also work at the help "
        "desk. Give one of the roles to somebody else."
    )
    for role in (Role.CALL_HANDLER, Role.NAMED_COLLEAGUE, Role.DESK_MANAGER)
}


@transaction.atomic
def appoint(
    *,
    person: Person,
    role: str,
    ends_on: date,
    because: str,
    by: Person | None,
    as_role: str = Role.ADMINISTRATOR,
    instead: bool = False,
) -> Appointment:
    """Give a person a role in the town until a date (``instead`` of the same one that they hold),
    and write to them.

    Raises
    ------
    Refused
        The person holds the role already, or one that does not go with it, or would give it to
        themselves; its last day is gone.
    """
    if ends_on < timezone.localdate():
        raise Refused("The last day of a role can't be a day that is gone.")
    # Two at once, one of each, do not both pass.
    Person.objects.select_for_update().get(pk=person.pk)
    if refusal := refusal_of(person=person, role=Role(role), by=by):
        raise Refused(refusal)
    if instead:
        person.appointments.filter(role=role, ended_at=None).update(ended_at=timezone.now())
    # An appointment that ran out makes room for a new one.
    person.appointments.filter(role=role, ended_at=None, ends_on__lt=timezone.localdate()).update(
        ended_at=timezone.now()
    )
    try:
        with transaction.atomic():
            appointment = Appointment.objects.create(
                person=person,
                role=role,
                starts_on=timezone.localdate(),
                ends_on=ends_on,
                because=because,
                given_by=by,
            )
    except IntegrityError:
        raise Refused("This person holds that role already. End it first to change it.") from None
    record("role given", about=person, by=by, as_role=as_role, role=role, until=str(ends_on))
    # Only whoever makes the town, and is its first administrator, knows it already.
    if by is not None or instead:
        _tell_given(appointment)
    return appointment


def _tell_given(appointment: Appointment) -> None:
    """Nobody finds out by chance that something waits for them, or that they were given what they
    never asked for."""
    role = appointment.get_role_display()
    giver = f"{appointment.given_by} gave you" if appointment.given_by else "You were given"
    mail.write(
        key=f"role:{appointment.pk}:given",
        person=appointment.person,
        subject=f"You were given a role: {role}",
        body=f"{giver} the role {role} until {appointment.ends_on:%-d %B %Y}.\n\n"
        f"Why: {appointment.because}\n\n"
        f"{_way_in(appointment.person, desk_of(appointment.role))}"
        "The first time it may ask you to set up a second way to prove that it is you.\n\n"
        f"If you did not expect it, {_ASK_WHO_GIVES}\n",
    )


# Whether there is a page at an address: filled by whoever can switch it off.
IS_OPEN: list[Callable[[str], bool]] = []


def desk_of(role: str) -> str:
    """Where somebody with a role begins: the first of its desks that is switched on."""
    desks = [path for held, path, _ in DESKS if held == role]
    return next((path for path in desks if all(is_open(path) for is_open in IS_OPEN)), "/desk/")


def _way_in(person: Person, desk: str) -> str:
    if person.last_login is not None:
        return f"Its desk: {settings.ADDRESS}{desk}\n"
    return (
        "You need no password. Type this e-mail address on the page below, and a code comes by "
        f"mail: {settings.ADDRESS}/accounts/login/code/?next={desk}\n"
    )


def _tell_ended(appointment: Appointment, by: Person) -> None:
    """Whose role somebody ended by stealth would find out at a closed door, and an account that
    was taken over could be stripped unseen."""
    role = appointment.get_role_display()
    mail.write(
        key=f"role:{appointment.pk}:ended",
        person=appointment.person,
        subject=f"Your role has ended: {role}",
        body=f"You no longer hold the role {role}: {by} ended it.\n\n"
        f"What you still hold: {settings.ADDRESS}/accounts/you/\n\n"
        f"If you did not expect it, {_ASK_WHO_GIVES}\n",
    )


def refusal_of(*, person: Person, role: Role, by: Person | None) -> str:
    """Why a person can't be given a role by somebody; empty where they can."""
    if by == person:
        return "Nobody gives a role to themselves. Ask another administrator."
    held = person.appointments.current(timezone.localdate()).values_list("role", flat=True)
    return clash_of(role, set(held))


def clash_of(role: Role, held: Collection[str]) -> str:
    """Why a role does not go with others that one person holds; empty where it does."""
    clashes = (
        why for pair, why in INCOMPATIBLE.items() if role in pair and (pair - {role}) & {*held}
    )
    return next(clashes, "")


@transaction.atomic
def end(*, appointment: Appointment, by: Person, as_role: str = Role.ADMINISTRATOR) -> None:
    """End a role today, and write to whoever held it, unless they ended it themselves.

    Raises
    ------
    Refused
        It has ended, or it is the last administrator's.
    """
    ended = Appointment.objects.filter(pk=appointment.pk, ended_at=None).update(
        ended_at=timezone.now()
    )
    if not ended:
        raise Refused("This role has ended already.")
    if (
        appointment.role == Role.ADMINISTRATOR
        and not Appointment.objects.running(timezone.localdate())
        .filter(role=Role.ADMINISTRATOR, person__is_active=True)
        # Who was invited and has not come may never: the address can be a mistyped one.
        .exclude(person__last_login=None)
        .exists()
    ):
        raise Refused(
            "This is the last administrator who has signed in. Appoint another one first, and wait "
            "until they have come."
        )
    leaving.role_ended(appointment.person)
    record(
        "role ended",
        about=appointment.person,
        by=by,
        as_role=as_role,
        role=appointment.role,
    )
    if by != appointment.person:
        _tell_ended(appointment, by)
