"""Days, months and periods as people write them; their order in a column; what cells show."""

from __future__ import annotations

import calendar
import io
from collections import Counter
from datetime import date, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.sources import payments
from localwealth.tables import marks
from localwealth.tables.births import born, order_of
from localwealth.tables.dates import (
    MONTHS,
    WELSH,
    Days,
    days,
    days_any,
    is_number_date,
    is_of_two_figures,
    month_of,
    period,
)
from localwealth.tables.deaths import says_died
from localwealth.tables.epochs import days_since_1904
from localwealth.tables.formats import Format, format_of
from localwealth.tables.orders import IN_WORDS, settle
from localwealth.tables.showing import Marks, letters

THE_13TH = date(2023, 4, 13)
IN_OUR_TIME = st.dates(date(1980, 1, 1), date(2079, 12, 31))


def span(meant: Days | None) -> str:
    """The days that are meant, as ``2023-04-13`` or ``2023-04-01/2023-04-30``; "" where none."""
    if meant is None:
        return ""
    return str(meant.first) if meant.is_exact else f"{meant.first}/{meant.last}"


# Days


@pytest.mark.parametrize(
    "text",
    [
        *("13/04/2023", "13/4/23", "13.4.23", "13-04-2023", "13 04 2023", "'13/04/2023"),
        *("2023/04/13", "2023-4-13", "2023.04.13", "20230413", "13042023", "45029", "45029.75"),
        *("13/04/2023 10:30", "13/04/2023 10:30:05 PM", "13.04.2023 10.30", "13/04/23 1:05 a.m."),
        *("2023-04-13T00:00:00Z", "2023-04-13 00:00:00+01:00", "2023-04-13T23:59:59.999"),
        *("13 April 2023", "13 Apr 23", "13-Apr-23", "13apr2023", "13.Apr.2023", "13/April/2023"),
        *("13th April 2023", "13th of April, 2023", "Thursday 13 April 2023", "Thu, 13 Apr 2023"),
        *("April 13, 2023", "Apr 13th 2023", "Thursday, April 13, 2023", " 13  April   2023 "),
        *("13 Ebrill 2023", "13 o Ebrill 2023", "13eg Ebrill 2023", "13 EBRILL 2023"),
        *("Dydd Iau 13 Ebrill 2023", "Dydd Iau, 13eg o Ebrill 2023", "Iau, 13 Ebrill 2023"),
    ],
)
def test_a_day_however_it_is_written(text: str) -> None:
    assert span(days(text)) == "2023-04-13"


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "2023", "1 Jan", "Q1 2023", "13/04/2023 (est)", "see 13/04/2023", "13/04"),
        *("31/04/2023", "29/02/2023", "2024-02-30", "00/04/2023", "13/00/2023", "0/0/0"),
        *("31/12/1979", "01/01/2101", "13/04/0023", "13/04/123", "20231304", "99999999"),
        *("24999", "70001", "4502", "450291", "-45029", "13 Foo 2023", "32 April 2023"),
        *("2023-13", "13/2023", "0/2023", "P13 2023/24", "P0 2023/24", "P1 2023/25", "2023/24"),
    ],
)
def test_what_is_no_day_of_our_time_is_none(text: str) -> None:
    assert days(text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("April 2023", "2023-04-01/2023-04-30"),
        ("Apr-23", "2023-04-01/2023-04-30"),
        ("Apr'23", "2023-04-01/2023-04-30"),
        ("Sept. 2023", "2023-09-01/2023-09-30"),
        ("Febuary 2024", "2024-02-01/2024-02-29"),
        ("Medi 2023", "2023-09-01/2023-09-30"),
        ("Mehefin 2023", "2023-06-01/2023-06-30"),
        ("2023-04", "2023-04-01/2023-04-30"),
        ("2023/04", "2023-04-01/2023-04-30"),
        ("4/2023", "2023-04-01/2023-04-30"),
        ("Oct-Dec 2015", "2015-10-01/2015-12-31"),
        ("Oct to Dec 15", "2015-10-01/2015-12-31"),
        ("Nov-Jan 2016", "2015-11-01/2016-01-31"),
        ("Dec 2014 – Feb 2015", "2014-12-01/2015-02-28"),
        ("P1 2023/24", "2023-04-01/2023-04-30"),
        ("Period 9, 2023/24", "2023-12-01/2023-12-31"),
        ("P10 2023-2024", "2024-01-01/2024-01-31"),
        ("Period 12 2023/24", "2024-03-01/2024-03-31"),
        ("P12 2099/00", "2100-03-01/2100-03-31"),
        # Two figures are of the same century in a month and in a day.
        ("Jan 79", "2079-01-01/2079-01-31"),
        ("Jan 80", "1980-01-01/1980-01-31"),
        ("Jan-99", "1999-01-01/1999-01-31"),
        ("01/01/80", "1980-01-01"),
        ("31/12/79", "2079-12-31"),
        ("25000", "1968-06-11"),
        ("70000", "2091-08-25"),
    ],
)
def test_months_and_periods_are_spans_of_days(text: str, meant: str) -> None:
    assert span(days(text)) == meant


