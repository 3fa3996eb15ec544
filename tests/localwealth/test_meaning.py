"""What a payee's words may stand for: whom a name leads to before anything is decided."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from localwealth.matching import search
from localwealth.matching.forms import FIELDS, forms
from localwealth.matching.meaning import meant
from localwealth.matching.search import Search
from localwealth.registers import hashing, names
from localwealth.registers.building import build
from localwealth.registers.entries import Entries
from localwealth.registers.index import Index
from localwealth.registers.letters import first_eight, last_eight, letters_in
from localwealth.registers.postcodes import pack_postcodes

OTHERS = ["ELM LIMITED", "BIRCH TRANSPORT LIMITED", "OAKBY JOINERY LTD"]
LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=14)


def index_of(own: list[str]) -> Index:
    return build(pa.array(own, pa.large_string()), np.arange(len(own)), np.zeros(len(own), np.int8))


def led_to(
    own: list[str], payee: str, postcodes: list[str] | None = None, postcode: str = ""
) -> set[str]:
    """The names of a register that a payee leads to."""
    none = np.zeros(len(own), np.int32)
    entries = Entries(
        pack_postcodes(pa.array(postcodes or [""] * len(own))),
        none.astype(np.int8),
        none,
        none,
        np.zeros(0, np.uint64),
        none,
    )
    asked = Search(index_of(own), [payee], entries, pack_postcodes(pa.array([postcode])))
    return {own[at] for at in asked.hits().name}


@pytest.mark.parametrize(
    ("payee", "own"),
    [
        ("Zeltarn Ltd", "ZELTRAN LIMITED"),
        ("Crzn", "CROZN LIMITED"),
        # Two letters other, at the end or the beginning.
        ("Quorvexblox Ltd", "QUORVEXBLUE LTD"),
        ("Kworvexblue Ltd", "QUORVEXBLUE LTD"),
        # A word that is one of the register's, but of one name only, may be another misspelt.
        ("Birhc Haulage", "BIRCH HAULAGE LIMITED"),
        ("Oakbay Clinic", "OAKBY LIMITED"),
        # Words written as one, with a letter where the space was, or the space too early or late.
        ("Singhbrothers", "SINGH BROTHERS LIMITED"),
        ("Freedellxconstruction", "FREEDELL CONSTRUCTION LTD"),
        ("Doiumgatep Roduce", "DOIUMGATE PRODUCE LTD"),
        ("Doiumgat Eproduce", "DOIUMGATE PRODUCE LTD"),
        ("TheYiondbury", "THE YIONDBURY LTD"),
        ("Yolyan AndTodd", "YOLYAN & TODD LTD"),
        ("ToddLtd", "TODD LTD"),
        ("Krist Alfoods", "KRISTALFOODS LTD"),
        # One half is all that is known.
        ("Slaipifyxyzqq", "SLAIPIFY COACHING LTD"),
        ("Xyzqqslaipify", "SLAIPIFY COACHING LTD"),
        ("Quorvex Hants", "QUORVEX HAMPSHIRE"),
        ("Oakby Mind", "OAKBY ASSOCIATION FOR MENTAL HEALTH"),
        ("Oakby Wanderers FC", "OAKBY WANDERERS FOOTBALL CLUB"),
    ],
)
def test_a_name_leads_to_whom_it_may_mean(payee: str, own: str) -> None:
    # Words of one name must lead there by themselves, so what else the name has proves nothing.
    assert own in led_to([own, *OTHERS, "OAKBAY LIMITED"], payee)


@pytest.mark.parametrize("payee", ["Xqz", "Zaltron Ltd", "Zeltquil", "Ze", "", "The", "ThePayee"])
def test_what_is_too_far_off_leads_nowhere(payee: str) -> None:
    assert led_to(["ZELTRAN LIMITED", "THE LIMITED", *OTHERS], payee) <= {"THE LIMITED"}


def common(word: str, many: int = 400) -> list[str]:
    """So many names that have a word, and each one of its own."""
    return [
        f"{word} X{'QWERTYUIOPASDFGHJKLZ'[at % 20]}{'QWERTYUIOPASDFGHJKLZ'[at // 20]}V"
        for at in range(many)
    ]


def test_a_common_word_leads_to_who_has_no_other() -> None:
    own = [*common("QUORVEX"), "QUORVEX LIMITED"]
    assert "QUORVEX LIMITED" in led_to(own, "Quorvexx Ltd")
    assert "QUORVEX LIMITED" in led_to(own, "Quorvex")


@pytest.mark.parametrize(
    ("one", "other", "payee"),
    [
        ("SINGH", "BROTHERS", "Singhbrothers"),
        ("SINGH", "BROTHERS", "Singhxbrothers"),
        ("LU", "TRANSPORT", "Lut Ransport"),
        ("LUV", "TRANSPORT", "Lu Vtransport"),
        ("LUV", "TRANSPORT", "L Uvtransport"),
    ],
)
def test_two_common_words_go_together_though_the_space_is_wrong(
    one: str, other: str, payee: str
) -> None:
    wanted = f"{one} {other} HOLDINGS LIMITED"
    own = [*common(one), *common(other), *common("HOLDINGS"), wanted]
    assert (wanted in led_to(own, payee)) == (payee != "L Uvtransport")


def test_two_readings_of_one_word_do_not_go_together() -> None:
    assert not led_to([*common("ROAD"), *common("SAINT"), *common("STREET"), "SAINT STREET"], "St")


@pytest.mark.parametrize("short", ["ptnrshp", "prtnrshp", "partnersh"])
def test_what_is_left_of_a_common_word_is_read(short: str) -> None:
    own = [*common("PARTNERSHIP"), *common("ZELTRAN"), "ZELTRAN PARTNERSHIP"]
    assert "ZELTRAN PARTNERSHIP" in led_to(own, f"Zeltran {short}")
    # Another first letter, or another last one that is not where it was cut: no abbreviation.
    index = index_of(own)
    for other in ("artnershp", "partnrh", "ptnrshq", "partnershipp"):
        words = names.cut(names.column([f"zeltran {other}"]))
        made = meant(index, words, np.ones(1, bool), np.zeros(1, bool))
        one = index.find(hashing.hash_words(["PARTNERSHIP"]))[0][0]
        assert 0.75 not in made.quality[made.word == one]


def test_a_word_that_some_name_has_is_not_read_as_a_common_one_shortened() -> None:
    own = [*common("SOLUTIONS"), "BIRCH & SONS"]
    words = names.cut(names.column(["osei sons", "osei solns", "osei slutns"]))
    index = index_of(own)
    made = meant(index, words, np.ones(3, bool), np.zeros(3, bool))
    solutions = index.find(hashing.hash_words(["SOLUTIONS"]))[0][0]
    assert set(made.row[made.word == solutions].tolist()) == {1, 2}


def test_a_word_that_a_field_has_cut_is_completed_but_a_common_one_is_one_already() -> None:
    rare = [f"GROUPES{letter}Y" for letter in "QWERTYUIOPASDFGHJKLZXCVBN"]
    own = [*common("GROUP"), *rare, "MIRANDEL TEXTILES GROUP LIMITED", "MIRANDEL TEXTILES SERVICES"]
    # Thirty letters: a field may have cut it.
    cut = "Mirandel Textiles and Co Servi"
    assert len(cut) in FIELDS
    assert "MIRANDEL TEXTILES SERVICES" in led_to(own, cut)
    payee = "The Mirandel Texti & Co. Group"
    assert len(payee) in FIELDS
    assert not led_to(own, payee) & set(rare)


def test_the_only_name_with_a_word_is_not_crowded_out_by_many_with_two_others() -> None:
    # A word of one name is in no pair of words; its name is no less like the payee for that.
    many = [f"KELBY TRADING {letter}XQ{letter}" for letter in "QWERTYUIOPASDFGH"]
    own = [*common("TRADING"), *many, "VIMMELBERT TRADING MANUFACTURING ASTRONOMICAL CLOCKS"]
    assert len(many) > search.TOP
    assert own[-1] in led_to(own, "Vimmelbert Kelby Trading")


@pytest.mark.parametrize(
    ("postcode", "further"), [("B1 2FF", True), ("EH9 9ZZ", False), ("", False)]
)
def test_one_looks_further_where_nobody_of_the_name_is_in_those_parts(
    postcode: str, further: bool
) -> None:
    payee, own = (
        "Jegioman Outsourcing Ltd",
        ["JEGIOMAN OUTSOURCING LIMITED", "JEGIOMAN OUTSOURCING UK LIMITED", "ELM LIMITED"],
    )
    made = led_to(own, payee, ["EH1 1AA", "B1 2FF", "LS1 1AA"], postcode)
    assert made == (set(own[:2]) if further else {own[0]})


@pytest.mark.parametrize(
    ("payee", "parts"),
    [
        ("Quorvex Ltd Leeds Depot", [("Quorvex Ltd", True)]),
        ("Quorvex Ltd Elm Surgery", [("Quorvex Ltd", False)]),
        ("Quorvex Trading 698668353", [("Quorvex Trading", True)]),
        ("Quorvex Trading - BACS", [("Quorvex Trading", True), ("BACS", False)]),
        ("Quorvex Trading (Head Office)", [("Quorvex Trading", True), ("Head Office", False)]),
        ("Quorvex Trading (Midlands)", [("Quorvex Trading", False), ("Midlands", False)]),
        ("Quorvex Trading Ltd", []),
        ("Limited Edition Prints", []),
    ],
)
def test_what_stands_behind_a_name_is_cut_away_and_known_if_it_says_nothing(
    payee: str, parts: list[tuple[str, bool]]
) -> None:
    made = forms([payee])
    assert made.text[0] == payee
    assert list(zip(made.text[1:], made.idle[1:].tolist(), strict=True)) == parts


@given(st.lists(LETTERS, min_size=1, max_size=20, unique=True))
def test_what_is_kept_of_words_is_what_they_are(own: list[str]) -> None:
    letters = np.frombuffer("".join(own).encode(), np.uint8)
    start = np.concatenate([[0], np.cumsum([len(one) for one in own])])

    def number(one: str) -> int:
        return int.from_bytes(one.encode()[:8].ljust(8, b"\0"), "big")

    assert first_eight(letters, start).tolist() == [number(one) for one in own]
    assert last_eight(letters, start).tolist() == [number(one[::-1]) for one in own]
    bits = [sum(1 << (ord(letter) - 55) for letter in set(one)) for one in own]
    assert letters_in(letters, start).tolist() == bits


@given(LETTERS, st.lists(LETTERS, min_size=1, max_size=12, unique=True))
def test_whatever_a_strange_word_means_is_near_it_or_part_of_it(word: str, own: list[str]) -> None:
    index = index_of(own)
    texts = index.texts(np.arange(len(index.vocabulary)))
    words = names.cut(names.column([word]))
    made = meant(index, words, np.ones(1, bool), np.zeros(1, bool))
    for at, quality in zip(made.word.tolist(), made.quality.tolist(), strict=True):
        one = texts[at]
        assert 0 < quality <= 1
        near = OSA.distance(word, one) <= 2
        assert near or one in word or quality in (1, pytest.approx(0.8), pytest.approx(0.75))
    # Whatever is one edit away is found.
    if 5 <= len(word) <= 14 and word not in texts and not index.find(words.hash)[1].any():
        close = {one for one in texts if 5 <= len(one) <= 14 and OSA.distance(word, one) == 1}
        assert close <= {texts[at] for at in made.word.tolist()}
