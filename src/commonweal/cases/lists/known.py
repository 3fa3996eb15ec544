"""Who of a list is here already: only what is certain is taken as the same person."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain, islice

import numpy as np

from commonweal.residents import key_rows, keys
from commonweal.residents.likeness import (
    POSSIBLE,
    Alikeness,
    Likeness,
    birth_points,
    compare,
    judge,
)
from commonweal.residents.models import Resident

from .. import named
from .drawing import Drawn, Near, near_of
from .here import Here, here
from .persons import Listed

NEAR = (Alikeness.LIKELY, Alikeness.POSSIBLE)
MOST_NEAR = 8
# The most that a field can say for one person; telephone, e-mail and NHS number only where they
# share a key.
NAMES_MOST, UNLIKE_MOST, PLACE_MOST, PHONE_MOST, EMAIL_MOST = 5.5, 4.3, 2.0, 2.0, 3.0
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
    def words(self) -> str:
        """What its case says, sealed."""
        return self.drawn.words if self.drawn else ""

    @cached_property
    def is_plainly_named(self) -> bool:
        """Whether every name like theirs has a sound in common: a particle alone is no key, nor is
        Saint, which is St, nor what follows a sixth word."""
        person = self.listed.described
        name_words = keys.squash(f"{person.first} {person.last}").split()
        is_short = len(name_words) < 7 and not person.others
        return (
            is_short
            and keys.PARTICLES.isdisjoint(name_words)
            and "saint" not in "".join(name_words)
        )

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

    def seen(
        self, pks: Iterable[int], known: dict[int, Here], restricted: set[int]
    ) -> list[tuple[Here, set[str]]]:
        """These, with what they have in common. Somebody restricted is taken as new and joined
        unseen; only a death reaches them."""
        hidden = set() if self.plan.listed.is_dead else restricted
        return [(known[pk], self.kinds[pk]) for pk in pks if pk in known and pk not in hidden]

    @cached_property
    def likeliest(self) -> list[int]:
        """Those first who have both a name and a birth or a way to be reached in common: most are
        near by that, and one is enough."""
        return sorted(self.kinds, key=lambda pk: -_promise(self.kinds[pk]))


def _promise(kinds: set[str]) -> float:
    """How likely somebody with these in common is near: only an order in which to look."""
    return sum([PROMISE[kind] for kind in kinds & PROMISE.keys()])


def find(plans: list[RowPlan]) -> None:
    """Who of these is here already: by keys for the whole step at once, then field by field.

    Only what is certain is taken as the same person: the same NHS number, or the same name and
    date of birth with a telephone, e-mail, property or postcode in common. The rest waits for a
    person.
    """
    if not plans:
        return
    restricted = set(named.restricted_residents().values_list("case__resident", flat=True))
    near = _near(plans, {pk for pk in restricted if pk})
    known = here(chain.from_iterable(each.certain for each in near))
    for each in near:
        each.plan.is_looked_up = True
        _take_certain(each.plan, each.seen(each.certain, known, restricted))
    _open_in_rounds(near, known, restricted)
    _load([plan for plan in plans if plan.resident is not None])


def _open_in_rounds(near: list[_Near], known: dict[int, Here], restricted: set[int]) -> None:
    """Open those who are near a row, a few at once, until what becomes of the row is known."""
    for count in (1, 2, MOST_NEAR):
        opened = [(each, each.next(count)) for each in near]
        known |= here({pk for _, pks in opened for pk in pks} - known.keys())
        for each, pks in opened:
            _take_perhaps(each.plan, each.seen(pks, known, restricted))


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
    pks = np.fromstring(",".join(text for _, text in held), dtype=np.int64, sep=",")
    plan.near_restricted = bool(restricted) and not restricted.isdisjoint(pks.tolist())
    ordered = np.sort(pks)
    counts = Counter(ordered[1:][ordered[1:] == ordered[:-1]].tolist())
    # Of equals first who was here first: the same each time.
    nearest = sorted(counts, key=lambda pk: (-counts[pk], pk))[:MOST_NEAR]
    if len(nearest) < MOST_NEAR:
        one_each = (pk for pk in pks.tolist() if pk not in counts)
        nearest += islice(one_each, MOST_NEAR - len(nearest))
    # Whose kind each of them stands under: up to which place each kind goes.
    ends = list(accumulate(text.count(",") + 1 for _, text in held))
    kinds = {
        pk: {held[bisect_right(ends, at)][0] for at in np.flatnonzero(pks == pk).tolist()}
        for pk in nearest
    }
    for pk in nearest:
        if str(pk) in swapped:
            kinds[pk].add("swapped")
    return _Near(plan, kinds)


def _take_certain(plan: RowPlan, candidates: list[tuple[Here, set[str]]]) -> None:
    """The first who is certainly the same person."""
    for candidate, _ in candidates:
        if candidate.state == Resident.State.ERASED:
            continue
        if _is_certain(compare(plan.listed.described, candidate.described)):
            plan.resident, plan.outcome = Resident(pk=candidate.pk), "known person"
            return


def _take_perhaps(plan: RowPlan, candidates: list[tuple[Here, set[str]]]) -> None:
    """Whether one of these is perhaps the same person; of who was erased only keys are left."""
    if any(
        candidate.state == Resident.State.ERASED or _is_near(plan, candidate, kinds)
        for candidate, kinds in candidates
    ):
        plan.outcome = "perhaps"


def _is_near(plan: RowPlan, candidate: Here, kinds: set[str]) -> bool:
    """By birth, or by names, birth and NHS number alone where nothing else could change it: places,
    telephone and e-mail say nothing against anybody. What else there is of the candidate stays
    closed."""
    reach = _reach_most(kinds)
    if "nhs" not in kinds:
        born = birth_points(plan.listed.described.born, candidate.born)
        if _names_most(plan, candidate, kinds) + born + reach < POSSIBLE:
            return False
    verdict, points = judge(plan.listed.described, candidate.named)
    if verdict in NEAR:
        return True
    if points.get("NHS number", 0) <= 0 and points.get("first name", 0) <= -3:
        return False
    if sum(points.values()) + reach < POSSIBLE:
        return False
    return judge(plan.listed.described, candidate.described)[0] in NEAR


def _reach_most(kinds: set[str]) -> float:
    """The most that places, telephone and e-mail can say. Whoever has a last name in common (as
    with a year of birth) and lives at one postcode has both in common."""
    is_elsewhere = bool(kinds & {"last-year", "last-born"}) and not kinds & {"last-place", "uprn"}
    most = 0.0 if is_elsewhere else PLACE_MOST
    return most + PHONE_MOST * ("phone" in kinds) + EMAIL_MOST * ("email" in kinds)


def _names_most(plan: RowPlan, candidate: Here, kinds: set[str]) -> float:
    """The most that names can say. Where no pair of a first and a last name sounds alike, one of
    both is another one, spelt almost alike at best."""
    may_be_alike = "name" in kinds or candidate.has_other_names or not plan.is_plainly_named
    return NAMES_MOST if may_be_alike else UNLIKE_MOST


def _load(plans: list[RowPlan]) -> None:
    """Those who are certainly here, whole."""
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
