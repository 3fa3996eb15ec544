"""Who does a task of a plan: somebody of the economy desk, or an office outside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Appointment, Person, Role
from commonweal.accounts.record import record
from commonweal.economy.models import Shock, ShockTask
from commonweal.office.errors import Refused

from .access import DESK
from .plan import planned

CLOSED = "This case is closed."
NOBODY = "Choose somebody of the economy desk, or write which office does it."
BOTH = "Choose a colleague or write which office does it, not both."


def _held(on: date) -> QuerySet[Appointment]:
    return Appointment.objects.current(on).filter(role__in=DESK, person__is_active=True)


def at_the_desk(on: date) -> QuerySet[Person]:
    """Who may be given a task: whoever may read of every shock."""
    return Person.objects.filter(pk__in=_held(on).order_by().values("person")).order_by("name")


def role_of(person: Person, on: date) -> str:
    """The role by which somebody is at the economy desk; what a partner reads in their place."""
    held = set(_held(on).filter(person=person).values_list("role", flat=True))
    return next((str(role.label) for role in DESK if role in held), "")


def _by_title(on: date) -> dict[str, Person]:
    """By the name of a role, whoever alone holds it: between two of them a person chooses."""
    holders: defaultdict[str, set[Person]] = defaultdict(set)
    for appointment in _held(on).select_related("person"):
        holders[str(Role(appointment.role).label)].add(appointment.person)
    return {title: next(iter(people)) for title, people in holders.items() if len(people) == 1}


def lay_out(shock: Shock, *, told_on: date) -> Iterator[ShockTask]:
    """The tasks of a shock as they are planned on the day of telling, not yet saved."""
    holders = _by_title(timezone.localdate())
    steps = planned(
        kind=shock.kind,
        people=shock.people,
        told_on=told_on,
        first_on=shock.first_on,
        last_on=shock.last_on,
        known_on=shock.known_on,
    )
    for step in steps:
        yield ShockTask(
            shock=shock,
            title=step.title,
            owner=holders.get(step.owner_title),
            owner_title=step.owner_title,
            due_on=step.due_on,
        )


def title_for(owner: Person | None, owner_title: str) -> str:
    """What stands for whoever does it on a partner's page: a role or an office, never a name.

    Raises
    ------
    Refused
        Nobody is named, or two are; the person is not at the economy desk.
    """
    owner_title = owner_title.strip()
    if owner is None and not owner_title:
        raise Refused(NOBODY)
    if owner is None:
        return owner_title
    if owner_title:
        raise Refused(BOTH)
    if role := role_of(owner, timezone.localdate()):
        return role
    raise Refused("They are not at the economy desk (any more).")


@transaction.atomic
def give(*, task: ShockTask, owner: Person | None, owner_title: str, by: Person) -> None:
    """Give a task to somebody of the desk, or to an office outside.

    Raises
    ------
    Refused
        The case is closed, or the task is done; it is theirs already; nobody is named, or two are.
    """
    shock = Shock.objects.select_for_update(of=("self",)).get(pk=task.shock_id)
    if shock.state != Shock.State.OPEN:
        raise Refused(CLOSED)
    title = title_for(owner, owner_title)
    now = ShockTask.objects.get(pk=task.pk)
    if now.done_on:
        raise Refused("This is done already, so nobody needs to do it.")
    if (now.owner, now.owner_title) == (owner, title):
        raise Refused("It is theirs already.")
    ShockTask.objects.filter(pk=task.pk).update(owner=owner, owner_title=title)
    record(
        "shock task given", about=shock, by=by, task=task.pk, to=str(owner.code) if owner else ""
    )
    write_to_owner(task, owner, by)


def write_to_owner(task: ShockTask, owner: Person | None, by: Person) -> None:
    """A letter that names nothing, to whoever did not take the task on themselves."""
    if owner is None or owner == by:
        return
    mail.write(
        key=f"shock-task-{task.pk}-{owner.pk}-{timezone.localdate().isoformat()}",
        person=owner,
        subject="The economy desk gave you something to do",
        body=f"Sign in to read what, and by when:\n{settings.ADDRESS}/desk/economy/\n",
    )
