"""Farrington Flexible: a week's count against the same weeks of the years before.

Source: Noufaily and others 2013, Statistics in Medicine 32: 1206 to 1222, in the form of Salmon,
Schumacher and Höhle 2016, J. Stat. Software 70(10), section 2.3. A quasi-Poisson model with a
trend (and levels for the seasons) is fitted to the earlier years; counts that stuck out then weigh
less, so that an old surge does not hide a new one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from localwealth.watch.ears import Judged
from localwealth.watch.tails import negative_binomial, poisson, two_sided_t

Vector = NDArray[np.float64]
METHODS = ("delta", "nbPlugin", "muan")
# A fit has settled when the deviance changes by less than this share of it.
SETTLED, ROUNDS_MOST = 1e-8, 25
# A trend is only seen in so many years.
YEARS_FOR_A_TREND = 3


@dataclass(frozen=True)
class Settings:
    """How a count is judged. The defaults are those of the R package surveillance."""

    years: int = 5
    half_window: int = 3
    periods: int = 1
    weeks_left_out: int | None = None
    weighed_down_from: float = 2.58
    trend_below: float = 0.05
    method: str = "delta"
    alpha: float = 0.05
    least: int = 5
    least_in: int = 4
    weeks_a_year: int = 52

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"There is no bound {self.method!r}; there are {', '.join(METHODS)}.")
        if not 0 < self.alpha < 1:
            raise ValueError(f"alpha lies between 0 and 1, and {self.alpha:g} does not.")
        if self.years < 1 or self.half_window < 0 or self.periods < 1:
            raise ValueError("There must be at least one earlier year, and one period.")
        if self.weeks_a_year - 2 * self.half_window - 1 < self.periods - 1:
            raise ValueError("There are more periods than weeks to share among them.")

    @property
    def left_out(self) -> int:
        """How many of the last weeks are not learnt from, as a surge may be on already."""
        return self.half_window if self.weeks_left_out is None else self.weeks_left_out

    @property
    def earliest(self) -> int:
        """The place (from 0) of the first count for which there are enough earlier ones."""
        return self.years * self.weeks_a_year + self.half_window


def farrington(counts: Sequence[int], settings: Settings = Settings()) -> list[Judged]:
    """Judge each count of a weekly series, oldest first, by the years before it.

    Returns
    -------
    list of Judged
        One a count; the first ``settings.earliest`` *can't be judged yet*. A count is no alarm
        where fewer than ``least`` were seen in the last ``least_in`` weeks.

    Examples
    --------
    >>> six_years = [5, 6, 7, 6] * 78
    >>> [week.because for week in farrington(six_years)][0]
    'cannot judge yet: 263 earlier counts are needed, 0 so far'
    >>> last = farrington([*six_years, 20])[-1]
    >>> round(last.expected, 1), last.is_alarm
    (6.1, True)
    """
    return [_judge(counts, at, settings) for at in range(len(counts))]


def _judge(counts: Sequence[int], at: int, settings: Settings) -> Judged:
    need = settings.earliest
    if at < need:
        because = f"cannot judge yet: {need} earlier counts are needed, {at} so far"
        return Judged(at, counts[at], None, None, because)
    periods = _period_of_weeks(at, settings)
    weeks = [week for week in sorted(periods) if week < at - settings.left_out]
    seen = np.array([counts[week] for week in weeks], dtype=np.float64)
    if not seen.any():
        because = "cannot judge: there was nothing in the earlier years"
        return Judged(at, counts[at], None, None, because)
    model = _fitted(seen, weeks, [periods[week] for week in weeks], at, settings)
    expected, upper = model.expected, _upper(model, settings)
    lately = sum(counts[max(at - settings.least_in + 1, 0) : at + 1])
    held_back = (
        ""
        if lately >= settings.least
        else f"fewer than {settings.least} in the last {settings.least_in}"
    )
    return Judged(at, counts[at], expected, upper, held_back=held_back)


def _period_of_weeks(at: int, settings: Settings) -> dict[int, int]:
    """Which weeks are learnt from, each with its period of the year.

    The last period is the weeks around the same week of each year; the rest of a year is shared
    among the others, the first ones a week longer where it can't be shared evenly.
    """
    year, half, last = settings.weeks_a_year, settings.half_window, settings.periods
    periods = dict.fromkeys(range(at - half, at + 1), last)
    for back in range(1, settings.years + 1):
        same = at - back * year
        periods.update(dict.fromkeys(range(same - half, same + half + 1), last))
        week = same + half + 1
        if last > 1:
            length, longer = divmod(year - 2 * half - 1, last - 1)
            for period in range(1, last):
                after = week + length + (period <= longer)
                periods.update(dict.fromkeys(range(week, after), period))
                week = after
    return periods


@dataclass(frozen=True)
class _Model:
    """What is expected of a week: its mean, the spread of counts, and how sure the mean is."""

    expected: float
    dispersion: float
    error: float


def _fitted(
    seen: Vector, weeks: list[int], periods: list[int], at: int, settings: Settings
) -> _Model:
    """The model with a trend, or without where that is not sure, or leads beyond all that was."""
    model, chance = _fit(seen, weeks, periods, at, settings, trend=True)
    if (
        settings.years >= YEARS_FOR_A_TREND
        and chance < settings.trend_below
        and model.expected <= seen.max()
    ):
        return model
    return _fit(seen, weeks, periods, at, settings, trend=False)[0]


def _fit(
    seen: Vector,
    weeks: list[int],
    periods: list[int],
    at: int,
    settings: Settings,
    *,
    trend: bool,
) -> tuple[_Model, float]:
    """A model, and the chance that its trend is none (1 where it has none)."""
    design = _design(weeks, periods, settings.periods, trend)
    first = _least_squares(design, seen, np.ones(len(seen)))
    weights = _weights(seen, first, settings.weighed_down_from)
    second = _least_squares(design, seen, weights)
    freedom = len(seen) - design.shape[1]
    dispersion = max(second.pearson / freedom, 1.0)
    # As the reference implementation has it: errors go by the weights themselves, and not by the
    # weights of the last round of fitting.
    spread = float(np.sum(weights * ((seen - second.mean) / second.mean) ** 2)) / freedom
    week = _design([at], [settings.periods], settings.periods, trend)[0]
    expected = math.exp(float(week @ second.parameters))
    error = math.sqrt(max(spread * float(week @ second.covariance @ week), 0.0))
    chance = 1.0
    if trend:
        of_trend = math.sqrt(max(spread * float(second.covariance[1, 1]), 1e-300))
        chance = two_sided_t(abs(float(second.parameters[1])) / of_trend, freedom)
    return _Model(expected, dispersion, error), chance


def _design(weeks: list[int], periods: list[int], last: int, trend: bool) -> Vector:
    """One row a week: a level, its number for the trend, and its period of the year."""
    numbers, within = np.array(weeks, dtype=np.float64), np.array(periods)
    columns = [np.ones(len(weeks))]
    if trend:
        columns.append(numbers)
    columns += [(within == period).astype(np.float64) for period in range(2, last + 1)]
    return np.column_stack(columns)


@dataclass(frozen=True)
class _Fit:
    parameters: Vector
    mean: Vector
    leverage: Vector
    covariance: Vector
    pearson: float


def _least_squares(design: Vector, seen: Vector, weights: Vector) -> _Fit:
    """A log-linear model fitted by weighing anew until it settles."""
    mean = seen + 0.1
    linear, before = np.log(mean), math.inf
    for _ in range(ROUNDS_MOST):
        root = np.sqrt(weights * mean)
        q, r = np.linalg.qr(design * root[:, None])
        parameters = np.linalg.solve(r, q.T @ ((linear + (seen - mean) / mean) * root))
        linear = design @ parameters
        mean = np.exp(linear)
        now = _deviance(seen, mean, weights)
        if abs(now - before) / (abs(now) + 0.1) < SETTLED:
            break
        before = now
    pearson = float(np.sum(weights * (seen - mean) ** 2 / mean))
    return _Fit(parameters, mean, np.sum(q**2, axis=1), np.linalg.inv(r.T @ r), pearson)


def _deviance(seen: Vector, mean: Vector, weights: Vector) -> float:
    logs = np.log(np.where(seen > 0, seen, mean) / mean)
    return 2 * float(np.sum(weights * (seen * logs - (seen - mean))))


def _weights(seen: Vector, fit: _Fit, threshold: float) -> Vector:
    """Counts that stick out (by Anscombe's residual) weigh less; all weights add up to n."""
    freedom = len(seen) - len(fit.parameters)
    dispersion = max(fit.pearson / freedom, 1.0)
    unexplained = np.sqrt(dispersion * np.maximum(1 - fit.leverage, 1e-12))
    residuals = 1.5 * (seen ** (2 / 3) * fit.mean ** (-1 / 6) - np.sqrt(fit.mean)) / unexplained
    weights = np.where(residuals > threshold, np.maximum(residuals, 1e-9) ** -2.0, 1.0)
    evened: Vector = weights * (len(seen) / weights.sum())
    return evened


def _upper(model: _Model, settings: Settings) -> float:
    """The bound above which a count is an alarm."""
    z = NormalDist().inv_cdf(1 - settings.alpha)
    mean = model.expected
    if settings.method == "delta":
        of_mean = (model.error * mean) ** 2 / mean
        tau = model.dispersion + of_mean
        return float((mean ** (2 / 3) + z * math.sqrt(4 / 9 * mean ** (1 / 3) * tau)) ** 1.5)
    if settings.method == "muan":
        mean *= math.exp(z * model.error)
    if model.dispersion > 1:
        return negative_binomial(1 - settings.alpha, mean, model.dispersion)
    return poisson(1 - settings.alpha, mean)
