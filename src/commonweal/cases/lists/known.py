"""Who of a list is here already: only what is certain is taken as the same person."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain, filterfalse, islice
from typing import Literal

from commonweal.residents import key_rows, keys
from commonweal.residents.likeness import Alikeness, Likeness, compare
from commonweal.residents.models import Resident

from .. import named
from .comparing import Ask, ToCompare, ask_here
from .drawing import Drawn, Near, near_of
from .here import Here, here
from .persons import Listed

MOST_NEAR = 8
SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")
# So many are asked about at once, while others are looked up.
BATCH = 250
PROMISE = {"nhs": 9, "first-born": 6, "name": 3, "email": 3, "last-year": 2, "phone": 2}


@dataclass
class RowPlan:
    """What becomes of one row of a list. ``drawn`` is how somebody new is written down, in the
    area ``lives_in``; ``key_hash`` is by what the row is known again; ``resident`` is somebody who
    is here; ``near_restricted``: a way to be found in common with somebody who is restricted;
    ``case`` is the number of the case that the row led to."""

    listed: Listed
    drawn: Drawn | None = None
    lives_in: int | None = None
    key_hash: str = ""
    is_looked_up: bool = False
    resident: Resident | None = None
    new_pk: int = 0
    outcome: str = "new"
    near_restricted: bool = False
    case: int | None = None
    is_case_new: bool = False

    def anew(self) -> RowPlan:
        """The same row, of which nobody was looked up."""
        return RowPlan(self.listed, self.drawn, self.lives_in, self.key_hash)

    @property
    def is_new(self) -> bool:
        return bool(self.new_pk)

    @property
    def pk(self) -> int:
        """The number of whom the row is about."""
        return self.resident.pk if self.resident else self.new_pk

    @property
    def is_as_listed(self) -> bool:
        """Whether somebody new is found by just what the list says of them."""
        return self.is_new and self.drawn is not None and self.drawn.is_as_listed

    @property
    def area(self) -> int | None:
        """Where the row's person lives."""
        if self.resident is not None:
            return self.resident.area_id
        return self.lives_in

    @property
    def note(self) -> str:
        """What its case says, sealed."""
        return self.drawn.note if self.drawn else ""

    @cached_property
    def near(self) -> Near:
        """By what whoever may be the same person is found."""
        return self.drawn.near if self.drawn else near_of(self.listed.described)


@dataclass
class _Near:
    """Those who have most keys in common with a row, in this order, and which kinds."""

    plan: RowPlan
    kinds: dict[int, set[str]] = field(default_factory=dict)
    opened: int = 0

    @property
    def certain(self) -> list[int]:
        """Who may be certainly the same person: by NHS number, or by names and birth."""
        # Saint is St where it is a word: Saintjohn is then found by no name that Saint John has.
        is_fused = "saint" in keys.joined(self.plan.listed.described.last)
        return [
            pk
            for pk, kinds in self.kinds.items()
            if "nhs" in kinds
            or (("first-born" in kinds or "swapped" in kinds) and ("name" in kinds or is_fused))
        ]

    def next(self, count: int) -> list[int]:
        """So many of those who were not opened yet, where that can change what becomes of it."""
        if self.plan.outcome != "new":
            return []
        start, self.opened = self.opened, self.opened + count
        return self.likeliest[start : self.opened]

    def seen(self, pks: Iterable[int], restricted: set[int]) -> list[int]:
        """Those of these who may be seen. Somebody restricted is taken as new and joined unseen;
        only a death reaches them."""
        return [pk for pk in pks if self.plan.listed.is_dead or pk not in restricted]

    def to_compare(self, pks: Iterable[int]) -> ToCompare:
        """The row beside these."""
        return ToCompare(self.plan.listed.described, [(pk, self.kinds[pk]) for pk in pks])

    @cached_property
    def likeliest(self) -> list[int]:
        """Those first who have both a name and a birth or a way to be reached in common: most are
        near by that, and one is enough."""
        return sorted(self.kinds, key=lambda pk: -_promise(self.kinds[pk]))


def _promise(kinds: set[str]) -> float:
    """How likely somebody with these in common is near: only an order in which to look."""
    return sum([PROMISE[kind] for kind in kinds & PROMISE.keys()])


def find(plans: list[RowPlan], ask: Ask = ask_here) -> None:
    """Who of these is here already: by keys for many at once, then field by field.

    Only what is certain is taken as the same person: the same NHS number, or the same name and
    date of birth with a telephone, e-mail, property or postcode in common. The rest waits for a
    person.
    """
    if not plans:
        return
    cases = named.restricted_residents().values_list("case__resident", flat=True)
    restricted = {pk for pk in cases if pk}
    batches = (plans[start : start + BATCH] for start in range(0, len(plans), BATCH))
    looking = [_look_up(batch, restricted, ask) for batch in batches]
    # While some are asked about others are looked up.
    while looking:
        looking = [each for each in looking if next(each, "done") is None]
    _load(plans)


