"""Registers as numbers: identifiers, names as words, postcodes, dates, sorted arrays, links."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, permutations
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.registers import closing, formats, hashing, letters, loading, merging, names
from localwealth.registers.arrays import (
    in_order,
    mapped,
    ranges,
    search_sorted,
    sorted_pairs,
    vocabulary_of,
)
from localwealth.registers.entries import EVER, NEVER, Entries, crowd_of, days, entries_from
from localwealth.registers.entries import save_entries as save
from localwealth.registers.ids import company_number, org_id
from localwealth.registers.owners import is_owners
from localwealth.registers.postcodes import near_each_other, pack_postcodes

WORDS = st.text("ABCDEFGHIJ0123", min_size=1, max_size=12)
NUMBERS = st.lists(st.integers(0, 40), max_size=30)


# Identifiers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("178738", "00178738"), ("00178738", "00178738"), ("12345678", "12345678")),
        *(("1 234 567", "01234567"), ("0123-4567", "01234567"), ("178738.0", "00178738")),
        *(
            ("123", "00000123"),
            ("sc12345", "SC012345"),
            ("SC123456", "SC123456"),
            ("NI1", "NI000001"),
        ),
        *(("OC300001", "OC300001"), ("IP12345R", "IP12345R"), ("ip12345r", "IP12345R")),
        *(("12", ""), ("123456789", ""), ("000000", ""), ("00000000", ""), ("SC1234567", "")),
        *(("S123456", ""), ("N/A", ""), ("", ""), (None, ""), ("IP1234R", ""), ("12345A", "")),
    ],
)
def test_a_companys_number_has_eight_characters(text: str | None, number: str) -> None:
    assert company_number(text) == number
    assert company_number(number) == number
    assert (
        org_id(f"gb-coh-{text or ''}")
        == f"GB-COH-{number or (text or '').upper().removesuffix('.0')}"
    )


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        *((None, ""), ("", ""), ("  ", ""), (" gb-chc-1074622 ", "GB-CHC-1074622")),
        *(("GB-CHC-1074622.0", "GB-CHC-1074622"), ("GB-SC-SC012345", "GB-SC-SC012345")),
        *(("XI-LEI-213800", "XI-LEI-213800"), ("gb-coh-", "GB-COH-")),
    ],
)
def test_an_org_id_has_one_form(text: str | None, identifier: str) -> None:
    assert org_id(text) == identifier
    assert org_id(identifier) == identifier


# Names as words


def words_of(name: str) -> list[str]:
    words = names.cut(names.column([name]))
    return words.texts(np.arange(len(words.row)))


def keys_of(*of: str) -> list[int]:
    return names.cut(names.column(list(of))).key.tolist()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Acorn Foods", ["ACORN", "FOODS"]),
        ("acorn  foods", ["ACORN", "FOODS"]),
        ("A C O R N Foods", ["ACORN", "FOODS"]),
        ("A.C.O.R.N. Foods", ["ACORN", "FOODS"]),
        ("J Smith", ["J", "SMITH"]),
        ("O'Neill & Sons", ["ONEILL", "SONS"]),
        ("St. Mary`s", ["ST", "MARYS"]),
        ("Café Étoile", ["CAFE", "ETOILE"]),
        ("Acorn-Foods/Bakery", ["ACORN", "FOODS", "BAKERY"]),
        ("Acorn Foods Ltd", ["ACORN", "FOODS"]),
        ("Acorn Foods Limited", ["ACORN", "FOODS"]),
        ("Acorn Foods P.L.C.", ["ACORN", "FOODS"]),
        ("3 Rivers 24", ["3", "RIVERS", "24"]),
        ("A 1 B", ["A", "1", "B"]),
        ("", []),
        ("...", []),
        ("&", []),
        (r"BARNARDO\xB4S", ["BARNARDOS"]),
    ],
)
def test_a_name_is_cut_into_its_words(name: str, words: list[str]) -> None:
    assert words_of(name) == words


def test_a_legal_form_is_a_word_where_there_is_nothing_else() -> None:
    assert words_of("Limited") == ["LIMITED"]
    assert words_of("Limited Editions") == ["LIMITED", "EDITIONS"]
    assert keys_of("Limited") != [0]
    assert keys_of("", "...") == [0, 0]


def test_the_form_of_law_is_known_apart_from_the_name() -> None:
    of_law = names.cut(
        names.column(["Gum", "Gum Ltd", "Gum Limited", "Gum plc", "Gum Public Limited Company"])
    ).legal.tolist()
    assert of_law[0] == 0
    assert of_law[1] == of_law[2] > 0
    assert of_law[3] == of_law[4] > 0
    assert of_law[1] != of_law[3]


@pytest.mark.parametrize(
    ("name", "same"),
    [
        *(
            ("Acorn Foods Ltd", "ACORN FOODS"),
            ("A C Foods", "AC Foods"),
            ("Acorn-Foods", "AcornFoods"),
        ),
        *(("O'Neill", "ONeill"), ("Café", "Cafe"), ("The Gum Limited", "Gum Limited")),
    ],
)
def test_one_key_for_what_differs_in_spaces_signs_and_form(name: str, same: str) -> None:
    first, second = keys_of(name, same)
    assert first == second


@given(st.lists(WORDS, min_size=1, max_size=6, unique=True))
def test_different_letters_have_different_keys(several: list[str]) -> None:
    # A word that says nothing stays only where it is all that there is.
    assert len(set(keys_of(*(f"X{word}Q" for word in several)))) == len(several)
    together = keys_of(" ".join(f"X{word}Q" for word in several))
    assert together == keys_of("".join(f"X{word}Q" for word in several))


@given(st.lists(st.text(max_size=20), max_size=8))
def test_a_column_is_cut_as_its_names_are_alone(column: list[str]) -> None:
    words = names.cut(names.column(column))
    assert len(words.key) == len(column)
    alone = [(at, word) for at, name in enumerate(column) for word in words_of(name)]
    assert (
        list(zip(words.row.tolist(), words.texts(np.arange(len(words.row))), strict=True)) == alone
    )
    assert words.key.tolist() == [keys_of(name)[0] for name in column]


def test_many_names_are_cut_in_pieces_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    column = names.column([f"Acorn {n} Foods Ltd" for n in range(23)] + ["", "The", "Oak plc"])
    in_one = names.cut(column)
    monkeypatch.setattr(names, "CHUNK", 4)
    in_pieces = names.cut(column)
    for field in ("row", "hash", "letters", "start", "key", "legal"):
        assert getattr(in_one, field).tolist() == getattr(in_pieces, field).tolist(), field


def test_long_names_have_keys_too() -> None:
    long = "VERY " * 80 + "LONG NAME"
    first, second, third = keys_of(long, long.lower(), long + " INDEED")
    assert first == second != third


def test_numbers_of_accounts_are_idle() -> None:
    words = names.cut(names.column(["Acorn 12345 1234 Foods"]))
    assert names.idle(words).tolist() == [False, True, False, False]
    none = names.cut(names.column([""]))
    assert names.idle(none).tolist() == []


# Hashes


@given(st.lists(WORDS, min_size=1, max_size=20))
def test_a_hash_is_that_of_the_word_wherever_it_stands(several: list[str]) -> None:
    together = hashing.hash_words(several).tolist()
    assert together == [hashing.hash_words([word])[0] for word in several]
    assert len(set(together)) == len(set(several))


@given(WORDS, st.integers(0, 11))
def test_words_one_letter_apart_share_a_hash_of_their_deletions(word: str, at: int) -> None:
    at = min(at, len(word) - 1)
    without = word[:at] + word[at + 1 :]
    for other in (without, word[:at] + "Z" + word[at + 1 :], word[:at] + "Z" + word[at:]):
        if other:
            assert deletions_of(word) & deletions_of(other)


def deletions_of(word: str) -> set[int]:
    column, start = hashing.buffer(pa.array([word], pa.large_string()))
    hashes, source = hashing.deletions(column, start, np.array([0]))
    assert len(hashes) == len(word) + 1
    assert set(source.tolist()) == {0}
    return set(hashes.tolist())


def test_a_deletion_is_the_hash_of_what_is_left() -> None:
    left = {"ORK", "WRK", "WOK", "WOR", "WORK"}
    assert deletions_of("WORK") == set(hashing.hash_words(sorted(left)).tolist())
    assert deletions_of("AA") == set(hashing.hash_words(["A", "AA"]).tolist())


@given(NUMBERS)
def test_runs_ranks_and_what_differs(numbers: list[int]) -> None:
    keys = np.array(sorted(numbers), np.int64)
    assert hashing.different(np.array(numbers, np.int64)).tolist() == sorted(set(numbers))
    first = hashing.runs(keys).tolist()
    assert sum(first) == len(set(numbers))
    ranks = hashing.rank(keys).tolist() if numbers else []
    assert ranks == [sorted(numbers)[:at].count(n) for at, n in enumerate(sorted(numbers))]


@pytest.mark.parametrize(
    ("words", "order"),
    [(["ACORN", "ACORNS", "BEECH"], True), (["BEECH", "ACORN"], False), (["A", "AB", "B"], True)],
)
def test_first_letters_sort_as_the_words_do(words: list[str], order: bool) -> None:
    column, start = hashing.buffer(pa.array(words, pa.large_string()))
    numbers = letters.first_eight(column, start).tolist()
    assert (numbers == sorted(numbers)) is order
    backwards, starts = hashing.buffer(pa.array([w[::-1] for w in words], pa.large_string()))
    assert (
        letters.last_eight(column, start).tolist()
        == letters.first_eight(backwards, starts).tolist()
    )


@given(st.lists(st.text("ABCXYZ019", max_size=10), max_size=6))
def test_which_letters_a_word_has(words: list[str]) -> None:
    column, start = hashing.buffer(pa.array(words, pa.large_string()))
    bits = letters.letters_in(column, start).tolist()
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert [{sign for at, sign in enumerate(alphabet) if bit >> at & 1} for bit in bits] == [
        set(word) for word in words
    ]


# Postcodes


def packed(*codes: str | None) -> list[int]:
    return pack_postcodes(pa.array(codes, pa.string())).tolist()


def test_a_postcode_is_one_number_however_it_is_typed() -> None:
    assert len(set(packed("SG1 1AA", "sg1 1aa", "SG11AA", "SG1-1AA", " SG1  1AA."))) == 1
    assert packed(None, "", "N/A", "SG1", "12345", "SG1 1A", "SG1 AAA", "Stevenage") == [0] * 8
    assert 0 not in packed("W1A 0AX", "EC1A 1BB", "M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT")
    assert packed() == []


@pytest.mark.parametrize(
    ("payee", "entry", "unit", "district", "area", "both"),
    [
        ("SG1 1AA", "SG1 1AA", True, True, True, True),
        ("SG1 1AA", "SG1 1AB", False, True, True, True),
        ("SG1 1AA", "SG2 1AA", False, False, True, True),
        ("SG1 1AA", "SG12 1AA", False, False, True, True),
        ("SG1 1AA", "S1 1AA", False, False, False, True),
        ("S1 1AA", "S10 1AA", False, False, True, True),
        ("W1A 0AX", "W1 0AX", False, False, True, True),
        ("EC1A 1BB", "EC2 1BB", False, False, True, True),
        ("EC1A 1BB", "E1 1BB", False, False, False, True),
        ("M1 1AE", "M60 1AE", False, False, True, True),
        ("", "SG1 1AA", False, False, False, False),
        ("", "", False, False, False, False),
    ],
)
def test_how_near_two_postcodes_are(
    payee: str, entry: str, unit: bool, district: bool, area: bool, both: bool
) -> None:
    for first, second in permutations((payee, entry)):
        near = near_each_other(
            np.array(packed(first), np.uint64), np.array(packed(second), np.uint64)
        )
        assert [flags.tolist() for flags in near] == [[unit], [district], [area], [both]]


def test_a_column_is_packed_in_pieces_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [f"SG{n % 9 + 1} {n % 9}AA" for n in range(25)] + [None, "x"]
    in_one = packed(*codes)
    monkeypatch.setattr("localwealth.registers.postcodes.PIECE", 4)
    assert packed(*codes) == in_one


# Arrays


@given(NUMBERS, NUMBERS)
def test_a_search_needle_by_needle_is_that_of_numpy(
    haystack: list[int], needles: list[int]
) -> None:
    ordered, sought = np.array(sorted(haystack), np.int64), np.array(needles, np.int64)
    for side in ("left", "right"):
        assert search_sorted(ordered, sought, side).tolist() == [
            int(np.searchsorted(ordered, needle, side)) for needle in needles
        ]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), max_size=10))
def test_ranges_are_the_numbers_between_bounds(bounds: list[tuple[int, int]]) -> None:
    low = np.array([first for first, _ in bounds], np.int64)
    high = np.array([first + size for first, size in bounds], np.int64)
    which, number = ranges(low, high)
    expected = [
        (at, n) for at, (first, size) in enumerate(bounds) for n in range(first, first + size)
    ]
    assert list(zip(which.tolist(), number.tolist(), strict=True)) == expected
    which, number = ranges(low, high, most=2)
    assert list(zip(which.tolist(), number.tolist(), strict=True)) == [
        (at, n) for at, n in expected if n < bounds[at][0] + 2
    ]


@given(NUMBERS)
def test_a_vocabulary_has_each_hash_once(numbers: list[int]) -> None:
    hashes = np.array(numbers, np.uint64)
    different, first, word, count = vocabulary_of(hashes)
    if not numbers:
        assert (different.tolist(), first.tolist(), word.tolist(), count.tolist()) == (
            [0],
            [],
            [],
            [0],
        )
        return
    assert different.tolist() == sorted(set(numbers))
    assert [different[at] for at in word] == numbers
    assert count.tolist() == [numbers.count(n) for n in sorted(set(numbers))]
    assert first.tolist() == [numbers.index(n) for n in sorted(set(numbers))]
    keys, whose = in_order(hashes)
    assert keys.tolist() == sorted(numbers)
    assert [numbers[at] for at in whose] == sorted(numbers)
    for one, other in combinations(range(len(numbers)), 2):
        if keys[one] == keys[other]:
            assert whose[one] < whose[other]


@given(st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 2**20 - 1)), max_size=20))
def test_pairs_are_sorted_as_one_number(pairs: list[tuple[int, int]]) -> None:
    key = np.array([key for key, _ in pairs], np.int64)
    row = np.array([row for _, row in pairs], np.int64)
    keys, rows = sorted_pairs(key, row, 20)
    assert list(zip(keys.tolist(), rows.tolist(), strict=True)) == sorted(pairs)


# Entries


def table_of(*rows: tuple[str, str | None, date | None, date | None]) -> pa.Table:
    ids, codes, begun, ended = zip(*rows, strict=True)
    return pa.table(
        {
            "id": pa.array(ids, pa.string()),
            "postcode": pa.array(codes, pa.string()),
            "begun": pa.array(begun, pa.date32()),
            "ended": pa.array(ended, pa.date32()),
        }
    )


TABLE = table_of(
    ("GB-COH-00000001", "SG1 1AA", date(1970, 1, 2), None),
    ("GB-COH-00000002", "SG1 1AA", None, date(2020, 5, 1)),
    ("GB-CHC-3", "sg11aa", None, None),
    ("GB-CHC-4", "SG1 1AA", None, None),
    ("GB-CHC-5", None, None, None),
)


def test_entries_are_known_as_numbers() -> None:
    entries = entries_from(TABLE)
    assert entries.begun.tolist() == [1, EVER, EVER, EVER, EVER]
    assert entries.ended.tolist() == [
        NEVER,
        (date(2020, 5, 1) - date(1970, 1, 1)).days,
        *[NEVER] * 3,
    ]
    # Four share a postcode: two to the power of two.
    assert entries.crowd.tolist() == [2, 2, 2, 2, 0]
    assert entries.find(["GB-CHC-3", "GB-COH-00000001", "GB-CHC-9", ""]).tolist() == [2, 0, -1, -1]
    further = pa.table({"id": ["GB-CHC-9"], "entry": pa.array([1], pa.int32())})
    assert entries_from(TABLE, further).find(["GB-CHC-9", "GB-CHC-4"]).tolist() == [1, 3]


def test_without_entries_nothing_is_found() -> None:
    assert entries_from(TABLE.slice(0, 0)).find(["GB-CHC-3"]).tolist() == [-1]


def test_entries_come_back_from_their_folder(tmp_path: Path) -> None:
    save(tmp_path, TABLE)
    kept_entries, made_entries = Entries.load(tmp_path), entries_from(TABLE)
    for field in ("postcode", "crowd", "begun", "ended", "id_hash", "id_entry"):
        assert getattr(kept_entries, field).tolist() == getattr(made_entries, field).tolist()
    assert mapped(tmp_path / "entries_crowd.npy").tolist() == [2, 2, 2, 2, 0]


@given(st.lists(st.integers(0, 3), max_size=40))
def test_a_crowd_is_counted_as_a_power_of_two(codes: list[int]) -> None:
    crowd = crowd_of(np.array(codes, np.uint64)).tolist() if codes else []
    assert crowd == [codes.count(code).bit_length() - 1 if code else 0 for code in codes]


@given(st.lists(st.one_of(st.none(), st.dates()), max_size=10))
def test_dates_are_days_since_1970(column: list[date | None]) -> None:
    since = days(pa.chunked_array([pa.array(column, pa.date32())]), NEVER).tolist()
    assert [None if n == NEVER else date(1970, 1, 1) + timedelta(days=n) for n in since] == column


# Links and parts


def rows_of(*rows: dict[str, object]) -> duckdb.DuckDBPyConnection:
    """The table of what files said, as loading them makes it: a row a name."""
    base = duckdb.connect()
    loading.begin(base)
    usual = {"name_kind": 0, "source": 1}
    said = [{"name": f"BODY {number}", **usual, **row} for number, row in enumerate(rows)]
    columns = {column for row in said for column in row}
    base.register("said", pa.table({key: [row.get(key) for row in said] for key in columns}))
    base.execute("insert into rows by name select * from said")
    return base


def merged(*rows: dict[str, object]) -> list[tuple[str, list[str] | None, str]]:
    """The entries that rows become: org-id, all org-ids where there are several, name."""
    base = rows_of(*rows)
    merging.merge(base)
    return base.execute("select id, ids, name from entries order by id").fetchall()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_body_stands_under_its_companys_number_however_it_is_linked(
    order: tuple[int, ...],
) -> None:
    links = [
        {"id": "GB-CHC-1", "same_as": "GB-COH-00000009", "name": "GUM", "source": 2},
        {"id": "GB-SC-SC1", "same_as": "GB-CHC-1", "name": "GUM SCOTLAND", "source": 3},
        {"id": "GB-COH-00000009", "name": "GUM LIMITED", "source": 1},
    ]
    assert merged(*(links[at] for at in order)) == [
        ("GB-COH-00000009", ["GB-CHC-1", "GB-COH-00000009", "GB-SC-SC1"], "GUM LIMITED")
    ]


def test_bodies_that_no_link_joins_stay_apart() -> None:
    assert merged(
        {"id": "GB-CHC-2", "same_as": "GB-CHC-1", "name": "ELM"},
        {"id": "GB-CHC-1", "name": "ELM TREE"},
        {"id": "GB-CHC-3", "same_as": "GB-CHC-3", "name": "OAK"},
        # Without an org-id or a name nothing becomes of it.
        {"id": None, "name": "ASH"},
        {"id": "GB-CHC-4", "name": None},
    ) == [("GB-CHC-1", ["GB-CHC-1", "GB-CHC-2"], "ELM"), ("GB-CHC-3", None, "OAK")]


@pytest.mark.parametrize(
    ("charity", "company", "is_one"),
    [
        ("ACORN CARE TRUST", "ACORN CARE TRUST", True),
        ("Acorn Care Trust", "THE ACORN CARE TRUST", True),
        ("ACORN CARE TRUST LIMITED", "ACORN CARE TRUST LIMITED", True),
        # A short name with its form may be anybody's; without, hardly.
        ("GUM LTD", "GUM LTD", False),
        ("GUMS", "GUMS", True),
        ("GUM", "GUM", False),
        ("ACORN CARE TRUST", "ACORN CARE", False),
    ],
)
def test_a_charity_is_the_company_of_its_very_name(
    charity: str, company: str, is_one: bool
) -> None:
    charity_row = {"id": "GB-CHC-1", "name": charity}
    company_row = {"id": "GB-COH-00000009", "name": company}
    assert len(merged(charity_row, company_row)) == (1 if is_one else 2)
    # Of two companies of that name nobody knows which.
    another = {"id": "GB-COH-00000008", "name": company}
    assert len(merged(charity_row, company_row, another)) == 3


def test_each_thing_that_is_said_of_a_body_is_of_the_first_file_that_says_it() -> None:
    base = rows_of(
        {"id": "A", "name": "GUM", "source": 2, "postcode": "SG1 1AA", "status": "active"},
        {"id": "A", "name": "GUM LTD", "source": 1, "postcode": "", "sic": "01110"},
        {"id": "A", "name": "gum ltd", "source": 3, "postcode": "SG2 2AA", "status": "ended"},
        {"id": "A", "name": "OLD GUM", "source": 1, "name_kind": 1, "until": date(2020, 5, 1)},
    )
    merging.merge(base)
    assert base.execute("select name, postcode, status, sic from entries").fetchall() == [
        ("GUM LTD", "SG1 1AA", "active", "01110")
    ]
    assert base.execute("select name, kind, until from names order by name").fetchall() == [
        ("GUM", 0, None),
        ("GUM LTD", 0, None),
        ("OLD GUM", 1, date(2020, 5, 1)),
    ]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("BasicCompanyData-2026-11-01-part3_7.zip", ("BasicCompanyData-2026-11-01", 3, 7)),
        ("companies part 2 of 3.csv", ("companies", 2, 3)),
        ("companies_pt1-2.csv", ("companies", 1, 2)),
        ("COMPANIES-PART10_12.ZIP", ("COMPANIES", 10, 12)),
        ("companies part 1 of 1.csv", None),
        ("companies.csv", None),
        ("party 2023.csv", None),
        ("", None),
    ],
)
def test_a_files_name_says_of_what_it_is_a_part(
    name: str, part: tuple[str, int, int] | None
) -> None:
    assert closing.part_of(name) == part


COMPANIES: dict[str, object] = {"format": formats.FORMATS[0].title, "names": 1000}


@pytest.mark.parametrize(
    ("sources", "why"),
    [
        ([{"cut": True, "file": "companies.csv"}], "companies.csv was cut off"),
        ([{"file": "c-part1_2.zip"}], "c is here in part only (part 1 of 2)"),
        (
            [{"file": "c-part1_2.zip"}, {"file": "d-part2_2.zip"}],
            "c is here in part only (part 1 of 2)",
        ),
    ],
)
def test_nobody_is_ended_by_a_part(sources: list[dict[str, object]], why: str) -> None:
    sentences = ended(*({**COMPANIES, **source} for source in sources), gone=1, live=100)[1]
    assert sentences == [f"{why}: nobody is ended by what is left out."]


def ended(
    *sources: dict[str, object], gone: int, live: int, said: int | None = None
) -> tuple[list[str], list[str]]:
    """Who has ended where so many of so many live companies are in no file, and what was said."""
    before = [
        {"id": f"GB-COH-{n:08}", "name": f"FIRM {n}", "status": "active", "source": 2}
        for n in range(live)
    ]
    listed = [{**row, "source": 1} for row in before[gone:]]
    base, sentences = rows_of(*before, *listed), []
    closing.end(base, 1, sources, loading.Said(ended=said), sentences.append)
    over = base.execute("select id from rows where status = 'ended' order by id").fetchall()
    return [org_id for (org_id,) in over], sentences


WHOLE = [
    [{**COMPANIES, "file": "companies.csv"}],
    [{**COMPANIES, "file": f"c-part{n}_2.zip"} for n in (1, 2)],
    # Beside the whole, a part is no matter.
    [{**COMPANIES, "file": name} for name in ("c-part1_2.zip", "c.zip")],
]


@pytest.mark.parametrize("sources", WHOLE)
def test_who_is_in_no_part_of_the_whole_has_ended(sources: list[dict[str, object]]) -> None:
    assert ended(*sources, gone=2, live=40) == (
        ["GB-COH-00000000", "GB-COH-00000001"],
        ["Listed no more, and ended: 2 of 40 live companies (FIRM 0, FIRM 1)."],
    )
    assert ended(*sources, gone=0, live=40) == ([], [])


@pytest.mark.parametrize(("said", "is_done"), [(None, False), (2, False), (4, False), (3, True)])
def test_of_more_than_one_in_twenty_somebody_says_how_many(said: int | None, is_done: bool) -> None:
    over, [sentence] = ended(*WHOLE[0], gone=3, live=40, said=said)
    assert len(over) == (3 if is_done else 0)
    asked = "LOOK: in none of these files: 3 of 40 live companies (FIRM 0, FIRM 1, FIRM 2)."
    assert sentence.startswith("Listed no more" if is_done else asked)
    assert sentence.endswith("say so: --end-unlisted 3") is not is_done


def test_five_are_named_and_no_more() -> None:
    _, [sentence] = ended(*WHOLE[0], gone=6, live=200)
    assert "(FIRM 0, FIRM 1, FIRM 2, FIRM 3, FIRM 4 …)" in sentence
    _, [sentence] = ended(*WHOLE[0], gone=5, live=200)
    assert "(FIRM 0, FIRM 1, FIRM 2, FIRM 3, FIRM 4)" in sentence


@pytest.mark.parametrize(
    ("change", "before", "asks"),
    [
        ({"names": 799}, [{**COMPANIES, "file": "a.csv"}], True),
        ({"names": 800}, [{**COMPANIES, "file": "a.csv"}], False),
        ({"names": 799}, [], False),
        ({"names": 799, "cut": True}, [{**COMPANIES, "file": "a.csv"}], False),
        ({"names": 799, "file": "b-part1_2.csv"}, [{**COMPANIES, "file": "a.csv"}], False),
        ({"names": 799, "format": "another"}, [{**COMPANIES, "file": "a.csv"}], False),
        (
            {"names": 799},
            [{**COMPANIES, "file": "a.csv"}, {**COMPANIES, "file": "b", "names": 9}],
            False,
        ),
    ],
)
def test_a_file_with_far_fewer_names_is_asked_about(
    change: dict[str, object], before: list[dict[str, object]], asks: bool
) -> None:
    question = closing.fewer({**COMPANIES, "file": "b.csv", **change}, before)
    assert bool(question) is asks
    if asks:
        assert question == (
            "LOOK: b.csv has 799 names, a.csv before it had 1,000. Is it whole? What it lacks "
            "stays as it was."
        )


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        *(("psc.jsonl", True), ("PSC.JSONL.GZ", True), ("a.ndjson", True), ("a.ndjson.gz", True)),
        *(("a.json", False), ("jsonl.csv", False), ("jsonl", False)),
    ],
)
def test_statements_of_ownership_are_known_by_their_name(name: str, is_one: bool) -> None:
    assert is_owners(Path(name)) is is_one
