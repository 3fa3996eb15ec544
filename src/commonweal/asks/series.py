"""The daily counts that are watched: requests for help, pledges that became late, and what upper
rooms add to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, TextField
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from commonweal.cases.models import Case, Need
from commonweal.cases.models.cases import Channel
from commonweal.office.moments import whole_days
from commonweal.pledges.models import Pledge
from localwealth.watch.lasting import open_days

HISTORY_DAYS = 119

Counts = dict[date, int]


@dataclass(frozen=True)
class DailyCounts:
    """One daily series, oldest first; the last count is that of ``upto``.

    ``days`` are the open days that were counted on; empty where they are all days up to ``upto``.
    ``is_secret`` where nothing of it may stand on a public page.
    """

    kind: str
    key: str
    name: str
    upto: date
    counts: list[int]
    days: Sequence[date] = ()
    is_secret: bool = False

    def day(self, index: int) -> date:
        if self.days:
            return self.days[index]
        return self.upto - timedelta(days=len(self.counts) - 1 - index)

    @property
    def every_day(self) -> list[date]:
        return [self.day(index) for index in range(len(self.counts))]


@dataclass(frozen=True)
class Counted:
    """Counts of one thing by day, before open days are known."""

    kind: str
    key: str
    name: str
    by_day: Counts
    is_secret: bool = False


# (first, last day) -> what is counted; the first is the total, from which open days are read.
Source = Callable[[date, date], Sequence[Counted]]
SOURCES: list[Source] = []


def source(counts: Source) -> Source:
    """Register what is watched. Rooms above this one add theirs."""
    SOURCES.append(counts)
    return counts


@source
def requests(first: date, last: date) -> list[Counted]:
    """Requests for help: all, by need, by area, by channel. A list of names is none."""
    total = requests_by_day(first, last)
    if not total:
        return []
    cases = _opened(first, last)
    areas = _by_day(cases.filter(area__isnull=False), "area__code", "area__name")
    by_channel = _by_day(cases, "channel").items()
    channels = {(code, str(Channel(code).label)): counts for (code,), counts in by_channel}
    parts = (("need", _needs(first, last)), ("area", areas), ("channel", channels))
    return [Counted("all", "", "All requests", total)] + [
        Counted(kind, code, name, counts)
        for kind, part in parts
        for (code, name), counts in sorted(part.items())
    ]


def requests_by_day(first: date, last: date) -> Counts:
    """How many requests for help came on each day that had any."""
    return _by_day(_opened(first, last)).get((), {})


def _opened(first: date, last: date) -> QuerySet[Case]:
    since, before = whole_days(first, last, timezone.get_default_timezone())
    return Case.objects.requests().filter(opened_at__gte=since, opened_at__lt=before)


def _by_day(cases: QuerySet[Case], *names: str) -> dict[tuple[str, ...], Counts]:
    """How many of some requests came on each day, by what ``names`` say of them.

    The database counts by its own hours, as it keeps them, and here they become the town's days:
    of a whole year's requests that takes a tenth of what days cost that SQLite asks Python for.
    """
    hours = cases.order_by().annotate(hour=Substr(Cast("opened_at", TextField()), 1, 13))
    by_day: dict[tuple[str, ...], Counts] = defaultdict(dict)
    for *named, hour, count in hours.values_list(*names, "hour").annotate(Count("pk")):
        moment = datetime.fromisoformat(hour).replace(tzinfo=UTC)
        counts, day = by_day[tuple(named)], timezone.localdate(moment)
        counts[day] = counts.get(day, 0) + count
    return dict(by_day)


def _needs(first: date, last: date) -> dict[tuple[str, str], Counts]:
    needs: dict[tuple[str, str], Counts] = defaultdict(dict)
    for code, name, day, count in (
        Need.objects.requests()
        .filter(opened_on__range=(first, last))
        .order_by()
        .values_list("help_type__code", "help_type__name", "opened_on")
        .annotate(Count("pk"))
    ):
        needs[code, name][day] = count
    return needs


@source
def late_pledges(first: date, last: date) -> list[Counted]:
    """Pledges by the day after the date on which they were due without a report until then."""
    due = Pledge.objects.to_the_town().filter(
        due_on__range=(first - timedelta(days=1), last - timedelta(days=1))
    )
    late = due.filter(Q(claimed_on=None) | Q(claimed_on__gt=F("due_on")))
    by_day = dict(late.order_by().values_list("due_on").annotate(Count("pk")))
    shifted = {day + timedelta(days=1): count for day, count in by_day.items()}
    return [Counted("late", "", "Pledges that became late", shifted)] if shifted else []


def series_of(upto: date, days: int = HISTORY_DAYS) -> Iterator[DailyCounts]:
    """Every series with anything in it, over the days on which its source was open."""
    first = upto - timedelta(days=days - 1)
    every = [first + timedelta(days=n) for n in range(days)]
    for counts in SOURCES:
        counted = counts(first, upto)
        if not counted:
            continue
        total = [counted[0].by_day.get(day, 0) for day in every]
        # What lies before the first that came is no history of quiet days.
        begins = next(place for place, count in enumerate(total) if count)
        is_open = open_days(total[begins:], every[begins:])
        opened = [day for day, is_it in zip(every[begins:], is_open, strict=True) if is_it]
        for part in counted:
            yield from _series(part, upto, opened)


def _series(part: Counted, upto: date, opened: list[date]) -> Iterator[DailyCounts]:
    """A series over open days from its first count; none on a day on which nobody counts."""
    first = min(part.by_day)
    days = [day for day in opened if day >= first]
    if days and days[-1] == upto:
        counts = [part.by_day.get(day, 0) for day in days]
        yield DailyCounts(part.kind, part.key, part.name, upto, counts, days, part.is_secret)
