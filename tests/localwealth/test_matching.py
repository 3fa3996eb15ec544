"""Names of payees to entries: what is found, what is left alone, and how well that is known."""

from __future__ import annotations

import csv
import gc
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localwealth import cli
from localwealth.errors import UnreadableFile
from localwealth.matching import evaluate as ev
from localwealth.matching import search
from localwealth.matching.forms import forms
from localwealth.matching.match import Matcher, likeliest_pairs, payees_of
from localwealth.matching.search import Search
from localwealth.registers import generate, hashing, names
from localwealth.registers import store as stores
from localwealth.registers.building import build
from localwealth.registers.entries import Entries
from localwealth.registers.index import Index, load_names
from localwealth.registers.making import build as build_store
from localwealth.registers.postcodes import pack_postcodes

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared"))
real = pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the public data to run against is not beside this checkout",
)
OWN = [
    ("GB-COH-00000101", "MERIDIAN HEALTHCARE LIMITED", "SG1 1AA"),
    ("GB-COH-00000102", "HILLSIDE JOINERY & SONS LTD", "SG1 2BB"),
    ("GB-COH-00000103", "QUORVEX ENGINEERING SERVICES LIMITED", "LU1 1AA"),
    ("GB-COH-00000104", "QUORVEX HOLDINGS LIMITED", "LU1 1AA"),
    ("GB-COH-00000105", "12 ABBEY ROAD MANAGEMENT COMPANY LIMITED", ""),
    ("GB-COH-00000106", "14 ABBEY ROAD MANAGEMENT COMPANY LIMITED", ""),
    ("GB-COH-00000107", "STEVENAGE COMMUNITY TRANSPORT CIC", "SG1 3CC"),
    ("GB-COH-00000108", "NATIONAL ASSOCIATION OF ELVERTON ANGLERS", ""),
    ("GB-COH-00000109", "ZELTRAN INTERNATIONAL LIMITED", "EH1 1AA"),
    ("GB-CHC-1234567", "ZELTRAN INTERNATIONAL", "PL1 1AA"),
    ("GB-COH-00000110", "MR QUIBBLE LIMITED", ""),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> stores.Store:
    folder = tmp_path_factory.mktemp("register")
    rows = "".join(
        (
            f'"{name}","{own[7:]}","{code}",'
            f'"{"Community Interest Company" if "CIC" in name else "Private Limited Company"}"'
            f',"Active","01/01/2015"\n'
        )
        for own, name, code in OWN
        if own.startswith("GB-COH")
    )
    companies = folder / "companies.csv"
    companies.write_text(
        (
            "CompanyName, CompanyNumber,RegAddress.PostCode,CompanyCategory,CompanyStatus,"
            "IncorporationDate\n"
        )
        + rows
    )
    charities = folder / "charities.csv"
    charities.write_text("register_id,name\nGB-CHC-1234567,ZELTRAN INTERNATIONAL\n")
    return build_store(folder / "store", [companies, charities], generate.companies(3000, 5))


@pytest.fixture(scope="module")
def matcher(store: stores.Store) -> Matcher:
    return Matcher.open(store.folder / "index")


def ask(matcher: Matcher, store: stores.Store, *payees: str, **more: str) -> list[str]:
    ids = [one["id"] for one in store.query("select id from entries order by entry").to_pylist()]
    rows = [{"supplier_name": one, **more} for one in payees]
    return [
        ids[one] if one is not None else ""
        for one in matcher.match(payees_of(rows))["entry"].to_pylist()
    ]


# Names as numbers


def words(*texts: str) -> names.Words:
    return names.cut(names.column(list(texts)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BLUE BIRD LTD", "Bluebird Limited"),
        ("The A.B.C. Company", "A B C Company plc"),
        ("Smith & Sons", "SMITH AND SONS LTD."),
        ("St. John's School", "ST JOHNS SCHOOL"),
        ("Elm Community Interest Company", "ELM CIC"),
        ("Café Rouge", "CAFE ROUGE LIMITED"),
        ("BARNARDO\\xB4S", "Barnardo's"),
    ],
)
def test_names_that_differ_in_nothing_that_counts_have_one_key(one: str, other: str) -> None:
    keys = words(one, other).key
    assert keys[0] == keys[1] != 0


def test_other_names_have_other_keys_and_nothing_has_none() -> None:
    made = words("ELM LTD", "OAK LTD", "", " - ", "LIMITED", "THE")
    assert len(set(made.key[[0, 1, 4, 5]].tolist())) == 4
    assert made.key[2] == made.key[3] == 0
    assert made.legal.tolist() == [1, 1, 0, 0, 0, 0]


LETTERS = st.text("ABCDE", min_size=5, max_size=12)


@given(
    LETTERS,
    st.integers(0, 11),
    st.sampled_from("ABCDEXYZ"),
    st.sampled_from(["drop", "change", "add", "swap"]),
)
def test_words_one_edit_apart_share_a_hash(word: str, at: int, letter: str, how: str) -> None:
    at = min(at, len(word) - 2)
    other = {
        "drop": word[:at] + word[at + 1 :],
        "change": word[:at] + letter + word[at + 1 :],
        "add": word[:at] + letter + word[at:],
        "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    }[how]
    made = words(word, other)
    hashes, whose = hashing.deletions(made.letters, made.start, np.array([0, 1]))
    assert set(hashes[whose == 0].tolist()) & set(hashes[whose == 1].tolist())
    # The hash of a word without a letter is that of the shorter word.
    shorter = hashing.hash_words([word[:at] + word[at + 1 :]])[0]
    assert shorter in hashes[whose == 0]


@given(st.lists(st.text(max_size=25), max_size=30))
def test_a_name_is_cut_the_same_whatever_stands_beside_it(texts: list[str]) -> None:
    together = words(*texts)
    for at, one in enumerate(texts):
        alone = words(one)
        assert alone.key[0] == together.key[at]
        assert alone.legal[0] == together.legal[at]
        assert alone.hash.tolist() == together.hash[together.row == at].tolist()


def test_an_index_is_the_same_from_disk(tmp_path: Path) -> None:
    made = build(pa.array(["ELM LTD", "OAK & ASH LTD", "ELM TREE"]), np.arange(3), np.zeros(3))
    made.save(tmp_path / "i")
    again = Index.load(tmp_path / "i")
    for one in made.__dataclass_fields__:
        assert np.array_equal(getattr(made, one), getattr(again, one)), one
    assert Index.exists(tmp_path / "i")
    assert not Index.exists(tmp_path)


def test_postcodes_are_compared_by_unit_district_and_area() -> None:
    packed = pack_postcodes(pa.array(["SG1 1AA", "sg11aa", "SG1 9ZZ", "", "nonsense"]))
    assert packed[0] == packed[1] != packed[2]
    assert packed[0] >> np.uint64(24) == packed[2] >> np.uint64(24)
    assert packed[3] == packed[4] == 0


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Hill House T/A Acorn Care Ltd", ["Hill House", "Acorn Care Ltd"]),
        ("Acorn Ltd - Leeds Branch", ["Acorn Ltd", "Leeds Branch"]),
        ("001436Acorn Care", ["Acorn Care"]),
        ("Acorn Care (Acorn Holdings)", ["Acorn Care", "Acorn Holdings"]),
        ("Acorn Ltd#Elm Ltd", ["Acorn Ltd", "Elm Ltd"]),
        ("Acorn C of E School", ["ACORN CHURCH OF ENGLAND SCHOOL"]),
        ("Acorn Care Ltd", []),
    ],
)
def test_a_name_is_looked_up_in_its_parts_too(name: str, parts: list[str]) -> None:
    assert forms([name]).text == [name, *parts]


