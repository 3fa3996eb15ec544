"""When people asked for help in the year, and for which."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

from .scene import TABLES, Scene

DAYS = 365
SURGE_DAYS = 20
SURGE = {"food": 2.6, "energy": 2.2}
# In a village chance alone would leave some days of the year without the surge that is told of.
SURGE_WEEK = ("food", 16)
# How often each kind is asked for.
MIX: dict[str, int] = TABLES["mix"]


@dataclass
class Past:
    """A request of the past, before it is written."""

    resident: Resident
    kinds: list[HelpType]
    at: datetime
    channel: str


def year_of(scene: Scene, residents: list[Resident]) -> list[Past]:
    """So many a day, fewer at weekends, more in winter, and a surge in the last weeks."""
    past = []
    rate = scene.size / DAYS
    codes, weights = list(MIX), list(MIX.values())
    for back in range(DAYS, 0, -1):
        day = scene.today - timedelta(days=back)
        season = 1.15 if day.month in (11, 12, 1, 2) else 0.95
        weekday = 0.35 if day.weekday() >= 5 else 1.2
        for code, weight in zip(codes, weights, strict=True):
            surge_factor = SURGE.get(code, 1.0) if back <= SURGE_DAYS else 1.0
            mean = rate * season * weekday * surge_factor * weight / sum(weights)
            for _ in range(_poisson(scene, mean)):
                kinds = [scene.kinds[code]]
                if scene.random.random() < 0.25:
                    second = scene.kinds[scene.random.choices(codes, weights)[0]]
                    kinds += [second] if second not in kinds else []
                channel = scene.random.choices(
                    ["phone", "web", "walk_in", "email", "partner"], [52, 26, 10, 6, 6]
                )[0]
                past.append(Past(scene.random.choice(residents), kinds, scene.at(day), channel))
    past += _last_week(scene, past, residents)
    past.sort(key=lambda earlier: earlier.at)
    return past


def _last_week(scene: Scene, past: list[Past], residents: list[Resident]) -> list[Past]:
    """Who else asked in the last seven days, so that the surge is seen on every date."""
    code, least = SURGE_WEEK
    kind = scene.kinds[code]
    since = scene.today - timedelta(days=7)
    seen = sum(kind in case.kinds for case in past if case.at.date() >= since)
    dice = random.Random(1440)
    return [
        Past(
            dice.choice(residents),
            [kind],
            datetime.combine(since + timedelta(days=index % 7), time(9 + index % 8), tzinfo=UTC),
            "phone",
        )
        for index in range(least - seen)
    ]


def _poisson(scene: Scene, mean: float) -> int:
    limit, product, count = 2.718281828459045**-mean, scene.random.random(), 0
    while product > limit:
        product *= scene.random.random()
        count += 1
    return count
