"""Early warning: equal to published reference series; honest about what can't be judged."""

from __future__ import annotations

import csv
import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.watch.cusum import cusum
from localwealth.watch.ears import ears
from localwealth.watch.farrington import Settings, farrington

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared"))
real = pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the public data to run against is not beside this checkout",
)


def salmonella() -> list[int]:
    path = SHARED / "data" / "surveillance" / "r_surveillance" / "salmonella.agona.txt"
    return [int(line.split()[1]) for line in path.read_text().splitlines()[1:]]


@real
@pytest.mark.parametrize(
    ("method", "alarms", "total"),
    [("C1", 16, 2543.442772), ("C2", 20, 2542.856478), ("C3", 36, 1646.995299)],
)
def test_it_equals_the_reference_on_a_real_series(method, alarms, total):
    """Salmonella Agona, 312 weeks; bounds and alarms of the reference implementation."""
    text = (SHARED / "research" / "bench" / "vectors" / f"ears_{method}.csv").read_text()
    vectors = list(csv.DictReader(text.splitlines()))
    found = ears(salmonella(), method=method)
    assert len(vectors) == 293
    ours = [found[int(row["i"]) - 1] for row in vectors]
    for one, row in zip(ours, vectors, strict=True):
        assert one.seen == int(row["observed"])
        assert one.upper == pytest.approx(float(row["upperbound"]), abs=1e-9)
        assert one.is_alarm == (row["alarm"] in ("1", "TRUE"))
    assert sum(one.is_alarm for one in ours) == alarms
    assert sum(one.upper for one in ours) == pytest.approx(total, abs=1e-5)


@real
@pytest.mark.parametrize(
    ("name", "settings", "alarms", "total", "within"),
    [
        (
            "ff_delta_p1",
            Settings(years=4, weighed_down_from=1, weeks_left_out=3, alpha=0.01),
            3,
            228.000920,
            # The reference stops fitting where the last steps still move the fourth decimal.
            2e-4,
        ),
        (
            "ff_nb_p10",
            Settings(
                years=4, periods=10, weeks_left_out=26, trend_below=1, method="nbPlugin", alpha=0.01
            ),
            0,
            293,
            0,
        ),
        (
            "ff_muan_p10",
            Settings(
                years=4, periods=10, weeks_left_out=26, trend_below=1, method="muan", alpha=0.01
            ),
            0,
            353,
            0,
        ),
    ],
)
def test_farrington_equals_the_reference_on_a_real_series(name, settings, alarms, total, within):
    text = (SHARED / "research" / "bench" / "vectors" / f"{name}.csv").read_text()
    vectors = list(csv.DictReader(text.splitlines()))
    judged = farrington(salmonella(), settings)
    ours = [judged[int(row["i"]) - 1] for row in vectors]
    assert len(ours) == 31
    for week, row in zip(ours, vectors, strict=True):
        assert week.seen == int(row["observed"])
        assert week.upper == pytest.approx(float(row["upperbound"]), abs=within)
        assert week.is_alarm == (row["alarm"] == "1")
        if name == "ff_delta_p1":
            assert week.expected == pytest.approx(float(row["expected"]), abs=1e-5)
    assert sum(week.is_alarm for week in ours) == alarms
    assert sum(week.upper for week in ours) == pytest.approx(total, abs=1e-3)


@real
def test_cusum_equals_the_reference_on_a_real_series():
    text = (SHARED / "research" / "bench" / "vectors" / "cusum_rossi.csv").read_text()
    vectors = list(csv.DictReader(text.splitlines()))
    counts = salmonella()
    usual = sum(counts[:281]) / 281
    ours = cusum(counts[281:], [usual] * 31, begin_again=False)
    for week, row in zip(ours, vectors, strict=True):
        assert week.upper == pytest.approx(float(row["upperbound"]), abs=1e-9)
        assert week.is_alarm == (row["alarm"] == "1")
    assert sum(week.upper for week in ours) == pytest.approx(235.231819, abs=1e-5)


def test_an_old_surge_does_not_hide_a_new_one():
    """Counts that stuck out weigh less, so that the bound stays where it would have been."""
    draw = random.Random(3)
    quiet = [poisson(draw, 10) for _ in range(52 * 6)]
    weighed, as_they_are = Settings(), Settings(weighed_down_from=1e9)
    surged = quiet.copy()
    surged[len(quiet) - 1 - 52 * 2] = 80
    assert farrington(surged, weighed)[-1].upper < farrington(surged, as_they_are)[-1].upper


@pytest.mark.parametrize(
    ("counts", "because"),
    [
        ([5] * 200, "cannot judge yet: 263 earlier counts are needed, 199 so far"),
        ([0] * 300, "cannot judge: there was nothing in the earlier years"),
    ],
)
def test_farrington_says_why_it_cannot_judge(counts, because):
    last = farrington(counts)[-1]
    assert (last.because, last.upper, last.is_alarm) == (because, None, False)


def test_few_cases_are_never_an_alarm():
    last = farrington([*[1, 0, 0, 0] * 75, 0, 0, 0, 4])[-1]
    assert last.seen > last.upper
    assert not last.is_alarm
    assert last.held_back == "fewer than 5 in the last 4"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"method": "nb"}, "There is no bound 'nb'"),
        ({"alpha": 1.0}, "alpha lies between 0 and 1"),
        ({"years": 0}, "at least one earlier year"),
        ({"periods": 60}, "more periods than weeks"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        Settings(**settings)


@given(st.lists(st.integers(0, 60), max_size=40), st.sampled_from(["C1", "C2", "C3"]))
def test_short_histories_cant_be_judged_and_say_so(counts, method):
    need = {"C1": 7, "C2": 9, "C3": 11}[method]
    found = ears(counts, method=method)
    assert len(found) == len(counts)
    for one in found:
        assert (one.upper is None) == (one.index < need) == bool(one.because)
        assert not (one.upper is None and one.is_alarm)


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="no method 'C4'"):
        ears([1], method="C4")


def poisson(draw: random.Random, mean: float) -> int:
    limit, product, count = 2.718281828459045**-mean, draw.random(), 0
    while product > limit:
        product, count = product * draw.random(), count + 1
    return count


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0.5, 40)), min_size=1, max_size=60))
def test_the_least_count_that_is_an_alarm_is_right(said):
    counts, expected = [c for c, _ in said], [m for _, m in said]
    for one in cusum(counts, expected):
        assert one.is_alarm == (one.seen >= one.upper - 1e-9)


def test_a_quiet_year_and_a_lasting_rise_of_a_half():
    """Rossi's k and h: some 500 counts between false alarms; a rise of a half within two weeks."""
    draw = random.Random(7)
    false, days, slow = 0, 0, 0
    for _ in range(40):
        quiet = [poisson(draw, 20) for _ in range(365)]
        false += sum(one.is_alarm for one in cusum(quiet, [20.0] * 365))
        days += 365
        risen = [poisson(draw, 30) for _ in range(14)]
        slow += not any(one.is_alarm for one in cusum(risen, [20.0] * 14))
    assert 250 < days / max(false, 1) < 1000
    assert slow == 0
