"""The one-time key of a form: used by whose page it was, named to nobody, and made by us alone."""

from __future__ import annotations

import string
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from commonweal.office.keys import FIELD, NOBODY, Key, key_in, new_key


def person(number: object, *, is_authenticated: bool = True) -> SimpleNamespace:
    return SimpleNamespace(pk=number, is_authenticated=is_authenticated)


ADA, BEA = person(41), person(42)
NOBODIES = [None, AnonymousUser(), person(41, is_authenticated=False)]
NAMES = ["none", "anonymous", "not signed in"]


def brought(text: str) -> Key | None:
    return key_in(RequestFactory().post("/somewhere/", {FIELD: text}))


def test_a_key_comes_back_as_it_was_made():
    text = new_key(ADA)
    key = brought(text)
    assert key is not None
    assert key.text == text
    assert text.startswith(f"{key.number}.{key.mark}.")


def test_each_form_has_a_key_of_its_own():
    keys = [brought(new_key(ADA)) for _ in range(200)]
    assert len({key.text for key in keys}) == len({key.number for key in keys}) == 200
    assert len({key.mark for key in keys}) == 200, "the mark tells that two pages were one person's"


@pytest.mark.parametrize("number", [41, "41", UUID(int=7)])
def test_a_page_is_its_persons(number):
    key = brought(new_key(person(number)))
    assert key.is_of(person(number))
    assert not key.is_of(person(f"{number}0"))
    assert not key.is_of(person(""))


def test_a_page_of_somebody_is_nobody_elses():
    key = brought(new_key(ADA))
    assert key.is_of(ADA)
    assert not key.is_of(BEA)


@pytest.mark.parametrize("nobody", NOBODIES, ids=NAMES)
def test_a_page_of_somebody_is_not_that_of_whoever_is_signed_out(nobody):
    assert not brought(new_key(ADA)).is_of(nobody)


@pytest.mark.parametrize("nobody", NOBODIES, ids=NAMES)
@pytest.mark.parametrize("later", [ADA, BEA, *NOBODIES], ids=["ada", "bea", *NAMES])
def test_a_page_of_nobody_may_be_sent_by_whoever_signed_in_meanwhile(nobody, later):
    assert brought(new_key(nobody)).is_of(later)


def test_nobody_can_sign_in_under_the_name_of_nobody():
    assert not brought(new_key(ADA)).is_of(person(NOBODY))


def test_a_key_names_nobody():
    text = new_key(person("lovelace"))
    assert "lovelace" not in text
    assert NOBODY not in new_key(None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "...",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        " ",
        "0" * 121,
        "ключ.ключ.ключ",
        "a.b.é",
        "\x00.\x00.\x00",
    ],
    ids=ascii,
)
def test_what_is_no_key_is_none(text):
    assert brought(text) is None


def test_a_form_without_a_key_has_none():
    assert key_in(RequestFactory().post("/somewhere/", {})) is None
    assert key_in(RequestFactory().get("/somewhere/", {FIELD: new_key(ADA)})) is None


@pytest.mark.parametrize("part", [0, 1, 2], ids=["number", "mark", "seal"])
@pytest.mark.parametrize("place", [0, 7, -1])
def test_a_sign_that_is_changed_breaks_the_seal(part, place):
    parts = new_key(ADA).split(".")
    signs = list(parts[part])
    signs[place] = "b" if signs[place] == "a" else "a"
    parts[part] = "".join(signs)
    assert brought(".".join(parts)) is None


@pytest.mark.parametrize("part", [0, 1, 2], ids=["number", "mark", "seal"])
def test_parts_of_two_keys_make_no_third(part):
    parts, others = new_key(ADA).split("."), new_key(ADA).split(".")
    parts[part] = others[part]
    assert brought(".".join(parts)) is None


def test_a_mark_is_taken_from_no_second_page():
    """Whoever saw a key of Ada's can't make of it one for a page of Bea's."""
    adas, beas = new_key(ADA).split("."), new_key(BEA).split(".")
    assert brought(".".join([adas[0], beas[1], adas[2]])) is None
    assert brought(".".join([beas[0], adas[1], beas[2]])) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + ".",
        lambda text: "." + text,
        lambda text: text + "=",
        lambda text: text[:-1],
        lambda text: text.upper(),
        lambda text: f"{text} ",
        lambda text: text.replace(".", ".."),
        lambda text: text + "." + text,
    ],
    ids=["dot after", "dot before", "more", "less", "capitals", "blank", "two dots", "twice"],
)
def test_a_key_that_was_written_otherwise_is_none(change):
    text = new_key(ADA)
    assert change(text) != text
    assert brought(change(text)) is None


def test_a_point_that_is_moved_makes_no_page_of_anybodys():
    """The seal is over both in a line: whoever moves the point between them has another number."""
    number, mark, seal = new_key(ADA).split(".")
    moved = Key("", number + mark[:1], mark[1:])
    key = brought(f"{number}{mark[:1]}.{mark[1:]}.{seal}")
    assert key is None or not key.is_of(ADA)
    assert not moved.is_of(ADA)


def test_another_installation_made_other_keys(settings):
    text = new_key(ADA)
    settings.SECRET_KEY = "of-another-installation-altogether"
    assert brought(text) is None
    assert brought(new_key(ADA)).is_of(ADA)


def test_a_key_is_short_enough_for_a_field_and_safe_in_a_page():
    text = new_key(person(10**18))
    assert len(text) <= 120
    assert set(text) <= set(string.ascii_letters + string.digits + "-_.")


@given(st.text(string.ascii_letters + string.digits + "-_.", max_size=120))
def test_nobody_guesses_a_key(text):
    assert brought(text) is None


@given(st.integers(1, 10**12), st.integers(1, 10**12))
def test_whose_page_it_was_can_be_asked(mine, theirs):
    assert brought(new_key(person(mine))).is_of(person(theirs)) is (mine == theirs)
