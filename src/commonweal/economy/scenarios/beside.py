"""What partners promised and the programme does that bears on lost jobs.

Found by the words of a measure or an action, and that is said: nobody linked them by hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from commonweal.pledges.models import Pledge
from commonweal.programme.models import Action

WORK = re.compile(
    r"\b(jobs?|work|apprentic\w*|placements?|interviews?|training|trained|redundan\w*|premises|"
    r"employ\w*)\b",
    re.I,
)
VACANCY = re.compile(r"\b(vacanc\w*|jobs?|posts|recruit\w*)\b", re.I)
MOST = 12


@dataclass(frozen=True)
class Beside:
    """Open promises of ways into work, those among them that are vacancies or jobs, and actions of
    the programme."""

    pledges: list[Pledge]
    vacancies: list[Pledge]
    actions: list[Action]
    more: int


def beside() -> Beside:
    """What stands beside a scenario on the day on which its page is read."""
    rows = Pledge.objects.public().open().select_related("partner", "measure").order_by("due_on")
    about_work = [pledge for pledge in rows if WORK.search(pledge.measure.name)]
    vacancies = [pledge for pledge in about_work if VACANCY.search(pledge.measure.name)]
    others = [pledge for pledge in about_work if pledge not in vacancies]
    actions = [
        action
        for action in Action.objects.filter(stopped_on=None).select_related("partner")
        if WORK.search(action.title)
    ]
    return Beside(others[:MOST], vacancies[:MOST], actions[:MOST], max(len(others) - MOST, 0))


def left_of(pledge: Pledge) -> Decimal:
    """What is offered of a pledge and not drawn yet."""
    return pledge.offered - pledge.drawn
