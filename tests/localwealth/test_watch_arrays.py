"""Many series at once give the alarms that one by one gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.watch import arrays
from localwealth.watch.cusum import cusum
from localwealth.watch.ears import ears


@pytest.mark.parametrize("method", ["C1", "C2", "C3"])
@given(st.integers(0, 10_000), st.sampled_from([0.2, 3.0, 40.0]))
def test_ears(method, seed, mean):
    draw = np.random.default_rng(seed)
    counts = draw.poisson(mean, (3, int(draw.integers(1, 40))))
    counts[:, -3:] += draw.integers(0, 12, (3, counts[:, -3:].shape[1]))
    alarms = arrays.ears_alarms(counts, method=method)
    for row, shown in zip(counts.tolist(), alarms, strict=True):
        assert shown.tolist() == [day.is_alarm for day in ears(row, method=method)]


@pytest.mark.parametrize(
    ("counts", "upper"),
    [
        ([9, 9, 9, 9, 9, 9, 9, 9, 7, 12, 9, 13, 10, 9, 9], [None, None, 5.033694, 13.034906]),
        (
            [9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 13, 10, 9, 9, 9, 9],
            [None, None, None, None, None, 11.93216],
        ),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0], [None] * 6),
    ],
)
def test_where_seven_counts_are_alike_c3_judges_as_the_reference_does(counts, upper):
    """Figures of R's surveillance 1.20 (`earsC`), whose NaN is a day that can't be judged: 0 by
    0."""
    days = ears(counts, method="C3")
    assert [day.upper and round(day.upper, 6) for day in days[11:]] == pytest.approx(upper)
    assert all("cannot judge" in day.because for day in days if day.upper is None)
    alarms = arrays.ears_alarms(np.array([counts]), method="C3")
    assert alarms[0].tolist() == [day.is_alarm for day in days]


@given(st.integers(0, 10_000))
def test_cusum(seed):
    draw = np.random.default_rng(seed)
    counts = draw.poisson(5, (3, 30))
    means = np.array([4.0, 5.0, 6.5])
    alarms = arrays.cusum_alarms(counts, means)
    for row, mean, shown in zip(counts.tolist(), means, alarms, strict=True):
        one = cusum(row, [mean] * 30, begin_again=False)
        assert shown.tolist() == [day.is_alarm for day in one]


def test_a_method_that_is_none():
    with pytest.raises(ValueError, match="There is no method"):
        arrays.ears_alarms(np.zeros((1, 9), dtype=np.int64), method="C4")
