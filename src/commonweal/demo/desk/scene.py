"""What every part of the desk's story shares: the day, the dice, the people, the town."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time

from commonweal.accounts.models import Person
from commonweal.places.models import Area
from commonweal.services.models import HelpType

from .. import tables
from ..cast import CAST

SIZES = {"village": 260, "town": 1500, "county": 6000}
TABLES = tables.read("desk")
STREETS: list[str] = TABLES["streets"]


class Scene:
    """A fictional town on a day; ``size`` is how many ask its desk in a year."""

    def __init__(self, *, size: str, today: date) -> None:
        self.size, self.today = SIZES[size], today
        # Of its own, so that the register stays the same with or without a desk.
        self.random = random.Random(1438)
        self.people = {member.role: Person.objects.get(email=member.email) for member in CAST}
        self.kinds = {kind.code: kind for kind in HelpType.objects.all()}
        self.areas = list(Area.objects.all())

    def at(self, day: date, hour: int | None = None) -> datetime:
        hour = self.random.randint(8, 18) if hour is None else hour
        return datetime.combine(day, time(hour, self.random.randint(0, 59)), tzinfo=UTC)
