"""The register in the order of what matters now: what is late, due soon, newly checked, to come,
over. One rule for the page; the figures are worked out once for each state of the register."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, overload

from django.db.models import Case, Count, F, OrderBy, Q, QuerySet, Value, When

from .models import Pledge
from .standing import VERIFIED, Standing

if TYPE_CHECKING:
    from .listed import ListedPledge

# So long a check is news.
NEWLY = timedelta(days=30)


@dataclass(frozen=True)
class Turn:
    """A part of the register: which pledges are in it, and which of them stands first."""

    label: str
    condition: Q
    order: tuple[str, ...]


def turns(on: date) -> list[Turn]:
    """The parts in their order. Every pledge is in one of them."""
    is_late, is_soon = Q(standing=Standing.OVERDUE), Q(standing=Standing.DUE_SOON)
    is_new = Q(standing__in=VERIFIED, verified_on__gte=on - NEWLY)
    is_other = ~is_late & ~is_soon & ~is_new
    is_to_come = Q(due_on__gte=on) | Q(due_on=None)
    return [
        Turn("Late", is_late, ("-due_on", "-id")),
        Turn("Due soon", is_soon, ("due_on", "id")),
        Turn("Newly checked", is_new, ("-verified_on", "-id")),
        Turn("To come", is_other & is_to_come, ("due_on", "id")),
        Turn("Over", is_other & Q(due_on__lt=on), ("-due_on", "-id")),
    ]


def whole_order(on: date) -> list[OrderBy]:
    """The same order in one, for files, which have all of them."""
    every = turns(on)
    place = Case(*(When(turn.condition, then=Value(n)) for n, turn in enumerate(every)))
    columns = dict.fromkeys(column for turn in every for column in turn.order)
    keys = []
    for column in columns:
        name = column.removeprefix("-")
        having = (turn.condition for turn in every if column in turn.order)
        # Of the other parts it says nothing.
        key = Case(*(When(condition, then=F(name)) for condition in having))
        keys.append(OrderBy(key, descending=column.startswith("-")))
    ids = [key for key, column in zip(keys, columns, strict=True) if column.endswith("id")]
    return [OrderBy(place), *(key for key in keys if key not in ids), *ids]


def counted(pledges: QuerySet[Pledge], on: date) -> dict[str, tuple[int, ...]]:
    """How many of some pledges are in each part, by their standing: one question."""
    named = {
        f"turn_{place}": Count("pk", filter=turn.condition) for place, turn in enumerate(turns(on))
    }
    by_standing = pledges.order_by().values_list("standing").annotate(**named)
    return {standing: tuple(counts) for standing, *counts in by_standing}


def added_up(counts: Collection[tuple[int, ...]], on: date) -> tuple[int, ...]:
    """How many are in each part altogether."""
    return tuple(sum(each[place] for each in counts) for place in range(len(turns(on))))


class InTurn(Sequence[Pledge]):
    """Some pledges in this order, of which a page is read without the others."""

    def __init__(self, pledges: QuerySet[Pledge], on: date, counts: Sequence[int]) -> None:
        self.pledges, self.turns, self.counts = pledges, turns(on), counts

    def __len__(self) -> int:
        return sum(self.counts)

    @overload
    def __getitem__(self, place: int) -> Pledge: ...
    @overload
    def __getitem__(self, place: slice) -> list[Pledge]: ...
    def __getitem__(self, place: int | slice) -> Pledge | list[Pledge]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        first, last, _ = place.indices(len(self))
        return list(self._between(first, last))

    def _between(self, first: int, last: int) -> Iterator[Pledge]:
        begins = 0
        for turn, count in zip(self.turns, self.counts, strict=True):
            within = max(first - begins, 0), min(last - begins, count)
            if within[0] < within[1]:
                chosen = self.pledges.filter(turn.condition).order_by(*turn.order)
                yield from chosen[within[0] : within[1]]
            begins += count


@dataclass(frozen=True)
class Section:
    """What of a part stands on one page: its label ("" where the order is another), how many it
    has in all, and its lines here."""

    label: str
    count: int
    rows: list[ListedPledge]


def sections(
    rows: list[ListedPledge], first: int, on: date, counts: Sequence[int]
) -> list[Section]:
    """The lines of a page by parts; ``first`` is the place of its first line, from 0."""
    divided, begins = [], 0
    for turn, count in zip(turns(on), counts, strict=True):
        within = max(begins - first, 0), max(begins + count - first, 0)
        if lines := rows[slice(*within)]:
            divided.append(Section(turn.label, count, lines))
        begins += count
    return divided