# Matching


@pytest.mark.parametrize(
    ("payee", "own"),
    [
        ("Meridian Healthcare", "GB-COH-00000101"),
        ("Sandon House t/a MERIDIAN HEALTHCARE LTD", "GB-COH-00000101"),
        ("MERIDAN HEALTHCARE LTD", "GB-COH-00000101"),
        ("Hillside Joinery and Sons", "GB-COH-00000102"),
        ("HILL SIDE JOINERY & SONS", "GB-COH-00000102"),
        ("Quorvex Engineering Svcs Ltd", "GB-COH-00000103"),
        ("Quorvex Holdings", "GB-COH-00000104"),
        ("12 Abbey Road Management Co Ltd", "GB-COH-00000105"),
        ("14 Abbey Rd Management Company", "GB-COH-00000106"),
        ("Stevenage Community Transport Community Interest Company", "GB-COH-00000107"),
        ("National Assn of Elverton Anglers", "GB-COH-00000108"),
    ],
)
def test_a_payee_is_found_however_it_is_written(
    payee: str, own: str, matcher: Matcher, store: stores.Store
) -> None:
    assert ask(matcher, store, payee) == [own]


@pytest.mark.parametrize(
    "payee",
    [
        "Mrs Ada Lee",
        "REDACTED PERSONAL DATA",
        "",
        "Hertfordshire County Council",
        "Vlimbert Astronautics PLC",
        "16 Abbey Road Management Company Ltd",
    ],
)
def test_no_match_is_an_answer(payee: str, matcher: Matcher, store: stores.Store) -> None:
    assert ask(matcher, store, payee) == [""]


