"""The desk's story from beginning to end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from commonweal.asks import surge
from commonweal.cases.models import Case

from ..this_morning import Morning
from . import asks, grants, past, providers, referrals, residents, volunteers
from .asking import SURGE_DAYS
from .scene import Scene


def tell(*, size: str, today: date, say: Callable[[str], None]) -> None:
    """Write a year of the help desk into a town that has its cast, its services' kinds and its
    register."""
    scene = Scene(size=size, today=today)
    partner = providers.advice_centre(scene)
    providers.services(scene)
    fund = grants.funds(scene)
    cases = past.cases(scene, residents.residents(scene))
    past.next_actions(scene, cases)
    referrals.referrals(scene, cases)
    grants.grants(scene, fund, cases)
    volunteers.volunteers(scene, cases)
    asks.asks(scene)
    Morning(
        people=scene.people,
        kinds=scene.kinds,
        area=scene.areas[0],
        fund=fund,
        partner=partner,
        today=today,
    ).tell()
    # As the job does each morning; the surge began in these weeks.
    for back in range(SURGE_DAYS + 2, -1, -1):
        surge.watch(today - timedelta(days=back))
    say(f"help desk: {Case.objects.count():,} requests in a year")
