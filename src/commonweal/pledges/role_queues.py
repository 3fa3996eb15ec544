"""What waits for whoever holds a role: one table, over all rooms, of which their digests are made.

A room above names here what waits in it when it starts (decision 0035), and needs no letter of its
own. A mail holds no personal data: what waits is called by its reference, or by a name that is
public or says nothing of a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from commonweal.accounts.models import Appointment, Person, Role
from commonweal.places import rooms

from .owing import Owed, Queue

# So many of a queue, the oldest, are looked through for what is new; the count says how many there
# are. A desk with thousands of late cases writes no row for each of them.
LOOKED_THROUGH = 200


@dataclass(frozen=True)
class Waits:
    """One thing in a queue. ``key`` is another where it has to be told anew. ``not_for``: keys of
    people who may not deal with it; ``only_for``: of the only ones who may."""

    key: str
    name: str
    since: date
    path: str
    not_for: frozenset[int | None] = frozenset()
    only_for: frozenset[int | None] | None = None

    def is_for(self, person: Person) -> bool:
        return person.pk not in self.not_for and (
            self.only_for is None or person.pk in self.only_for
        )


Rows = Callable[[date], Iterable[Waits]]
Count = Callable[[date], int]


@dataclass(frozen=True)
class RoleQueue:
    """A queue: what waits in it, in words for one and for many, for which roles, the name of the
    page where all of it stands, and where on it (``which`` of several; ``at``, what follows the
    address: which rows it shows, and its part). ``count``: how many there are, where
    ``rows`` are only the oldest.
    """

    code: str
    title: str
    roles: tuple[Role, ...]
    address: str
    rows: Rows
    count: Count | None = None
    which: tuple[str, ...] = ()
    at: str = ""


TABLE: dict[str, RoleQueue] = {}


def add(*queues: RoleQueue) -> None:
    """Put the queues of a room into the table; again, and nothing is different."""
    for queue in queues:
        TABLE[queue.code] = queue


Holders = dict[str, dict[int, Person]]
"""Everybody who holds a role, by the role and their own key, in the order of the keys."""


def holders(on: date) -> Holders:
    """Everybody who holds any role on a day, read once for all that waits."""
    current = Appointment.objects.current(on).filter(person__is_active=True)
    of_role: Holders = defaultdict(dict)
    for appointment in current.select_related("person").order_by("person_id"):
        of_role[appointment.role][appointment.person_id] = appointment.person
    return of_role


def owed(on: date, of_role: Holders) -> Iterator[Owed]:
    """Everything that waits in the table, to each person for whom it waits."""
    closed = rooms.off()
    for queue in TABLE.values():
        holding = {pk: person for role in queue.roles for pk, person in of_role[role].items()}
        # What waits for nobody is not looked for.
        if holding and rooms.room_at(reverse(queue.address, args=queue.which)) not in closed:
            people = [holding[pk] for pk in sorted(holding)]
            yield from _of(queue, list(queue.rows(on)), people, on)


def _of(queue: RoleQueue, waiting: list[Waits], people: list[Person], on: date) -> Iterator[Owed]:
    total = queue.count(on) if queue.count and len(waiting) >= LOOKED_THROUGH else None
    shown = Queue(queue.title, queue.address, total, queue.which, queue.at)
    for row in waiting:
        for person in people:
            if row.is_for(person):
                yield Owed(person.pk, row.key, row.name, row.path, shown, row.since)
