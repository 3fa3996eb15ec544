"""Who of a list is here: the quick way opens few fields, and says what the slow one says."""

from __future__ import annotations

import random

import pytest
from django.db import connection

from commonweal.cases import joining, lists
from commonweal.cases.lists import known, pace, persons
from commonweal.cases.models import Case, ListRow
from commonweal.residents import finding, keys, people
from commonweal.residents.keys import Described
from commonweal.residents.likeness import Alikeness, compare
from commonweal.residents.models import PerhapsSame, Resident, ResidentKey

pytestmark = pytest.mark.django_db
FIRSTS = ["William", "Bill", "Wilma", "Ann", "Anna", "Nan", "T", "Tomasz", ""]
# Also as last names, spelt almost alike, and words that are no key alone.
FIRSTS += ["Smyth", "Brook", "Al", "Al Ann"]
LASTS = ["O'Hagan-Smyth", "Smyth", "Smith", "Saint John", "St John", "Łuć", "Brook", ""]
LASTS += ["Anna", "Brooke", "Saintjohn", "De la Cruz", "De la Rue"]
BORN = ["1958-04-12", "1958-12-04", "1958-04-13", "1958", "1990-01-01", ""]
PHONES = ["07700 900123", "07700 900124", ""]
PLACES = [("14 Mill Lane", "BF1 2AG"), ("15 Mill Lane", "BF1 2AG"), ("1 Other Road", "BF9 9ZZ")]
EMAILS = ["a@example.org", ""]


def a_person(draw) -> dict[str, str]:
    address, postcode = draw.choice(PLACES)
    return {
        "first_name": draw.choice(FIRSTS),
        "last_name": draw.choice(LASTS),
        "also_known_as": draw.choice(["", "", "Bill Smith", "Smyth"]),
        "born": draw.choice(BORN),
        "phones": draw.choice(PHONES),
        "email": draw.choice(EMAILS),
        "nhs_number": draw.choice(["", "", "", "9434765919"]),
        "address": address,
        "postcode": postcode,
    }


def listed(draw, number):
    who = a_person(draw)
    described = Described(
        first=who["first_name"],
        last=who["last_name"],
        born=who["born"],
        phones=tuple(filter(None, [who["phones"]])),
        email=who["email"],
        nhs=who["nhs_number"],
        address=who["address"],
        postcode=who["postcode"],
    )
    return persons.Listed(number, str(number), described, "", False, "x")


def slowly(plan) -> tuple[str, set[int]]:
    """What becomes of a row where everybody near is opened whole, and with whom it is certain."""
    wanted = keys.only(keys.keys_of(plan.listed.described), keys.CANDIDATE_KINDS)
    rows = ResidentKey.objects.filter(digest__in=[digest for _, digest in wanted])
    near = Resident.objects.filter(pk__in=rows.values("resident"))
    likenesses = {
        one.pk: compare(plan.listed.described, people.described(one))
        for one in near.exclude(state="merged")
    }
    certain = {pk for pk, likeness in likenesses.items() if known._is_certain(likeness)}
    verdicts = [likeness.verdict for likeness in likenesses.values()]
    is_near = any(one in (Alikeness.LIKELY, Alikeness.POSSIBLE) for one in verdicts)
    return "known person" if certain else "perhaps" if is_near else "new", certain


@pytest.mark.parametrize("seed", range(11))
def test_the_quick_comparison_says_what_the_whole_one_says(seed, monkeypatch):
    # Else which eight of those who have equally much in common are looked at is chance.
    monkeypatch.setattr(known, "MOST_NEAR", 1000)
    draw = random.Random(seed)
    people.index(Resident.objects.bulk_create(Resident(**a_person(draw)) for _ in range(25)))
    plans = [known.RowPlan(listed(draw, number)) for number in range(60)]
    known.find(plans)
    outcomes = set()
    for plan in plans:
        outcome, certain = slowly(plan)
        assert plan.outcome == outcome, plan.listed.described
        assert (plan.resident is None) == (not certain)
        assert plan.resident is None or plan.resident.pk in certain
        assert plan.resident is None or plan.resident.code
        outcomes.add(outcome)
    assert outcomes == {"new", "perhaps", "known person"}


def test_keys_are_written_once_for_each_and_say_which_version_they_are():
    draw = random.Random(9)
    residents = Resident.objects.bulk_create(Resident(**a_person(draw)) for _ in range(3))
    for fresh in (True, False):
        people.index(residents, fresh=fresh)
        for one in Resident.objects.all():
            assert set(one.keys.values_list("kind", "digest")) == finding.keys_of(
                people.described(one)
            )
            assert one.keyed == finding.VERSION
    people.index([])


def test_who_is_near_a_restricted_person_is_told_for_many_at_once(asks_for_help):
    secret = asks_for_help("safety", first_name="Ida", last_name="Unseenby").resident
    draw = random.Random(3)
    others = Resident.objects.bulk_create(Resident(**a_person(draw)) for _ in range(30))
    people.index(others)
    near = joining.perhaps_restricted([*others, secret])
    for one in [*others, secret]:
        found = joining.restricted_like(people.described(one), apart_from=one)
        assert not found or one.pk in near
    assert secret.pk not in near, "not for having keys in common with oneself"
    assert near
    assert len(near) < 30


@pytest.mark.parametrize("code", ["food", "safety"])
def test_a_list_joins_whoever_may_be_a_restricted_person(asks_for_help, kinds, code):
    asks_for_help("safety", first_name="Ida", last_name="Unseenby", born="1958-04-12")
    heads = "First name,Surname,d.o.b,Postcode,Phone number,UPRN,Case Note 1"
    rows = ["Ida,Unseenby,12/04/1958,BF1 2AG,07700 934567,,", "Una,Like,01/02/1990,ZZ1 1ZZ,,,"]
    shown = lists.preview("\n".join([heads, *rows]).encode(), "list.csv")
    run = lists.begin(shown, help_type=kinds[code], by=None)
    lists.carry_out(shown, run, by=None)
    assert ListRow.objects.count() == 2
    joined = {pair.one.first_name for pair in PerhapsSame.objects.all()}
    assert joined == {"Ida"}
    assert Case.objects.filter(channel="list").count() == 2


def test_a_step_grows_where_others_wait_shortly_and_shrinks_where_they_wait_long():
    def size_after(size, took_s):
        return pace.next_size(size, took_s, took_s)

    assert size_after(25, 0.01) == 50
    assert size_after(pace.MOST, 0.01) == pace.MOST
    assert size_after(100, pace.WAIT_S) == 100
    assert size_after(100, pace.WAIT_S * 0.8) == 125
    assert size_after(100, pace.WAIT_S * 1.25) == 80
    assert size_after(400, pace.WAIT_S * 9) == 200
    assert size_after(pace.STEP, 9) == pace.STEP


def test_a_step_is_smaller_where_the_processor_is_busy_with_others():
    assert pace.next_size(400, pace.WAIT_S, pace.WAIT_S / 4) == 200
    assert pace.next_size(100, pace.WAIT_S / 2, pace.WAIT_S / 4) == 100
    # A clock that says more than all is no reason for more.
    assert pace.next_size(100, pace.WAIT_S, pace.WAIT_S * 2) == 100


def test_how_long_a_step_kept_others_waiting_and_worked(monkeypatch):
    clocks = {"monotonic": [5.0, 6.0], "thread_time": [1.0, 1.25]}
    for name, times in clocks.items():
        monkeypatch.setattr(pace.time, name, iter(times).__next__)
    hold = pace.Hold()
    assert hold.until_now() == (1.0, 0.25 if connection.vendor == "sqlite" else 1.0)
