"""One form of a name: what is the same for everybody who reads it, and no more."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.names import one_form

SAME = [
    ("Café Ltd", unicodedata.normalize("NFD", "Café Ltd")),
    *((f"O{sign}Neill Ltd", "O'NEILL LIMITED") for sign in "’‘ʼ`´′＇"),
    ("Gum Ltd", "GUM LTD."),
    ("Gum Ltd", "Gum  Limited"),
    ("Gum Ltd", " gum\xa0ltd "),
    ("Gum Ltd", "Gum, Ltd"),
    ("Gum Ltd", "Gum (Ltd)"),
    ("Gum Ltd", "Gum Cyf"),
    ("Gum Ltd", "Gum Cyfyngedig"),
    ("Gum Ltd", "Gum L.t.d."),
    ("Gum\u200b Ltd", "Gum Ltd"),
    ("Gum plc", "Gum P.L.C."),
    ("Gum plc", "Gum Public Limited Company"),
    ("Gum plc", "Gum CCC"),
    ("Gum CIC", "Gum C.I.C."),
    ("Gum CIC", "Gum Community Interest Company"),
    ("Gum LLP", "Gum Limited Liability Partnership"),
    ("A & B Ltd", "A and B Limited"),
    ("A&B", "A and B"),
    ("Gum–Elm", "Gum-Elm"),
    ("ＧＵＭ", "gum"),
    ("Straße", "STRASSE"),
]
APART = [
    ("Gum Ltd", "Gum"),
    ("Gum Ltd", "Gum plc"),
    ("Gum Ltd", "Gum LLP"),
    ("Gum (UK) Ltd", "Gum Ltd"),
    ("The Gum Ltd", "Gum Ltd"),
    ("Gum Ltd", "Gam Ltd"),
    ("Gum 1 Ltd", "Gum 2 Ltd"),
    ("Limited Editions", "Ltd Editions plc"),
    ("Cafe Ltd", "Café Ltd"),
    ("O'Neill", "ONeill"),
]


@pytest.mark.parametrize(("name", "same"), SAME)
def test_what_everybody_reads_as_one_name_is_one(name: str, same: str) -> None:
    assert one_form(name) == one_form(same)


@pytest.mark.parametrize(("name", "other"), APART)
def test_what_is_only_near_is_two(name: str, other: str) -> None:
    assert one_form(name) != one_form(other)


@given(st.text(max_size=40))
def test_the_one_form_of_it_is_itself(name: str) -> None:
    form = one_form(name)
    assert one_form(form) == form
    assert one_form(f"  {name} ") == form