def test_a_person_is_not_looked_up_even_if_a_firm_has_the_name(
    matcher: Matcher, store: stores.Store
) -> None:
    assert ask(matcher, store, "Mr Quibble Ltd") == ["GB-COH-00000110"]
    made = matcher.match(payees_of([{"supplier_name": "Mr Quibble"}])).to_pylist()[0]
    assert (made["entry"], made["method"], made["matched_name"]) == (None, "not looked up", None)


def test_a_number_that_the_publisher_gives_is_believed_before_a_name(
    matcher: Matcher, store: stores.Store
) -> None:
    assert ask(matcher, store, "Anything", number="101") == ["GB-COH-00000101"]
    assert ask(matcher, store, "Meridian Healthcare", number="GB-CHC-1234567") == ["GB-CHC-1234567"]
    assert ask(matcher, store, "Meridian Healthcare", number="99999998") == ["GB-COH-00000101"]


def test_the_register_is_read_as_at_the_day_of_payment(
    matcher: Matcher, store: stores.Store, tmp_path: Path
) -> None:
    assert ask(matcher, store, "Meridian Healthcare", paid="1 May 2016") == ["GB-COH-00000101"]
    register = tmp_path / "c.csv"
    register.write_text(
        "registered_charity_number\tlinked_charity_number\tcharity_name\tcharity_registration_status\tdate_of_registration\tdate_of_removal\n"
        "1234567\t0\tELVERTON ANGLERS RELIEF\tRemoved\t1990-01-01\t2012-06-01\n"
    )
    ended = Matcher.open(build_store(tmp_path / "s", [register]).folder / "index")

    def reasons(own: Matcher, name: str, paid: str) -> str:
        return own.match(payees_of([{"supplier_name": name, "paid": paid}]))["reasons"][0].as_py()

    late = "not on the register on that day"
    assert late in reasons(matcher, "Meridian Healthcare", "1 May 2009")  # not yet begun
    assert late not in reasons(ended, "Elverton Anglers Relief", "1 May 2011")
    assert late not in reasons(ended, "Elverton Anglers Relief", "1 May 2013")  # bodies pay late
    assert late in reasons(ended, "Elverton Anglers Relief", "1 May 2016")
    assert late not in reasons(ended, "Elverton Anglers Relief", "")


