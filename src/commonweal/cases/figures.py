"""What the public may know of the desk: counts, with small ones held back.

A count from 1 to 4 is held back, and so is anything that it could be worked out from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any, TypeVar

from django.db.models import Count
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.accounts.record import kinds_of
from commonweal.partners.models import Partner
from commonweal.places.clock import Clock
from commonweal.programme import computed

from .models import Case, Need, Referral

SMALL = 5
HELD_BACK = "fewer than 5"

Name = TypeVar("Name")
# By row and column; None is held back.
Shown = dict[str, dict[str, int | None]]


def unless_few(count: int) -> int | None:
    """A count by itself, as it is shown: None where it is so small that it tells of somebody."""
    return None if 0 < count < SMALL else count


def held_back(row: Mapping[Name, int]) -> dict[Name, int | None]:
    """A row of counts that is shown with its total: small ones are None, and so is what they could
    be worked out from, also by who knows this rule. A total below 5 is not shown either.

    Examples
    --------
    >>> held_back({"met": 40, "partly": 7, "unmet": 3})
    {'met': 40, 'partly': None, 'unmet': None}
    >>> held_back({"met": 40, "partly": 2, "unmet": 3})
    {'met': 40, 'partly': None, 'unmet': None}
    >>> held_back({"met": 40, "partly": 1, "unmet": 1})
    {'met': None, 'partly': None, 'unmet': None}
    >>> held_back({"met": 40, "partly": 0, "unmet": 9})
    {'met': 40, 'partly': 0, 'unmet': 9}
    """
    shown = {name: unless_few(count) for name, count in row.items()}
    return shown | dict.fromkeys(_beside(row, shown))


def _beside(counts: Mapping[Name, int], shown: Mapping[Name, int | None]) -> list[Name]:
    """What is to be held back beside what is: the smallest of the others that count anything, and
    each that is as large, for which of them it was would tell. None where what is held back
    can't be worked out already.

    It can where it is alone, and where several are all the least or all the most that a small
    count can be: two small ones that sum to 2 are one and one, to 8 four and four.
    """
    stand = {name: count for name, count in counts.items() if shown[name] is not None}
    hidden = [counts[name] for name in counts if name not in stand]
    if not _can_be_worked_out(hidden):
        return []
    others = [*filter(None, stand.values())]
    if not others and sum(hidden) < SMALL:
        return []
    least = min(others, default=0)
    return [name for name, count in stand.items() if count == least]


def _can_be_worked_out(hidden: list[int]) -> bool:
    """Whether the sum of what is held back says what each is."""
    if len(hidden) < 2:
        return bool(hidden)
    extremes = (len(hidden), (SMALL - 1) * len(hidden))
    return max(hidden) < SMALL and sum(hidden) in extremes


def table_held_back(rows: dict[str, dict[str, int]]) -> Shown:
    """A table whose rows and columns are both added up: held back in both directions until
    nothing hidden can be worked out."""
    shown = {name: held_back(row) for name, row in rows.items()}
    while _columns_held_back(rows, shown) | _rows_held_back(rows, shown):
        pass
    return shown


def _columns_held_back(rows: dict[str, dict[str, int]], shown: Shown) -> bool:
    """Hold one more back in each column where one is alone; whether there was such a column."""
    changed = False
    for column in {name for row in rows.values() for name in row}:
        counts = {name: row.get(column, 0) for name, row in rows.items()}
        cells = {name: row.get(column) for name, row in shown.items()}
        for beside in _beside(counts, cells):
            shown[beside][column] = None
            changed = True
    return changed


def _rows_held_back(rows: dict[str, dict[str, int]], shown: Shown) -> bool:
    """The same for the rows."""
    changed = False
    for name, row in rows.items():
        for beside in _beside(row, shown[name]):
            shown[name][beside] = None
            changed = True
    return changed


STATES = ("met", "partly", "unmet", "gone", "open")


@dataclass(frozen=True)
class PartnerFigures:
    """How one partner answers referrals: counts of sent, answered, in time; hours to answer."""

    partner: Partner
    sent: int
    accepted: int
    declined: int
    returned: int
    median_hours: float | None

    @property
    def accepted_per_cent(self) -> int | None:
        return round(100 * self.accepted / self.sent) if self.sent else None

    @property
    def shown(self) -> dict[str, int | None]:
        """What became of what was sent, small counts held back: behind each is a resident."""
        counts = {name: getattr(self, name) for name in ("accepted", "declined", "returned")}
        return held_back(counts | {"otherwise": self.sent - sum(counts.values())})


def counts_of(rows_counted: Any, name: str) -> dict[str, int]:
    rows = rows_counted.order_by().values_list(name).annotate(Count("pk"))
    return {str(key or "not known"): count for key, count in sorted(rows, key=lambda r: -r[1])}


def partners(first: date, last: date) -> list[PartnerFigures]:
    """Each partner that was sent at least five referrals: about organisations, not residents."""
    by_partner: dict[int, list[Referral]] = {}
    for referral in Referral.objects.filter(sent_at__date__range=(first, last)).select_related(
        "partner"
    ):
        by_partner.setdefault(referral.partner_id, []).append(referral)
    figures = []
    for referrals in by_partner.values():
        if len(referrals) < SMALL:
            continue
        states = Counter(referral.state for referral in referrals)
        hours = [
            (referral.answered_at - referral.sent_at).total_seconds() / 3600
            for referral in referrals
            if referral.answered_at
        ]
        figures.append(
            PartnerFigures(
                referrals[0].partner,
                len(referrals),
                states["accepted"] + states["contacted"] + states["done"],
                states["declined"],
                states["returned"],
                round(median(hours), 1) if len(hours) >= SMALL else None,
            )
        )
    return sorted(figures, key=lambda line: line.partner.name)


@dataclass(frozen=True)
class HelpGiven:
    """What the desk did in a stretch of time, as it stood on its last day. ``needs`` are those of
    requests and of people on lists."""

    cases: int
    listed: int
    needs: dict[str, int]


def help_given(clock: Clock) -> HelpGiven:
    """What came to the desk and what became of it by the last day, whatever became of it since."""
    days = (clock.first, clock.last)
    opened = Case.objects.filter(opened_at__date__range=days)
    needs = Need.objects.filter(opened_on__range=days).select_related("case", "help_type")
    reopened = _states_before_reopening(needs, clock)
    counted = Counter(reopened.get(need.pk) or _state_on(need, clock.last) for need in needs)
    return HelpGiven(opened.asked().count(), opened.listed().count(), dict(counted))


def _state_on(need: Need, day: date) -> str:
    is_settled = need.closed_on is not None and need.closed_on <= day
    return need.state if is_settled else str(Need.State.OPEN)


def _states_before_reopening(needs: Iterable[Need], clock: Clock) -> dict[int, str]:
    """What needs were that somebody has opened again since the last day, from the record: the
    need itself forgets it."""
    by_case = {(need.case.code, need.help_type.code): need.pk for need in needs}
    lines = Event.objects.filter(
        verb__in=["need settled", "need reopened"],
        about_kind__in=kinds_of(Case),
        about_code__in=[code for code, _ in by_case],
    ).order_by("id")
    then: dict[int, str] = {}
    opened_since: set[int] = set()
    for line in lines:
        need = by_case.get((line.about_code, str(line.detail.get("need"))))
        if need is None:
            continue
        if timezone.localdate(line.at) > clock.last:
            opened_since |= {need} if line.verb == "need reopened" else set()
        elif line.verb == "need settled":
            then[need] = str(line.detail["state"])
        else:
            then.pop(need, None)
    return {need: state for need, state in then.items() if need in opened_since}


# --- Metrics that the system works out --------------------------------------------------------


@computed.metric(
    "help-requests-met",
    title="Needs met by the help desk",
    question="When somebody asks for help, do they get it?",
    definition="Of all needs that came to the help desk in the period and are settled (not needed "
    "any more left out): the share that was met, in whole or in part.",
)
def help_requests_met(period: computed.MetricPeriod) -> computed.Worked | None:
    needs = Need.objects.filter(opened_on__range=(period.first, period.last)).order_by()
    states = dict(needs.values_list("state").annotate(Count("pk")))
    met = states.get("met", 0) + states.get("partly", 0)
    settled = met + states.get("unmet", 0)
    if settled < SMALL or 0 < met < SMALL or 0 < settled - met < SMALL:
        return None
    return computed.share(met, settled, met=met, settled=settled)
