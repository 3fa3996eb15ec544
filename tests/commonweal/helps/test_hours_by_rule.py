"""Hours of services: times and weekdays as people write them, rules as RFC 5545 has them, and
what a calendar that was walked day by day says of them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from commonweal.services import hours
from commonweal.services.hours import OpeningHours, Unclear, recurrence
from commonweal.services.hours.clock import Moment, moment
from commonweal.services.hours.falling import falls_on
from commonweal.services.hours.recurrence import is_line, parts_of
from commonweal.services.hours.weekdays import ENGLISH, LETTERS, WELSH, days_of, heading_day

DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(730)]


# Times of day


@pytest.mark.parametrize(
    ("typed", "minutes", "half", "is_sure"),
    [
        ("9", 540, "", False),
        ("09", 540, "", True),
        ("13", 780, "", True),
        ("12", 720, "", False),
        ("12:00", 720, "", True),
        ("7:59", 479, "", False),
        ("8:00", 480, "", True),
        ("0", 0, "", True),
        ("24:00", 1440, "", True),
        ("12am", 0, "a", True),
        ("12:30 A.M.", 30, "a", True),
        ("12pm", 720, "p", True),
        ("11:59pm", 1439, "p", True),
        ("17h30", 1050, "", True),
        ("17 : 30", 1050, "", True),
        ("1730hrs", 1050, "", True),
        ("17:30:59", 1050, "", True),
        ("17:30:00.000", 1050, "", True),
        ("17:30:00-05:00", 1050, "", True),
        ("17:30+0100", 1050, "", True),
        ("2026-11-27 17:30", 1050, "", True),
        ("Midday", 720, "", True),
        ("12 MIDNIGHT", 1440, "", True),
    ],
)
def test_a_time_of_day(typed: str, minutes: int, half: str, is_sure: bool) -> None:
    assert moment(typed) == moment(f"  {typed} ") == Moment(minutes, half, is_sure)


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "25", "24:01", "23:60", "13pm", "0am", "9:5", "9:300", "-9", "9 o'clock", "2460"],
)
def test_what_is_no_time_of_day(typed: str) -> None:
    assert moment(typed) is None


@settings(max_examples=40)
@given(some.times())
def test_each_minute_of_a_day_is_read_in_each_writing(at: time) -> None:
    minutes = at.hour * 60 + at.minute
    for pattern in ("%H:%M", "%H.%M", "%H%M", "%H:%M:%SZ", "%I:%M%p", "%I.%M %p", "%Ih%M%p"):
        read = moment(at.strftime(pattern))
        assert read is not None, pattern
        assert (read.minutes, read.half == "p") == (minutes, "%p" in pattern and at.hour >= 12)


def span(opens: tuple[int, int] | None, closes: tuple[int, int] | None) -> hours.Span:
    return hours.Span(time(*opens) if opens else None, time(*closes) if closes else None)


@pytest.mark.parametrize(
    ("opens", "closes", "read"),
    [
        ("9", "5pm", span((9, 0), (17, 0))),
        ("9am", "5", span((9, 0), (17, 0))),
        ("2", "4pm", span((14, 0), (16, 0))),
        ("10", "4pm", span((10, 0), (16, 0))),
        ("12", "2pm", span((12, 0), (14, 0))),
        ("11", "12pm", span((11, 0), (12, 0))),
        ("2pm", "4", span((14, 0), (16, 0))),
        ("10pm", "2", span((22, 0), (2, 0))),
        ("9pm", "6.30", span((21, 0), (6, 30))),
        ("9am", "17:30", span((9, 0), (17, 30))),
        ("6pm", "12am", span((18, 0), (0, 0))),
        ("midnight", "6am", span((0, 0), (6, 0))),
        ("noon", "midnight", span((12, 0), (0, 0))),
        ("20:00", "06:00", span((20, 0), (6, 0))),
        ("09:00", "", span((9, 0), None)),
        ("", "5pm", span(None, (17, 0))),
        ("00:00", "24:00", hours.Span(None, None, True)),
        ("midnight", "23:59", hours.Span(None, None, True)),
    ],
)
def test_two_ends_make_a_span(opens: str, closes: str, read: hours.Span) -> None:
    assert hours.span_of(opens, closes) == read


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        ("9", "5"),  # morning or evening
        ("9:30", "5:30"),
        ("11:00", "10:30"),  # a slip, rather than a day but for half an hour
        ("9am", "9am"),
        ("", ""),
        ("9", ""),
        ("", "5"),
        ("9am", "late"),
        ("dawn", "5pm"),
        ("00:00", "00:00"),
    ],
)
def test_what_can_be_read_in_two_ways_is_not_read(opens: str, closes: str) -> None:
    assert hours.span_of(opens, closes) is None


@pytest.mark.parametrize("sign", [",", ";", " & ", " and ", "/", "\n", " | ", " , "])
@pytest.mark.parametrize("dash", ["-", " – ", "—", " to ", " until ", " till ", " til ", "~", "−"])
def test_two_spans_in_each_punctuation(sign: str, dash: str) -> None:
    text = f"9am{dash}12 noon{sign}1pm{dash}5pm"
    assert hours.spans(text) == [span((9, 0), (12, 0)), span((13, 0), (17, 0))]
    assert hours.spans(f"Open: {text}.") == hours.spans(text)
    assert hours.spans(f"{text}{sign}ring first") is None


@pytest.mark.parametrize(
    "text", ["24/7", "Open 24 hours", "24 hrs", "24 hours a day", "All day", "24hr", "24 / 7."]
)
def test_day_and_night(text: str) -> None:
    assert hours.spans(text) == [hours.Span(None, None, True)]


# Weekdays


@pytest.mark.parametrize(
    ("letters", "english", "welsh"), [*zip(LETTERS, ENGLISH, WELSH, strict=True)]
)
def test_each_weekday_in_each_spelling(letters: str, english: str, welsh: str) -> None:
    for typed in (letters, english, f"{english}s", english[:3], welsh, f"Dydd {welsh.title()}"):
        assert days_of(typed) == days_of(typed.upper()) == [letters]
    assert heading_day(f"{english} opening hours") == letters
    assert heading_day(f"hours_{english[:3]}_from") == letters
    assert heading_day(f"{english} or Easter") == ""


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Monday to Wednesday", "MO,TU,WE"),
        ("Fri–Mon", "MO,FR,SA,SU"),
        ("Mon - Mon", "MO"),
        ("weekdays", "MO,TU,WE,TH,FR"),
        ("Weekends and Mon", "MO,SA,SU"),
        ("daily", "MO,TU,WE,TH,FR,SA,SU"),
        ("every day", "MO,TU,WE,TH,FR,SA,SU"),
        ("Mon Wed Fri", "MO,WE,FR"),
        ("Mon/Wed|Fri + Sun", "MO,WE,FR,SU"),
        ("Friday, Monday, Friday", "MO,FR"),
        ("first and third Monday", "1MO,3MO"),
        ("1st & last Fri", "1FR,-1FR"),
        ("last Friday, 2nd Tuesday", "2TU,-1FR"),
        ("+1MO,-2TU", "1MO,-2TU"),
        ("", ""),
    ],
)
def test_several_weekdays(text: str, letters: str) -> None:
    assert days_of(text) == (letters.split(",") if letters else [])


@pytest.mark.parametrize(
    "text", ["soon", "Mon or so", "1st Monday to Friday", "6MO", "Monday to Easter", "sixth Monday"]
)
def test_what_is_no_weekday(text: str) -> None:
    assert days_of(text) is None


# Rules of iCalendar


@pytest.mark.parametrize(
    ("line", "opening"),
    [
        ("FREQ=DAILY", OpeningHours("DAILY")),
        ("FREQ=DAILY;INTERVAL=3", OpeningHours("DAILY", 3)),
        ("FREQ=DAILY;BYDAY=MO,TU", OpeningHours("WEEKLY", days="MO,TU")),
        ("FREQ=Fortnightly;BYDAY=WE", OpeningHours("WEEKLY", 2, "WE")),
        ("FREQ=QUARTERLY;BYDAY=1MO", OpeningHours("MONTHLY", 3, "1MO")),
        ("FREQ=FORTNIGHTLY;INTERVAL=1;BYDAY=WE", OpeningHours("WEEKLY", 2, "WE")),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1", OpeningHours("MONTHLY", days="-1MO")),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1,3", OpeningHours("MONTHLY", days="1MO,3MO")),
        ("FREQ=MONTHLY;BYMONTHDAY=15,1,-1", OpeningHours("MONTHLY", month_days="1,15,-1")),
        ("FREQ=WEEKLY;BYDAY=MO;BYMONTHDAY=4", OpeningHours("WEEKLY", days="MO")),
        ("FREQ=WEEKLY;BYDAY=MO;BYMONTH=6,5", OpeningHours("WEEKLY", days="MO", months="5,6")),
        (
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24",
            OpeningHours("YEARLY", month_days="24", months="12"),
        ),
        ("BYDAY=MO", OpeningHours("WEEKLY", days="MO")),
        ("BYDAY=2MO", OpeningHours("MONTHLY", days="2MO")),
        ("BYMONTHDAY=5", OpeningHours("MONTHLY", month_days="5")),
        (
            "FREQ=WEEKLY;DTSTART=20261127T090000",
            OpeningHours("WEEKLY", days="FR", valid_from=date(2026, 11, 27)),
        ),
        (
            "FREQ=WEEKLY;BYDAY=MO;UNTIL=2027-01-31",
            OpeningHours("WEEKLY", days="MO", valid_to=date(2027, 1, 31)),
        ),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=1", OpeningHours("WEEKLY", days="MO", words="once")),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=12", OpeningHours("WEEKLY", days="MO", words="12 times")),
        ("FREQ=WEEKLY;BYDAY=MO;WKST=SU;TZID=Europe/London", OpeningHours("WEEKLY", days="MO")),
    ],
)
def test_a_rule_is_read(line: str, opening: OpeningHours) -> None:
    assert hours.ruled(parts_of(line)) == opening
    assert hours.ruled(parts_of(f"RRULE: {line.replace('=', ' = ')} ;")) == opening


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"FREQ": "HOURLY"}, "HOURLY"),
        ({"FREQ": "WEEKLY", "BYDAY": "soon"}, "soon"),
        ({"FREQ": "MONTHLY", "BYWEEKNO": "20", "BYYEARDAY": "1"}, "BYWEEKNO, BYYEARDAY"),
        ({"FREQ": "WEEKLY", "INTERVAL": "0"}, "0"),
        ({"FREQ": "WEEKLY", "INTERVAL": "-2"}, "-2"),
        ({"FREQ": "WEEKLY", "INTERVAL": "1,2"}, "1,2"),
        ({"FREQ": "WEEKLY", "INTERVAL": "53"}, "53"),
        ({"FREQ": "MONTHLY", "BYMONTHDAY": "32"}, "32"),
        ({"FREQ": "MONTHLY", "BYMONTHDAY": "0"}, "0"),
        ({"FREQ": "WEEKLY", "BYDAY": "MO", "BYMONTH": "13"}, "13"),
        ({"FREQ": "WEEKLY", "BYDAY": "MO", "BYMONTH": "-1"}, "months counted from the end"),
        ({"FREQ": "WEEKLY", "BYDAY": "1MO"}, "1MO, weekly"),
        ({"FREQ": "MONTHLY", "BYDAY": "1MO,TU"}, "TU,1MO, monthly"),
        ({"FREQ": "MONTHLY", "BYDAY": "1MO", "BYSETPOS": "1"}, "BYSETPOS 1"),
        ({"FREQ": "MONTHLY", "BYDAY": "MO,TU", "BYSETPOS": "1"}, "BYSETPOS 1"),
        ({"FREQ": "MONTHLY", "BYDAY": "MO", "BYMONTHDAY": "1"}, "that are also weekdays"),
        ({"FREQ": "YEARLY"}, "once a year"),
        ({"FREQ": "YEARLY", "BYMONTH": "1,2", "BYMONTHDAY": "1"}, "once a year"),
        ({"FREQ": "YEARLY", "BYMONTH": "1"}, "once a year"),
        ({"FREQ": "YEARLY", "BYMONTH": "1", "BYMONTHDAY": "1", "INTERVAL": "2"}, "once a year"),
        ({"FREQ": "DAILY", "BYMONTHDAY": "1"}, "daily"),
        ({"FREQ": "DAILY", "BYDAY": "MO", "INTERVAL": "2"}, "daily"),
        ({"INTERVAL": "2"}, "it doesn't say how often"),
        ({"BYMONTH": "5"}, "it doesn't say how often"),
        ({"FREQ": "WEEKLY", "UNTIL": "Easter"}, "Easter"),
        ({"FREQ": "WEEKLY", "DTSTART": "20261301"}, "20261301"),
        ({"FREQ": "WEEKLY", "COUNT": "many"}, "many"),
        ({"FREQ": "WEEKLY", "COUNT": "12345"}, "12345"),
    ],
)
def test_a_rule_that_is_not_understood_says_which_part(parts: Mapping[str, str], why: str) -> None:
    with pytest.raises(Unclear) as refusal:
        hours.ruled(parts)
    assert str(refusal.value) == why if "," in why or why.isalnum() else why in str(refusal.value)


def test_what_is_a_rule_in_one_line_and_what_is_a_day() -> None:
    assert is_line("FREQ=WEEKLY;BYDAY=WE")
    assert is_line(" rrule:freq=weekly; ")
    for text in ("", "weekly", "BYDAY=WE", "FREQ=WEEKLY; ring first", "FREQ WEEKLY"):
        assert not is_line(text)
    assert hours.ruled({}) == hours.ruled({"FREQ": " "}) == OpeningHours()
    assert recurrence.day("") is None
    days = [recurrence.day(text) for text in ("20261231T000000Z", "2026-12-31", "2026-12-31 00:00")]
    assert days == [date(2026, 12, 31)] * 3


# Which days they are


def on_each(opening: OpeningHours) -> list[date]:
    return [day for day in DAYS if falls_on(opening, day)]


def test_weekdays_of_a_month_are_counted_from_both_ends() -> None:
    """Against the days themselves: the n-th that comes, and the n-th from behind."""
    for place in (1, 2, 3, 4, 5, -1, -2):
        expected = []
        for year, month in sorted({(day.year, day.month) for day in DAYS}):
            mondays = [
                date(year, month, number)
                for number in range(1, monthrange(year, month)[1] + 1)
                if date(year, month, number).weekday() == 0
            ]
            at = place - 1 if place > 0 else place
            expected += mondays[at : at + 1 or None]
        assert on_each(OpeningHours("MONTHLY", days=f"{place}MO")) == expected, place


def test_days_of_a_month_are_counted_from_both_ends() -> None:
    last = [day for day in DAYS if (day + timedelta(days=1)).day == 1]
    assert on_each(OpeningHours("MONTHLY", month_days="-1")) == last
    assert {day.day for day in on_each(OpeningHours("MONTHLY", month_days="31"))} == {31}
    assert len(on_each(OpeningHours("MONTHLY", month_days="31"))) == 14
    assert on_each(OpeningHours("YEARLY", month_days="24", months="12")) == [
        date(2026, 12, 24),
        date(2027, 12, 24),
    ]


@given(some.integers(2, 6), some.sampled_from(LETTERS), some.sampled_from(DAYS[:60]))
def test_every_few_weeks_it_is_that_weekday_and_so_many_weeks_later(
    interval: int, letters: str, starts: date
) -> None:
    days = on_each(OpeningHours("WEEKLY", interval, letters, valid_from=starts))
    assert {LETTERS[day.weekday()] for day in days} == {letters}
    assert {later - day for day, later in pairwise(days)} == {timedelta(weeks=interval)}
    # In the week of the first day, or where that was past it, an interval later.
    monday = starts - timedelta(days=starts.weekday())
    first = monday + timedelta(days=LETTERS.index(letters))
    assert days[0] == (first if first >= starts else first + timedelta(weeks=interval))


@given(some.integers(2, 9), some.sampled_from(DAYS[:60]))
def test_every_few_days_is_counted_from_the_first(interval: int, starts: date) -> None:
    days = on_each(OpeningHours("DAILY", interval, valid_from=starts))
    assert days == DAYS[DAYS.index(starts) :: interval]


@pytest.mark.parametrize(
    "opening",
    [
        OpeningHours(),
        OpeningHours("WEEKLY"),
        OpeningHours("DAILY", 2),
        OpeningHours("MONTHLY"),
        OpeningHours("MONTHLY", days="FR"),
        OpeningHours("MONTHLY", 2, "-1FR"),
        OpeningHours("WEEKLY", 2, "FR"),
        OpeningHours("MONTHLY", 2, month_days="27"),
    ],
)
def test_where_they_do_not_say_which_days_nobody_knows(opening: OpeningHours) -> None:
    friday = date(2026, 11, 27)
    assert falls_on(opening, friday) is None
    # Outside their time and their months they do say it.
    assert falls_on(replace(opening, valid_to=date(2026, 11, 26)), friday) is False
    assert falls_on(replace(opening, valid_from=date(2026, 11, 28)), friday) is False
    assert falls_on(replace(opening, months="10,12"), friday) is False
    assert falls_on(replace(opening, months="11", valid_to=friday), friday) is None


# Whether it is open at a moment


@given(
    some.lists(some.sampled_from(LETTERS), min_size=1, max_size=4, unique=True),
    some.integers(0, 47),
    some.integers(0, 47),
    some.integers(0, 7 * 48 - 1),
)
def test_it_is_open_in_the_half_hours_between(
    days: list[str], opens: int, closes: int, half_hour: int
) -> None:
    """Against every half hour of three weeks, each laid down by hand."""
    opening = OpeningHours(
        "WEEKLY",
        days=",".join(days),
        opens_at=time(opens // 2, opens % 2 * 30),
        closes_at=time(closes // 2, closes % 2 * 30),
    )
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    length = (closes - opens) % 48 or 48
    is_open = {
        (7 * week + LETTERS.index(letters)) * 48 + opens + number
        for week in (-1, 0, 1, 2)
        for letters in days
        for number in range(length)
    }
    at = monday + timedelta(minutes=30 * half_hour)
    now = hours.now([opening], at)
    assert now.is_open is (half_hour in is_open)
    begins = monday + timedelta(
        minutes=30
        * min(
            (7 * week + LETTERS.index(letters)) * 48 + opens
            for week in (0, 1)
            for letters in days
            if (7 * week + LETTERS.index(letters)) * 48 + opens > half_hour
        )
    )
    if now.is_open:
        until = "midnight" if closes == 0 else f"{opening.closes_at:%H:%M}"
        assert now.sentence == f"Open now, until {until}"
    else:
        ahead = (begins.date() - at.date()).days
        when = "" if not ahead else "tomorrow " if ahead == 1 else f"{begins:%A} "
        clock = "midnight" if opens == 0 else f"{begins:%H:%M}"
        assert now.sentence == f"Closed now, opens {when}{clock}"


# In words


@pytest.mark.parametrize(
    ("opening", "line"),
    [
        (OpeningHours("WEEKLY"), "every week"),
        (OpeningHours("WEEKLY", 2), "every 2nd week"),
        (OpeningHours("WEEKLY", 3, "MO,TU"), "every 3rd week on Monday and Tuesday"),
        (OpeningHours("WEEKLY", 1, ",".join(LETTERS)), "every day"),
        (OpeningHours("WEEKLY", 1, "MO,TU,WE,SA"), "Monday to Wednesday and Saturday"),
        (OpeningHours("WEEKLY", 1, "MO,WE,FR"), "Monday, Wednesday and Friday"),
        (OpeningHours("DAILY", 11), "every 11th day"),
        (OpeningHours("MONTHLY"), "monthly"),
        (OpeningHours("MONTHLY", 2), "every 2nd month"),
        (OpeningHours("MONTHLY", days="MO,TU"), "monthly on a Monday or Tuesday"),
        (OpeningHours("MONTHLY", 3, "1MO,-1FR"), "1st Monday and last Friday of every 3rd month"),
        (
            OpeningHours("MONTHLY", month_days="1,22,-1"),
            "on the 1st, 22nd and last day of the month",
        ),
        (OpeningHours("YEARLY", month_days="24", months="12"), "every year on 24 December"),
        (
            OpeningHours("WEEKLY", days="MO", months="5,6,7", opens_at=time(9)),
            "Monday, from May to July, from 09:00",
        ),
        (OpeningHours("WEEKLY", days="MO", months="5,7"), "Monday, in May and July"),
        (OpeningHours("WEEKLY", days="MO", closes_at=time(0)), "Monday until midnight"),
        (OpeningHours(words="By appointment"), "By appointment"),
        (OpeningHours(words="Ring", valid_to=date(2027, 1, 2)), "Ring (until 2 January 2027)"),
        (OpeningHours("WEEKLY", days="MO", words="ring"), "Monday: ring"),
        (
            OpeningHours("WEEKLY", days="MO", all_day=True, words="ring"),
            "Monday all day and night. ring",
        ),
        (
            OpeningHours("WEEKLY", days="MO", valid_from=date(2027, 1, 2)),
            "Monday, from 2 January 2027",
        ),
        (
            OpeningHours("WEEKLY", 2, "MO", valid_from=date(2026, 1, 5)),
            "every 2nd Monday, counted from 5 January 2026",
        ),
        (OpeningHours("WEEKLY", 1, "MO", valid_from=date(2026, 1, 5)), "Monday"),
        (OpeningHours(valid_to=date(2027, 1, 2)), "until 2 January 2027"),
    ],
)
def test_hours_in_words(opening: OpeningHours, line: str) -> None:
    on = date(2026, 11, 27)
    assert hours.said(opening, on) == line
    assert hours.say_all([opening, OpeningHours(), replace(opening, valid_to=DAYS[0])], on) == [
        line
    ]


@given(
    some.lists(some.sampled_from(LETTERS), min_size=1, unique=True),
    some.integers(8 * 60, 17 * 60),
    some.integers(1, 360),
)
def test_what_is_said_of_hours_can_be_typed_as_hours(
    days: list[str], opens: int, length: int
) -> None:
    closes = opens + length
    opening = OpeningHours(
        "WEEKLY",
        days=",".join(sorted(days, key=LETTERS.index)),
        opens_at=time(opens // 60, opens % 60),
        closes_at=time(closes // 60, closes % 60),
    )
    assert hours.openings_typed(hours.said(opening, DAYS[0])) == [opening]