def test_a_name_that_two_bore_means_the_one_that_bore_it_on_the_day_of_payment(
    tmp_path: Path,
) -> None:
    """Falcon became Heron on 1 June 2018, and Wren took the name of Falcon on 1 August 2018."""
    head = (
        "CompanyName,CompanyNumber,RegAddress.PostCode,CompanyCategory,CompanyStatus,"
        "IncorporationDate,PreviousName_1.CONDATE,PreviousName_1.CompanyName,"
        "PreviousName_2.CONDATE,PreviousName_2.CompanyName\n"
    )
    rows = [
        (
            "HERON CATERING LIMITED,00000201,,Private Limited Company,Active,01/01/2010,"
            "01/06/2018,FALCON CATERING LIMITED,01/03/2012,PLOVER CATERING LIMITED"
        ),
        (
            "FALCON CATERING LIMITED,00000202,,Private Limited Company,Active,01/01/2011,"
            "01/08/2018,WREN CATERING LIMITED,,"
        ),
    ]
    others = [f"BODY{at} ZQ{at} LIMITED,{300 + at:08},,,Active,01/01/2010,,,," for at in range(300)]
    register = tmp_path / "c.csv"
    register.write_text(head + "\n".join(rows + others) + "\n")
    store = build_store(tmp_path / "s", [register])
    matcher = Matcher.open(store.folder / "index")

    def said(name: str, paid: str) -> tuple[str, str, str]:
        made = matcher.match(payees_of([{"supplier_name": name, "paid": paid}])).to_pylist()[0]
        found = store.query("select id from entries where entry = ?", made["likeliest"])
        return found["id"][0].as_py()[-3:], made["method"], made["reasons"]

    now, then = "00000202"[-3:], "00000201"[-3:]
    assert said("Falcon Catering Ltd", "")[0] == now
    assert said("Falcon Catering Ltd", "1 May 2020")[:2] == (now, "same name")
    own, method, reasons = said("Falcon Catering Ltd", "1 May 2015")
    assert (own, method) == (then, "same name")
    assert "its name on that day, a former one now" in reasons
    # Nobody else bore it then; without a day two may be meant.
    assert "entries have these letters" not in reasons
    assert "2 entries have these letters" in said("Falcon Catering Ltd", "")[2]
    # A month's grace, and then it is a former name.
    assert said("Falcon Catering Ltd", "20 June 2018")[0] == then
    assert said("Falcon Catering Ltd", "1 September 2018")[0] == now
    # The first of two former names was borne before the second.
    assert said("Plover Catering Ltd", "1 May 2011")[1:] == (
        "same name",
        "same letters; its name on that day, a former one now",
    )
    assert said("Plover Catering Ltd", "1 May 2015")[1:] == (
        "former name",
        "same letters; a former name",
    )
    assert said("Heron Catering Ltd", "1 May 2015")[1:] == (
        "later name",
        "same letters; a name that it took later",
    )
    assert said("Heron Catering Ltd", "1 May 2020")[1:] == ("same name", "same letters")


# Whole payees, such as nobody would think of, and words put together at random.
PAYEES = st.one_of(
    st.sampled_from(
        [
            "Meridian Healthcre",
            "Quorvex",
            "Elm House t/a Zeltran",
            "Mr Lee",
            "",
            "SMITH & JONES LTD",
            "LONDON TIMBER",
            "A E Care - Leeds",
            "Quorvexengineering",
            "Zeltran Intl Ltd Leeds 445566",
            "Meridianx Healthcare Limite",
            "X" * 400,
        ]
    ),
    st.text(max_size=70),
    st.lists(
        st.sampled_from(
            [
                "ZELTRNA",
                "ZELTARNN",
                "MERIDIANHEALTHCARE",
                "THEQUORVEX",
                "ENGRNG",
                "ENGINEERIN",
                "GSERVICES",
                "T/A",
                "LTD",
                "(BACS)",
                "12",
                "SMITH",
                "HOLDINGS",
                "UK",
                "INTERNATXIONAL",
                "-",
                "NAEA",
                "COMM",
            ]
        ),
        max_size=6,
    ).map(" ".join),
)


