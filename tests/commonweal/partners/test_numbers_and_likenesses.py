"""How numbers are written, which names are alike, when an organisation falls silent: tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.partners import looking_up
from commonweal.partners.likeness import (
    ALIKE,
    plain_words,
    similarity,
    similarity_of_words,
)
from commonweal.partners.looking_up import RegisterEntry, look_up
from commonweal.partners.models import Partner
from commonweal.partners.models.partners import months_later
from commonweal.partners.numbers import OF_FIELDS, is_written_well, tidy
from commonweal.partners.side_by_side import LABELS, pairs, shown
from commonweal.places.models import Area

# Numbers


@pytest.mark.parametrize(
    ("field", "number", "is_well"),
    [
        ("company_number", "00178738", True),
        ("company_number", "SC123456", True),
        ("company_number", "OC301234", True),
        ("company_number", "NI012345", True),
        ("company_number", "R0123456", True),
        ("company_number", "178738", False),
        ("company_number", "001787380", False),
        ("company_number", "XX123456", False),
        ("company_number", "SC12345", False),
        ("company_number", "SC1234567", False),
        ("company_number", "sc123456", False),
        ("company_number", "SC 123456", False),
        ("company_number", "", False),
        ("charity_number", "123456", True),
        ("charity_number", "1234567", True),
        ("charity_number", "1234567-1", True),
        ("charity_number", "1234567-123", True),
        ("charity_number", "1234567-1234", False),
        ("charity_number", "1234567-", False),
        ("charity_number", "12345", False),
        ("charity_number", "12345678", False),
        ("charity_number", "SC012345", True),
        ("charity_number", "NIC101234", True),
        ("charity_number", "NI101234", True),
        ("charity_number", "EN012345", False),
        ("mutual_number", "1234R", True),
        ("mutual_number", "7", True),
        ("mutual_number", "123BEN", True),
        ("mutual_number", "31234CUS", True),
        ("mutual_number", "IP12345R", True),
        ("mutual_number", "RS123456", True),
        ("mutual_number", "1234567", False),
        ("mutual_number", "123456ABC", False),
        ("mutual_number", "R1234", False),
        ("mutual_number", "", False),
    ],
)
def test_each_register_has_its_own_form_of_number(field: str, number: str, is_well: bool) -> None:
    assert is_written_well(field, number) is is_well


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("00178738", "00178738"),
        (" 0017 8738 ", "00178738"),
        ("sc.123.456", "SC123456"),
        ("sc\t123456\n", "SC123456"),
        ("1234567-1", "1234567-1"),
        ("", ""),
        ("  ", ""),
        (None, ""),
    ],
)
def test_a_number_is_tidied_and_not_mended(typed: Any, number: str) -> None:
    assert tidy(typed) == number


@given(some.lists(some.sampled_from([*"0123456789scSC.- \t"]), max_size=12))
def test_what_was_tidied_once_stays_as_it_is(signs: list[str]) -> None:
    once = tidy("".join(signs))
    assert tidy(once) == once
    assert not frozenset(once) & frozenset(" \t.sc")


@given(some.integers(0, 99_999_999), some.sampled_from(["", " ", "."]))
def test_eight_figures_are_a_company_however_they_are_parted(figures: int, gap: str) -> None:
    number = f"{figures:08}"
    typed = gap.join([number[:4], number[4:]])
    assert is_written_well("company_number", tidy(typed))
    assert not is_written_well("charity_number", tidy(typed))


# What a loaded register has


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Load registers that find given entries for any name."""

    def load(*registers: list[RegisterEntry]) -> None:
        looks = [lambda name, entries=entries: entries for entries in registers]
        monkeypatch.setattr(looking_up, "LOOKS", looks)

    return load


def known(name: str, *numbers: tuple[str, str]) -> RegisterEntry:
    return RegisterEntry(name, "Northmoor", numbers)


def test_where_no_register_is_loaded_nothing_is_there(loaded: Any) -> None:
    loaded()
    assert look_up("Acorn") == []


def test_an_entry_brings_the_numbers_that_can_be_entered(loaded: Any) -> None:
    well, ill = ("company_number", "00178738"), ("charity_number", "12")
    loaded([known("Acorn", ill, well), known("Beech", ill)])
    [entry] = look_up("Acorn")
    assert (entry.name, entry.place, entry.numbers) == ("Acorn", "Northmoor", (well,))
    assert entry.key == "00178738"


def test_of_two_numbers_of_one_kind_the_first_is_taken(loaded: Any) -> None:
    first, second = ("company_number", "00000001"), ("company_number", "00000002")
    charity = ("charity_number", "1234567")
    loaded([known("Acorn", first, charity, second)])
    assert sorted(look_up("Acorn")[0].numbers) == sorted([first, charity])


def test_four_are_shown_and_the_likeliest_first(loaded: Any) -> None:
    entries = [known(f"Acorn {n}", ("company_number", f"{n:08}")) for n in range(6)]
    loaded(entries[:3], [known("Nobody")], entries[3:])
    assert [entry.name for entry in look_up("Acorn")] == [f"Acorn {n}" for n in range(4)]


# Names


