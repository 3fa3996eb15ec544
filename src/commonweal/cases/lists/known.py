"""Who of a list is here already: only what is certain is taken as the same person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain

from commonweal.residents import keys
from commonweal.residents.likeness import POSSIBLE, Alikeness, Likeness, compare
from commonweal.residents.models import Resident, ResidentKey

from .. import named
from .here import Here, here
from .persons import Listed

# By (kind, digest) of a key who has it, in the order in which they were found.
Holders = dict[tuple[str, int], dict[int, None]]
NEAR = (Alikeness.LIKELY, Alikeness.POSSIBLE)
MOST_NEAR, AT_ONCE = 8, 900
# The most that a field can say for one person; telephone and e-mail only where they share a key.
BORN_MOST, PLACE_MOST, PHONE_MOST, EMAIL_MOST = 4.0, 2.0, 2.0, 3.0


@dataclass
class RowPlan:
    """What becomes of one row of a list. ``near_restricted``: a way to be found in common with
    somebody who is restricted."""

    listed: Listed
    resident: Resident | None = None
    is_new: bool = False
    outcome: str = "new"
    near_restricted: bool = False


def find(plans: list[RowPlan]) -> None:
    """Who of these is here already: by keys for the whole step at once, then field by field.

    Only what is certain is taken as the same person: the same NHS number, or the same name and
    date of birth with a telephone, e-mail, property or postcode in common. The rest waits for a
    person.
    """
    near = _near(plans)
    restricted = set(named.restricted_residents().values_list("case__resident", flat=True))
    nearest = [_nearest(holders) for holders in near]
    known = here(chain.from_iterable(nearest))
    for plan, holders, numbers in zip(plans, near, nearest, strict=True):
        plan.near_restricted = not all(map(restricted.isdisjoint, holders.values()))
        # Somebody restricted is taken as new and joined unseen; only a death reaches them.
        hidden = set() if plan.listed.is_dead else restricted
        seen = [known[pk] for pk in numbers if pk in known and pk not in hidden]
        _take_certain(plan, [(one, _in_common(holders, one.pk)) for one in seen])
    _load([plan for plan in plans if plan.resident is not None])


def _near(plans: list[RowPlan]) -> list[Holders]:
    """For each plan who has keys in common with it."""
    wanted = [
        sorted(keys.only(keys.keys_of(plan.listed.described), keys.CANDIDATE_KINDS), key=_digest)
        for plan in plans
    ]
    holders: dict[int, dict[int, None]] = {digest: {} for each in wanted for _, digest in each}
    digests = list(holders)
    for start in range(0, len(digests), AT_ONCE):
        rows = ResidentKey.objects.filter(digest__in=digests[start : start + AT_ONCE])
        for digest, pk in rows.values_list("digest", "resident"):
            holders[digest][pk] = None
    return [{key: holders[key[1]] for key in each} for each in wanted]


def _digest(key: tuple[str, int]) -> int:
    return key[1]


def _nearest(holders: Holders) -> list[int]:
    """Those with most keys in common."""
    counted = Counter(chain.from_iterable(holders.values()))
    return [pk for pk, _ in counted.most_common(MOST_NEAR)]


def _in_common(holders: Holders, pk: int) -> set[str]:
    """The kinds of keys that somebody has in common."""
    return {kind for (kind, _), pks in holders.items() if pk in pks}


def _take_certain(plan: RowPlan, candidates: list[tuple[Here, set[str]]]) -> None:
    """The first who is certainly the same person; else whether somebody perhaps is."""
    for candidate, kinds in candidates:
        if candidate.state == Resident.State.ERASED:
            plan.outcome = "perhaps"
            continue
        if not _is_worth_comparing(plan, candidate, kinds):
            continue
        likeness = compare(plan.listed.described, candidate.described)
        if _is_certain(likeness):
            plan.resident, plan.outcome = Resident(pk=candidate.pk), "known person"
            return
        if likeness.verdict in NEAR:
            plan.outcome = "perhaps"


def _is_worth_comparing(plan: RowPlan, candidate: Here, kinds: set[str]) -> bool:
    """Whether the whole comparison could change what becomes of the row, by names and NHS number
    alone; what else there is of the candidate stays closed where it could not."""
    likeness = compare(plan.listed.described, candidate.named)
    points = {reason.field: reason.points for reason in likeness.reasons}
    if points.get("NHS number", 0) > 0:
        return True
    if plan.outcome == "perhaps":
        return points.get("first name", 0) >= 2.5 and points.get("last name", 0) >= 3
    if points.get("first name", 0) <= -3:
        return False
    most = sum(points.values()) + BORN_MOST + PLACE_MOST
    most += PHONE_MOST * ("phone" in kinds) + EMAIL_MOST * ("email" in kinds)
    return most >= POSSIBLE


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
