"""A shock told in confidence, whose every word is one secret, and drafts of one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commonweal.accounts.models import Person
from commonweal.asks.models import Alarm
from commonweal.charter.models import Theme
from commonweal.economy.pulse import actions as pulse
from commonweal.economy.series import tying
from commonweal.economy.shocks import telling
from commonweal.partners.models import Partner
from commonweal.pledges.models import Measure

WORD = "Thistlewick"


@pytest.fixture
def shocked(
    bakery: Partner,
    college: Partner,
    asha: Person,
    maya: Person,
    idris: Person,
    theme: Theme,
    pledged: Any,
    today: date,
) -> dict[str, dict[str, Any]]:
    """What stands in each address about shocks."""
    starts = Measure.objects.create(
        code="starts", name="Jobs offered", theme=theme, kind="count", unit="jobs"
    )
    pledge = pledged(
        measure=starts, partner=college, by=idris, statement="Jobs.", target=Decimal(9)
    )
    values: dict[str, Any] = {
        "kind": "closure",
        "employer": f"{WORD} Mill",
        "people": 54321,
        "sure": "decided",
        "first_on": today + timedelta(days=60),
        "wanted_level": "staff",
        "sites": f"{WORD} Wharf",
        "occupations": f"{WORD} bakers",
        "words": WORD,
    }
    sent = telling.begin(values=values, partner=bakery, by=asha, staff=False)
    telling.send(shock=sent, by=asha)
    draft = telling.begin(values=values, partner=bakery, by=asha, staff=False)
    noted = telling.begin(values=values, partner=None, by=maya, staff=True)
    task = sent.tasks.all()[0]
    alarm = Alarm.objects.create(
        kind="told", name="Reports", rule="cusum", on=today, expected=1, upper=2, seen=9
    )
    bearing = tying.tie(counted="claimants", measure=starts, because="x", by=maya)
    wave = {"code": pulse.make(opens_on=today, closes_on=today, by=maya).code}
    case, of_draft = {"code": sent.code}, {"code": "bakery", "shock": draft.code}
    return {
        "space-shocks": {"code": "bakery"},
        "shock-tell": {"code": "bakery"},
        "space-shock": {"code": "bakery", "shock": sent.code},
        **{name: of_draft for name in ("shock-draft", "shock-check", "shock-delete")},
        **{name: {"code": noted.code} for name in ("desk-shock-change", "desk-shock-check")},
        **{
            name: case
            for name in ("desk-shock", "shock-task-add", "shock-level", "shock-name", "shock-close")
        },
        **{
            name: case | {"pk": task.pk}
            for name in ("shock-task-done", "shock-task-move", "shock-task-give")
        },
        "shock-alarm-close": {"pk": alarm.pk},
        "shock-draw": case | {"pledge": pledge.code},
        "desk-bearing-drop": {"pk": bearing.pk},
        **{name: wave for name in ("pulse-wave", "pulse-csv", "pulse-change", "pulse-close")},
        **{name: wave | {"who": "resident"} for name in ("pulse-answer", "pulse-type-in")},
    }