@pytest.mark.parametrize(
    ("name", "telling"),
    [
        ("The Acorn Joinery Company Ltd", ["acorn", "joinery"]),
        ("ACORN JOINERY LIMITED", ["acorn", "joinery"]),
        ("Tŷ Gwyn & Co", ["ty", "gwyn"]),
        ("Café Noir", ["cafe", "noir"]),
        # Signs that look like letters are read as these.
        ("Ac0rn J01nery", ["acorn", "joinery"]),
        ("B1ue $ky", ["biue", "sky"]),
        ("Smith-Jones_Trust", ["smith", "jones", "trust"]),
        ("Friends of the Park", ["friends", "park"]),
        # Of a name that has nothing else all is telling.
        ("The Company", ["the", "company"]),
        ("Co & Co", ["co", "and", "co"]),
        ("???", []),
        ("", []),
    ],
)
def test_a_name_has_its_telling_words(name: str, telling: list[str]) -> None:
    assert plain_words(name) == telling


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Acorn Joinery Ltd", "ACORN JOINERY LIMITED"),
        ("Acorn Joinery", "The Acorn Joinery Company"),
        ("Acorn Joinery", "Acorn Joinrey"),
        ("Acorn Joinery", "Ac0rn J0inery"),
        ("Brackenford Borough Council", "Brackenford Borough Council Cash Help"),
        ("Joinery Acorn", "Acorn Joinery and Sons"),
        ("Café Noir", "Cafe Noir"),
    ],
)
def test_these_could_be_taken_for_each_other(first: str, second: str) -> None:
    assert similarity(first, second) >= ALIKE
    assert similarity(second, first) >= ALIKE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Acorn Joinery", "Beech Plumbing"),
        ("Acorn", "Acorn Joinery and Building Supplies"),
        ("Oakbridge Homes", "Riverside Food Bank"),
        ("Acorn Joinery", ""),
        ("", ""),
        ("???", "!!!"),
    ],
)
def test_these_could_not(first: str, second: str) -> None:
    assert similarity(first, second) < ALIKE
    assert similarity(second, first) < ALIKE


WORDS = some.lists(
    some.sampled_from(["acorn", "beech", "joinery", "trust", "homes", "northmoor"]), max_size=4
)


@given(WORDS, WORDS)
def test_a_likeness_lies_between_nothing_and_all(first: list[str], second: list[str]) -> None:
    likeness = similarity_of_words(first, second)
    assert 0 <= likeness <= 1
    if first and first == second:
        assert likeness == 1
    if not first or not second:
        assert likeness == 0


@given(WORDS, WORDS)
def test_what_reaches_the_bound_is_the_same_with_it_and_without(
    first: list[str], second: list[str]
) -> None:
    likeness = similarity_of_words(first, second)
    bounded = similarity_of_words(first, second, least=ALIKE)
    if likeness >= ALIKE:
        assert bounded == likeness
    else:
        assert bounded < ALIKE


# Days


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-01-15", 0, "2026-01-15"),
        ("2026-01-15", 1, "2026-02-15"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-01-30", 1, "2028-02-29"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-01-15", 12, "2027-01-15"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-01", -24, "2024-01-01"),
    ],
)
def test_so_many_months_later_is_a_day_of_that_month(day: str, months: int, later: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(later)


@given(some.dates(date(1990, 1, 1), date(2090, 1, 1)), some.integers(-240, 240))
def test_months_are_counted_by_the_calendar(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    # Where its day is missing it is the month's last.
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_who_said_nothing_for_two_cycles_is_silent_from_the_next_day() -> None:
    partner = Partner(accepted_on=date(2024, 1, 1), last_update_on=date(2025, 1, 31))
    begins = partner.inactive_from(6)
    assert begins == date(2026, 2, 1)
    assert partner.is_inactive(on=begins, cycle_months=6)
    assert not partner.is_inactive(on=begins - timedelta(days=1), cycle_months=6)
    assert not partner.is_inactive(on=begins, cycle_months=12)


# Two entries beside each other


def entry(**more: Any) -> Partner:
    told = {"name": "Acorn", "sector": "private", "kind": "company", "size": "small"}
    return Partner(code="acorn", **(told | more))


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("name", "Acorn"),
        ("sector", "Private"),
        ("covers", "the whole organisation"),
        ("area_id", ""),
        ("description", ""),
        ("company_number", ""),
    ],
)
def test_an_entry_is_shown_in_words(column: str, words: str) -> None:
    assert shown(entry(), column).startswith(words)
    assert bool(shown(entry(), column)) == bool(words)


def test_what_an_entry_covers_and_where_it_is_are_shown_by_name() -> None:
    partner = entry(covers="The north office", area=Area(id=5, code="n", name="Northmoor"))
    assert shown(partner, "covers") == "The north office"
    assert shown(partner, "area_id") == "Northmoor"


def test_only_where_both_say_something_and_not_the_same_one_is_chosen() -> None:
    first = entry(description="Doors.", website="https://a.example")
    second = entry(name="Acorn Ltd", description="Doors.", company_number="00178738")
    lines = pairs(first, second)
    assert [line.label for line in lines] == [LABELS[line.column] for line in lines]
    assert [line.column for line in lines if line.is_choice] == ["name"]
    by_column = {line.column: (line.kept, line.gone) for line in lines}
    assert by_column["name"] == ("Acorn", "Acorn Ltd")
    assert by_column["company_number"] == ("", "00178738")


def test_every_number_of_an_entry_has_a_register_with_a_form() -> None:
    assert list(looking_up.NUMBERS) == list(OF_FIELDS)
    for field in OF_FIELDS:
        assert field in LABELS