@settings(max_examples=25)
@given(st.lists(PAYEES, max_size=8))
def test_an_answer_depends_on_nothing_that_stands_beside_it(
    matcher: Matcher, payees: list[str]
) -> None:
    """Else the work could not be shared out."""
    together = matcher.match(payees_of([{"supplier_name": one} for one in payees])).to_pylist()
    alone = [matcher.match(payees_of([{"supplier_name": one}])).to_pylist()[0] for one in payees]
    for one, other in zip(together, alone, strict=True):
        assert one.pop("probability") == pytest.approx(other.pop("probability"), abs=1e-9)
        assert one == other


NAMED = st.lists(
    st.lists(
        st.sampled_from(
            ["ACORN", "BIRCH", "THE", "LTD", "A", "B", "CO", "OF", "ELM & SON", "X" * 300, "ÉLAN"]
        ),
        max_size=6,
    ).map(" ".join),
    max_size=30,
)


@given(NAMED)
def test_names_are_cut_alike_whole_or_in_parts(own: list[str]) -> None:
    column = names.column(pa.array(own, pa.large_string()))
    whole = names.cut(column)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "CHUNK", 3)
        parts = names.cut(column)
    for field in ("row", "hash", "letters", "start", "key", "legal"):
        assert getattr(whole, field).tolist() == getattr(parts, field).tolist()
    # A name's key is the hash of all its letters.
    for at in range(len(own)):
        words = "".join(whole.texts(np.flatnonzero(whole.row == at)))
        assert whole.key[at] == (hashing.hash_words([words])[0] if words else 0)


@given(NAMED)
def test_an_index_holds_every_word_and_pair_of_words(own: list[str]) -> None:
    made = build(pa.array(own, pa.large_string()), np.arange(len(own)), np.zeros(len(own), np.int8))
    words = names.cut(names.column(pa.array(own, pa.large_string())))
    own_words = [words.hash[words.row == at].tolist() for at in range(len(own))]
    every = sorted({word for row in own_words for word in row})
    count = {word: sum(row.count(word) for row in own_words) for word in every}
    if every:
        assert made.vocabulary.tolist() == every
        assert made.count.tolist() == [count[word] for word in every]
        firsts = dict(zip(made.texts(np.arange(len(every))), made.vocabulary, strict=True))
        assert set(firsts) == set(words.texts(np.arange(len(words.row)))) or "COMPANY" in own
    rare = {
        (int(word), int(name))
        for at, word in enumerate(made.vocabulary)
        for name in made.rare_name[made.rare_start[at] : made.rare_start[at + 1]]
        if len(made.rare_start) > at + 1
    }
    assert rare == {(word, at) for at, row in enumerate(own_words) for word in row}
    wanted = []
    for at, row in enumerate(own_words):
        kept = [word for word in row if count[word] > 2]
        for apart in range(1, 5):
            for one, other in zip(kept, kept[apart:], strict=False):
                wanted.append((*sorted((every.index(one), every.index(other))), at))
    found = [
        (int(key) >> 32, int(key) & 0xFFFFFFFF, int(name))
        for at, key in enumerate(made.pair)
        for name in made.pair_name[made.pair_start[at] : made.pair_start[at + 1]]
    ]
    assert found == sorted(wanted)


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from([0.5, 1.0, 40.0, 50.0, 99.0, 100.0])),
        max_size=60,
    )
)
def test_what_is_not_put_in_order_is_not_among_the_best(pairs: list[tuple[int, float]]) -> None:
    pairs.sort(key=lambda one: one[0])
    form, total = np.array([one for one, _ in pairs], np.int64), np.array([one for _, one in pairs])
    kept = search._may_be_best(form, total)
    assert len(kept) == len(pairs)
    for one in range(2):
        own = np.flatnonzero(form == one)
        best = own[np.argsort(-total[own], kind="stable")][: search.TOP]
        assert kept[best].all()
    many = np.arange(1.0, 1001.0)
    assert search._may_be_best(np.zeros(1000, np.int64), many).sum() < 40


