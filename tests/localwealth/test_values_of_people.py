"""What stands in lists of people: births, deaths, telephones, postcodes, NHS numbers."""

from __future__ import annotations

from datetime import date

import pytest

from localwealth.tables.births import born, order_of
from localwealth.tables.dates import days
from localwealth.tables.deaths import says_died
from localwealth.tables.marks import NOTHING, is_nothing
from localwealth.tables.nhs_numbers import nhs_number
from localwealth.tables.postcodes import postcode
from localwealth.tables.telephones import has_lost_figures, telephones

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("13/04/1941", "1941-04-13"),
        ("13/04/41", "1941-04-13"),
        ("13/04/20", "2020-04-13"),
        ("13 April 1941", "1941-04-13"),
        ("13-Apr-41", "1941-04-13"),
        ("13.4.1941", "1941-04-13"),
        ("15079", "1941-04-13"),
        ("1941-04-13T00:00:00Z", "1941-04-13"),
        ("19410413", "1941-04-13"),
        ("13 Ebrill 1941", "1941-04-13"),
        ("01/01/1900", "1900-01-01"),
        ("27/11/2026", "2026-11-27"),
        # Nobody's day: it is no day, no one day, not of our time, or has not come.
        ("31/04/1950", None),
        ("1950", None),
        ("April 1941", None),
        ("unknown", None),
        ("13/04/1899", None),
        ("28/11/2026", None),
        ("soon", None),
        ("", None),
        ("00000000", None),
        # A person reads what says more than day, month and year.
        ("13th April 1941", None),
        ("about 13 April 1941", None),
        ("13 April 1941?", None),
    ],
)
def test_births(text, day):
    meant = born(text, "dmy", TODAY)
    assert (meant.isoformat() if meant else None) == day


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["27/03/1950", "01/02/1960"], "dmy"),
        (["03/27/1950", "01/02/1960"], "mdy"),
        (["01/02/1960", "02/03/1961"], "dmy"),
        (["1950-03-27T00:00:00", "1960-02-01"], "dmy"),
        ([], "dmy"),
    ],
)
def test_the_order_of_births_is_that_of_the_whole_column(texts, order):
    assert order_of(texts, TODAY) == order


def test_payments_are_of_our_time_as_before():
    assert days("13/04/1941") is None
    assert days("15078") is None
    assert days("13/04/41").first == date(2041, 4, 13)


@pytest.mark.parametrize("mark", sorted({*NOTHING, "00000000", "N/A", "NULL", "No", "0", "Alive"}))
@pytest.mark.parametrize("is_day", [True, False])
def test_no_mark_for_nothing_says_that_somebody_died(mark, is_day):
    assert says_died(mark, is_day=is_day, order="dmy", today=TODAY) is False


@pytest.mark.parametrize(
    ("text", "in_a_column_of_days", "as_a_flag"),
    [
        ("20200401", True, True),
        ("01/04/2020", True, True),
        ("Y", True, True),
        ("Yes", True, True),
        ("deceased", True, True),
        ("1", None, True),
        ("x", None, True),
        ("see notes", None, None),
        ("01/04/2031", None, None),
        ("2020", None, None),
        ("31/02/2020", None, None),
    ],
)
def test_only_a_day_or_a_plain_yes_says_it(text, in_a_column_of_days, as_a_flag):
    assert says_died(text, is_day=True, order="dmy", today=TODAY) is in_a_column_of_days
    assert says_died(text, is_day=False, order="dmy", today=TODAY) is as_a_flag


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("07700 900001", ("07700 900001",)),
        ("7700900101", ("07700900101",)),
        ("7700900101.0", ("07700900101",)),
        ("1632960107", ("01632960107",)),
        ("+44 (0)7700 900102", ("+44 (0)7700 900102",)),
        ("447700900103", ("447700900103",)),
        ("00447700900109", ("00447700900109",)),
        ("07700900104 / 07700900105", ("07700900104", "07700900105")),
        ("07700900104 or 01632 960107", ("07700900104", "01632 960107")),
        ("01632 960107 (daughter)", ("01632 960107 (daughter)",)),
        ("01632 960107 ext 12/3", ("01632 960107 ext 12/3",)),
        ("7.7009E+09", ()),
        ("4.47E+11", ()),
        ("4.47e11", ()),
        ("0", ()),
        ("N/A", ()),
        ("", ()),
        ("0000000000", ()),
        ("none", ()),
        ("999", ()),
    ],
)
def test_telephones(text, numbers):
    assert telephones(text) == numbers


def test_a_telephone_of_which_figures_are_gone_is_known_as_one():
    assert [has_lost_figures(text) for text in ("7.7009E+09", "4.47e11", "07700900001", "")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("BK11AA", "BK1 1AA"),
        ("bk1  1aa", "BK1 1AA"),
        ("BK1 lAA", "BK1 1AA"),
        ("B K 1 1 A A", "BK1 1AA"),
        ("SG1 1XX.", "SG1 1XX"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("W1A0AX", "W1A 0AX"),
        ("BK1 OAA", "BK1 0AA"),
        ("N/A", ""),
        ("", ""),
        ("Brackenford", ""),
        ("BK1", ""),
        ("12345", ""),
    ],
)
def test_postcodes(text, written):
    assert postcode(text) == written


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("9434765919", "9434765919"),
        ("943 476 5919", "9434765919"),
        ("943-476-5919", "9434765919"),
        ("9434765919.0", "9434765919"),
        ("9434765918", ""),
        ("9.43E+09", ""),
        ("0000000000", ""),
        ("1111111111", ""),
        ("123", ""),
        ("", ""),
        ("٩٤٣٤٧٦٥٩١٩", "9434765919"),
    ],
)
def test_nhs_numbers(text, number):
    assert nhs_number(text) == number


def test_company_numbers_have_their_one_reader():
    from localwealth.registers.ids import company_number

    assert company_number("178738") == "00178738"


@pytest.mark.parametrize("text", ["anhysbys", "Not Known", "#N/A", " - "])
def test_marks_for_nothing_say_nothing(text):
    assert is_nothing(text)