def _look_up(plans: list[RowPlan], restricted: set[int], ask: Ask) -> Iterator[None]:
    """Find those who are certain, then open those who are near a row, a few at once, until what
    becomes of the row is known."""
    near = _near(plans, restricted)
    _take_those_certain(near, restricted)
    for count in (1, 2, MOST_NEAR):
        opened = [(each, each.seen(each.next(count), restricted)) for each in near]
        seen = [(each, pks) for each, pks in opened if pks]
        answers = ask([each.to_compare(pks) for each, pks in seen])
        yield
        for (each, _), is_near in zip(seen, answers(), strict=True):
            each.plan.outcome = "perhaps" if is_near else "new"


def _take_those_certain(near: list[_Near], restricted: set[int]) -> None:
    """Take whoever is certainly somebody who is here."""
    known = here(chain.from_iterable(each.certain for each in near))
    for each in near:
        each.plan.is_looked_up = True
        pks = each.seen(each.certain, restricted)
        _take_certain(each.plan, [known[pk] for pk in pks if pk in known])


def _near(plans: list[RowPlan], restricted: set[int]) -> list[_Near]:
    """For each plan those who have most keys in common with it."""
    holders = key_rows.holders({digest for plan in plans for digest in plan.near.digests})
    every = []
    for plan in plans:
        held = [(kind, holders[digest]) for digest, kind in plan.near.wanted if digest in holders]
        swapped = (holders[digest] for digest in plan.near.swapped if digest in holders)
        every.append(_nearest(plan, held, ",".join(swapped).split(","), restricted))
    return every


def _nearest(
    plan: RowPlan, held: list[tuple[str, str]], swapped: list[str], restricted: set[int]
) -> _Near:
    """Those with most keys in common: most have one, so that only the others are counted."""
    if not held:
        return _Near(plan)
    # Not when the product starts: few commands carry a list out.
    import numpy as np

    pks = np.fromstring(",".join(text for _, text in held), dtype=np.int64, sep=",")
    plan.near_restricted = bool(restricted) and not restricted.isdisjoint(pks.tolist())
    places = pks.argsort(kind="stable")
    ordered = pks[places]
    counts = Counter(ordered[1:][ordered[1:] == ordered[:-1]].tolist())
    # Of equals first who was here first: the same each time.
    nearest = sorted(counts, key=lambda pk: (-counts[pk], pk))[:MOST_NEAR]
    if len(nearest) < MOST_NEAR:
        nearest += islice(filterfalse(counts.__contains__, pks.tolist()), MOST_NEAR - len(nearest))
    # Up to which place of them all those of each kind go.
    ends = list(accumulate(text.count(",") + 1 for _, text in held))
    bounds = zip(*(ordered.searchsorted(nearest, side) for side in SIDES), strict=True)
    kinds = {
        pk: {held[bisect_right(ends, place)][0] for place in places[first:after].tolist()}
        for pk, (first, after) in zip(nearest, bounds, strict=True)
    }
    return _Near(plan, _with_swapped(kinds, swapped))


def _with_swapped(kinds: dict[int, set[str]], swapped: list[str]) -> dict[int, set[str]]:
    for pk in kinds.keys() & set(map(int, filter(None, swapped))):
        kinds[pk].add("swapped")
    return kinds


def _take_certain(plan: RowPlan, candidates: list[Here]) -> None:
    """The first who is certainly the same person."""
    for candidate in candidates:
        if candidate.state == Resident.State.ERASED:
            continue
        if _is_certain(compare(plan.listed.described, candidate.described)):
            plan.resident, plan.outcome = Resident(pk=candidate.pk), "known person"
            return


def _load(every: list[RowPlan]) -> None:
    """Those who are certainly here, whole."""
    plans = [plan for plan in every if plan.resident is not None]
    people = Resident.objects.in_bulk([plan.resident.pk for plan in plans if plan.resident])
    for plan in plans:
        assert plan.resident is not None
        plan.resident = people[plan.resident.pk]


def _is_certain(likeness: Likeness) -> bool:
    by_field = {reason.field: reason.points for reason in likeness.reasons}
    if by_field.get("NHS number", 0) > 0:
        return by_field.get("last name", 0) >= 0 or by_field.get("first name", 0) >= 0
    same = by_field.get("first name", 0) >= 2.5 and by_field.get("last name", 0) >= 3
    born = by_field.get("date of birth", 0) >= 4
    reach = any(by_field.get(name, 0) >= 1 for name in ("phone", "e-mail", "address"))
    return bool(same and born and reach and likeness.verdict == Alikeness.LIKELY)
