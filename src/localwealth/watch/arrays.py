"""EARS and CUSUM over many series at once: the alarms alone, a row a series.

The same rules as :mod:`~localwealth.watch.ears` and :mod:`~localwealth.watch.cusum`, which say of
each day what was expected and why it could not be judged.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from localwealth.watch.cusum import H, K
from localwealth.watch.ears import BASELINE_DAYS

Counts = NDArray[np.int64]
Alarms = NDArray[np.bool_]
Rows = NDArray[np.float64]


def ears_alarms(counts: Counts, *, method: str = "C2", alpha: float | None = None) -> Alarms:
    """Which counts are alarms: n series × n days. What can't be judged yet is none.

    Examples
    --------
    >>> quiet = [4, 6, 5, 5, 4, 6, 5, 5, 5]
    >>> ears_alarms(np.array([[*quiet, 20], [*quiet, 6]]))[:, -1].tolist()
    [True, False]
    """
    if method not in ("C1", "C2", "C3"):
        raise ValueError(f"There is no method {method!r}; there are C1, C2 and C3.")
    lag = 0 if method == "C1" else 2
    need = BASELINE_DAYS + lag + (2 if method == "C3" else 0)
    alarms = np.zeros(counts.shape, dtype=np.bool_)
    if counts.shape[1] <= need:
        return alarms
    z = NormalDist().inv_cdf(1 - (alpha or (0.025 if method == "C3" else 0.001)))
    mean, spread = _baselines(counts, lag)
    # Days from the first that has a baseline.
    seen = counts[:, BASELINE_DAYS + lag :]
    if method != "C3":
        alarms[:, need:] = seen > mean + z * spread
        return alarms
    over = _over(seen, mean, spread)
    with np.errstate(invalid="ignore"):
        upper = seen[:, 2:] + spread[:, 2:] * (z - (over[:, 1:-1] + over[:, :-2]))
    # Without spread nothing is over it, however far the days before were; NaN is over nothing.
    alarms[:, need:] = seen[:, 2:] > np.maximum(upper, 0.0)
    return alarms


def _baselines(counts: Counts, lag: int) -> tuple[Rows, Rows]:
    """Mean and standard deviation of the seven counts that end ``lag`` days before each day. The
    sums are whole numbers, so days that are all alike have a spread of exactly nought."""
    size = counts.shape[1] - BASELINE_DAYS - lag
    sums, squares = (_sums(power)[:, :size] for power in (counts, counts * counts))
    numerator = BASELINE_DAYS * squares - sums * sums
    spread: Rows = np.sqrt(numerator / (BASELINE_DAYS * (BASELINE_DAYS - 1)))
    return sums / BASELINE_DAYS, spread


def _sums(counts: Counts) -> Counts:
    """Of each seven in a row."""
    added: Counts = np.cumsum(np.pad(counts, ((0, 0), (1, 0))), axis=1)
    return added[:, BASELINE_DAYS:] - added[:, :-BASELINE_DAYS]


def _over(seen: Counts, mean: Rows, spread: Rows) -> Rows:
    """How far each count lies above one standard deviation of its baseline; NaN where that is
    nought by nought."""
    above = np.where(seen > mean, np.inf, np.where(seen == mean, np.nan, 0.0))
    over = np.divide(seen - mean, spread, out=above + 1, where=spread > 0)
    highest: Rows = np.maximum(over - 1, 0.0)
    return highest


def cusum_alarms(counts: Counts, expected: Rows, *, k: float = K, h: float = H) -> Alarms:
    """Which counts are alarms, the sum going on after each: n series × n days. ``expected`` is
    the mean (above 0) of each series, or of each count."""
    means = np.broadcast_to(expected if expected.ndim == 2 else expected[:, None], counts.shape)
    rise = (counts - 3 * means + 2 * np.sqrt(means * counts)) / (2 * np.sqrt(means)) - k
    total = np.zeros(len(counts))
    alarms = np.zeros(counts.shape, dtype=np.bool_)
    for day in range(counts.shape[1]):
        np.maximum(total + rise[:, day], 0.0, out=total)
        alarms[:, day] = total >= h
    return alarms
