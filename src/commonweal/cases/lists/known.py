"""Who of a list is here already: only what is certain is taken as the same person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from commonweal.residents import keys, people
from commonweal.residents.likeness import Alikeness, Likeness, compare
from commonweal.residents.models import Resident, ResidentKey

from .. import named
from .persons import Listed


@dataclass
class RowPlan:
    """What becomes of one row of a list."""

    listed: Listed
    resident: Resident | None = None
    is_new: bool = False
    outcome: str = "new"


def find(plans: list[RowPlan]) -> None:
    """Who of these is here already: by keys for the whole step at once, then field by field.

    Only what is certain is taken as the same person: the same NHS number, or the same name and
    date of birth with a telephone, e-mail, property or postcode in common. The rest waits for a
    person.
    """
    candidates = _candidates(plans)
    residents = Resident.objects.exclude(state=Resident.State.MERGED).in_bulk(
        {pk for numbers in candidates for pk in numbers}
    )
    restricted = set(
        named.restricted_residents()
        .filter(case__resident__in=residents)
        .values_list("case__resident", flat=True)
    )
    for plan, numbers in zip(plans, candidates, strict=True):
        # Somebody restricted is taken as new and joined unseen; only a death reaches them.
        seen = [pk for pk in numbers if plan.listed.is_dead or pk not in restricted]
        _take_certain(plan, [residents[pk] for pk in seen if pk in residents])


def _candidates(plans: list[RowPlan]) -> list[list[int]]:
    """For each plan the numbers of the residents with most keys in common."""
    wanted: dict[str, set[int]] = {}
    for index, plan in enumerate(plans):
        for _, digest in keys.only(keys.keys_of(plan.listed.described), keys.CANDIDATE_KINDS):
            wanted.setdefault(digest, set()).add(index)
    near: list[Counter[int]] = [Counter() for _ in plans]
    digests = list(wanted)
    for start in range(0, len(digests), 900):
        rows = ResidentKey.objects.filter(digest__in=digests[start : start + 900])
        for digest, pk in rows.values_list("digest", "resident"):
            for index in wanted[digest]:
                near[index][pk] += 1
    return [[pk for pk, _ in counted.most_common(8)] for counted in near]


def _take_certain(plan: RowPlan, candidates: list[Resident]) -> None:
    """The first who is certainly the same person; else whether somebody perhaps is."""
    for resident in candidates:
        if resident.state == Resident.State.ERASED:
            plan.outcome = "perhaps"
            continue
        likeness = compare(plan.listed.described, people.described(resident))
        if _is_certain(likeness):
            plan.resident, plan.outcome = resident, "known person"
            return
        if likeness.verdict in (Alikeness.LIKELY, Alikeness.POSSIBLE):
            plan.outcome = "perhaps"


def _is_certain(likeness: Likeness) -> bool:
    by_field = {reason.field: reason.points for reason in likeness.reasons}
    if by_field.get("NHS number", 0) > 0:
        return by_field.get("last name", 0) >= 0 or by_field.get("first name", 0) >= 0
    same = by_field.get("first name", 0) >= 2.5 and by_field.get("last name", 0) >= 3
    born = by_field.get("date of birth", 0) >= 4
    reach = any(by_field.get(name, 0) >= 1 for name in ("phone", "e-mail", "address"))
    return bool(same and born and reach and likeness.verdict == Alikeness.LIKELY)