@given(IN_OUR_TIME)
def test_every_day_comes_back_however_it_is_written(day: date) -> None:
    alone = Days(day, day)
    english, short = calendar.month_name[day.month], calendar.month_abbr[day.month]
    for text in (
        f"{day:%d/%m/%Y}",
        f"{day:%d.%m.%y}",
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day:%d%m%Y}",
        f"{day.day} {english} {day.year}",
        f"{day:%d}-{short}-{day:%y}",
        f"{english} {day.day}, {day.year}",
        f"{day:%Y-%m-%d} 08:15:00",
    ):
        assert days(text) == alone
    serial = (day - date(1899, 12, 30)).days
    assert days(str(serial)) == alone
    assert days(f"{day:%m/%d/%Y}", "mdy") == alone
    assert days(f"{day:%Y-%d-%m}", "ydm") == alone
    assert days(f"{day:%y-%m-%d}", "yymd") == alone


@pytest.mark.parametrize(("short", "number"), WELSH.items())
def test_a_month_in_welsh_is_that_in_english(short: str, number: int) -> None:
    welsh = {
        **{1: "Ionawr", 2: "Chwefror", 3: "Mawrth", 4: "Ebrill", 5: "Mai", 6: "Mehefin"},
        **{7: "Gorffennaf", 8: "Awst", 9: "Medi", 10: "Hydref", 11: "Tachwedd", 12: "Rhagfyr"},
    }[number]
    assert welsh.casefold().startswith(short)
    assert days(f"3 {welsh} 2023") == days(f"3/{number}/2023")
    assert days(f"{welsh} 2023") == month_of(2023, number)


@given(st.text(max_size=20), st.sampled_from(["dmy", "mdy", "ymd", "ydm", "yymd"]))
def test_no_text_breaks_it(text: str, order: str) -> None:
    meant = days(text, order)
    assert meant is None or meant.first <= meant.last
    stated = period(text)
    assert stated is None or stated.first <= stated.last


@pytest.mark.parametrize(
    ("text", "order", "meant"),
    [
        ("7/4/2020", "dmy", "2020-04-07"),
        ("7/4/2020", "mdy", "2020-07-04"),
        ("2020-07-04", "ydm", "2020-04-07"),
        ("2020-07-04", "dmy", "2020-07-04"),
        ("20-07-04", "yymd", "2020-07-04"),
        ("20-07-04", "dmy", "2004-07-20"),
        ("7 April 2020", "mdy", "2020-04-07"),
        ("15/06/2010", "mdy", ""),
    ],
)
def test_the_order_settles_three_numbers_and_nothing_else(
    text: str, order: str, meant: str
) -> None:
    assert span(days(text, order)) == meant


