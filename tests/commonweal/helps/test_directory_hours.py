"""When a service is open: each form in which sources write it, and what is shown for it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from commonweal.services import directory, hours
from commonweal.services.models import Service

# A Friday: what ended before it isn't shown, what begins after it says when.
TODAY = date(2026, 11, 27)
TEN = {"opens_at": "10:00", "closes_at": "12:00"}


def rule(line: str) -> dict[str, str]:
    return {"rrule": line, **TEN}


def times(opens: Any, closes: Any) -> dict[str, Any]:
    return {"byday": "MO", "opens_at": opens, "closes_at": closes}


# (what a source of Open Referral has, what is shown; "" is nothing)
SCHEDULES: list[tuple[dict[str, Any], str]] = [
    # Days of the week
    ({"byday": "MO,TU", **TEN}, "Monday and Tuesday 10:00 to 12:00"),
    ({"byday": "Monday,Tuesday", **TEN}, "Monday and Tuesday 10:00 to 12:00"),
    ({"byday": ["MO", "TU"], **TEN}, "Monday and Tuesday 10:00 to 12:00"),
    ({"byday": "We, Th", **TEN}, "Wednesday and Thursday 10:00 to 12:00"),
    ({"byday": "Mondays & Fridays", **TEN}, "Monday and Friday 10:00 to 12:00"),
    ({"byday": "Mon-Fri", **TEN}, "Monday to Friday 10:00 to 12:00"),
    ({"byday": "Tues, Thurs and Sat", **TEN}, "Tuesday, Thursday and Saturday 10:00 to 12:00"),
    ({"byday": "FR,MO,SA,SU,TU,WE,TH", **TEN}, "every day 10:00 to 12:00"),
    ({"byday": "MO,TU,WE,FR", **TEN}, "Monday to Wednesday and Friday 10:00 to 12:00"),
    ({"byday": "Llun, Mercher", **TEN}, "Monday and Wednesday 10:00 to 12:00"),
    ({"byday": "weekdays", **TEN}, "Monday to Friday 10:00 to 12:00"),
    ({"freq": "WEEKLY", "byday": "MO"}, "Monday"),
    # Weekdays of a month, days of a month
    (
        {"freq": "MONTHLY", "byday": "1MO,3MO", **TEN},
        "1st and 3rd Monday of the month, 10:00 to 12:00",
    ),
    ({"byday": "1MO", **TEN}, "1st Monday of the month, 10:00 to 12:00"),
    ({"freq": "MONTHLY", "byday": "-1FR", **TEN}, "last Friday of the month, 10:00 to 12:00"),
    (
        {"freq": "MONTHLY", "byday": "1MO,3FR", **TEN},
        "1st Monday and 3rd Friday of the month, 10:00 to 12:00",
    ),
    (
        {"freq": "MONTHLY", "byday": "first and third Monday", **TEN},
        "1st and 3rd Monday of the month, 10:00 to 12:00",
    ),
    (
        {"freq": "MONTHLY", "interval": 2, "byday": "2TU", **TEN},
        "2nd Tuesday of every 2nd month, 10:00 to 12:00",
    ),
    (
        {"freq": "QUARTERLY", "byday": "1WE", **TEN},
        "1st Wednesday of every 3rd month, 10:00 to 12:00",
    ),
    ({"freq": "MONTHLY", "bymonthday": "15", **TEN}, "on the 15th of the month, 10:00 to 12:00"),
    (
        {"freq": "MONTHLY", "bymonthday": [1, 22], **TEN},
        "on the 1st and 22nd of the month, 10:00 to 12:00",
    ),
    ({"bymonthday": "-1", **TEN}, "on the last day of the month, 10:00 to 12:00"),
    # It doesn't say which Monday of the month: "every Monday" would be made up.
    ({"freq": "MONTHLY", "byday": "MO", **TEN}, "monthly on a Monday, 10:00 to 12:00"),
    ({"freq": "MONTHLY"}, "monthly"),
    # Every so often
    (
        {"freq": "WEEKLY", "interval": 2, "byday": "WE", **TEN},
        "every 2nd Wednesday, 10:00 to 12:00",
    ),
    (
        {"freq": "WEEKLY", "interval": "2", "byday": "WE", "dtstart": "2026-03-04", **TEN},
        "every 2nd Wednesday, 10:00 to 12:00, counted from 4 March 2026",
    ),
    ({"freq": "fortnightly", "byday": "WE", **TEN}, "every 2nd Wednesday, 10:00 to 12:00"),
    (
        {"freq": "WEEKLY", "interval": 3, "byday": "MO,FR", **TEN},
        "every 3rd week on Monday and Friday, 10:00 to 12:00",
    ),
    ({"freq": "DAILY", **TEN}, "every day, 10:00 to 12:00"),
    ({"freq": "DAILY", "interval": 2, **TEN}, "every 2nd day, 10:00 to 12:00"),
    (
        {"freq": "YEARLY", "bymonth": "12", "bymonthday": "25", **TEN},
        "every year on 25 December, 10:00 to 12:00",
    ),
    ({"freq": "WEEKLY", "dtstart": "2026-03-04", **TEN}, "Wednesday 10:00 to 12:00"),
    # A rule in one line
    (rule("FREQ=MONTHLY;BYDAY=1MO,3MO"), "1st and 3rd Monday of the month, 10:00 to 12:00"),
    (rule("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"), "every 2nd Wednesday, 10:00 to 12:00"),
    (rule("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2"), "2nd Tuesday of the month, 10:00 to 12:00"),
    (rule("FREQ=WEEKLY;BYDAY=MO;UNTIL=20200101T000000Z"), ""),
    (rule("FREQ=WEEKLY;BYDAY=MO;UNTIL=20271231"), "Monday 10:00 to 12:00, until 31 December 2027"),
    ({"freq": "FREQ=WEEKLY;BYDAY=TH", **TEN}, "Thursday 10:00 to 12:00"),
    ({"description": "FREQ=WEEKLY;BYDAY=FR", **TEN}, "Friday 10:00 to 12:00"),
    (rule("FREQ=WEEKLY;BYDAY=MO;COUNT=6"), "Monday 10:00 to 12:00. 6 times"),
    # What isn't understood stands in its source's own words
    (rule("FREQ=YEARLY;BYYEARDAY=100"), "10:00 to 12:00. freq YEARLY; byyearday 100"),
    ({"byday": "when the school is open", **TEN}, "10:00 to 12:00. when the school is open"),
    (
        {"freq": "MONTHLY", "byday": "1MO,WE", "description": "Ring first", **TEN},
        "10:00 to 12:00. Ring first",
    ),
    ({"description": "By appointment"}, "By appointment"),
    ({"byday": "MO", "description": "By appointment"}, "Monday: By appointment"),
    (
        {"byday": "MO", "description": "Not in August", **TEN},
        "Monday 10:00 to 12:00. Not in August",
    ),
    # From and until
    ({"byday": "MO", "valid_to": "2020-01-01", **TEN}, ""),
    ({"byday": "MO", "valid_to": "2026-11-26", **TEN}, ""),
    (
        {"byday": "MO", "valid_to": "2026-11-27", **TEN},
        "Monday 10:00 to 12:00, until 27 November 2026",
    ),
    (
        {"byday": "MO", "valid_from": "2027-05-01", "valid_to": "2027-09-30", **TEN},
        "Monday 10:00 to 12:00, from 1 May 2027 until 30 September 2027",
    ),
    ({"byday": "MO", "valid_from": "2020-05-01", **TEN}, "Monday 10:00 to 12:00"),
    (
        {"freq": "WEEKLY", "byday": "SA", "bymonth": "5,6,7,8,9", **TEN},
        "Saturday, from May to September, 10:00 to 12:00",
    ),
    (
        {"freq": "WEEKLY", "byday": "SA", "bymonth": "4,10", **TEN},
        "Saturday, in April and October, 10:00 to 12:00",
    ),
    # Times of day
    (times("9:30am", "5:30pm"), "Monday 09:30 to 17:30"),
    (times("10:00:00Z", "12:00:00+01:00"), "Monday 10:00 to 12:00"),
    (times("2024-01-01T10:00:00", "2024-01-01T12:00:00"), "Monday 10:00 to 12:00"),
    (times("10.00", "12.00"), "Monday 10:00 to 12:00"),
    (times("0930", "1730"), "Monday 09:30 to 17:30"),
    (times("noon", "2 p.m."), "Monday 12:00 to 14:00"),
    (times("18:00", "midnight"), "Monday 18:00 to midnight"),
    (times("22:00", "06:00"), "Monday 22:00 to 06:00 the next day"),
    (times("00:00", "24:00"), "Monday all day and night"),
    (times("00:00", "23:59"), "Monday all day and night"),
    (times("10:00", None), "Monday from 10:00"),
    (times("", "12:00"), "Monday until 12:00"),
    # In two ways, so in neither
    (times("00:00", "00:00"), "Monday: 00:00 to 00:00"),
    (times("9:30", "5:30"), "Monday: 9:30 to 5:30"),
    (times("by appointment", None), "Monday: by appointment"),
    (times("25:00", "99:99"), "Monday: 25:00 to 99:99"),
    ({}, ""),
]

# (a cell in the column of Monday, what is shown)
CELLS = [
    ("09:00-17:00", "Monday 09:00 to 17:00"),
    ("9am - 5pm", "Monday 09:00 to 17:00"),
    ("09:00 – 17:00", "Monday 09:00 to 17:00"),
    ("10.00-12.00", "Monday 10:00 to 12:00"),
    ("9.30am to 5.30pm", "Monday 09:30 to 17:30"),
    ("10 am – 12 noon", "Monday 10:00 to 12:00"),
    ("2-4pm", "Monday 14:00 to 16:00"),
    ("10-4pm", "Monday 10:00 to 16:00"),
    ("9am-5", "Monday 09:00 to 17:00"),
    ("11.30-1.30pm", "Monday 11:30 to 13:30"),
    ("12pm-2pm", "Monday 12:00 to 14:00"),
    ("6pm - 12am", "Monday 18:00 to midnight"),
    ("from 10am until 2pm", "Monday 10:00 to 14:00"),
    ("0900-1700", "Monday 09:00 to 17:00"),
    ("24 hours", "Monday all day and night"),
    ("Open 24 hours", "Monday all day and night"),
    ("Closed", "Monday: Closed"),
    ("by appointment", "Monday: by appointment"),
    ("9-5", "Monday: 9-5"),
    ("2:00-4:00", "Monday: 2:00-4:00"),
    ("00:00-00:00", "Monday: 00:00-00:00"),
    ("10:00-12:00, ring first", "Monday: 10:00-12:00, ring first"),
]


@pytest.fixture(scope="module")
def shown() -> dict[str, list[str]]:
    """What is shown for each form, from one file that has them all."""
    records = [
        {
            "id": f"{number}",
            "name": f"{number}",
            "status": "active",
            "organization": {"name": "Org"},
            "schedules": [schedule],
        }
        for number, (schedule, _) in enumerate(SCHEDULES)
    ]
    services, outcome = directory.read(json.dumps(records).encode(), "hours.json")
    assert not outcome.refused
    return {service.name: hours.say_all(service.openings, TODAY) for service in services}


def test_there_are_sixty_forms_and_more():
    assert len(SCHEDULES) >= 60


@pytest.mark.parametrize("number", range(len(SCHEDULES)))
def test_each_schedule_is_shown_as_it_is(shown, number):
    assert shown[str(number)] == ([SCHEDULES[number][1]] if SCHEDULES[number][1] else [])


@pytest.mark.parametrize(("cell", "line"), CELLS)
def test_each_cell_of_a_weekday_is_shown_as_it_is(cell, line):
    for heading in ("Monday", "opening_hours_monday", "Mon", "Hours: Monday"):
        assert hours.say_all(hours.openings_of_days({heading: cell}), TODAY) == [line]


@pytest.mark.parametrize(
    ("row", "lines"),
    [
        (
            {"Monday": "09:00-17:00", "Tuesday": "9am - 5pm", "Wednesday": "Closed"},
            ["Monday and Tuesday 09:00 to 17:00", "Wednesday: Closed"],
        ),
        (
            {"Mon": "9am-12noon, 1pm-5pm", "Tue": "09:00-12:00"},
            ["Monday and Tuesday 09:00 to 12:00", "Monday 13:00 to 17:00"],
        ),
        ({"Monday opens": "09:00", "Monday closes": "17:00"}, ["Monday 09:00 to 17:00"]),
        ({"Saturday": "", "Sunday": "  "}, []),
        ({"Sat nav postcode": "BF1 1AA", "Wednesday club": "10-12", "Month": "May"}, []),
    ],
)
def test_columns_of_weekdays_become_lines(row, lines):
    assert hours.say_all(hours.openings_of_days(row), TODAY) == lines


def test_what_nobody_knows_how_to_read_is_said_to_whoever_brings_it(town):
    record = {"id": "1", "name": "A", "status": "active", "organization": {"name": "O"}}
    record["schedules"] = [{"byday": "by the moon"}]
    _, outcome = directory.read(json.dumps([record]).encode(), "a.json")
    assert [str(remark) for remark in outcome.remarks] == [
        "record 1: its hours are not understood and stand as its source has them: “by the moon”"
    ]


@pytest.mark.django_db
def test_the_public_page_and_the_open_data_say_the_same_hours(client, town):
    """What goes out is read back as the same lines."""
    records = [
        {
            "id": f"{number}",
            "name": f"No {number}",
            "status": "active",
            "organization": {"id": "o", "name": "Org"},
            "schedules": [schedule],
        }
        for number, (schedule, _) in enumerate(SCHEDULES)
    ]
    outcome = directory.carry_out(json.dumps(records).encode(), "h.json", source="x", by=None)
    assert outcome.new == len(SCHEDULES)
    again = directory.carry_out(json.dumps(records).encode(), "h.json", source="x", by=None)
    assert again.unchanged == len(SCHEDULES)
    out = [
        row
        for page in (1, 2)
        for row in client.get(f"/help/services.json?page={page}&per_page=50").json()["contents"]
    ]
    back, refused = directory.read(json.dumps(out).encode(), "back.json")
    assert not refused.refused
    said = {service.name: service for service in back}
    for service in Service.objects.prefetch_related("schedules"):
        lines = service.opening_hours(TODAY)
        assert hours.say_all(said[service.name].openings, TODAY) == lines, service.name
    of_months = client.get(Service.objects.get(name="No 12").get_absolute_url()).content.decode()
    assert "1st and 3rd Monday of the month, 10:00 to 12:00" in of_months


@pytest.mark.django_db
def test_hours_that_ended_are_not_shown_as_open(client, town):
    record = {"id": "1", "name": "A", "status": "active", "organization": {"name": "O"}}
    record["schedules"] = [{"byday": "MO", "valid_to": "2020-01-01", **TEN}]
    directory.carry_out(json.dumps([record]).encode(), "a.json", source="x", by=None)
    page = client.get(Service.objects.get().get_absolute_url()).content.decode()
    assert "Monday" not in page
    assert "ended on 1 January 2020" in page
