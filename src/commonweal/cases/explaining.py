"""Reads that stand out, a line for each person and reason, and explaining such a line for good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from .models import CaseRead, ReadsExplained

Why = ReadsExplained.Why


def why_of(read: CaseRead, given_back: set[int]) -> str:
    """Why a read stands out, by the first reason that holds. ``given_back``: numbers of reads by
    volunteers that other rooms say somebody should look at."""
    reasons = (
        (read.own_name, Why.NAME),
        (read.own_address, Why.ADDRESS),
        (read.link == "glass", Why.GLASS),
        (read.pk in given_back or read.link == "volunteer", Why.BACK),
    )
    return next((str(why) for holds, why in reasons if holds), str(Why.MANY))


def unexplained(reads: Iterable[CaseRead], given_back: set[int]) -> list[CaseRead]:
    """Those of some reads that stand out of which nobody has said why."""
    lines = ReadsExplained.objects.order_by().values_list("person", "why").annotate(Max("until"))
    until = {(person, why): moment for person, why, moment in lines}
    return [
        read
        for read in reads
        if (known := until.get((read.person_id, why_of(read, given_back)))) is None
        or read.at > known
    ]


@dataclass(frozen=True)
class Line:
    """One person's reads that stand out for one reason, the newest first."""

    person: Person
    why: str
    reads: list[CaseRead]

    @property
    def in_words(self) -> str:
        return str(Why(self.why).label)

    @property
    def first(self) -> datetime:
        return min(read.at for read in self.reads)

    @property
    def last(self) -> datetime:
        return max(read.at for read in self.reads)

    @property
    def newest(self) -> int:
        return max(read.pk for read in self.reads)


def lines_of(reads: Iterable[CaseRead], given_back: set[int]) -> list[Line]:
    """A line for each person and reason; the few of one's own name or address before the many."""
    together: dict[tuple[str, int], list[CaseRead]] = defaultdict(list)
    for read in reads:
        together[why_of(read, given_back), read.person_id].append(read)
    lines = [Line(reads[0].person, why, reads) for (why, _), reads in together.items()]
    order = list(Why.values)
    return sorted(lines, key=lambda line: (order.index(line.why), line.person.name))


@transaction.atomic
def explain(*, person: Person, why: str, until: datetime, because: str, by: Person) -> None:
    """Say why somebody's reads of one kind, up to a moment, stood out with good reason.

    Raises
    ------
    Refused
        By somebody who is no data protection officer, or of their own reads; no reason.
    """
    if Role.DATA_PROTECTION_OFFICER not in roles_of(by):
        raise Refused("The data protection officer explains what stands out.")
    if person == by:
        raise Refused("Nobody explains their own reads. Ask another officer.")
    if not because.strip():
        raise Refused("Say why they were right to read it.")
    ReadsExplained.objects.create(person=person, why=why, until=until, because=because, by=by)
    record("reads explained", about=person, by=by, why=why, until=until.isoformat())