@pytest.mark.parametrize(
    ("text", "order", "meant"),
    [
        ("6/15/2010", "dmy", "2010-06-15"),
        ("15/6/2010", "mdy", "2010-06-15"),
        ("2010-15-06", "ymd", "2010-06-15"),
        ("2010-06-15", "mdy", "2010-06-15"),
        # A slip of the pen, and not the 23rd of February 2030.
        ("23-02-30", "yymd", ""),
        ("32/13/2010", "dmy", ""),
        ("June 2010", "mdy", "2010-06-01/2010-06-30"),
        ("soon", "dmy", ""),
    ],
)
def test_a_text_that_its_order_cant_read_is_read_in_another(
    text: str, order: str, meant: str
) -> None:
    assert span(days_any(text, order)) == meant


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        *(("23-04-13", True), ("23/04/13", True), ("'23.04.13", True), ("23-04-13 10:00", True)),
        *(("7/4/23", False), ("2023-04-13", False), ("23-04/13", False), ("23-04-2013", False)),
    ],
)
def test_three_numbers_of_two_figures(text: str, is_one: bool) -> None:
    assert is_of_two_figures(text) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        *(("13/04/2023", True), ("2023-04-13 10:00", True), ("20230413", True), ("99/99/99", True)),
        *(("13 April 2023", False), ("45029", False), ("04/2023", False), ("", False)),
    ],
)
def test_a_date_of_three_numbers_may_be_in_doubt(text: str, is_one: bool) -> None:
    assert is_number_date(text) is is_one


def test_spans_that_share_a_day_touch() -> None:
    april = month_of(2023, 4)
    assert april.touches(Days(date(2023, 4, 30), date(2023, 5, 7)))
    assert april.touches(Days(date(2023, 3, 1), date(2023, 4, 1)))
    assert not april.touches(month_of(2023, 5))
    assert not april.touches(month_of(2023, 3))
    assert month_of(2023, 11, 1) == Days(date(2023, 11, 1), date(2024, 1, 31))
    assert not april.is_exact


# Periods of files' names


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("spend-July-23.csv", "2023-07-01/2023-07-31"),
        ("spend_jul2023.xlsx", "2023-07-01/2023-07-31"),
        ("over500-mar24.csv.gz", "2024-03-01/2024-03-31"),
        ("September 2023 (1).ods", "2023-09-01/2023-09-30"),
        ("Febuary-2023.csv", "2023-02-01/2023-02-28"),
        ("Novemeber 2023", "2023-11-01/2023-11-30"),
        ("sept-23.xls", "2023-09-01/2023-09-30"),
        ("Dec-99.csv", "1999-12-01/1999-12-31"),
        ("2019-10.csv", "2019-10-01/2019-10-31"),
        ("1910.csv", "2019-10-01/2019-10-31"),
        ("oct-dec-2015.csv", "2015-10-01/2015-12-31"),
        ("nov to jan 2016", "2015-11-01/2016-01-31"),
        ("May and June 2023.csv", "2023-05-01/2023-06-30"),
        ("pcc-2018-19.xlsx", "2018-04-01/2019-03-31"),
        ("2012-13", "2012-04-01/2013-03-31"),
        # 2011-12 may be either: a month is the narrower.
        ("2011-12", "2011-12-01/2011-12-31"),
        ("2025-26-q1.csv", "2025-04-01/2025-06-30"),
        ("2025-26-q3.csv", "2025-10-01/2025-12-31"),
        ("2025-26-q4.csv", "2026-01-01/2026-03-31"),
        ("2025%2026%20q4", ""),
        ("2025-27-q1", ""),
        ("1913.csv", ""),
        ("2024.csv", ""),
        ("payments.csv", ""),
        ("", ""),
        # Words that begin as a month does.
        ("mayor-2024.csv", ""),
        ("spend-by-mayor-2023.csv", ""),
        ("Marketing 2023.csv", ""),
        ("decisions-2023.csv", ""),
        ("market-street-july-2023.csv", "2023-07-01/2023-07-31"),
        ("junction 24", ""),
        ("Augmented 23", ""),
        ("maya-2023", ""),
        ("sectors-2023", ""),
    ],
)
def test_a_files_name_states_its_period_or_none(name: str, meant: str) -> None:
    assert span(period(name)) == meant


@given(st.integers(2000, 2079), st.integers(1, 12))
def test_every_month_is_read_from_a_name(year: int, month: int) -> None:
    english = calendar.month_name[month]
    short = next(key for key, number in MONTHS.items() if number == month)
    for name in (
        f"spend-{english}-{year}.csv",
        f"{short}{year % 100:02}.csv",
        f"payments_{short.upper()}_{year}.xlsx",
    ):
        assert period(name) == month_of(year, month)


