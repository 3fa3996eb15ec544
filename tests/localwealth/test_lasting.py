"""A lasting rise over open days: seen within two weeks, seldom wrong, and never from too little."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

from localwealth.watch.ears import ears
from localwealth.watch.lasting import lasting_rise, open_days

MONDAY = date(2026, 1, 5)


def counted(draw: random.Random, mean: float) -> int:
    limit, product, count = math.exp(-mean), draw.random(), 0
    while product > limit:
        product, count = product * draw.random(), count + 1
    return count


def weekdays(weeks: int) -> list[date]:
    days = (MONDAY + timedelta(days=n) for n in range(7 * weeks))
    return [day for day in days if day.weekday() < 5]


def test_nine_in_ten_rises_of_a_half_at_ten_a_day_are_seen_within_two_weeks():
    """``benchmarks/surge.py`` does it a thousand times."""
    draw, days, seen = random.Random(4), weekdays(12), 0
    for _ in range(150):
        counts = [counted(draw, 10 if place < 50 else 15) for place in range(60)]
        seen += any(
            lasting_rise(counts[: n + 1], days[: n + 1]).is_alarm for n in range(50, len(days))
        )
    assert seen >= 0.9 * 150


def test_quiet_years_ring_at_most_twice():
    draw, rings, years = random.Random(5), 0, 4
    days = weekdays(52 * years + 10)
    counts = [counted(draw, 10) for _ in days]
    open_until = 0
    for n in range(50, len(days)):
        if n >= open_until and lasting_rise(counts[n - 50 : n + 1], days[n - 50 : n + 1]).is_alarm:
            rings, open_until = rings + 1, n + 10
    assert rings <= 2 * years


def test_closed_weekends_that_are_counted_in_hide_a_rise_from_ears():
    draw = random.Random(6)
    counts = [counted(draw, 10 if n < 70 else 15) if n % 7 < 5 else 0 for n in range(84)]
    assert not any(day.is_alarm for day in ears(counts, method="C1")[70:])


def test_the_bound_is_the_greatest_number_that_rings_nothing():
    days = weekdays(12)
    counts = [10] * 50 + [13] * 9
    least = next(last for last in range(100) if lasting_rise([*counts, last], days).is_alarm)
    below = lasting_rise([*counts, least - 1], days)
    assert not below.is_alarm
    assert below.upper is not None
    assert below.seen <= below.upper < below.seen + 1


def test_a_holiday_is_no_quiet_day():
    days = [MONDAY + timedelta(days=n) for n in range(84)]
    brought = [10 if day.weekday() < 5 else 0 for day in days]
    brought[70] = 0
    open_on = [day for day, is_it in zip(days, open_days(brought, days), strict=True) if is_it]
    assert days[70] not in open_on
    assert len(open_on) == 59


def test_a_source_that_brings_little_is_open_every_day():
    days = [MONDAY + timedelta(days=n) for n in range(28)]
    assert all(open_days([1 if n % 9 == 0 else 0 for n in range(28)], days))


def test_ten_whole_weeks_are_needed():
    days = weekdays(9)
    assert "10 whole weeks are needed, 8 so far" in lasting_rise([5] * len(days), days).because
    assert lasting_rise([], []).upper is None
