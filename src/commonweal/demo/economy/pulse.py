"""The fictional town's pulse: a wave that closed a while ago, and one that is open."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import cycle

from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.economy.models import PulseAnswer, PulseWave
from commonweal.economy.pulse import actions
from commonweal.places.models import Area

from ..cast import CAST

# How many said what of now, of the next months, and of what would help most; nobody's real answers.
SAID = {
    "resident": (
        {"worse": 29, "same": 21, "better": 8, "unknown": 5},
        {"same": 30, "worse": 18, "better": 9, "unknown": 6},
        {"costs": 21, "pay": 16, "work": 11, "transport": 7, "care": 5, "nothing": 3},
    ),
    "enterprise": (
        {"same": 17, "worse": 14, "better": 10},
        {"same": 19, "better": 12, "worse": 10},
        {"orders": 15, "staff": 11, "costs": 9, "premises": 6},
    ),
}


def tell(today: date) -> None:
    emails = {member.role: member.email for member in CAST}
    analyst = Person.objects.get(email=emails["analyst"])
    today = min(today, timezone.localdate())
    closed = PulseWave.objects.create(
        code="first",
        opens_on=today - timedelta(days=70),
        closes_on=today - timedelta(days=50),
        made_on=today - timedelta(days=75),
        made_by=analyst,
    )
    PulseAnswer.objects.bulk_create(answer for who in SAID for answer in _answers(closed, who))
    opens_on = timezone.localdate()
    actions.make(opens_on=opens_on, closes_on=opens_on + timedelta(days=20), by=analyst)


def _answers(wave: PulseWave, who: str) -> list[PulseAnswer]:
    """As many answers as were given to each question; in which wards, in turn."""
    now, ahead, help_most = ([key for key, n in of.items() for _ in range(n)] for of in SAID[who])
    wards = cycle([*Area.objects.order_by("code")[:5], None])
    ways = cycle(["web", "web", "web", "paper", "web", "phone"])
    return [
        PulseAnswer(
            wave=wave, who=who, now=at, ahead=then, help_most=most, area=next(wards), way=next(ways)
        )
        for at, then, most in zip(now, reversed(ahead), help_most, strict=True)
    ]
