"""A shock of each level, and pledges that can answer one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commonweal.accounts.models import Person
from commonweal.charter.models import Theme
from commonweal.economy.models import Shock
from commonweal.economy.shocks import telling
from commonweal.partners.models import Partner
from commonweal.pledges.models import Measure

WORD = "Quillfeather"


@pytest.fixture
def answers_of_a_form(today: date) -> dict[str, str]:
    """What somebody types on the one form."""
    first = today + timedelta(days=60)
    return {
        "kind": "closure",
        "people": "120",
        "workforce": "150",
        "sites": f"{WORD} Mill",
        "first_on_0": str(first.day),
        "first_on_1": str(first.month),
        "first_on_2": str(first.year),
        "occupations": "bakers",
        "sure": "decided",
        "level": "staff",
        "words": "x",
    }


@pytest.fixture
def tell(bakery: Partner, asha: Person, today: date) -> Any:
    """Tell of a shock, by default a closure of 120 jobs in 60 days that everybody may know."""

    def make(**more: Any) -> Shock:
        by, staff = more.pop("by", asha), more.pop("staff", False)
        partner = more.pop("partner", bakery)
        sent = more.pop("sent", True)
        values: dict[str, Any] = {
            "kind": "closure",
            "people": 120,
            "first_on": today + timedelta(days=60),
            "sure": "decided",
            "wanted_level": "public",
            "sites": f"{WORD} Mill",
            "occupations": f"{WORD} bakers",
            "words": f"{WORD} is why",
        } | more
        shock = telling.begin(values=values, partner=partner, by=by, staff=staff)
        return telling.send(shock=shock, by=by) if sent else shock

    return make


@pytest.fixture
def can_answer(
    theme: Theme, college: Partner, homes: Partner, idris: Person, pledged: Any, priya: Person
) -> list[Any]:
    """Three pledges of others: jobs, training, premises."""
    made = []
    for code, name, unit, partner, target in (
        ("starts", "Jobs offered", "jobs", homes, 60),
        ("places", "Training places", "places", college, 40),
        ("rooms", "Premises lent", "rooms", college, 4),
    ):
        measure = Measure.objects.create(code=code, name=name, theme=theme, kind="count", unit=unit)
        by = idris if partner is college else priya
        made.append(
            pledged(
                measure=measure,
                partner=partner,
                by=by,
                statement=f"We give {unit}.",
                target=Decimal(target),
            )
        )
    return made
