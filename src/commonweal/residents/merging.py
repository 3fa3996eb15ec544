"""Two records are one person: what is taken over from which, and what changed by it.

A merge writes down, column by column, what the kept record was and became, and which rows moved,
so that undoing (`parting`) takes back that and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.days import known_day
from commonweal.office.errors import Refused

from . import belongings, changes, deaths, events, keys, one_place, people, reaching
from .likeness import compare
from .models import Merge, PerhapsSame, Resident, ResidentKey
from .models.guarding import GUARDED

KEPT, GONE = "kept", "gone"
# Columns that hold one thing a line: each line is somebody's, not the whole.
LINES = ("phones", "also_known_as")
# How somebody may be reached is not among them: `reaching` joins and parts it, by versions.
PERSONAL = tuple(name for name in Resident.PERSONAL if name not in GUARDED)
COLUMNS = (*PERSONAL, "lives", "is_dead", "area_id", "household_id")


@dataclass
class Journal:
    """What one merge did. ``kept``: column -> [what it was, what the merge made of it]."""

    kept: dict[str, list[Any]] = field(default_factory=dict)
    gone_state: str = Resident.State.ACTIVE
    # Model -> rows that moved; rows of the kept record that were its own before.
    moved: dict[str, list[int]] = field(default_factory=dict)
    own: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, merge: Merge) -> Journal:
        journal = cls(**json.loads(merge.journal or "{}"))
        # Merges of before wrote down how the kept record might be reached: that has versions now.
        journal.kept = {name: pair for name, pair in journal.kept.items() if name in COLUMNS}
        return journal

    def dump(self) -> str:
        return json.dumps(vars(self))


CALLED = {
    "area_id": "Area",
    "household_id": "Household",
    "born": "Date of birth",
    "nhs_number": "NHS number",
    "uprn": "UPRN",
    "lives": "Where they live",
}


def called(name: str) -> str:
    """A column of a person, in words."""
    return CALLED.get(name, name.replace("_", " ").capitalize())


def in_words(name: str, written: Any) -> Any:
    """What stands in a column of a person, as people read it."""
    return known_day(written) if name == "born" else written


def stands(name: str, resident: Resident) -> Any:
    """What stands in a column, as people read it; of a refuge no part of the place."""
    if name in one_place.PLACE and resident.lives == Resident.Lives.REFUGE:
        return resident.get_lives_display()
    return in_words(name, getattr(resident, name))


def to_choose(name: str, resident: Resident) -> Any:
    """What of a record is taken if it is chosen: of an address its postcode too."""
    if name == "address" and (place := reaching.place_of(resident)):
        return place
    return stands(name, resident)


def values_of(resident: Resident) -> dict[str, Any]:
    return {name: getattr(resident, name) for name in COLUMNS}


def lines_of(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


# --- Merging --------------------------------------------------------------------------------------


def choosable(survivor: Resident, gone: Resident) -> list[str]:
    """The columns in which both say something, and not the same: a person may choose. Of two
    places only the address, which takes its postcode along."""
    is_one = one_place.fits(survivor, gone)
    return [
        name
        for name in PERSONAL
        if (
            name == "address"
            if name in one_place.PLACE and not is_one
            else name not in LINES and _differs(name, survivor, gone)
        )
    ]


def _differs(name: str, survivor: Resident, gone: Resident) -> bool:
    ours, theirs = getattr(survivor, name), getattr(gone, name)
    return bool(ours and theirs and keys.squash(ours) != keys.squash(theirs))


def preferred(name: str, survivor: Resident, gone: Resident) -> str:
    """Which of two values is taken unless somebody chooses: the more precise one.

    A whole date of birth before a year, "Joan" before "J", a whole postcode before its beginning.
    Where neither says more of the same, the kept record's.
    """
    ours, theirs = (
        keys.squash(getattr(resident, name)).replace(" ", "") for resident in (survivor, gone)
    )
    if name == "born" and ours[:4] == theirs[:4] and len(theirs) > len(ours):
        return GONE
    return GONE if theirs.startswith(ours) and len(theirs) > len(ours) else KEPT


@transaction.atomic
def merge(
    *,
    kept: Resident,
    gone: Resident,
    because: str,
    by: Person,
    chosen: Mapping[str, str] | None = None,
) -> Merge:
    """A person decided that two records are one person. Can be undone for twelve months.

    What the kept one lacks it takes from the other; where both say something, what was ``chosen``
    (column -> kept or gone), else the more precise. A name that differs becomes another name.
    What belongs to the other record moves; the household of neither moves along.

    Raises
    ------
    Refused
        No reason; either is merged, erased, the same record, or kept from who merges.
    """
    people.refuse_if_kept(by, kept, gone)
    if not because.strip():
        raise Refused("Say how you know that they are one person.")
    kept, gone = _locked(kept, gone)
    likeness = compare(people.described(kept), people.described(gone))
    was, became = values_of(kept), _combined(kept, gone, dict(chosen or {}))
    journal = Journal({name: [was[name], became[name]] for name in COLUMNS}, gone.state)
    _move_rows(kept, gone, journal)
    reaching.joined(kept=kept, gone=gone, by=by)
    changed = {name: was[name] for name in COLUMNS if was[name] != became[name]}
    changed.pop("is_dead", None)
    changes.note(kept, changed, by=by, because=f"One record with {gone.code}")
    write(kept, became)
    if became["is_dead"]:
        _count_as_dead(kept, gone)
    Resident.objects.filter(pk=gone.pk).update(state=Resident.State.MERGED, merged_into=kept)
    ResidentKey.objects.filter(resident=gone).delete()
    kept.refresh_from_db()
    people.index([kept])
    merger = Merge.objects.create(
        kept=kept,
        gone=gone,
        because=because,
        journal=journal.dump(),
        merged_by=by,
        reasons=[[reason.field, reason.points, reason.explanation] for reason in likeness.reasons],
    )
    record("residents merged", about=kept, by=by, gone=gone.code, points=likeness.points)
    PerhapsSame.move(gone=gone, kept=kept)
    PerhapsSame.decide(kept, gone, is_same=True)
    for tell in events.MERGED:
        tell(kept, by)
    return merger


def _locked(survivor: Resident, gone: Resident) -> tuple[Resident, Resident]:
    """Both records, locked; refused where they are one already, or one is no record any more."""
    pair = Resident.objects.select_for_update().in_bulk([survivor.pk, gone.pk])
    if len(pair) < 2:
        raise Refused("These are one record already.")
    for resident in (pair[survivor.pk], pair[gone.pk]):
        if resident.state in (Resident.State.MERGED, Resident.State.ERASED):
            state = resident.get_state_display().lower()
            raise Refused(f"{resident.code} is {state}; it can't be merged.")
    return pair[survivor.pk], pair[gone.pk]


def _move_rows(survivor: Resident, gone: Resident, journal: Journal) -> None:
    """What belongs to the other record moves; the journal says which rows, and which stood here."""
    for kind in moving():
        manager = kind.model._default_manager
        for residents, rows in ((gone, journal.moved), (survivor, journal.own)):
            rows[kind.label] = list(
                manager.filter(**{kind.moves: residents}).values_list("pk", flat=True)
            )
        manager.filter(**{kind.moves: gone}).update(**{kind.moves: survivor})


def moving() -> Iterator[belongings.Belonging]:
    return (kind for kind in belongings.registered() if kind.moves)


def _count_as_dead(survivor: Resident, gone: Resident) -> None:
    """One of the two was reported dead, so the person is; what either had going on stops."""
    deaths.share_report(of=survivor if survivor.is_dead else gone, to=survivor)


def _combined(survivor: Resident, gone: Resident, chosen: dict[str, str]) -> dict[str, Any]:
    """What the kept record becomes."""
    became = values_of(survivor)
    for name in PERSONAL:
        if name not in LINES:
            became[name] = getattr(survivor, name) or getattr(gone, name)
    became["area_id"] = survivor.area_id or gone.area_id
    if gone.lives == Resident.Lives.REFUGE:
        became["lives"] = gone.lives
    became |= _as_chosen(survivor, gone, chosen)
    name_now = f"{became['first_name']} {became['last_name']}"
    became["also_known_as"] = _names_of_both(survivor, gone, name_now)
    became["phones"] = _phones_of_both(survivor, gone)
    became["is_dead"] = survivor.is_dead or gone.is_dead
    return became


def _as_chosen(survivor: Resident, gone: Resident, chosen: dict[str, str]) -> dict[str, Any]:
    """Of what differs, what was chosen, else what is preferred; where somebody lives as a whole."""
    columns: dict[str, Any] = {}
    for name in choosable(survivor, gone):
        is_theirs = (chosen.get(name) or preferred(name, survivor, gone)) == GONE
        right = gone if is_theirs else survivor
        columns[name] = getattr(right, name)
        if name == "address" and not one_place.fits(survivor, gone):
            columns |= {part: getattr(right, part) for part in (*one_place.PLACE, "area_id")}
            columns["lives"] = one_place.lives_at(right, survivor, gone)
    return columns


def _names_of_both(survivor: Resident, gone: Resident, name_now: str) -> str:
    """Their other names, a line each, and what either was called, unless they are called so now."""
    names = lines_of(f"{survivor.also_known_as}\n{gone.also_known_as}")
    names += [
        resident.full_name
        for resident in (survivor, gone)
        if keys.squash(resident.full_name) != keys.squash(name_now)
    ]
    return "\n".join(dict.fromkeys(name for name in names if name))


def _phones_of_both(survivor: Resident, gone: Resident) -> str:
    """The kept record's telephones, then those of the other one that are no spelling of them."""
    phones = {keys.phone(line) or line: line for line in [*gone.phone_list, *survivor.phone_list]}
    return "\n".join(dict.fromkeys([*survivor.phone_list, *phones.values()]))


def write(resident: Resident, values: Mapping[str, Any]) -> None:
    """Write columns of a record, and no other; death has its own way."""
    columns = {name: written for name, written in values.items() if name != "is_dead"}
    Resident.objects.filter(pk=resident.pk).update(**columns, changed_at=timezone.now())
