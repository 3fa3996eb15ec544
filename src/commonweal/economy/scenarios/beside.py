"""What partners promised and the programme does that bears on lost jobs.

Found by the words of a measure or an action, and that is said: nobody linked them by hand.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from commonweal.pledges.models import Measure, Pledge
from commonweal.programme.models import Action

WORK = re.compile(
    r"\b(jobs?|work|apprentic\w*|placements?|interviews?|training|trained|redundan\w*|premises|"
    r"employ\w*)\b",
    re.I,
)
VACANCY = re.compile(r"\b(vacanc\w*|jobs?|posts|recruit\w*)\b", re.I)
MOST = 12


@dataclass(frozen=True)
class Promises:
    """Open promises of one sort: the first of them, and how many more each measure has."""

    first: list[Pledge]
    more: list[tuple[Measure, int]]

    @property
    def left(self) -> int:
        """How many more there are in all."""
        return sum(count for _, count in self.more)


@dataclass(frozen=True)
class Beside:
    """Open promises of vacancies or jobs, of other ways into work, and actions of the
    programme."""

    vacancies: Promises
    pledges: Promises
    actions: list[Action]


def beside() -> Beside:
    """What stands beside a scenario on the day on which its page is read."""
    pledges = Pledge.objects.to_the_town().open()
    rows = pledges.select_related("partner", "measure").order_by("due_on", "pk")
    about_work = [pledge for pledge in rows if WORK.search(pledge.measure.name)]
    vacancies = [pledge for pledge in about_work if VACANCY.search(pledge.measure.name)]
    others = [pledge for pledge in about_work if not VACANCY.search(pledge.measure.name)]
    actions = [
        action
        for action in Action.objects.filter(stopped_on=None).select_related("partner")
        if WORK.search(action.title)
    ]
    return Beside(_promises(vacancies), _promises(others), actions[:MOST])


def _promises(pledges: list[Pledge]) -> Promises:
    """Those that are still to come first, the next to be kept before the others; then the late."""
    today = timezone.localdate()

    def order(pledge: Pledge) -> tuple[bool, date, int]:
        # One without a date comes behind all that have one still to come.
        due_on = pledge.due_on or date.max
        return due_on < today, due_on, pledge.pk

    ordered = sorted(pledges, key=order)
    counts = Counter(pledge.measure for pledge in ordered[MOST:])
    return Promises(ordered[:MOST], counts.most_common())


def left_of(pledge: Pledge) -> Decimal:
    """What is offered of a pledge and not drawn yet."""
    return pledge.offered - pledge.drawn
