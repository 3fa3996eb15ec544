"""Those of a list who are new here, and their cases: worked out before anybody waits, written at
one stroke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.utils import timezone

from commonweal.office.strokes import Row, Stroke
from commonweal.places.models import Area
from commonweal.residents import finding, key_rows, keys, people, placing
from commonweal.residents.keys import Described
from commonweal.residents.models import Resident
from commonweal.residents.models.people import new_reference, new_resident_code
from commonweal.services.models import HelpType

from .. import gaps, triage
from ..models import Callback, Case, Need
from .persons import Listed

PERSONAL = (
    "first_name",
    "last_name",
    "born",
    "nhs_number",
    "phones",
    "email",
    "address",
    "postcode",
    "uprn",
)
# Of each case. Its moments are what the database would work out.
OF_A_CASE = ("code", "resident", "words", "area", "due_at", "late_at", "bare_at")


@dataclass(frozen=True)
class Drawn:
    """Somebody of a list as they are written down where nobody like them is here."""

    row: Row
    described: Described
    digests: set[tuple[str, int]]
    area: int | None


def draw(step: list[Listed]) -> list[Drawn]:
    """Work out how each of these is written down, and by what they are found."""
    stroke = _of_residents()
    areas = placing.areas_of(listed.described.postcode for listed in step)
    return [_draw(stroke, listed, areas) for listed in step]


def _of_residents() -> Stroke:
    # Made and not changed since: by that it is known whether somebody has worked on it.
    now = timezone.now()
    pattern = Resident(made_at=now, changed_at=now, keyed=finding.VERSION)
    return Stroke(pattern, ("code", *PERSONAL, "area"))


def _draw(stroke: Stroke, listed: Listed, areas: dict[str, Area]) -> Drawn:
    d = listed.described
    facts = d.first, d.last, d.born, d.nhs, "\n".join(listed.phones), d.email, *_where(d)
    values = people.cleaned(dict(zip(PERSONAL, facts, strict=True)))
    described = Described(
        first=values["first_name"],
        last=values["last_name"],
        born=values["born"],
        phones=tuple(filter(None, map(str.strip, values["phones"].splitlines()))),
        email=values["email"],
        nhs=values["nhs_number"],
        address=values["address"],
        postcode=values["postcode"],
        uprn=values["uprn"],
    )
    place = areas.get(keys.postcode(d.postcode))
    area = place.pk if place else None
    row = stroke.row(new_resident_code(), *(values[name] for name in PERSONAL), area)
    return Drawn(row, described, finding.keys_of(described), area)


def _where(described: Described) -> tuple[str, ...]:
    return described.address, described.postcode, described.uprn


def write_residents(drawn: Sequence[Drawn]) -> list[int]:
    """Write these down, and by what they are found; their numbers."""
    numbers = _of_residents().write(person.row for person in drawn)
    key_rows.write(
        (number, kind, digest)
        for number, person in zip(numbers, drawn, strict=True)
        for kind, digest in person.digests
    )
    return numbers


@dataclass(frozen=True)
class CaseDrawn:
    """A case as a list makes it: whose, where, until when somebody is promised a call."""

    resident: int
    note: str
    area: int | None
    due_at: datetime


def write_cases(drawn: Sequence[CaseDrawn], help_type: HelpType, now: datetime) -> list[int]:
    """Write cases, each with its need and its first call; their numbers."""
    weights = [(help_type.name, help_type.weight)]
    level = triage.level_of_sent((), weights)
    judged = triage.judge((), needs=weights, came_as=level)
    pattern = Case(
        channel="list",
        opened_at=now,
        urgency=level,
        computed=level,
        came_as=level,
        score=judged.score,
        reasons=[list(reason) for reason in judged.reasons],
        in_danger=judged.in_danger,
        is_restricted=help_type.is_restricted,
    )
    cases = Stroke(pattern, OF_A_CASE)
    numbers = cases.numbers(len(drawn))
    # The need and the call first: what follows from them for a case is then worked out once.
    needs = Stroke(Need(help_type=help_type), ("code", "case"))
    of_cases = needs.write(needs.row(uuid4(), number) for number in numbers)
    calls = Stroke(Callback(purpose="first"), ("case", "due_at"))
    calls.write(
        calls.row(*pair) for pair in zip(numbers, (case.due_at for case in drawn), strict=True)
    )
    rows = (
        cases.row(new_reference(), case.resident, case.note, case.area, *[case.due_at] * 3)
        for case in drawn
    )
    cases.write_as(numbers, list(rows))
    gaps.note_missing_of(help_type, of_cases)
    return numbers
