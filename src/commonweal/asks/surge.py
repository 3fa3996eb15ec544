"""Is it more than usual? Daily counts of requests by need, area and channel, watched each morning.

Two rules of `localwealth.watch`: EARS C2 finds a jump within days, CUSUM a lasting rise. How
often each is wrong in quiet times was simulated and is stated in ``docs/methods/surge.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import mean

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.cases.models import Case, Need
from commonweal.cases.models.cases import Channel
from commonweal.office.errors import Refused
from commonweal.programme import actions as planning
from commonweal.residents import naming
from commonweal.services.models import HelpType
from localwealth.watch.cusum import cusum
from localwealth.watch.ears import ears

from . import actions as asking
from .models import Alarm

HISTORY_DAYS = 119
# The textbook's .001 is for normal counts whose spread is known. With counts, weekends and a
# spread from seven days it would mean an alarm a fortnight: these give the rates on the page.
ALPHA = 1e-8
LIMIT = 2.7
LEAST_SPREAD = 1.0
# A lasting rise is judged by weeks: these many earlier ones make the expectation.
WEEKS = 8
SMALLEST = 5


@dataclass(frozen=True)
class Series:
    """One daily series, oldest first; the last count is that of ``upto``."""

    kind: str
    key: str
    name: str
    upto: date
    counts: list[int]

    def day(self, index: int) -> date:
        return self.upto - timedelta(days=len(self.counts) - 1 - index)


def series_of(upto: date, days: int = HISTORY_DAYS) -> Iterator[Series]:
    """Every series with any request in it: all, by need, by area, by channel."""
    first = upto - timedelta(days=days - 1)
    cases = Case.objects.filter(opened_at__date__range=(first, upto))
    if not cases.exists():
        return
    daily = cases.annotate(day=TruncDate("opened_at")).order_by()
    yield _one(
        "all", "", "All requests", upto, first, dict(daily.values_list("day").annotate(Count("pk")))
    )
    areas: dict[tuple[str, str], dict[date, int]] = defaultdict(dict)
    for code, name, day, count in (
        daily.filter(area__isnull=False)
        .values_list("area__code", "area__name", "day")
        .annotate(Count("pk"))
    ):
        areas[code, name][day] = count
    channels: dict[str, dict[date, int]] = defaultdict(dict)
    for channel, day, count in daily.values_list("channel", "day").annotate(Count("pk")):
        channels[channel][day] = count
    needs: dict[tuple[str, str], dict[date, int]] = defaultdict(dict)
    for code, name, day, count in (
        Need.objects.filter(opened_on__range=(first, upto))
        .order_by()
        .values_list("help_type__code", "help_type__name", "opened_on")
        .annotate(Count("pk"))
    ):
        needs[code, name][day] = count
    for (code, name), counts in sorted(needs.items()):
        yield _one("need", code, name, upto, first, counts)
    for (code, name), counts in sorted(areas.items()):
        yield _one("area", code, name, upto, first, counts)
    for channel, counts in sorted(channels.items()):
        yield _one("channel", channel, str(Channel(channel).label), upto, first, counts)


def _one(
    kind: str, key: str, name: str, upto: date, first: date, by_day: dict[date, int]
) -> Series:
    days = [first + timedelta(days=n) for n in range((upto - first).days + 1)]
    counts = [by_day.get(day, 0) for day in days]
    # What lies before the desk's first request is no history of quiet days.
    begins = next((i for i, count in enumerate(counts) if count), len(counts))
    return Series(kind, key, name, upto, counts[begins:])


@dataclass(frozen=True)
class Finding:
    """What one rule says of the last day of a series."""

    series: Series
    rule: str
    expected: float | None
    upper: float | None
    seen: int
    because: str = ""

    @property
    def is_alarm(self) -> bool:
        return self.upper is not None and self.seen > self.upper and self.seen >= SMALLEST


def judge(series: Series) -> list[Finding]:
    """Both rules on the last day: EARS C2 on days, CUSUM on whole weeks up to that day."""
    return [_spike(series), _rise(series)]


def _spike(series: Series) -> Finding:
    last = ears(series.counts, method="C2", alpha=ALPHA, least_spread=LEAST_SPREAD)[-1]
    return Finding(series, Alarm.Rule.SPIKE, last.expected, last.upper, last.seen, last.because)


def _rise(series: Series) -> Finding:
    """The sum of the last seven days, after the six weeks before it, against the eight before
    those: weekdays differ, weeks less so."""
    ends = range(len(series.counts), 6, -7)
    weeks = [sum(series.counts[max(0, end - 7) : end]) for end in reversed(ends)]
    need = WEEKS + 2
    seen = weeks[-1] if weeks else 0
    if len(weeks) < need:
        because = f"cannot judge yet: {need} whole weeks are needed, {len(weeks)} so far"
        return Finding(series, Alarm.Rule.RISE, None, None, seen, because)
    watched = weeks[-2:]
    usual = max(mean(weeks[-2 - WEEKS : -2]), 1.0)
    last = cusum(watched, [usual] * len(watched), h=LIMIT)[-1]
    # `upper` is the greatest count that is no alarm, as for the other rule.
    return Finding(series, Alarm.Rule.RISE, usual, last.upper - 1e-9, seen)


@transaction.atomic
def watch(on: date | None = None) -> list[Alarm]:
    """Look at yesterday. Each alarm makes a draft ask and a line on the list of risks, once.

    A series that has an open alarm by the same rule raises no second one.
    """
    upto = (on or timezone.localdate()) - timedelta(days=1)
    raised = []
    for series in series_of(upto):
        for finding in judge(series):
            if finding.is_alarm and not _is_open(finding):
                raised.append(_raise(finding, upto))
    return raised


def _is_open(finding: Finding) -> bool:
    return Alarm.objects.filter(
        kind=finding.series.kind, key=finding.series.key, rule=finding.rule, closed_at=None
    ).exists()


def _raise(finding: Finding, upto: date) -> Alarm:
    series = finding.series
    assert finding.expected is not None
    assert finding.upper is not None
    help_type = HelpType.objects.filter(code=series.key).first() if series.kind == "need" else None
    missing = max(round(finding.seen - finding.expected), 1)
    ask = None
    if help_type is not None:
        ask = asking.make_ask(
            values={
                "title": naming.fit(
                    f"More help with: {help_type.name.lower()}"[:120], "More help is needed"
                ),
                "words": "More people ask for this than usual.",
                "quantity": Decimal(missing),
                "unit": "places",
                "help_type": help_type,
                "needed_by": upto + timedelta(days=14),
            },
            by=None,
        )
    span = "day" if finding.rule == Alarm.Rule.SPIKE else "week"
    risk = planning.raise_risk(
        values={
            "title": naming.fit(
                f"More ask for help than usual: {series.name.lower()}"[:200],
                "More ask for help than usual",
            ),
            "description": f"Seen {finding.seen} in a {span}, expected {finding.expected:.1f}, "
            f"upper bound {finding.upper:.1f}.",
            "likelihood": 4,
            "impact": 3,
            "owner_title": "Desk manager",
            "raised_on": upto,
        },
        actions=[],
        pledges=[],
        author=planning.Author(None, "system"),
    )
    alarm, _ = Alarm.objects.get_or_create(
        kind=series.kind,
        key=series.key,
        rule=finding.rule,
        on=upto,
        defaults={
            "name": series.name,
            "expected": finding.expected,
            "upper": finding.upper,
            "seen": finding.seen,
            "ask": ask,
            "risk": risk,
        },
    )
    record(
        "alarm raised", about=alarm, by=None, kind=series.kind, key=series.key, rule=finding.rule
    )
    return alarm


@transaction.atomic
def close_alarm(*, alarm: Alarm, because: str, by: Person) -> None:
    """A person looked at it; the series may raise an alarm again."""
    if not because.strip():
        raise Refused("Say what came of it.")
    done = Alarm.objects.filter(pk=alarm.pk, closed_at=None).update(
        closed_at=timezone.now(), closed_by=by, closed_because=because
    )
    if not done:
        raise Refused("Somebody else has closed this alarm already.")
    record("alarm closed", about=alarm, by=by)