# The order in a column


def settled(*texts: str, stated: str = "", latest: date | None = None) -> tuple[str, bool]:
    decided = settle(Counter(texts), period(stated) if stated else None, latest=latest)
    assert bool(decided.question) == decided.asks
    if not decided.asks and any(map(is_number_date, texts)):
        assert decided.reason.startswith(IN_WORDS[decided.order])
    return decided.order, decided.asks


@pytest.mark.parametrize(
    ("texts", "stated", "order", "asks"),
    [
        ([], "", "dmy", False),
        (["13/04/2023"], "", "dmy", False),
        (["04/13/2023"], "", "mdy", False),
        (["03/04/2023"], "", "dmy", True),
        (["03/04/2023"], "april-2023", "dmy", False),
        (["03/04/2023"], "march-2023", "mdy", False),
        (["03/04/2023"], "july-2023", "dmy", True),
        # Two hands: the months of the sure ones decide.
        (["13/04/2023", "04/13/2023", "05/04/2023"], "", "dmy", False),
        (["04/04/2023"], "", "dmy", False),
        # One sure date, and doubtful ones that are of its month the other way round: it is asked,
        # unless they are many.
        (["13/01/2023", "01/02/2023", "01/03/2023"], "", "mdy", True),
        (["13/01/2023", *(f"01/{n:02}/2023" for n in range(2, 12))], "", "mdy", False),
        (["13/01/2023", "01/02/2023", "01/03/2023"], "january-2023", "mdy", False),
        (["2023-04-13"], "", "ymd", False),
        (["2023-13-04"], "", "ydm", False),
        # A year in front is hardly ever followed by the day: nobody is asked.
        (["2023-03-04"], "", "ymd", False),
        (["2023-03-04"], "april-2023", "ydm", False),
        (["April 2023", "45029"], "", "dmy", False),
    ],
)
def test_a_column_settles_its_order(texts: list[str], stated: str, order: str, asks: bool) -> None:
    assert settled(*texts, stated=stated) == (order, asks)


@pytest.mark.parametrize(
    ("texts", "stated", "latest", "order", "asks"),
    [
        # More can be read with the year first.
        (["32-04-13", "23-04-14"], "", None, "yymd", False),
        (["23-04-13", "23-04-14"], "april-2023", None, "yymd", False),
        # Otherwise they would be of many years.
        ([f"23-04-{day:02}" for day in range(10, 25)], "", None, "yymd", False),
        # Nothing tells: with hyphens it is asked, with slashes the day is first.
        (["23-04-12"], "", None, "dmy", True),
        (["12/04/23"], "", None, "dmy", True),
        # A day that has not come can't be meant.
        (["23-04-29", "23-04-30", "23-05-28"], "", date(2026, 11, 28), "yymd", False),
        # Of a column in which most have four figures these are no evidence.
        (["13/04/2023", "14/04/2023", "23-04-15"], "", None, "dmy", False),
    ],
)
def test_a_year_in_two_figures(
    texts: list[str], stated: str, latest: date | None, order: str, asks: bool
) -> None:
    assert settled(*texts, stated=stated, latest=latest) == (order, asks)


def test_what_is_asked_names_one_of_the_dates() -> None:
    doubtful = settle(Counter(["23-04-12"]), None)
    assert doubtful.question == (
        "Is the day or the year first in its dates? day first, as is usual here, though "
        "'23-04-12' may be 23 April 2012 or 12 April 2023."
    )
    plain = settle(Counter(["03/04/2023"]), None)
    assert plain.question.startswith("Is the day or the month first in its dates? day first")


@given(st.lists(IN_OUR_TIME, min_size=1, max_size=12))
def test_the_order_in_which_all_were_written_is_never_denied(column: list[date]) -> None:
    """Where one of them can be read in no other way, all come back."""
    for form, order in (("%d/%m/%Y", "dmy"), ("%m/%d/%Y", "mdy"), ("%Y-%m-%d", "ymd")):
        texts = [day.strftime(form) for day in column]
        if any(day.day > 12 for day in column):
            decided = settle(Counter(texts), None)
            assert decided.order == order or decided.asks
            if decided.order != order:
                continue
            assert [days(text, decided.order) for text in texts] == [Days(d, d) for d in column]