@pytest.mark.parametrize("payee", ["NAEA", "N.A.E.A.", "n a e a"])
def test_initials_lead_to_who_is_called_by_them(
    payee: str, matcher: Matcher, store: stores.Store
) -> None:
    made = matcher.match(payees_of([{"supplier_name": payee}])).to_pylist()[0]
    found = store.query("select name from entries where entry = ?", made["likeliest"])
    assert found["name"][0].as_py() == "NATIONAL ASSOCIATION OF ELVERTON ANGLERS"
    assert made["method"] == "initials"
    assert made["reasons"] == "its initials"


def test_initials_of_many_lead_to_nobody(tmp_path: Path) -> None:
    own = [f"NORTH ASTON EAST {'QWERTYUIOPASDFGHJKLZXCVBNM'[at]}LM LIMITED" for at in range(26)]
    own += [f"NORTH ASTON {word} TRUST" for word in ("ELM", "OAK")]
    made = build(pa.array(own, pa.large_string()), np.arange(28), np.zeros(28, np.int8))
    none = np.zeros(28, np.uint64)
    days = np.zeros(28, np.int32)
    entries = Entries(none, np.zeros(28, np.int8), days, days, none, none)
    asked = Search(made, ["NAEX", "NAET", "NAOT", "NA", "NAE"], entries, np.zeros(5, np.uint64))
    found = {
        (int(form), own[at])
        for form, at in zip(asked.initials.form, asked.initials.name, strict=True)
    }
    assert found == {
        (0, "NORTH ASTON EAST XLM LIMITED"),
        (1, "NORTH ASTON EAST TLM LIMITED"),
        (1, "NORTH ASTON ELM TRUST"),
        (2, "NORTH ASTON OAK TRUST"),
    }
    many = build(
        pa.array(["NORTH ASTON ELM"] * 21, pa.large_string()), np.arange(21), np.zeros(21, np.int8)
    )
    assert not len(Search(many, ["NAE"], entries, np.zeros(1, np.uint64)).initials.form)


def test_every_match_says_how_and_why(matcher: Matcher) -> None:
    made = matcher.match(
        payees_of(
            [
                {"supplier_name": one}
                for one in (
                    "Meridian Healthcare",
                    "MERIDAN HEALTHCARE",
                    "Sandon House t/a Meridian Healthcare Ltd",
                    "Nobody Knows",
                )
            ]
        )
    ).to_pylist()
    assert [one["method"] for one in made] == [
        "same name",
        "like name",
        "part of the name, same letters",
        "no match",
    ]
    assert made[0]["reasons"] == "same letters"
    assert "spelt or shortened otherwise" in made[1]["reasons"]
    assert all(0 <= one["probability"] <= 1 for one in made)


# The model


# Evaluation


def truth(place: Path, *rows: str) -> Path:
    place.write_text(
        "supplier_name,amount_gbp,postcode,register_id\n" + "".join(f"{row}\n" for row in rows)
    )
    return place


