"""What an area lives by, at the bounds of few jobs, in tables that do not fit, and in words."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localwealth.errors import UnreadableFile
from localwealth.structure import measures, report, tables

HEAD = "area,year,industry,count\n"
JOBS = HEAD + (
    "Town,2015,A,400\nTown,2015,B,600\nTown,2022,A,380\nTown,2022,B,620\n"
    "Land,2015,A,2000\nLand,2015,B,8000\nLand,2022,A,1800\nLand,2022,B,8700\n"
)
few = settings(max_examples=30)


def table_of(text: str = JOBS) -> tables.JobsTable:
    return tables.jobs_of(text.encode(), "jobs.csv")


# --- Few jobs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "expected", "lq"),
    [(99, 99, None), (100, 99, 100 / 99), (0, 100, 0.0), (99, 100, 0.99), (0, 0, None)],
)
def test_a_quotient_stands_on_a_hundred_jobs_counted_or_expected(local, expected, lq):
    here = {"A": local, "B": 10_000 - local}
    there = {"A": expected, "B": 10_000 - expected}
    first = measures.location_quotients(here, there)[0]
    assert first.expected == pytest.approx(expected)
    assert first.lq == (None if lq is None else pytest.approx(lq))
    assert first.is_small == (lq is None)


@pytest.mark.parametrize(
    ("before", "after", "is_small"), [(99, 99, True), (100, 0, False), (0, 100, False)]
)
def test_a_split_stands_on_a_hundred_jobs_in_one_year(before, after, is_small):
    shift = measures.shift_share(
        {"A": before, "B": 500}, {"A": after, "B": 500}, {"A": 5, "B": 5}, {"A": 5, "B": 5}
    )[0]
    assert (shift.is_small, shift.change) == (is_small, after - before)


@pytest.mark.parametrize(("jobs", "is_enough"), [(99, False), (100, True)])
def test_how_jobs_are_spread_is_said_of_a_hundred(jobs, is_enough):
    here, there = {"A": jobs}, {"A": 5, "B": 5}
    if is_enough:
        spread = measures.diversity(here, there)
        assert (spread.hhi, spread.shannon, spread.krugman, spread.hachman) == (1, 0, 1, 0.5)
        assert (spread.largest, spread.largest_share, spread.equal_industries) == ("A", 1, 1)
        return
    with pytest.raises(UnreadableFile, match=r"too few jobs .*: 99, where 100 would do"):
        measures.diversity(here, there)


# --- What must always hold ------------------------------------------------------------------------


def drawn(seed: int, size: int) -> list[dict[str, float]]:
    draw = np.random.default_rng(seed)
    return [
        {f"N{at}": float(jobs) for at, jobs in enumerate(draw.integers(1, 5_000, size))}
        for _ in range(4)
    ]


@few
@given(st.integers(0, 10_000), st.integers(1, 8))
def test_the_parts_of_every_change_add_up(seed, size):
    before, after, wide_before, wide_after = drawn(seed, size)
    shifts = measures.shift_share(before, after, wide_before, wide_after)
    for shift in shifts:
        assert shift.growth + shift.mix + shift.local == pytest.approx(shift.change)
    growth = sum(wide_after.values()) / sum(wide_before.values()) - 1
    assert sum(shift.growth for shift in shifts) == pytest.approx(growth * sum(before.values()))
    # Beside itself an area has nothing of its own, and its industries' mix is evened out.
    own = measures.shift_share(before, after, before, after)
    assert sum(shift.mix for shift in own) == pytest.approx(0, abs=1e-6)
    assert [shift.local for shift in own] == pytest.approx([0] * size, abs=1e-6)


@few
@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(2, 9))
def test_an_area_that_is_as_the_larger_one_has_quotients_of_one(seed, size, times):
    local = {name: jobs + 100 for name, jobs in drawn(seed, size)[0].items()}
    wide = {name: jobs * times for name, jobs in local.items()}
    for quotient in measures.location_quotients(local, wide):
        assert quotient.expected == pytest.approx(quotient.local)
        assert quotient.lq == pytest.approx(1)
    spread = measures.diversity(local, wide)
    assert (spread.krugman, spread.hachman) == (pytest.approx(0, abs=1e-9), pytest.approx(1))
    assert 1 <= spread.equal_industries <= size + 1e-9
    assert 0 <= spread.shannon <= np.log2(size) + 1e-9


# --- Tables that do not fit -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "wide", "sentence"),
    [
        ({"A": 5.0}, {"A": -1.0}, "The jobs of 'A' lie below nought: -1."),
        ({"A": 5.0, "B": 1.0}, {"A": 5.0, "B": 0.0}, "The industry 'B' of the area is none of"),
        ({"A": 0.0}, {"A": 5.0}, "There are no jobs in the table."),
        ({}, {}, "There are no jobs in the table."),
    ],
)
def test_two_areas_that_cannot_be_compared(local, wide, sentence):
    for measure in (measures.location_quotients, measures.diversity):
        with pytest.raises(UnreadableFile, match=re.escape(sentence)):
            measure(local, wide)


def test_an_industry_of_one_year_alone_is_named():
    with pytest.raises(UnreadableFile, match=r"The industry 'B' is not in both years\."):
        measures.shift_share({"A": 1}, {"A": 1}, {"A": 5, "C": 1, "B": 1}, {"A": 5})


def test_an_industry_that_nobody_had_grows_as_all_do():
    shift = measures.shift_share(
        {"A": 100}, {"A": 110, "B": 50}, {"A": 1000, "B": 0}, {"A": 1100, "B": 100}
    )[1]
    assert (shift.before, shift.after, shift.growth, shift.mix, shift.local) == (0, 50, 0, 0, 50)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (JOBS + "Town,2022,A,9\n", "Line 10: 'A' of 'Town' in 2022 stands there twice."),
        ("area,year,count\nTown,2022,9\n", "industry"),
    ],
)
def test_a_file_that_cannot_be_read_so(text, sentence):
    with pytest.raises(UnreadableFile, match=re.escape(sentence)):
        table_of(text)


def test_what_a_file_has():
    table = table_of()
    assert table.years == [2015, 2022]
    assert table.of("Town", 2015) == {"A": 400, "B": 600}
    assert table.of("all", 2022) == {"A": 2180, "B": 9320}
    assert table.of("all", 1999) == {}
    with pytest.raises(
        UnreadableFile, match=r"no jobs of 'Nowhere' in 2022\. It has, for example, 'L"
    ):
        table.of("Nowhere", 2022)
    with pytest.raises(UnreadableFile, match=r"no jobs of 1999; it has 2015, 2022\."):
        table.of("Town", 1999)


# --- In words -------------------------------------------------------------------------------------


def test_an_answer_in_words():
    answer = report.everything(table_of(), "Town", "Land", (2022, 2015))
    lines = report.as_text(answer).splitlines()
    assert lines[0].startswith("Town beside Land, 2022: 1,000 jobs, as spread out as over equal")
    assert lines[1].startswith("HHI 0.5288  Shannon (bits) 0.9580  Krugman 0.4171")
    assert lines[3].split() == ["jobs", "expected", "LQ", "industry"]
    assert lines[4].split() == ["380", "171", "2.22", "A"]
    assert lines[5].split() == ["620", "829", "0.75", "B"]
    assert lines[7] == "since 2015:"
    assert lines[9].split() == ["-20", "+20", "-60", "+20", "A"]
    assert lines[10].split() == ["+20", "+30", "+22", "-32", "B"]
    assert lines[-1] == report.LIMITS
    alone = report.everything(table_of(), "Town", "Land", (2022, None))
    assert "since" not in alone
    assert "since" not in report.as_text(alone)


def test_what_is_too_few_or_not_known_is_said_so():
    text = JOBS + "Town,2015,C,9\nTown,2022,C,8\nTown,2022,D,*\n"
    text += "".join(f"Land,{year},{more}\n" for year in (2015, 2022) for more in ("C,50", "D,900"))
    answer = report.everything(table_of(text), "Town", "Land", (2022, 2015))
    shown = report.as_text(answer)
    assert re.search(r"8 +\d+ +too few  C\n", shown)
    assert re.search(r"unknown +\d+ +too few  D\n", shown)
    assert re.search(r"  C \(too few\)\n", shown)
    assert "Without a figure, and therefore in no sum: D.\n" in shown
    assert answer["unknown"] == ["D"]
