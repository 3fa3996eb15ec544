"""What stands in a ward's letter, short enough for one side of paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from commonweal.places.models import Area
from commonweal.pledges.models import Pledge
from commonweal.pledges.standings import OPEN, VERIFIED, Standing

from ..consultations import access
from ..models import Consultation, Phase, Round

# So many of each fit on a side of A4 with everything else; the page says how many more there are.
MOST = 5
LATE = (Standing.OVERDUE, Standing.LAPSED)


@dataclass(frozen=True)
class Part:
    """The pledges of a ward that stand alike: the first few, and how many more there are."""

    title: str
    none: str
    pledges: list[Pledge]
    more_count: int


@dataclass(frozen=True)
class Letter:
    """Everything that a ward's letter says. ``rounds`` are those in which one can vote now."""

    area: Area
    parts: list[Part]
    consultations: list[Consultation]
    rounds: list[Round]


def letter_of(area: Area, today: date, now: datetime) -> Letter:
    pledges = list(
        Pledge.objects.to_the_town()
        .filter(area=area)
        .select_related("partner")
        .order_by("due_on", "pk")
    )
    promised = [code for code in OPEN if code not in LATE]
    done = [code for code in VERIFIED if code != Standing.NOT_MET]
    return Letter(
        area,
        [
            _part(
                "Promised, and still to come", "Nothing is promised just now.", pledges, promised
            ),
            _part("Done, and checked by others", "Nothing has been checked yet.", pledges, done),
            _part("Late", "Nothing is late.", pledges, LATE),
        ],
        [
            consultation
            for consultation in access.public()
            if consultation.phase(today) == Phase.OPEN
        ],
        list(Round.objects.filter(state=Round.State.SEALED, opens_at__lte=now, closes_at__gt=now)),
    )


def _part(title: str, none: str, pledges: list[Pledge], standings: Sequence[str]) -> Part:
    of_part = [pledge for pledge in pledges if pledge.standing in standings]
    return Part(title, none, of_part[:MOST], max(0, len(of_part) - MOST))
