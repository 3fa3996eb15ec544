"""The town's wards or neighbourhoods: from a list that was loaded, or as somebody wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify

from commonweal.accounts import lists
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.places.models import Area, the_town

from . import onscodes

AS = Role.ADMINISTRATOR
MOST = 400
# What was meant for an ONS code, also with a slip in it; "Zone 5" is a name.
CODE_LIKE = re.compile(r"(?:[A-Za-z][\dOoIl]{3,}|[\dOoIl]{6,})\w*")
NAME_MOST = 100


@dataclass(frozen=True)
class NamedArea:
    """One line of a list: a name, and its ONS code where it has one."""

    name: str
    ons_code: str = ""

    @property
    def code(self) -> str:
        """What it is called in addresses."""
        return slugify(self.name)[:40]


def read(text: str) -> list[NamedArea]:
    """The areas of a pasted list: a line for each, its name and, behind it, its code.

    Raises
    ------
    lists.Unread
        A line has no name, or a code that is none; a name stands there twice.
    """
    return lists.each(
        text, _read_line, most=MOST, called=lambda area: lists.Called(area.code, area.name)
    )


def _read_line(line: str) -> NamedArea:
    parts = [part.strip(' "') for part in lists.BETWEEN.split(line)]
    *names, last = [part for part in parts if part] or [""]
    if not CODE_LIKE.fullmatch(last):
        names, last = [*names, last], ""
    name = ", ".join(names)
    if not slugify(name):
        raise ValueError("the name is missing")
    if len(name) > NAME_MOST:
        raise ValueError(f"the name is longer than {NAME_MOST} letters")
    if last and (fault := onscodes.fault(last)):
        raise ValueError(fault.rstrip("."))
    return NamedArea(name, last)


def written(areas: Sequence[NamedArea]) -> str:
    """A list as `read` takes it."""
    return "\n".join(f"{area.name}, {area.ons_code}".rstrip(", ") for area in areas)


@transaction.atomic
def take_in(*, name: str, content: bytes, by: Person) -> onscodes.CodeList:
    """Keep a list of the ONS that somebody sent, to choose areas from.

    Raises
    ------
    Refused
        It is no such list.
    """
    ons_list = onscodes.keep(name, content)
    record("ons list kept", about=the_town(), by=by, as_role=AS, codes=len(ons_list.codes))
    return ons_list


@transaction.atomic
def bring(*, areas: Sequence[NamedArea], year: int | None, by: Person) -> int:
    """Add areas, or give those of the same name another code and year; how many there were."""
    for area in areas:
        Area.objects.update_or_create(
            code=area.code,
            defaults={"name": area.name, "ons_code": area.ons_code, "boundaries_year": year},
        )
        record(
            "area set",
            about=Area.objects.get(code=area.code),
            by=by,
            as_role=AS,
            ons_code=area.ons_code,
        )
    return len(areas)


@transaction.atomic
def take_off(*, area: Area, by: Person) -> None:
    """Take an area off that nothing names.

    Raises
    ------
    Refused
        Something names it: a promise, a partner, a figure.
    """
    for relation in Area._meta.related_objects:
        named = relation.related_model._default_manager.filter(**{relation.field.name: area})
        if named.exists():
            raise Refused(f"{area.name} stays: something here names it.")
    record("area taken off", about=area, by=by, as_role=AS)
    area.delete()
