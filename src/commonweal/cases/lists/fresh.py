"""Those of a list who are new here, and their cases, written at one stroke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.utils import timezone

from commonweal.office.strokes import Stroke
from commonweal.residents import finding, key_rows, keys, placing
from commonweal.residents.models import Resident
from commonweal.residents.models.people import new_reference
from commonweal.services.models import HelpType

from .. import gaps, triage
from ..models import Callback, Case, Need
from .drawing import OF_A_RESIDENT, Drawn
from .persons import Listed

# Of each case. Its moments are what the database would work out.
OF_A_CASE = ("code", "resident", "words", "area", "due_at", "late_at", "bare_at")


def _of_residents() -> Stroke:
    # Made and not changed since: by that it is known whether somebody has worked on it.
    now = timezone.now()
    pattern = Resident(made_at=now, changed_at=now, keyed=finding.VERSION)
    return Stroke(pattern, (*OF_A_RESIDENT, "area"))


def areas_of(every: Sequence[Listed]) -> list[int | None]:
    """Where each of these lives."""
    places = placing.areas_of(listed.described.postcode for listed in every)
    by_postcode = {postcode: area.pk for postcode, area in places.items()}
    return [by_postcode.get(keys.postcode(listed.described.postcode)) for listed in every]


def write_residents(drawn: Sequence[tuple[Drawn, int | None]]) -> list[int]:
    """Write these down with where they live, and by what they are found; their numbers."""
    numbers = _of_residents().write((*person.row, area) for person, area in drawn)
    key_rows.write_numbered(
        (digest, number, kind)
        for number, (person, _) in zip(numbers, drawn, strict=True)
        for digest, kind in person.digests
    )
    return numbers


@dataclass(frozen=True)
class CaseDrawn:
    """A case as a list makes it: whose, with which note (sealed), where, until when somebody is
    promised a call."""

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
    cases = Stroke(pattern, OF_A_CASE, ready=["words"])
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
