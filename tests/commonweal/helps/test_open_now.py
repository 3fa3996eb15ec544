"""Whether a service is open now: said where its hours say it, and never made up."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from commonweal.services.hours import OpeningHours, now, openings_typed

WEEKDAYS = OpeningHours("WEEKLY", 1, "MO,TU,WE,TH,FR", opens_at=time(9), closes_at=time(17))
NIGHTS = OpeningHours("WEEKLY", 1, "FR", opens_at=time(20), closes_at=time(6))


def at(hour: int, minute: int = 0, day: int = 27, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("openings", "moment", "words"),
    [
        ([WEEKDAYS], at(9), "Open now, until 17:00"),
        ([WEEKDAYS], at(16, 59), "Open now, until 17:00"),
        ([WEEKDAYS], at(17), "Closed now, opens Monday 09:00"),
        ([WEEKDAYS], at(8, 59), "Closed now, opens 09:00"),
        ([WEEKDAYS], at(12, day=29), "Closed now, opens tomorrow 09:00"),
        ([NIGHTS], at(23), "Open now, until 06:00"),
        ([NIGHTS], at(5, day=28), "Open now, until 06:00"),
        ([NIGHTS], at(6, day=28), "Closed now, opens Friday 20:00"),
        ([OpeningHours("DAILY", all_day=True)], at(3), "Open now, day and night"),
        (
            [OpeningHours("DAILY", opens_at=time(9), closes_at=time(0))],
            at(23),
            "Open now, until midnight",
        ),
        (
            [WEEKDAYS, OpeningHours("WEEKLY", 1, "SA", opens_at=time(10), closes_at=time(12))],
            at(18),
            "Closed now, opens tomorrow 10:00",
        ),
        (
            [OpeningHours("MONTHLY", 1, "-1FR", opens_at=time(9), closes_at=time(10))],
            at(9, 30),
            "Open now, until 10:00",
        ),
        (
            [OpeningHours("MONTHLY", 1, "1FR", opens_at=time(9), closes_at=time(10))],
            at(9, 30),
            "Closed now, opens Friday 09:00",
        ),
        (
            [OpeningHours("MONTHLY", 1, month_days="27", opens_at=time(9), closes_at=time(10))],
            at(9, 30),
            "Open now, until 10:00",
        ),
        (
            [WEEKDAYS, OpeningHours("WEEKLY", days="SA", words="Closed")],
            at(12, day=28),
            "Closed now, opens Monday 09:00",
        ),
    ],
)
def test_hours_that_say_it(openings, moment, words):
    assert now(openings, moment).sentence == words


@pytest.mark.parametrize(
    "openings",
    [
        [],
        [OpeningHours(words="By appointment")],
        [WEEKDAYS, OpeningHours(words="Not on bank holidays")],
        [OpeningHours("WEEKLY", 2, "FR", opens_at=time(9), closes_at=time(17))],
        [OpeningHours("MONTHLY", 1, "FR", opens_at=time(9), closes_at=time(17))],
        [OpeningHours("WEEKLY", 1, "FR", opens_at=time(9))],
        [OpeningHours("WEEKLY", 1, "FR")],
        [OpeningHours("WEEKLY", 1, "FR", words="By appointment")],
    ],
)
def test_where_they_do_not_nothing_is_said(openings):
    assert now(openings, at(12)).is_open is None
    assert now(openings, at(12)).sentence == ""


def test_every_second_week_counts_from_its_first_day():
    fortnightly = {"opens_at": time(9), "closes_at": time(17)}
    its_week = OpeningHours("WEEKLY", 2, "FR", valid_from=date(2026, 11, 9), **fortnightly)
    other = OpeningHours("WEEKLY", 2, "FR", valid_from=date(2026, 11, 18), **fortnightly)
    assert now([its_week], at(12)).is_open is True
    assert now([other], at(12)).is_open is False
    assert now([other], at(12, day=4, month=12)).is_open is True


def test_what_has_ended_and_what_has_not_begun_is_not_open():
    gone = OpeningHours(
        "WEEKLY", 1, "FR", opens_at=time(9), closes_at=time(17), valid_to=date(2026, 11, 26)
    )
    later = OpeningHours(
        "WEEKLY", 1, "FR", opens_at=time(9), closes_at=time(17), valid_from=date(2026, 11, 28)
    )
    assert now([gone], at(12)).is_open is None
    assert now([later], at(12)).is_open is False


@pytest.mark.parametrize(
    "typed", ["Monday to Friday 09:00 to 17:00", "Mon-Fri, 9am-5pm", "weekdays: 9:00-17:00"]
)
def test_hours_as_they_are_typed_are_understood(typed):
    assert openings_typed(typed) == [WEEKDAYS]


@pytest.mark.parametrize(
    "typed", ["Monday to Friday, 10 to 4", "By appointment", "Ring first; Mon 9am-5pm", "Mondays"]
)
def test_what_is_not_understood_stays_as_it_was_typed(typed):
    assert openings_typed(typed) == [OpeningHours(words=typed)]


def test_nothing_typed_is_no_hours():
    assert openings_typed("  ") == []
