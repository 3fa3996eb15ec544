"""The history of the fields of a person: what stood there, who changed it, when and why.

What is written down when a field changes is what it was. Where somebody lives in a refuge nothing
is kept of where that is, and nothing is shown of where they lived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commonweal.accounts.models import Person
from commonweal.design.days import known_day
from commonweal.places.models import Area

from .belongings import records_of
from .models import Household, Resident, ResidentChange

REFUGE = Resident.Lives.REFUGE
# Where somebody is found.
PLACE = ("address", "postcode", "uprn", "area")
# What is kept, as it is called on pages.
KEPT_OF_PEOPLE = {
    "first_name": "First name",
    "last_name": "Last name",
    "also_known_as": "Also known as",
    "born": "Date of birth",
    "nhs_number": "NHS number",
    "language": "Language",
    "phones": "Telephones",
    "email": "E-mail",
    "lives": "Where they live",
    "address": "Address",
    "postcode": "Postcode",
    "uprn": "UPRN",
    "area": "Area",
    "household": "Household",
}
# Every other column of a person, and why no history of it is kept here.
NOT_KEPT = {
    "id": "never changes",
    "code": "never changes",
    "made_at": "never changes",
    "state": "merging and erasing leave lines of their own",
    "merged_into": "each merge is kept",
    "contact": "versions of how they may be reached",
    "safe_days": "versions of how they may be reached",
    "safe_from": "versions of how they may be reached",
    "safe_until": "versions of how they may be reached",
    "safe_word": "versions of how they may be reached",
    "safe_note": "versions of how they may be reached",
    "contact_version": "versions of how they may be reached",
    "is_dead": "each report of a death is kept",
    "dead_reported_at": "each report of a death is kept",
    "changed_at": "worked out",
    "keyed": "worked out",
    "compared_at": "worked out",
    "keep_until": "worked out",
    "erased_on": "worked out",
}


def in_words(name: str, stood: Any) -> str:
    """What stood in a field, as people read it."""
    match name, stood:
        case _, None | "":
            return ""
        case "born", str():
            return known_day(stood)
        case "lives", _:
            return str(Resident.Lives(stood).label)
        case "area", int():
            return Area.objects.values_list("name", flat=True).get(pk=stood)
        case "area", Area():
            return stood.name
        case "household", int():
            return Household.objects.values_list("code", flat=True).get(pk=stood)
        case _:
            return str(stood)


def note(
    resident: Resident,
    stood: Mapping[str, Any],
    *,
    by: Person | None,
    because: str = "",
    withheld: bool = False,
) -> None:
    """Write down what stood in fields that change now. ``resident`` is as it was; ``withheld``:
    what stood there is not kept. Inside the transaction of the change."""
    hides = resident.lives == REFUGE
    rows = []
    for column, before in stood.items():
        name = column.removesuffix("_id")
        hidden = withheld or (hides and name in PLACE)
        was = "" if hidden else in_words(name, before)
        rows.append(
            ResidentChange(
                resident=resident, field=name, was=was, withheld=hidden, because=because, by=by
            )
        )
    ResidentChange.objects.bulk_create(rows)


def forget_the_others(resident: Resident, since: datetime, stood_before: Mapping[str, Any]) -> None:
    """One record became two again: of what was written down since they were one, only what stood
    in this record before is kept; all else may be of the other person."""
    known = {
        (column.removesuffix("_id"), in_words(column.removesuffix("_id"), stood))
        for column, stood in stood_before.items()
    }
    for change in resident.changes.filter(at__gte=since).exclude(was=""):
        if (change.field, change.was) not in known:
            ResidentChange.objects.filter(pk=change.pk).update(was="", withheld=True)


@dataclass(frozen=True)
class Line:
    """One change, with what it made of the field, in words. ``key``: which field of what."""

    key: Any
    called: str
    was: str
    became: str
    because: str
    at: datetime
    who: str


NOTHING, NOT_SHOWN = "nothing", "not shown"


def lines_of(
    rows: Iterable[Any], now: Mapping[Any, str], called: Callable[[Any], tuple[Any, str]]
) -> list[Line]:
    """Changes, which come newest first, each with what followed it: the next one, or what stands
    there now. ``called`` says of a row which field of what it is, and how that is called."""
    followed, lines = dict(now), []
    for row in rows:
        key, title = called(row)
        was = NOT_SHOWN if row.withheld else row.was or NOTHING
        became = followed.get(key) or NOTHING
        followed[key] = was
        who = row.by.name if row.by else ""
        lines.append(Line(key, title, was, became, row.because, row.at, who))
    return lines


def _called(row: Any) -> tuple[str, str]:
    return row.field, KEPT_OF_PEOPLE.get(row.field, row.field)


def history(resident: Resident, *, name: str = "") -> list[Line]:
    """The changes of a person, newest first, of a record and all that were merged into it."""
    lines: list[Line] = []
    for record in records_of(resident):
        rows = record.changes.select_related("by")
        if name:
            rows = rows.filter(field=name)
        if REFUGE in (resident.lives, record.lives):
            rows = rows.exclude(field__in=PLACE)
        now = {field: in_words(field, getattr(record, field)) for field in KEPT_OF_PEOPLE}
        lines += lines_of(rows, now, _called)
    return sorted(lines, key=lambda line: line.at, reverse=True)
