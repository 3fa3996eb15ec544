"""Early warning by hand: which days are learnt from, what the bound is, and where it lies."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from statistics import NormalDist, mean, stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localwealth.watch import arrays, farrington, lasting
from localwealth.watch.cusum import K, _least, cusum
from localwealth.watch.ears import NO_SPREAD, Judged, ears
from localwealth.watch.farrington import Settings
from localwealth.watch.lasting import Rise, lasting_rise, open_days

MONDAY = date(2026, 1, 5)
WEEK = [4, 6, 5, 5, 4, 6, 5]
Z = NormalDist().inv_cdf(0.999)
few = settings(max_examples=30)


def days(count: int) -> list[date]:
    return [MONDAY + timedelta(days=n) for n in range(count)]


# --- EARS -----------------------------------------------------------------------------------------


def test_c1_by_hand():
    """Seven counts with the mean 5 and the variance 4/6."""
    last = ears([*WEEK, 8], method="C1")[-1]
    assert (last.index, last.seen, last.expected) == (7, 8, 5)
    assert last.upper == pytest.approx(5 + Z * math.sqrt(4 / 6))
    assert last.is_alarm
    assert not ears([*WEEK, 7], method="C1")[-1].is_alarm


@pytest.mark.parametrize("two_before", [(5, 5), (900, 0), (0, 900)])
def test_c2_learns_nothing_of_the_two_days_before(two_before):
    last = ears([*WEEK, *two_before, 8], method="C2")[-1]
    assert (last.expected, last.upper) == (5, pytest.approx(5 + Z * math.sqrt(4 / 6)))


def test_c3_is_lower_after_two_days_that_lay_above():
    """Of each day before, what it lies above one spread counts: (9 - 5) / s - 1 each."""
    spread = math.sqrt(4 / 6)
    counts = [*WEEK, 5, 5, 9, 9, 7]
    last = ears(counts, method="C3")[-1]
    z = NormalDist().inv_cdf(0.975)
    bases = [counts[at - 9 : at - 2] for at in (9, 10, 11)]
    over = sum(max(0.0, (9 - mean(base)) / stdev(base) - 1) for base in bases[:2])
    assert last.upper == pytest.approx(max(7 + stdev(bases[2]) * (z - over), 0))
    assert stdev(bases[0]) == pytest.approx(spread)
    assert last.is_alarm
    assert not ears([*WEEK, 5, 5, 5, 5, 5], method="C3")[-1].is_alarm


@pytest.mark.parametrize(
    ("method", "alpha", "chance"), [("C1", None, 0.001), ("C2", 0.05, 0.05), ("C1", 0.5, 0.5)]
)
def test_how_seldom_it_may_ring_is_taken(method, alpha, chance):
    last = ears([*WEEK, 5, 5, 5], method=method, alpha=alpha)[-1]
    base = [*WEEK, 5, 5, 5][(10 - 8 if method == "C1" else 0) :][:7]
    z = NormalDist().inv_cdf(1 - chance)
    assert last.upper == pytest.approx(mean(base) + z * stdev(base))


def test_a_quiet_week_does_not_make_one_call_an_alarm():
    assert ears([0] * 7 + [1], method="C1")[-1].is_alarm
    last = ears([0] * 7 + [1], method="C1", least_spread=0.5)[-1]
    assert (last.is_alarm, last.upper) == (False, pytest.approx(Z / 2))
    # A spread that is larger stays as it is.
    assert ears([*WEEK, 5], method="C1", least_spread=0.5)[-1].upper == pytest.approx(
        5 + Z * math.sqrt(4 / 6)
    )


def test_where_seven_are_alike_c3_says_so():
    last = ears([5] * 12, method="C3")[-1]
    assert (last.because, last.expected, last.upper, last.is_alarm) == (
        NO_SPREAD,
        None,
        None,
        False,
    )


@few
@given(
    st.lists(st.integers(0, 50), min_size=10, max_size=11),
    st.integers(1, 100),
    st.sampled_from(["C1", "C2"]),
)
def test_so_many_more_each_day_move_the_bound_by_so_many(counts, more, method):
    for one, other in zip(
        ears(counts, method=method), ears([n + more for n in counts], method=method), strict=True
    ):
        if one.upper is None or one.expected is None:
            assert one.because == other.because
            continue
        assert other.expected == pytest.approx(one.expected + more)
        assert other.upper == pytest.approx(one.upper + more)


@pytest.mark.parametrize(
    ("seen", "upper", "held_back", "is_alarm"),
    [(5, 5.0, "", False), (6, 5.0, "", True), (6, 5.0, "few", False), (6, None, "", False)],
)
def test_only_what_lies_above_the_bound_and_is_not_held_back_rings(
    seen, upper, held_back, is_alarm
):
    assert Judged(0, seen, 4.0, upper, held_back=held_back).is_alarm == is_alarm


# --- CUSUM ----------------------------------------------------------------------------------------


def test_a_count_that_is_as_expected_takes_k_off_the_sum():
    """x is nought where the count is as expected: y - 3m + 2√(m·y) = 0."""
    first = cusum([16, 9, 9], [9.0] * 3)
    x = (16 - 27 + 2 * 12) / (2 * 3)
    assert first[0].total == pytest.approx(x - K)
    assert first[1].total == pytest.approx(max(x - 2 * K, 0))
    assert [one.index for one in first] == [0, 1, 2]


def test_after_an_alarm_it_begins_at_nought_or_stays():
    again = cusum([30, 30, 9], [9.0] * 3)
    assert [one.is_alarm for one in again] == [True, True, False]
    assert again[0].total == again[1].total
    assert again[2].total == 0
    on = cusum([30, 30, 9], [9.0] * 3, begin_again=False)
    assert on[1].total == pytest.approx(2 * on[0].total)
    assert on[2].is_alarm


def test_each_count_has_its_own_expectation():
    assert not cusum([20], [20.0])[0].is_alarm
    assert cusum([20], [5.0])[0].is_alarm
    with pytest.raises(ValueError, match="shorter"):
        cusum([1, 2], [1.0])


@few
@given(st.floats(0.5, 50), st.floats(-3, 6))
def test_the_bound_is_where_the_sum_reaches_it(expected, wanted):
    """The transformed value of the least count is what was wanted, but that no count is below 0."""
    least = _least(expected, wanted)
    x = (least - 3 * expected + 2 * math.sqrt(expected * least)) / (2 * math.sqrt(expected))
    assert x == pytest.approx(wanted, abs=1e-6) or (least == 0 and x >= wanted - 1e-9)


# --- A lasting rise -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "upper", "is_alarm"), [(5, None, False), (5, 5.0, False), (6, 5.5, True)]
)
def test_a_rise_rings_above_its_bound(seen, upper, is_alarm):
    assert Rise(seen, 1.0, upper).is_alarm == is_alarm


def test_the_last_two_weeks_are_seen_and_the_eight_before_them_expected():
    counts = [3] * 7 + [10] * 56 + [12] * 14
    rise = lasting_rise(counts, days(77))
    assert (rise.seen, rise.expected) == (14 * 12, pytest.approx(14 * 10))
    # What lies before the eight weeks says nothing.
    assert lasting_rise([900] * 7 + counts[7:], days(77)) == rise


def test_each_weekday_is_expected_to_bring_what_it_brought():
    counts = [20 if day.weekday() == 0 else 4 for day in days(70)]
    rise = lasting_rise(counts, days(70))
    assert rise.expected == pytest.approx(2 * 20 + 12 * 4)
    assert not rise.is_alarm


@pytest.mark.parametrize(
    ("by_day", "each"),
    [(0, lasting.LEAST_OF_ALL), (1, 1.0)],
    ids=["hardly anything", "one a day"],
)
def test_of_a_series_that_brings_little_all_days_are_one(by_day, each):
    rise = lasting_rise([by_day] * 70, days(70))
    assert rise.expected == pytest.approx(14 * each)
    one_weekday = [3 if day.weekday() == 2 else 0 for day in days(70)]
    assert lasting_rise(one_weekday, days(70)).expected == pytest.approx(14 * 3 / 7)


def test_a_weekday_on_which_hardly_anything_came_is_expected_to_bring_half_a_one():
    counts = [14 if day.weekday() == 2 else 0 for day in days(70)]
    rise = lasting_rise(counts, days(70))
    assert rise.expected == pytest.approx(2 * 14 + 12 * lasting.LEAST_OF_A_WEEKDAY)


def test_a_weekday_without_any_day_is_expected_to_bring_the_mean_of_all():
    """A desk that opened on Sundays in these two weeks only."""
    opened = [
        day for day in days(70) if day.weekday() < 5 or (day.weekday() == 6 and day > days(57)[-1])
    ]
    rise = lasting_rise([10] * len(opened), opened)
    assert rise.expected == pytest.approx(10 * sum(day > days(56)[-1] for day in opened))


@pytest.mark.parametrize(("count", "weeks"), [(69, 9), (70, 10), (62, 8), (1, 0)])
def test_so_many_whole_weeks_are_needed(count, weeks):
    rise = lasting_rise([5] * count, days(count))
    assert (rise.upper is None) == (weeks < 10)
    if weeks < 10:
        assert rise.because == f"cannot judge yet: 10 whole weeks are needed, {weeks} so far"
    assert rise.seen == 5 * min(count, 14)


@pytest.mark.parametrize(
    ("sunday", "is_open"), [(0, False), (1, True)], ids=["a fiftieth", "a twentieth"]
)
def test_a_weekday_that_brings_less_than_a_twentieth_is_closed(sunday, is_open):
    brought = [sunday if day.weekday() == 6 else 20 for day in days(28)]
    opened = open_days(brought, days(28))
    assert opened[6] == is_open
    assert opened[5]


@pytest.mark.parametrize(("usual", "is_open"), [(4, True), (20, False)])
def test_a_day_without_anything_was_closed_where_that_is_no_chance(usual, is_open):
    brought = [usual] * 28
    brought[8] = 0
    opened = open_days(brought, days(28))
    assert opened[8] == is_open
    assert sum(opened) == 27 + is_open


def test_days_of_one_week_alone_are_judged_by_themselves():
    assert open_days([2, 0], days(2)) == [True, False]
    assert open_days([1, 0], days(2)) == [True, True]


# --- Many at once ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "need"), [("C1", 7), ("C2", 9), ("C3", 11)])
def test_a_series_that_is_too_short_has_no_alarm(method, need):
    short = np.full((2, need), 5)
    short[:, -1] = 500
    assert not arrays.ears_alarms(short, method=method).any()
    longer = np.tile([4, 6, 5], (2, 6))[:, : need + 1]
    # C3 rings where the two days before lay above as well.
    longer[0, -3 if method == "C3" else -1 :] = 500
    assert arrays.ears_alarms(longer, method=method)[:, -1].tolist() == [True, False]


def test_expectations_may_be_of_a_series_or_of_each_count():
    counts = np.array([[16, 9, 30], [9, 9, 9]])
    of_series = arrays.cusum_alarms(counts, np.array([9.0, 9.0]))
    of_each = arrays.cusum_alarms(counts, np.full((2, 3), 9.0))
    assert of_series.tolist() == of_each.tolist()
    assert of_series.tolist() == [[False, False, True], [False] * 3]
    higher = np.array([[9.0, 9.0, 30.0], [9.0] * 3])
    assert not arrays.cusum_alarms(counts, higher).any()


# --- Farrington -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"half_window": -1},
        {"periods": 0},
        {"alpha": 0.0},
        {"alpha": 1.5},
        {"years": -1},
        {"weeks_a_year": 7, "half_window": 3, "periods": 2},
    ],
    ids=["window", "periods", "alpha", "alpha over 1", "years", "no week to share"],
)
def test_settings_that_cannot_be(wrong):
    with pytest.raises(ValueError, match=r"alpha lies|at least one earlier|more periods"):
        Settings(**wrong)


def test_what_settings_come_to():
    assert (Settings().left_out, Settings().earliest) == (3, 263)
    assert Settings(weeks_left_out=26).left_out == 26
    assert Settings(years=2, half_window=1, weeks_a_year=12).earliest == 25
    assert Settings(periods=46).periods == 46


@few
@given(st.integers(1, 4), st.integers(0, 3), st.integers(1, 10), st.sampled_from([12, 26, 52]))
def test_every_week_of_a_year_has_a_period(years, half, periods, year):
    if year - 2 * half - 1 < periods - 1:
        return
    asked = Settings(years=years, half_window=half, periods=periods, weeks_a_year=year)
    at = asked.earliest
    learnt = farrington._period_of_weeks(at, asked)
    around = {
        at - back * year + off for back in range(1, years + 1) for off in range(-half, half + 1)
    }
    around |= set(range(at - half, at + 1))
    assert {week for week, period in learnt.items() if period == periods} == around
    if periods == 1:
        return
    # All weeks since the first one that is learnt from, none of them twice.
    assert sorted(learnt) == list(range(at - years * year - half, at + 1))
    sizes = Counter(learnt[week] for week in range(at - year + half + 1, at - half))
    assert sorted(sizes) == list(range(1, periods))
    assert max(sizes.values()) - min(sizes.values()) <= 1


def test_a_steady_series_is_expected_to_go_on():
    judged = farrington.farrington([9, 10, 11, 10] * 66)[-1]
    assert judged.expected == pytest.approx(10, abs=0.3)
    assert judged.upper is not None
    assert 12 < judged.upper < 18
    assert not judged.is_alarm


@pytest.mark.parametrize("method", farrington.METHODS)
def test_a_bound_that_may_ring_seldom_lies_higher(method):
    counts = [9, 10, 11, 10] * 66
    bounds = [
        farrington.farrington(counts, Settings(alpha=alpha, method=method))[-1].upper
        for alpha in (0.1, 0.01, 0.001)
    ]
    assert bounds == sorted(bounds)
    assert bounds[0] < bounds[2]


@pytest.mark.parametrize(("lately", "is_held"), [((0, 0, 0, 5), False), ((0, 0, 0, 4), True)])
def test_fewer_than_five_in_four_weeks_are_held_back(lately, is_held):
    last = farrington.farrington([*[1, 0, 0, 0] * 75, *lately])[-1]
    assert bool(last.held_back) == is_held
    assert last.is_alarm == (not is_held)
