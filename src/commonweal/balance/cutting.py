"""Where the ledger is cut for a statement, and what the statement is made against."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from commonweal.places import formerly
from commonweal.places.clock import Clock
from commonweal.places.models import Rules
from commonweal.pledges import ledger
from commonweal.pledges.models import Entry
from commonweal.pledges.standing import Kind

from .account import Book, Cut
from .models import Explanation, Period, Statement


@dataclass(frozen=True)
class Cuts:
    """Between which two cuts a period's account is kept, and by which days each was read."""

    opening: Cut
    closing: Cut
    opening_days: Rules
    closing_days: Rules
    opening_sha256: str

    @classmethod
    def of(cls, content: dict[str, Any]) -> Cuts:
        """As a statement has them."""
        # One that was closed before registers of others stood apart counted them.
        apart = content.get("apart") or {"before": [], "now": []}
        opening, closing = content["opening"], content["cut"]
        return cls(
            Cut(opening["seq"], date.fromisoformat(opening["on"]), frozenset(apart["before"])),
            Cut(closing["seq"], date.fromisoformat(closing["on"]), frozenset(apart["now"])),
            _rules(content["opening_days"]),
            _rules(content["days"]),
            content["opening"]["statement"],
        )


def _rules(figures: dict[str, int]) -> Rules:
    """The rules of a statement; those closed before rules had editions were of the first."""
    return Rules(**({"edition": 1} | figures))


def cuts_for(period: Period, head: int, before: Statement | None) -> Cuts:
    """The cuts of a new statement: it opens exactly where the one before it closed."""
    days = formerly.town_on(period.ends_on).rules
    registers = registers_of_others(head, period.ends_on)
    if before is None:
        closing = Cut(head, period.ends_on, registers)
        opening = Cut(head, period.starts_on - timedelta(days=1), registers)
        return Cuts(opening, closing, days, days, "")
    earlier = Cuts.of(load(before))
    # What stood apart once does so for good.
    closing = Cut(head, period.ends_on, registers | earlier.closing.apart)
    return Cuts(earlier.closing, closing, earlier.closing_days, days, before.sha256)


def registers_of_others(head: int, on: date) -> frozenset[str]:
    """The registers of other bodies that had been read in, by the names of their sources."""
    entries = Entry.objects.filter(
        pledge__is_of_others=True, kind=Kind.PROPOSED, seq__lte=head, happened_on__lte=on
    )
    sources = entries.order_by("pledge__source").values_list("pledge__source", flat=True)
    return frozenset(sources.distinct())


def head_at(clock: Clock) -> tuple[int, str]:
    """(number, hash) of the last entry about a day up to the clock's last that had been written
    by the moment until which it listens. What stands after it in the ledger counts nowhere."""
    about = Entry.objects.filter(happened_on__lte=clock.last, written_at__lte=clock.known)
    last = about.order_by("-seq").first()
    return (last.seq, last.hash) if last else (0, ledger.GENESIS)


def hash_at(seq: int) -> str:
    """The hash of an entry; empty when there is none of that number."""
    return Entry.objects.filter(seq=seq).values_list("hash", flat=True).first() or ""


def load(statement: Statement) -> dict[str, Any]:
    """What a closed statement says, read from its bytes."""
    content: dict[str, Any] = json.loads(bytes(statement.canonical or b"{}"))
    return content


def says(statement: Statement) -> dict[str, Any]:
    """What a statement says: a closed one by its bytes, a draft as it was drafted, with who stood
    for it so far and no moment of closing."""
    if statement.is_closed:
        return load(statement)
    drafted: dict[str, Any] = statement.content
    return drafted | {"signoffs": statement.signoffs, "closed_at": ""}


@dataclass(frozen=True)
class Books:
    """What the sections of a statement are made from, beside the clock."""

    period: Period
    earlier: dict[str, Any] | None
    book: Book

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Why what is red is red, by what it is about."""
        explanations = Explanation.objects.filter(period=self.period)
        return dict(explanations.values_list("about", "words"))
