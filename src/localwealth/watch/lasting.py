"""A lasting rise of daily counts, over open days only: what the product watches by.

CUSUM with Rossi's transformation (`cusum`) over the open days of the last two weeks, each against
the mean of the same weekday in the eight weeks before. ``K`` and ``H`` were chosen by simulation
(``benchmarks/surge.py``): the rates stand in ``docs/methods/surge.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean

from .cusum import cusum

K, H = 0.5, 4.8
WATCHED_DAYS, BASE_DAYS = 14, 56
WHOLE_WEEKS = (WATCHED_DAYS + BASE_DAYS) // 7
# A weekday on which hardly anything ever came is expected to bring this much at least; so is each
# day of a series that brings less than one a day, whose weekdays are not told apart.
LEAST_OF_A_WEEKDAY, LEAST_OF_ALL = 0.5, 0.1

# Where the busiest weekday brings less, no day can be told to be closed.
SPARSE = 1.5


@dataclass(frozen=True)
class Rise:
    """The last two weeks of a series: what was seen and expected in them, and the greatest number
    that would have been no alarm, all days but the last being as they were.

    ``because`` says why it could not be judged; then expected and upper are None.
    """

    seen: int
    expected: float | None
    upper: float | None
    because: str = ""

    @property
    def is_alarm(self) -> bool:
        """Whether more was seen than the upper bound, where there is one."""
        return self.upper is not None and self.seen > self.upper


def lasting_rise(
    counts: Sequence[int], days: Sequence[date], *, k: float = K, h: float = H
) -> Rise:
    """Judge the two weeks that end with the last day.

    Parameters
    ----------
    counts, days
        One count an open day, oldest first. Days on which nobody counts are left out: counted in
        as noughts they hide a rise.

    Examples
    --------
    >>> from datetime import date, timedelta
    >>> days = [date(2026, 1, 5) + timedelta(days=n) for n in range(70)]
    >>> lasting_rise([10] * 70, days).is_alarm
    False
    >>> lasting_rise([10] * 62 + [15] * 8, days).is_alarm
    True
    >>> lasting_rise([10] * 30, days[:30]).because
    'cannot judge yet: 10 whole weeks are needed, 4 so far'
    """
    if not days:
        return Rise(0, None, None, _too_few(0))
    begins = days[-1] - timedelta(days=WATCHED_DAYS - 1)
    watched = [place for place, day in enumerate(days) if day >= begins]
    seen = sum(counts[place] for place in watched)
    weeks = ((days[-1] - days[0]).days + 1) // 7
    if weeks < WHOLE_WEEKS:
        return Rise(seen, None, None, _too_few(weeks))
    usual = _usual(counts, days, begins)
    expected = [usual[days[place].weekday()] for place in watched]
    last = cusum([counts[p] for p in watched], expected, k=k, h=h, begin_again=False)[-1]
    others = seen - counts[watched[-1]]
    # The bound is itself an alarm; the greatest sum that is none lies just below it.
    return Rise(seen, sum(expected), others + last.upper - 1e-9)


def _too_few(weeks: int) -> str:
    return f"cannot judge yet: {WHOLE_WEEKS} whole weeks are needed, {weeks} so far"


def _usual(counts: Sequence[int], days: Sequence[date], begins: date) -> list[float]:
    """What each weekday brings, by the eight weeks before a day: the mean of its kind, or of all
    days where it had none, or where fewer than one a day came."""
    first = begins - timedelta(days=BASE_DAYS)
    base = [
        (day.weekday(), count)
        for day, count in zip(days, counts, strict=True)
        if first <= day < begins
    ]
    overall = mean(count for _, count in base) if base else 0.0
    if overall < 1:
        return [max(overall, LEAST_OF_ALL)] * 7
    by_weekday = [[count for weekday, count in base if weekday == w] for w in range(7)]
    return [max(mean(of) if of else overall, LEAST_OF_A_WEEKDAY) for of in by_weekday]


def open_days(by_day: Sequence[int], days: Sequence[date]) -> list[bool]:
    """Which days somebody counted on, read from the counts of all that came in.

    A weekday that brings less than a twentieth of the busiest is closed, if that brings 1.5. A
    day without anything, on a weekday that brings five and more, was closed too: by chance that
    happens once in 150.

    Examples
    --------
    >>> from datetime import date, timedelta
    >>> days = [date(2026, 1, 5) + timedelta(days=n) for n in range(28)]
    >>> brought = [0 if day.weekday() > 4 else 10 for day in days]
    >>> brought[7] = 0
    >>> [day.day for day, is_open in zip(days, open_days(brought, days)) if not is_open][:5]
    [10, 11, 12, 17, 18]
    """
    means = []
    for weekday in range(7):
        of = [count for count, day in zip(by_day, days, strict=True) if day.weekday() == weekday]
        means.append(mean(of) if of else 0.0)
    busiest = max(means)
    if busiest < SPARSE:
        return [True] * len(days)
    return [
        means[day.weekday()] >= busiest / 20 and (count > 0 or means[day.weekday()] < 5)
        for count, day in zip(by_day, days, strict=True)
    ]
