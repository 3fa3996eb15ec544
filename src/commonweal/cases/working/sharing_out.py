"""Sharing out what nobody has: which cases, to whom, at most how many each; first looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

from django.db import transaction
from django.db.models import Count, QuerySet

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.places.models import Area
from commonweal.services.models import HelpType

from .. import named, urgency
from ..models import Case, CaseMove
from . import moving


@dataclass(frozen=True)
class Part:
    """Which of the cases that nobody has are shared out; None: all. ``most``: in all."""

    help_type: HelpType | None = None
    area: Area | None = None
    level: int | None = None
    most: int | None = None

    def cases(self) -> QuerySet[Case]:
        waiting = Case.objects.open().filter(assigned_to=None)
        if self.help_type is not None:
            waiting = waiting.filter(needs__help_type=self.help_type, needs__state="open")
        if self.area is not None:
            waiting = waiting.filter(area=self.area)
        return waiting if self.level is None else waiting.filter(urgency=self.level)


@dataclass(frozen=True)
class Share:
    """What a sharing would do: to each handler which cases, beside how many they have; how many
    nobody gets, as they are for named colleagues or every handler has enough."""

    gives: dict[Person, list[int]]
    has: dict[Person, int]
    left: int

    @property
    def total(self) -> int:
        return sum(len(pks) for pks in self.gives.values())

    @property
    def in_short(self) -> str:
        """Which cases would go, and to whom how many, in a few letters, by which a page says what
        it showed. Of twelve that nobody has, two are as many when two others went already."""
        cases = sha256(repr(sorted(chain(*self.gives.values()))).encode()).hexdigest()[:16]
        gets = (f"{person.code}:{len(pks)}" for person, pks in self.gives.items())
        return " ".join((cases, *gets))

    @property
    def rows(self) -> list[tuple[Person, int, int, int]]:
        """(handler, has, gets, has then)."""
        return [
            (person, self.has[person], len(pks), self.has[person] + len(pks))
            for person, pks in self.gives.items()
        ]


def plan_share(*, part: Part, caps: Mapping[Person, int | None]) -> Share:
    """Who would get what: the most urgent first, each to whoever has least and may have it, until
    they have got as many as their cap (None: no cap).

    Raises
    ------
    Refused
        There is nobody to share among.
    """
    if not caps:
        raise Refused("Nobody is on shift. Ask handlers to begin their shift first.")
    waiting = part.cases()
    order = list(waiting.order_by(*urgency.in_order()).values_list("pk", flat=True))
    closed = {
        person: set(waiting.filter(named.closed_to(person)).order_by().values_list("pk", flat=True))
        for person in caps
    }
    has = _loads(list(caps))
    gives: dict[Person, list[int]] = {person: [] for person in caps}
    for pk in order[: part.most]:
        able = [
            person
            for person, cap in caps.items()
            if pk not in closed[person] and (cap is None or len(gives[person]) < cap)
        ]
        if able:
            least = min(able, key=lambda person: (has[person] + len(gives[person]), person.pk))
            gives[least].append(pk)
    return Share(gives, has, len(order) - sum(map(len, gives.values())))


def _loads(people: list[Person]) -> dict[Person, int]:
    """How many open cases each has."""
    counted = dict(
        Case.objects.open()
        .filter(assigned_to__in=people)
        .order_by()
        .values_list("assigned_to")
        .annotate(Count("pk"))
    )
    return {person: counted.get(person.pk, 0) for person in people}


@transaction.atomic
def share_out(*, part: Part, caps: Mapping[Person, int | None], by: Person) -> CaseMove:
    """Do it.

    Raises
    ------
    Refused
        By somebody who is no desk manager; nobody is on shift; nothing can be shared.
    """
    if not named.is_manager(by):
        raise Refused("The desk manager shares out.")
    share = plan_share(part=part, caps=caps)
    if not share.total:
        raise Refused("There is nothing to share out by this choice.")
    gives: dict[Person | None, list[int]] = dict(share.gives.items())
    unassigned = Case.objects.open().filter(assigned_to=None)
    stroke = moving.move(gives, among=unassigned, kind=CaseMove.Kind.SHARED, by=by)
    record("requests shared out", about=stroke, by=by, cases=share.total)
    return stroke
