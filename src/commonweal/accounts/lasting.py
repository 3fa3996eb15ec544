"""Never locked out: the last administrator stays, and is told in time that somebody must follow.

A role ends by itself on its last day, but for the role of the last administrator
(`AppointmentQuerySet.current`): without one nobody could give any. They are written to before that
day and each week after it, and their page says so.
"""

from __future__ import annotations

from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonweal.office.errors import Refused

from . import inviting, mail, sessions
from .actions import appoint
from .happenings import tell
from .models import Appointment, Person, Role
from .record import record

# Days before the last one at which a letter goes out.
STEPS = (60, 30, 14, 7, 1, 0)


def last_administrator(on: date) -> Appointment | None:
    """The one administrator where there is only one and their days end soon or are over."""
    held = Appointment.objects.current(on).filter(role=Role.ADMINISTRATOR, person__is_active=True)
    [*two] = held.select_related("person").order_by("pk")[:2]
    if len(two) != 1 or two[0].ends_on > on + timedelta(days=STEPS[0]):
        return None
    return two[0]


def warn(on: date) -> int:
    """Write to the last administrator; once for each step, and each week once it is over."""
    last = last_administrator(on)
    if last is None:
        return 0
    left = (last.ends_on - on).days
    if left < 0:
        step, when = f"over-{-left // 7}", f"ended on {last.ends_on:%-d %B %Y}"
    else:
        step = str(min(days for days in STEPS if days >= left))
        when = f"ends on {last.ends_on:%-d %B %Y}"
    _, is_new = mail.write(
        key=f"last-administrator:{last.pk}:{step}",
        subject="Your role as administrator",
        body=f"Your role as administrator {when}, and there is no other administrator. You keep "
        "it until there is one, so that the town is not locked out. Appoint a second one, who can "
        f"give you yours again: {settings.ADDRESS}/desk/people/\n",
        person=last.person,
    )
    return int(is_new)


@transaction.atomic
def appoint_from_outside(
    *, email: str, role: str, ends_on: date, because: str, name: str = ""
) -> Appointment:
    """Give a role from the machine that the town runs on, also to somebody who never signed in.

    Raises
    ------
    Refused
        The role does not go with one that they hold.
    """
    person = inviting.person_at(email) or inviting.create(email=email, name=name)
    return appoint(
        person=person,
        role=role,
        ends_on=ends_on,
        because=because,
        by=None,
        as_role="command line",
        instead=True,
    )


@transaction.atomic
def reset_second_factor(person: Person) -> int:
    """Take every second factor from somebody who lost theirs, and sign them out everywhere. They
    sign in with an e-mailed code and set up another before any desk opens."""
    factors = Authenticator.objects.filter(user=person)
    count: int = factors.exclude(type=Authenticator.Type.RECOVERY_CODES).count()
    factors.delete()
    sessions.end_all(person)
    record("second factor reset", about=person, by=None, as_role="command line", count=count)
    tell(
        person,
        "Your second factor was taken off by somebody who runs the machine. Sign in with a code "
        "and set up another one.",
    )
    return count


def person_or_refuse(email: str) -> Person:
    person = inviting.person_at(email)
    if person is None:
        raise Refused(f"Nobody signs in as {email}. './commonweal people list' shows who does.")
    return person


def holders() -> list[Appointment]:
    held = Appointment.objects.current(timezone.localdate()).select_related("person")
    return list(held.order_by("role", "person__email"))