# Births and deaths


@given(st.dates(date(1927, 6, 1), date(2026, 11, 28)))
def test_every_birth_comes_back(day: date) -> None:
    today = date(2026, 11, 28)
    for text in (f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", f"{day.day} {day:%b %Y}", f"{day:%d/%m/%y}"):
        assert born(text, "dmy", today) == day
    assert born(str((day - date(1899, 12, 30)).days), "dmy", today) == day
    assert born(f"{day + timedelta(days=36_600):%d/%m/%Y}", "dmy", today) is None
    # Whoever died on a day that has come is dead, and a day to come is asked about.
    assert says_died(f"{day:%d/%m/%Y}", is_day=True, order="dmy", today=today) is True
    to_come = f"{today + timedelta(days=1):%d/%m/%Y}"
    assert says_died(to_come, is_day=True, order="dmy", today=today) is None


def test_the_order_of_births_is_that_which_reads_most() -> None:
    today = date(2026, 11, 28)
    assert order_of(["03/27/1950", "27/03/1950", "12/31/1960"], today) == "mdy"
    assert order_of(["", "  ", "unknown"], today) == "dmy"
    assert order_of(["50-03-27", "60-12-31"], today) == "yymd"


@pytest.mark.parametrize(
    ("mark", "answer"),
    [*((m, True) for m in sorted(marks.YES)), *((m, False) for m in sorted(marks.NO))],
)
def test_yes_and_no_in_all_ways(mark: str, answer: bool) -> None:
    assert marks.yes_or_no(f"  {mark.upper()} ") is answer
    assert marks.yes_or_no(f"{mark} indeed") is None


@pytest.mark.parametrize("mark", sorted(marks.NOTHING))
def test_a_mark_for_nothing_says_nothing_in_any_spelling(mark: str) -> None:
    for text in (mark, f" {mark.upper()} ", f"#{mark}", f"{mark}!"):
        assert marks.is_nothing(text), text
        assert marks.said(text) == ""
        assert marks.is_no_date(text)


@pytest.mark.parametrize("text", ["0", "Nil Ltd", "None of Us CIC", "N/A Ltd", "13/04/2023", "x1"])
def test_what_says_anything_stands(text: str) -> None:
    assert not marks.is_nothing(text)
    assert marks.said(text) == text


@pytest.mark.parametrize("mark", sorted(marks.NO_DATES))
def test_a_date_that_stands_for_none(mark: str) -> None:
    assert marks.is_no_date(mark)
    assert marks.is_no_date(f"{mark} 00:00:00")


# Workbooks


def test_days_from_1904_are_turned_where_a_whole_column_can_be() -> None:
    lines = [
        ["Payments of the town"],
        ["Supplier", "Date paid", "Due"],
        ["Elm", "43567", "43570.5"],
    ]
    question = days_since_1904(lines)
    assert lines[2] == ["Elm", "2023-04-13", "2023-04-16"]
    assert "'Date paid' (the first: 2023-04-13) and 'Due' (the first: 2023-04-16)" in question


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [["Supplier", "Date"]],
        [["Supplier", "Date"], ["Elm", ""]],
        [["Supplier", "Date"], ["Elm", "43567"], ["Oak", "soon"]],
        [["Supplier", "Date"], ["Elm", "19999"]],
        [["Supplier", "Date"], ["Elm", "50001"]],
        [["Supplier", "Number"], ["Elm", "43567"]],
        [["Supplier", "Update"], ["Elm", "43567"]],
        [["Supplier", "Date"], ["Elm"]],
    ],
)
def test_other_numbers_stand_as_they_are(lines: list[list[str]]) -> None:
    before = [list(line) for line in lines]
    assert days_since_1904(lines) == ""
    assert lines == before


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        *(("0%", "0.3", "30%"), ("0.00%", "0.125", "12.5%"), ("0%", "1.1500000000000001", "115%")),
        *(("[$€-2] #,##0", "12", "€12"), ('"€"#,##0', "12", "€12"), ("$#,##0", "12", "$12")),
        *(("[$EUR] 0.00", "12.5", "EUR 12.5"), ('0.00 "USD"', "7", "USD 7")),
        *(
            ("[$£-809]#,##0", "12", ""),
            ("#,##0.00", "12", ""),
            ("General", "12", ""),
            ("", "1", ""),
        ),
        *(("0%", "n/a", ""), ("[$GBP] 0", "12", ""), ("[Red]0%", "0.5", "50%")),
    ],
)
def test_a_number_shows_what_its_format_makes_of_it(code: str, number: str, shown: str) -> None:
    assert Format.of(code).shown(number) == shown


