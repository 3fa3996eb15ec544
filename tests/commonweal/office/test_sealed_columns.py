"""What an encrypted column holds: unreadable without the keys, found again, and never lost when a
key is changed for a new one."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.fernet import Fernet, InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from commonweal.office import fields
from commonweal.office.fields import (
    EncryptedTextField,
    closed,
    keyed_bytes,
    keyed_hash,
    opened,
    sealed,
    unsealed,
)

# Three keys that no installation has.
FIRST, SECOND, THIRD = (Fernet.generate_key().decode() for _ in range(3))
TEXTS = [
    "Ada",
    "12 Mill Lane\nBrackenford",
    "  blanks at both ends  ",
    "naïve café, Łódź, Ελλάδα, 日本語",
    "👩\u200d👧 a sign of several",
    "'; DROP TABLE people; --",
    "a\x00b",
    "0",
    "=SUM(A1)",
    "x" * 20_000,
]
SIGNS = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.fixture
def keys(settings, request):
    """Change the keys of this installation; what was looked up under the old ones is let go."""

    def use(*names: str) -> None:
        settings.FIELD_KEYS = list(names)
        fields._box.cache_clear()

    use(FIRST)
    yield use
    fields._box.cache_clear()


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:12]))
def test_a_text_comes_back_as_it_was(keys, text):
    assert opened(closed(text)) == text
    assert unsealed(sealed(text.encode())) == text.encode()


@pytest.mark.parametrize("text", TEXTS[:9], ids=lambda text: ascii(text[:12]))
def test_nothing_of_it_can_be_read(keys, text):
    token = closed(text)
    # Three letters may stand in a drawn token by chance.
    assert len(text) < 5 or text not in token
    assert token.isascii()
    assert closed(text) != token, "two who wrote the same are told by it"


@given(SIGNS)
def test_any_signs_come_back(text):
    assert opened(closed(text)) == text


@given(st.binary(max_size=300))
def test_any_bytes_come_back(content):
    assert unsealed(sealed(content)) == content


def test_without_the_key_nothing_is_read(keys):
    token, content = closed("Ada"), sealed(b"Ada")
    keys(SECOND)
    with pytest.raises(InvalidToken):
        opened(token)
    with pytest.raises(InvalidToken):
        unsealed(content)


def test_what_an_older_key_closed_is_still_read(keys):
    token, content = closed("Ada"), sealed(b"Ada")
    keys(SECOND, FIRST)
    assert (opened(token), unsealed(content)) == ("Ada", b"Ada")
    keys(THIRD, SECOND, FIRST)
    assert (opened(token), unsealed(content)) == ("Ada", b"Ada")


def test_what_is_new_is_closed_by_the_newest_key(keys):
    keys(SECOND, FIRST)
    token = closed("Ada")
    keys(SECOND)
    assert opened(token) == "Ada"
    keys(FIRST)
    with pytest.raises(InvalidToken):
        opened(token)


@pytest.mark.parametrize("place", [0, 10, -20, -1])
def test_what_is_damaged_is_not_read_as_something_else(keys, place):
    token = closed("Ada Lovelace")
    signs = list(token)
    # The last sign may be padding, so another letter stands there in any case.
    signs[place] = "A" if signs[place] != "A" else "B"
    with pytest.raises(InvalidToken):
        opened("".join(signs))


@pytest.mark.parametrize("token", ["", "Ada", "gAAAAA", " ", "🙂"], ids=ascii)
def test_what_was_never_closed_is_not_opened(keys, token):
    with pytest.raises(InvalidToken):
        opened(token)


# The column


def column() -> EncryptedTextField:
    return EncryptedTextField()


@pytest.mark.parametrize("nothing", ["", None])
def test_nothing_stays_nothing(nothing):
    assert column().get_prep_value(nothing) is nothing
    assert column().from_db_value(nothing, None, None) is nothing


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:12]))
def test_a_column_holds_a_token_and_gives_the_words(keys, text):
    stored = column().get_prep_value(text)
    assert opened(stored) == text
    assert column().from_db_value(stored, None, None) == text


@pytest.mark.parametrize(("typed", "words"), [(7, "7"), (1.5, "1.5"), (True, "True")])
def test_what_is_no_text_is_kept_as_one(keys, typed, words):
    assert column().from_db_value(column().get_prep_value(typed), None, None) == words


# What is looked up


@pytest.mark.parametrize(
    "text",
    ["ada@example.org", "ADA@EXAMPLE.ORG", " ada@example.org", "Ada@Example.org \n"],
    ids=ascii,
)
def test_it_is_found_however_it_was_typed(keys, text):
    assert keyed_hash(text) == keyed_hash("ada@example.org")


@pytest.mark.parametrize(
    ("text", "twin"),
    [
        ("ada@example.org", "ada@example.com"),
        ("ada", "ada "[::-1] + "x"),
        ("a b", "ab"),
        ("", "0"),
        ("e\u0301", "é"),
    ],
    ids=ascii,
)
def test_two_that_differ_stay_two(keys, text, twin):
    assert keyed_hash(text) != keyed_hash(twin)


def test_a_german_street_is_one_however_its_s_is_written(keys):
    assert keyed_hash("Hauptstraße") == keyed_hash("HAUPTSTRASSE")


def test_it_is_what_everybody_calls_hmac_sha_256(keys):
    expected = hmac.new(FIRST.encode(), b"ada", hashlib.sha256)
    assert keyed_bytes("Ada ") == expected.digest()
    assert keyed_hash("Ada ") == expected.hexdigest()
    assert len(keyed_hash("Ada")) == 64


def test_it_hangs_on_the_oldest_key_so_that_a_new_one_loses_nobody(keys):
    before = keyed_hash("ada")
    keys(SECOND, FIRST)
    assert keyed_hash("ada") == before
    keys(SECOND)
    assert keyed_hash("ada") != before


def test_a_key_that_was_looked_up_is_taken_instead(keys):
    assert keyed_bytes("ada", SECOND) != keyed_bytes("ada")
    keys(SECOND)
    assert keyed_bytes("ada", SECOND) == keyed_bytes("ada")


def test_a_hash_once_worked_out_leaves_nothing_behind_for_the_next(keys):
    first = keyed_hash("ada")
    keyed_hash("bea")
    assert keyed_hash("ada") == first


def test_no_hash_is_that_of_the_bare_words(keys):
    assert keyed_hash("ada") != hashlib.sha256(b"ada").hexdigest()


@given(SIGNS)
def test_case_and_blanks_around_it_tell_nothing(text):
    assert keyed_hash(f"  {text}\t") == keyed_hash(text.strip())
    assert keyed_hash(text.casefold()) == keyed_hash(text)
