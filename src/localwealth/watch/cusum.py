"""CUSUM with Rossi's transformation: small lasting rises add up until they are an alarm.

Source: Rossi, Lampugnani and Marchi 1999, Statistics in Medicine 18: 2111 to 2122; k and h for
an average run of 500 counts between false alarms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

K, H = 1.04, 2.26


@dataclass(frozen=True)
class Summed:
    """One count of a series: its expectation, the sum so far, whether the sum is an alarm, and
    the count that would have been one."""

    index: int
    seen: int
    expected: float
    total: float
    upper: float
    is_alarm: bool


def cusum(
    counts: Sequence[int],
    expected: Sequence[float],
    *,
    k: float = K,
    h: float = H,
    begin_again: bool = True,
) -> list[Summed]:
    """Add up by how much each count lies above what was expected of it.

    x = (y − 3m + 2√(m·y)) / (2√m) is close to normal for a count y with mean m; the sum
    S = max(0, S + x − k) is an alarm when it reaches h.

    Parameters
    ----------
    counts, expected
        One count and its expected mean (above 0) each, oldest first.
    begin_again
        Whether the sum begins at nought again after an alarm; otherwise it stays high as long as
        the rise lasts.

    Examples
    --------
    >>> quiet = cusum([10, 9, 11, 10], [10.0] * 4)
    >>> [one.is_alarm for one in quiet]
    [False, False, False, False]
    >>> [one.is_alarm for one in cusum([15, 16, 15, 17], [10.0] * 4)]
    [False, False, False, True]
    """
    summed, total = [], 0.0
    for index, (y, m) in enumerate(zip(counts, expected, strict=True)):
        before = total
        x = (y - 3 * m + 2 * math.sqrt(m * y)) / (2 * math.sqrt(m))
        total = max(0.0, before + x - k)
        alarm = total >= h
        summed.append(Summed(index, y, m, total, _least(m, k + h - before), alarm))
        if alarm and begin_again:
            total = 0.0
    return summed


def _least(m: float, x: float) -> float:
    """The count whose transformed value is x: the least one that is an alarm."""
    # With u = √y: u² + 2√m·u − (3m + 2√m·x) = 0.
    root = math.sqrt(m)
    inside = 4 * m + 2 * root * x
    return max(0.0, math.sqrt(max(inside, 0.0)) - root) ** 2