@pytest.mark.parametrize(
    ("code", "is_day"),
    [
        *(
            ("dd/mm/yyyy", True),
            ("d mmm yy", True),
            ("[$-809]dd mmmm yyyy", True),
            ("mmm-yy", True),
        ),
        *(("hh:mm", True), ("mm:ss.0", True), ("yyyy", True)),
        *(("#,##0.00;[Red]-#,##0.00", False), ("General", False), ("0.0%", False), ("@", False)),
        *(('0 "days"', False), ('"d"0', False), (r"0\d", False), ("[$€-2] #,##0", False)),
    ],
)
def test_a_format_shows_a_day(code: str, is_day: bool) -> None:
    assert Format.of(code).is_day is is_day


@pytest.mark.parametrize(
    ("number", "is_day", "is_percent"),
    [
        *((n, True, False) for n in (14, 17, 22, 27, 36, 45, 47, 50, 58)),
        *((n, False, False) for n in (0, 1, 4, 13, 23, 26, 37, 44, 48, 49, 59)),
        *((n, False, True) for n in (9, 10)),
    ],
)
def test_formats_that_every_workbook_has(number: int, is_day: bool, is_percent: bool) -> None:
    known = format_of(number, {})
    assert (known.is_day, known.is_percent) == (is_day, is_percent)
    # What a workbook names itself goes before.
    assert format_of(number, {number: "[$€-2] 0"}).money == "€"


def test_what_a_sheet_hides_is_said() -> None:
    sheet = Marks(hidden_rows={1, 2, 9}, hidden_columns={0, 27})
    sheet.note_hidden(0, [0, 1, 2, 3])
    assert sheet.notes == [
        "Passed over as hidden: 2 rows.",
        "Hidden columns were passed over: A, AB.",
    ]
    assert [sheet.is_shown(row, column) for row, column in ((0, 1), (1, 1), (0, 0))] == [
        True,
        False,
        False,
    ]
    filtered = Marks(hidden_rows={5})
    filtered.note_hidden(1200, [1, 2])
    filtered.note_unsaved(0)
    filtered.note_unsaved(1)
    assert filtered.notes == [
        "A filter hides 1,200 of its rows: they are read as the others.",
        "Formulas without a value: 1 cell. Open it in Excel, and save it anew.",
    ]


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0, "A"),
        (25, "Z"),
        (26, "AA"),
        (51, "AZ"),
        (52, "BA"),
        (701, "ZZ"),
        (702, "AAA"),
        (16383, "XFD"),
    ],
)
def test_a_column_is_called_by_its_letters(number: int, name: str) -> None:
    assert letters(number) == name


@pytest.mark.parametrize(
    "code",
    ["dd/mm/yyyy", "[$-809]dd mmmm yyyy", r"[$-F800]dddd\,\ mmmm\ dd\,\ yyyy", "[$-809]d mmm yy"],
)
def test_a_day_of_a_workbook_is_one_in_whatever_language_it_shows(code: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Supplier", "Date", "Amount"])
    for number in range(1, 4):
        book.active.append([f"Firm {number} Ltd", date(2023, 4, 12 + number), number])
        book.active.cell(number + 1, 2).number_format = code
    stream = io.BytesIO()
    book.save(stream)
    reading = payments.read(stream.getvalue(), "x.xlsx")
    assert [payment.paid.first.isoformat() for payment in reading.payments] == [
        "2023-04-13",
        "2023-04-14",
        "2023-04-15",
    ]
