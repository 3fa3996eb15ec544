"""Which column of a published table holds what, by its heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from localwealth.sources.statistics.measures import measure_of, plain

# What is in a column whose heading, in small letters and single spaces, is one of these; the
# first column that fits counts. Districts stand above counties and combined authorities.
ROLES = {
    "area_code": (
        r"(wd|ward)\d{0,2} ?(cd|code)",
        r"(lad|ltla|laua)\d{0,2} ?cd",
        r"(area|geography|ons|gss|local authority|la|pcon\d*|itl)( area)? ?codes?",
        r"county and district unitary authority codes?",
        r"(utla|ctyua|cty|rgn|ctry|itl\d|cauth)\d{0,2} ?cd",
    ),
    "area_name": (
        r"(wd|lad|ltla)\d{0,2} ?nm",
        r"(area|geography|region|local authority)? ?names?",
        r"county and district unitary authority",
        r"(utla|cty|rgn|ctry|cauth)\d{0,2} ?nm",
        r"area",
    ),
    "period": (r"date( name)?", r"periods?", r"time( period)?", r"year", r"month"),
    "measure": (r"indicator", r"variable( name)?", r"series", r"pay( name)?", r"measure name"),
    "item": (r"item( name)?",),
    "way": (r"measure", r"measures name"),
    "unit": (r"units?",),
    "number": (r"(obs )?value", r"figure"),
    "status": (r"obs status( name)?", r"status", r"flags?"),
    "group": (
        r"industry( code| name)?",
        r"sic( 2007)?( section)?( code| name)?",
        r"sic section name",
        r"(employment )?size ?band( name)?",
        r"group",
    ),
    "sex": (r"sex( name)?", r"gender( name)?"),
    "hours": (r"hours( name)?",),
    "age": (r"age( name| group)?",),
    "kind": (r"kind",),
    "source": (r"source",),
    "source_url": (r"source url",),
    "of": (r"of",),
    "every_months": (r"every months",),
}
# A column of bare counts or shares, whose measure is said beside the file.
COUNT, SHARE = r"count|number|counts", r"rate|percent|percentage|share|%"


@dataclass
class Columns:
    """Where each role stands; ``measures`` are columns whose heading names a measure, ``bare``
    those of counts ("count") or shares ("rate") whose measure must be said."""

    roles: dict[str, int] = field(default_factory=dict)
    measures: dict[int, str] = field(default_factory=dict)
    bare: dict[int, str] = field(default_factory=dict)

    def cell(self, cells: Sequence[str], role: str) -> str:
        """What a line says of a role; "" where no column has it."""
        return cells[self.roles[role]].strip() if role in self.roles else ""


def area_year(header: Sequence[str]) -> int | None:
    """The year of the boundaries, as the heading of the codes says it: 2019 for LAD19CD.

    >>> area_year(["LAD19CD", "count"]), area_year(["ONS code"])
    (2019, None)
    """
    for heading in header:
        if year := re.fullmatch(r"(?:wd|lad|ltla)(\d\d) ?cd", plain(heading)):
            return 2000 + int(year[1])
    return None


def meaning(heading: str) -> str:
    """What a heading means, "" where nobody knows: for finding the line of headings."""
    columns = columns_of([heading])
    if columns.roles:
        return next(iter(columns.roles))
    return next(iter([*columns.measures.values(), *columns.bare.values()]), "")


def columns_of(header: Sequence[str]) -> Columns:
    """The columns of a line of headings."""
    columns = Columns()
    names = [plain(heading) for heading in header]
    for role, patterns in ROLES.items():
        at = _first_fit(names, patterns, set(columns.roles.values()))
        if at is not None:
            columns.roles[role] = at
    for at, name in enumerate(names):
        if at in columns.roles.values():
            continue
        if code := measure_of(name):
            columns.measures.setdefault(at, code)
        elif re.fullmatch(COUNT, name):
            columns.bare[at] = "count"
        elif re.fullmatch(SHARE, name):
            columns.bare[at] = "rate"
    return columns


def _first_fit(names: Sequence[str], patterns: Sequence[str], taken: set[int]) -> int | None:
    for pattern in patterns:
        for at, name in enumerate(names):
            if at not in taken and re.fullmatch(pattern, name):
                return at
    return None
