"""Tails of three distributions: beside printed tables, and beside exact sums."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localwealth.watch.farrington import Settings, farrington
from localwealth.watch.tails import negative_binomial, poisson, two_sided_t

# Student's t as every table prints it: freedom, value, chance of lying further from nought.
PRINTED = [
    (1, 12.706205, 0.05),
    (1, 1.0, 0.5),
    (2, 4.302653, 0.05),
    (5, 2.570582, 0.05),
    (5, 4.032143, 0.01),
    (10, 2.228139, 0.05),
    (10, 1.812461, 0.1),
    (30, 2.042272, 0.05),
    (30, 2.749996, 0.01),
    (120, 1.979930, 0.05),
    (1000, 1.962339, 0.05),
]


@pytest.mark.parametrize(("freedom", "value", "chance"), PRINTED)
def test_students_t_is_that_of_the_tables(freedom: float, value: float, chance: float) -> None:
    assert two_sided_t(value, freedom) == pytest.approx(chance, abs=5e-7)
    assert two_sided_t(-value, freedom) == two_sided_t(value, freedom)


def test_students_t_at_nought_and_far_away() -> None:
    assert two_sided_t(0, 7) == 1
    assert two_sided_t(1e200, 7) == 0
    assert two_sided_t(1e9, 7) < 1e-50
    # Of one degree of freedom (Cauchy) and of two there is a form without a sum.
    for value in (0.1, 0.5, 1.0, 3.0, 40.0):
        assert two_sided_t(value, 1) == pytest.approx(1 - 2 * math.atan(value) / math.pi)
        assert two_sided_t(value, 2) == pytest.approx(1 - value / math.sqrt(2 + value * value))


@given(st.floats(0.01, 50), st.floats(0.01, 50), st.integers(1, 400))
def test_students_t_falls_as_its_value_grows(value: float, more: float, freedom: int) -> None:
    nearer, further = two_sided_t(value, freedom), two_sided_t(value + more, freedom)
    assert 0 <= further <= nearer <= 1
    # The more freedom, the nearer the normal distribution, whose tail is the thinnest.
    assert math.erfc(value / math.sqrt(2)) <= nearer + 1e-12


def poisson_at_or_below(count: int, mean: float) -> float:
    return math.fsum(
        math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1)
    )


def negative_binomial_at_or_below(count: int, mean: float, dispersion: float) -> float:
    size, chance = mean / (dispersion - 1), 1 / dispersion
    return math.fsum(
        math.exp(
            math.lgamma(k + size)
            - math.lgamma(size)
            - math.lgamma(k + 1)
            + size * math.log(chance)
            + k * math.log(1 - chance)
        )
        for k in range(count + 1)
    )


# qpois of R.
@pytest.mark.parametrize(
    ("share", "mean", "count"),
    [
        (0.95, 1, 3),
        (0.95, 5, 9),
        (0.99, 5, 11),
        (0.5, 5, 5),
        (0.95, 10, 15),
        (0.99, 10, 18),
        (0.95, 100, 117),
        (0.3, 0.1, 0),
        (0.95, 0.05, 0),
        (0.96, 0.05, 1),
    ],
)
def test_poissons_bound_is_that_of_the_tables(share: float, mean: float, count: int) -> None:
    assert poisson(share, mean) == count


@settings(max_examples=60)
@given(st.floats(0.05, 400), st.sampled_from([0.5, 0.9, 0.95, 0.99, 0.999]))
def test_poissons_bound_is_the_least_count_that_reaches_the_share(
    mean: float, share: float
) -> None:
    count = int(poisson(share, mean))
    assert poisson_at_or_below(count, mean) >= share - 1e-9
    assert count == 0 or poisson_at_or_below(count - 1, mean) < share + 1e-9


@settings(max_examples=60)
@given(
    st.floats(0.05, 200),
    st.floats(1.05, 20),
    st.sampled_from([0.5, 0.9, 0.95, 0.99]),
)
def test_the_bound_of_counts_that_spread_wider_is_the_least_that_reaches_the_share(
    mean: float, dispersion: float, share: float
) -> None:
    count = int(negative_binomial(share, mean, dispersion))
    assert negative_binomial_at_or_below(count, mean, dispersion) >= share - 1e-9
    assert count == 0 or negative_binomial_at_or_below(count - 1, mean, dispersion) < share + 1e-9


def test_a_geometric_bound_is_exact() -> None:
    # With a mean of 3 and a dispersion of 4 a count is geometric: 1 - (3/4)^(k + 1) at or below k.
    for share in (0.3, 0.6, 0.9, 0.99):
        count = int(negative_binomial(share, 3.0, 4.0))
        assert 1 - Fraction(3, 4) ** (count + 1) >= share
        assert count == 0 or 1 - Fraction(3, 4) ** count < share


@pytest.mark.parametrize("mean", [700, 760, 1_000, 5_000, 40_000])
def test_of_many_a_week_the_bound_is_a_little_above_the_mean(mean: int) -> None:
    """So many have a chance of nought, in no number: the sum began there, and never came up."""
    for bound, spread in (
        (poisson(0.95, mean), math.sqrt(mean)),
        (negative_binomial(0.95, mean, 1.5), math.sqrt(1.5 * mean)),
        (negative_binomial(0.95, mean, 30), math.sqrt(30 * mean)),
    ):
        # The normal bound is 1.645 spreads above the mean.
        assert mean + 1.5 * spread < bound < mean + 2 * spread


@pytest.mark.parametrize("method", ["delta", "nbPlugin", "muan"])
def test_a_surge_among_a_thousand_a_week_is_an_alarm_by_each_bound(method: str) -> None:
    usual = [1000, 1040, 980, 1010] * 70
    settings = Settings(method=method)
    at = len(usual)
    judged = {count: farrington([*usual, count], settings)[at] for count in (1000, 1600)}
    assert not judged[1000].is_alarm
    assert judged[1600].is_alarm
    assert 1000 < judged[1600].upper < 1200


def test_the_three_bounds_lie_in_their_order() -> None:
    """The plain one is the lowest of counts; to be unsure of the mean lifts it."""
    usual = [12, 9, 11, 14, 8, 10] * 50
    last = {
        method: farrington([*usual, 10], Settings(method=method))[-1].upper
        for method in ("nbPlugin", "muan")
    }
    assert last["nbPlugin"] <= last["muan"]
    stricter = farrington([*usual, 10], Settings(method="muan", alpha=0.001))[-1].upper
    assert last["muan"] < stricter


def test_every_period_of_the_year_has_its_own_level() -> None:
    """A winter of twenty a week beside a summer of four: each is held against its own."""
    year = [20 if week < 26 else 4 for week in range(52)]
    counts = year * 6
    seasonal = Settings(periods=10, weeks_left_out=26)
    summer = 52 * 5 + 40
    alone = farrington(counts[: summer + 1], seasonal)[summer]
    assert alone.expected == pytest.approx(4, abs=1.0)
    assert alone.upper < 15
    assert not alone.is_alarm


def test_the_last_weeks_are_not_learnt_from() -> None:
    """A surge that is on already doesn't lift the bound of its own fourth week."""
    quiet, surge = [10, 11, 9, 10] * 67, [40, 45, 50]
    after_quiet = farrington([*quiet, 10, 10, 10, 60], Settings())[-1]
    after_surge = farrington([*quiet, *surge, 60], Settings())[-1]
    assert after_surge.upper == pytest.approx(after_quiet.upper)
    assert after_surge.is_alarm
    learns = farrington([*quiet, *surge, 60], Settings(weeks_left_out=0))[-1]
    assert learns.upper > after_surge.upper


@pytest.mark.parametrize(
    ("last", "held_back"),
    [([0, 0, 1, 3], "fewer than 5 in the last 4"), ([0, 1, 1, 3], ""), ([0, 0, 0, 5], "")],
)
def test_five_in_four_weeks_are_enough_to_ring(last: list[int], held_back: str) -> None:
    quiet = [1, 0, 0, 0] * 66
    judged = farrington([*quiet, *last])[-1]
    assert judged.held_back == held_back
    assert judged.is_alarm == (not held_back and judged.seen > judged.upper)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"alpha": 0.0}, "alpha lies between 0 and 1, and 0 does not"),
        ({"half_window": -1}, "at least one earlier year, and one period"),
        ({"periods": 0}, "at least one earlier year, and one period"),
        ({"half_window": 26}, "more periods than weeks"),
    ],
)
def test_what_no_year_has_is_refused(settings: dict[str, float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Settings(**settings)


def test_as_many_periods_as_weeks_are_taken() -> None:
    assert Settings(half_window=3, periods=46).earliest == 263
    assert Settings(years=3, half_window=0, weeks_a_year=53).earliest == 159
    assert (Settings().left_out, Settings(weeks_left_out=0).left_out) == (3, 0)
