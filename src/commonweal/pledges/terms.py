"""What a partner promises: the terms of a pledge, and which of them can be promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from commonweal.charter.models import Clause, Decision, Theme
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.places.models import Area

from .models import Measure, MeasureKind, Pledge, plain

# How far ahead a promise may reach.
YEARS_MOST = 30


@dataclass(frozen=True)
class Terms:
    """What is promised, complete: what the form has gathered when it is sent."""

    measure: Measure
    statement: str
    baseline: Decimal | None
    target: Decimal | None
    due_on: date | None
    theme: Theme
    owner_title: str = ""
    clause: Clause | None = None
    decision: Decision | None = None
    area: Area | None = None
    who_benefits: str = ""

    def body(self) -> dict[str, Any]:
        return {
            "measure": self.measure.code,
            "measure_kind": self.measure.kind,
            "unit": self.measure.unit,
            "direction": self.measure.direction,
            "baseline": plain(self.baseline),
            "target": plain(self.target),
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "theme": self.theme.code,
            "owner_title": self.owner_title,
            "clause": f"{self.clause.version.number}/{self.clause.number}" if self.clause else "",
            "decision": self.decision.code if self.decision else "",
            "area": self.area.code if self.area else "",
            "who_benefits": self.who_benefits,
        }


def check_terms(partner: Partner, terms: Terms, *, today: date) -> None:
    """Raise unless the terms are ones that a partner can promise today."""
    baseline, target = terms.baseline, terms.target
    if baseline is None or target is None or terms.due_on is None:
        raise Refused("A pledge needs a starting point, a target and a date.")
    if terms.due_on <= today:
        raise Refused("Choose a date in the future.")
    if terms.due_on > latest(today):
        raise Refused(f"Choose a date within the next {YEARS_MOST} years.")
    check_figures(terms.measure, baseline, target)
    if partner.is_council and terms.decision is None:
        raise Refused("A pledge of the council names the decision that made it.")


def latest(today: date) -> date:
    """The last day by which something can be promised today."""
    return today + timedelta(days=YEARS_MOST * 366)


def check_figures(measure: Measure, baseline: Decimal, target: Decimal) -> None:
    """Raise unless one can start there and end there, by what is counted."""
    kind = measure.kind
    if kind == MeasureKind.SHARE and not (0 <= baseline <= 100 and 0 <= target <= 100):
        raise Refused("A share lies between 0 and 100 per cent.")
    if kind == MeasureKind.YES_NO and not (baseline == 0 and target == 1):
        raise Refused("A pledge to do something starts at “not done” and ends at “done”.")
    if (
        kind in {MeasureKind.COUNT, MeasureKind.HOURS, MeasureKind.MONEY}
        and target <= 0 <= baseline
    ):
        raise Refused("The target must be more than nothing.")
    if kind != MeasureKind.KEEP:
        _check_direction(measure, baseline, target)


def check_reached(measure: Measure, figure: Decimal) -> None:
    """Raise unless so much can be reached of what is counted."""
    if measure.kind == MeasureKind.SHARE and not 0 <= figure <= 100:
        raise Refused("A share lies between 0 and 100 per cent.")
    if measure.kind == MeasureKind.YES_NO and figure not in (0, 1):
        raise Refused("Report 1 for done or 0 for not done.")


def check_reached_on(pledge: Pledge, as_of: date, *, today: date) -> None:
    """Raise unless something of a pledge can have been reached by a day."""
    if as_of > today:
        raise Refused("Report what has been reached by today or before, not what is to come.")
    if pledge.made_on and as_of < pledge.made_on:
        raise Refused("Choose a day since the pledge was made.")


def _check_direction(measure: Measure, baseline: Decimal, target: Decimal) -> None:
    if measure.direction == "up" and target <= baseline:
        raise Refused("The target must be higher than where you start.")
    if measure.direction == "down" and target >= baseline:
        raise Refused("The target must be lower than where you start.")
