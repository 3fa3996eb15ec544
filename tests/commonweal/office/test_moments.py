"""A day and a time by the town's clock as a moment: also on the two nights when clocks are set."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.office.moments import is_skipped, moment_of, whole_days

LONDON = ZoneInfo("Europe/London")
BERLIN = ZoneInfo("Europe/Berlin")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
FORWARD, BACK = date(2027, 3, 28), date(2027, 10, 31)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minutes: time(minutes // 60, minutes % 60))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "moment"),
    [
        # In winter London keeps the time of the world; in summer it is an hour ahead.
        (date(2027, 1, 15), time(9), LONDON, "2027-01-15 09:00"),
        (date(2027, 7, 15), time(9), LONDON, "2027-07-15 08:00"),
        (date(2027, 1, 15), time(9), BERLIN, "2027-01-15 08:00"),
        (date(2027, 7, 15), time(9), BERLIN, "2027-07-15 07:00"),
        # Five hours and three quarters ahead, all year long.
        (date(2027, 1, 15), time(5, 45), KATHMANDU, "2027-01-15 00:00"),
        (date(2027, 7, 15), time(0), KATHMANDU, "2027-07-14 18:15"),
        # A summer's midnight is still the day before in the time of the world.
        (date(2027, 7, 1), time(0), LONDON, "2027-06-30 23:00"),
        (date(2027, 12, 31), time(23, 59), LONDON, "2027-12-31 23:59"),
        # The last minute before the clocks go forward, the missing hour, and the first after it.
        (FORWARD, time(0, 59), LONDON, "2027-03-28 00:59"),
        (FORWARD, time(1, 30), LONDON, "2027-03-28 01:30"),
        (FORWARD, time(2, 0), LONDON, "2027-03-28 01:00"),
        (FORWARD, time(3, 0), LONDON, "2027-03-28 02:00"),
        # The hour that is there twice is the first of the two.
        (BACK, time(0, 59), LONDON, "2027-10-30 23:59"),
        (BACK, time(1, 0), LONDON, "2027-10-31 00:00"),
        (BACK, time(1, 59), LONDON, "2027-10-31 00:59"),
        (BACK, time(2, 0), LONDON, "2027-10-31 02:00"),
        # As precise as it was said.
        (date(2027, 1, 15), time(9, 5, 7), LONDON, "2027-01-15 09:05:07"),
        (date(2027, 1, 15), time(9, 5, 7, 8), LONDON, "2027-01-15 09:05:07.000008"),
        (date(2028, 2, 29), time(12), LONDON, "2028-02-29 12:00"),
    ],
)
def test_a_day_and_a_time_are_a_moment(day, clock, zone, moment):
    assert moment_of(day, clock, zone) == utc(moment)
    assert moment_of(day, clock, zone).tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "clock", "zone", "skipped"),
    [
        (FORWARD, time(0, 59, 59), LONDON, False),
        (FORWARD, time(1, 0), LONDON, True),
        (FORWARD, time(1, 30), LONDON, True),
        (FORWARD, time(1, 59, 59), LONDON, True),
        (FORWARD, time(2, 0), LONDON, False),
        # In Berlin it is the hour after.
        (FORWARD, time(1, 30), BERLIN, False),
        (FORWARD, time(2, 0), BERLIN, True),
        (FORWARD, time(2, 59), BERLIN, True),
        (FORWARD, time(3, 0), BERLIN, False),
        # Whoever sets no clock misses no hour.
        (FORWARD, time(1, 30), KATHMANDU, False),
        (FORWARD, time(2, 30), UTC, False),
        # What is there twice is there.
        (BACK, time(1, 30), LONDON, False),
        (BACK, time(2, 30), BERLIN, False),
        # The day before, and the same day of another year, whose clocks were set on another.
        (FORWARD - timedelta(days=1), time(1, 30), LONDON, False),
        (FORWARD.replace(year=2028), time(1, 30), LONDON, False),
        (date(2028, 3, 26), time(1, 30), LONDON, True),
    ],
)
def test_an_hour_that_is_missing_is_known(day, clock, zone, skipped):
    assert is_skipped(day, clock, zone) is skipped


@pytest.mark.parametrize(
    ("first", "last", "begins", "ends"),
    [
        (date(2027, 1, 15), date(2027, 1, 15), "2027-01-15 00:00", "2027-01-16 00:00"),
        (date(2027, 7, 15), date(2027, 7, 15), "2027-07-14 23:00", "2027-07-15 23:00"),
        # A day of 23 hours, and one of 25.
        (FORWARD, FORWARD, "2027-03-28 00:00", "2027-03-28 23:00"),
        (BACK, BACK, "2027-10-30 23:00", "2027-11-01 00:00"),
        # A quarter begins in winter and ends in summer.
        (date(2027, 1, 1), date(2027, 3, 31), "2027-01-01 00:00", "2027-03-31 23:00"),
        (date(2027, 10, 1), date(2027, 12, 31), "2027-09-30 23:00", "2028-01-01 00:00"),
        (date(2028, 2, 1), date(2028, 2, 29), "2028-02-01 00:00", "2028-03-01 00:00"),
        # None at all, where the last is the day before the first.
        (date(2027, 1, 15), date(2027, 1, 14), "2027-01-15 00:00", "2027-01-15 00:00"),
    ],
)
def test_days_lie_between_two_moments(first, last, begins, ends):
    assert whole_days(first, last, LONDON) == (utc(begins), utc(ends))


@pytest.mark.parametrize("zone", [LONDON, BERLIN, KATHMANDU, UTC], ids=str)
@given(day=DAYS, clock=MINUTES)
def test_a_clock_shows_what_was_asked_for(zone, day, clock):
    shown = moment_of(day, clock, zone).astimezone(zone)
    assert shown.date() == day
    assert (shown.time() == clock) is not is_skipped(day, clock, zone)
    if shown.time() != clock:
        # A missing time is as long after midnight as it says, so it is shown an hour later.
        assert shown.hour == clock.hour + 1
        assert shown.minute == clock.minute


@pytest.mark.parametrize("zone", [LONDON, BERLIN, KATHMANDU], ids=str)
@given(day=DAYS, clock=MINUTES)
def test_every_moment_of_a_day_lies_in_that_day_and_in_no_second(zone, day, clock):
    begins, ends = whole_days(day, day, zone)
    assert begins <= moment_of(day, clock, zone) < ends
    assert whole_days(day - timedelta(days=1), day - timedelta(days=1), zone)[1] == begins
    assert whole_days(day + timedelta(days=1), day + timedelta(days=1), zone)[0] == ends


@given(day=DAYS, length=st.integers(0, 400))
def test_many_days_are_the_days_one_after_another(day, length):
    last = day + timedelta(days=length)
    begins, ends = whole_days(day, last, LONDON)
    assert begins == whole_days(day, day, LONDON)[0]
    assert ends == whole_days(last, last, LONDON)[1]
    lasts = ends - begins
    assert abs(lasts - timedelta(days=length + 1)) in (timedelta(0), timedelta(hours=1))


@given(day=DAYS, early=MINUTES, late=MINUTES)
def test_what_is_later_by_the_clock_is_no_earlier_moment(day, early, late):
    early, late = sorted((early, late))
    if not is_skipped(day, early, LONDON):
        assert moment_of(day, early, LONDON) <= moment_of(day, late, LONDON)
