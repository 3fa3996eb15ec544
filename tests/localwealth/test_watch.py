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