def test_evaluation_counts_what_anybody_would_count_by_hand(
    tmp_path: Path, store: stores.Store, capsys: pytest.CaptureFixture[str]
) -> None:
    path = truth(
        tmp_path / "t.csv",
        "Meridian Healthcare,100,,GB-COH-101",  # right
        "Quorvex Holdings,300,,GB-COH-00000103",  # wrong: it is said to be another
        "Vlimbert Astronautics PLC,50,,GB-COH-00000104",  # missed
        'Hillside Joinery & Sons,"1,000",,',  # said to be nobody, matched
        "Hertfordshire County Council,70,,",  # rightly nobody
        "Stevenage Community Transport CIC,5,,GB-COH-77777777",  # not in the store
    )
    assert cli.main(["evaluate", str(path), "--register", str(store.folder), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["names"], made["with_a_match"], made["confirmed_no_match"]) == (5, 3, 2)
    by = made["by_names"]
    assert (by["precision"], by["recall"]) == (
        pytest.approx(1 / 3, abs=1e-4),
        pytest.approx(1 / 3, abs=1e-4),
    )
    assert by["f1"] == pytest.approx(1 / 3, abs=1e-4)
    worth = made["by_value"]
    assert (worth["precision"], worth["recall"]) == (
        pytest.approx(100 / 1400, abs=1e-4),
        pytest.approx(100 / 450, abs=1e-4),
    )
    assert made["not_held"] == {"names": 1, "matched_all_the_same": 1}
    assert cli.main(["evaluate", str(path), "--register", str(store.folder)]) == 0
    assert "by names" in capsys.readouterr().out


def test_decoys_stand_among_the_stores_own_and_are_kept(
    tmp_path: Path, store: stores.Store
) -> None:
    path = truth(tmp_path / "t.csv", "Meridian Healthcare,100,,GB-COH-101", "Vlimbert,1,,")
    made = ev.evaluate(store, ev.read_truth(path), decoys=1000)
    assert made["register"]["entries"] == 1000 + len(store.query("from entries"))
    assert made["by_names"]["f1"] == 1.0
    again = ev.evaluate(store, ev.read_truth(path), decoys=1000)
    assert again["by_names"] == made["by_names"]


def test_decoys_are_none_of_a_generated_store(store: stores.Store) -> None:
    own = set(store.query("select id from entries")["id"].to_pylist())
    more = ev.decoys_of(3000, 5)
    assert not own & {f"GB-COH-{number}" for number in more[" CompanyNumber"].to_pylist()}
    names_own = set(store.query("select name from names")["name"].to_pylist())
    assert len(names_own & set(more["CompanyName"].to_pylist())) < 60


def test_a_truth_without_its_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("name\nx\n")
    with pytest.raises(UnreadableFile, match="has no column register_id, supplier_name"):
        ev.read_truth(tmp_path / "t.csv")


def test_matching_a_file_asks_for_no_entry_but_those_matched(
    tmp_path: Path, store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A register of millions is not put on the table for a hundred names."""
    called, read_from = stores.Store.called, stores.Store.query
    asked: list[int] = []

    def counted(of: stores.Store, entries: Any) -> Any:
        asked.extend(entries)
        return called(of, entries)

    monkeypatch.setattr(stores.Store, "called", counted)
    monkeypatch.setattr(stores.Store, "query", lambda *_: pytest.fail("reads the whole table"))
    (tmp_path / "n.csv").write_text("supplier_name\nMeridian Healthcare\nNobody Knows\n")
    words = ["--register", str(store.folder), "--out", str(tmp_path / "out.csv")]
    assert cli.main(["match", str(tmp_path / "n.csv"), *words]) == 0
    assert len(asked) == 1
    monkeypatch.setattr(stores.Store, "query", read_from)
    own = store.query("select id, name from entries where entry = ?", asked[0]).to_pylist()[0]
    assert store.called(asked) == {asked[0]: (own["id"], own["name"])}
    assert store.called([]) == {}


def test_names_of_an_open_register_stay_on_disk(store: stores.Store) -> None:
    before = pa.total_allocated_bytes()
    names = load_names(store.folder / "index")
    assert (len(names) > 3000, pa.total_allocated_bytes() - before) == (True, 0)


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([0.0, 0.2, 0.5])), max_size=30))
def test_the_likeliest_pair_of_a_payee_is_the_first_of_equal_ones(
    pairs: list[tuple[int, float]],
) -> None:
    pairs.sort(key=lambda pair: pair[0])
    payee = np.array([payee for payee, _ in pairs], np.int64)
    chance = np.array([chance for _, chance in pairs])
    first = {}
    for at, (which, likely) in enumerate(pairs):
        if which not in first or likely > pairs[first[which]][1]:
            first[which] = at
    assert likeliest_pairs(payee, chance).tolist() == list(first.values())


def test_only_some_payees_come_with_a_number(matcher: Matcher) -> None:
    rows = [
        {"supplier_name": "Nobody Knows", "number": number}
        for number in ("", " 101 ", "GB-CHC-1234567", "N/A")
    ]
    methods = matcher.match(payees_of(rows))["method"].to_pylist()
    assert methods == ["no match", "number given", "number given", "no match"]
    assert matcher.match(payees_of(rows[:1]))["method"].to_pylist() == ["no match"]


def test_names_of_a_file_are_matched_with_answers_beside_them(
    tmp_path: Path, store: stores.Store, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "n.csv").write_text(
        "supplier_name,note\nMeridian Healthcare,kept\nMrs Ada Lee,kept\n"
    )
    assert (
        cli.main(
            [
                "match",
                str(tmp_path / "n.csv"),
                "--register",
                str(store.folder),
                "--out",
                str(tmp_path / "o.csv"),
            ]
        )
        == 0
    )
    assert "1 of 2 names matched" in capsys.readouterr().out
    rows = list(csv.DictReader((tmp_path / "o.csv").read_text().splitlines()))
    assert [(row["register_id"], row["note"]) for row in rows] == [
        ("GB-COH-00000101", "kept"),
        ("", "kept"),
    ]


def test_a_file_of_headings_alone_is_answered_by_headings(
    tmp_path: Path, store: stores.Store
) -> None:
    (tmp_path / "n.csv").write_text("supplier_name,note\n")
    words = ["--register", str(store.folder), "--out", str(tmp_path / "o.csv")]
    assert cli.main(["match", str(tmp_path / "n.csv"), *words]) == 0
    assert (tmp_path / "o.csv").read_text().splitlines() == [
        "supplier_name,register_id,register_name,probability,method,reasons"
    ]
    # What is left out while names are matched goes on after.
    assert gc.isenabled()


def test_nothing_heavy_is_imported_at_start() -> None:
    code = (
        "import sys, localwealth, localwealth.cli; print([m for m in ('numpy', 'pyarrow', "
        "'duckdb', 'rapidfuzz') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_a_search_of_nothing_finds_nothing(matcher: Matcher) -> None:
    assert len(Search(matcher.index, [], matcher.entries, np.zeros(0, np.uint64)).hits().form) == 0
    assert len(matcher.match(payees_of([]))) == 0


# Real truth


@real
@pytest.mark.heavy
def test_real_truth_is_matched_as_well_as_the_guide_says(tmp_path: Path) -> None:
    """On the halves that the model has not seen, among half a million decoys."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import matching as bench

    bench.truth(SHARED, tmp_path / "truth")
    bench.register(SHARED, tmp_path / "store")
    store = stores.Store.open(tmp_path / "store")
    for name, f1 in (("wakefield", 0.84), ("nhsspend", 0.74), ("ocds", 0.95), ("gm_silver", 0.95)):
        half = bench._half(ev.read_truth(tmp_path / "truth" / f"{name}.csv"), False)
        assert ev.evaluate(store, half, bench.DECOYS)["by_names"]["f1"] >= f1, name
        # And a register of little more than those that the truth names.
        part = bench.part_of(store, half, 50, tmp_path / f"part-{name}")
        assert (part.entries.find(half.ids) >= 0).sum() == (
            Entries.load(store.folder / "index").find(half.ids) >= 0
        ).sum()
