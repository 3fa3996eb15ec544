"""EARS C1, C2, C3: a count against the mean and spread of the days just before it.

Source: Hutwagner and others 2003, J. Urban Health 80 (Suppl. 1): i89 to i96, in the form of
Salmon, Schumacher and Höhle 2016, J. Stat. Software 70(10), section 2.2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, mean, stdev

BASELINE_DAYS = 7
NO_SPREAD = "cannot judge: seven counts are all alike, and give no spread to measure by"


@dataclass(frozen=True)
class Judged:
    """One day of a series: what was seen and expected, the upper bound, and whether it is an alarm.

    ``because`` is empty when it could be judged; otherwise it says why it could not, and
    expected, upper are None. ``held_back`` says why it is no alarm though it may lie above the
    bound.
    """

    index: int
    seen: int
    expected: float | None
    upper: float | None
    because: str = ""
    held_back: str = ""

    @property
    def is_alarm(self) -> bool:
        """Whether more was seen than the upper bound, where there is one."""
        return self.upper is not None and self.seen > self.upper and not self.held_back


def ears(
    counts: Sequence[int],
    *,
    method: str = "C2",
    alpha: float | None = None,
    least_spread: float = 0,
) -> list[Judged]:
    """Judge each count by the seven before it (C1), or the seven before the last two (C2, C3).

    Parameters
    ----------
    counts
        One count a day (or week), oldest first.
    method
        "C1", "C2" or "C3".
    alpha
        The chance of an alarm a day if counts were normal and their spread known: .001 for C1
        and C2, .025 for C3 when not given. With counts, and a spread from seven days, it is
        higher; see ``docs/methods/surge.md``.
    least_spread
        The standard deviation is taken to be at least this, so that a week without any call does
        not make one call an alarm.

    Returns
    -------
    list of Judged
        One a count. The first 7 (C1), 9 (C2) or 11 (C3) *can't be judged yet*.

    Examples
    --------
    >>> quiet = [4, 6, 5, 5, 4, 6, 5, 5, 5]
    >>> last = ears([*quiet, 20])[-1]
    >>> round(last.expected, 1), round(last.upper, 1), last.is_alarm
    (5.0, 7.5, True)
    >>> ears([1, 2, 3])[-1].because
    'cannot judge yet: 9 earlier counts are needed, 2 so far'
    """
    if method not in ("C1", "C2", "C3"):
        raise ValueError(f"There is no method {method!r}; there are C1, C2 and C3.")
    lag = 0 if method == "C1" else 2
    z = NormalDist().inv_cdf(1 - (alpha or (0.025 if method == "C3" else 0.001)))
    need = BASELINE_DAYS + lag + (2 if method == "C3" else 0)
    spreads = [_baseline(counts, t, lag, least_spread) for t in range(len(counts))]
    return [_judge(counts, t, method, need, z, spreads) for t in range(len(counts))]


def _baseline(counts: Sequence[int], t: int, lag: int, least: float) -> tuple[float, float] | None:
    window = counts[t - BASELINE_DAYS - lag : t - lag] if t >= BASELINE_DAYS + lag else ()
    return (float(mean(window)), max(stdev(window), least)) if window else None


def _judge(
    counts: Sequence[int],
    t: int,
    method: str,
    need: int,
    z: float,
    spreads: Sequence[tuple[float, float] | None],
) -> Judged:
    base = spreads[t]
    if t < need or base is None:
        return Judged(
            t,
            counts[t],
            None,
            None,
            f"cannot judge yet: {need} earlier counts are needed, {t} so far",
        )
    m, s = base
    if method != "C3":
        return Judged(t, counts[t], m, m + z * s)
    over = sum(_over(counts[t - back], spreads[t - back]) for back in (1, 2))
    # As the reference implementation has it: from the count itself, since C3 judges three days.
    upper = counts[t] + s * (z - over)
    if math.isnan(upper):
        return Judged(t, counts[t], None, None, NO_SPREAD)
    return Judged(t, counts[t], m, max(upper, 0.0))


def _over(count: int, base: tuple[float, float] | None) -> float:
    """How far C2 of a day lies above one standard deviation; NaN where seven counts are all alike
    and the day is as they are: nought by nought, as in the reference implementation."""
    if base is None:
        return 0.0
    middle, spread = base
    if spread == 0:
        return math.nan if count == middle else math.inf if count > middle else 0.0
    return max(0.0, (count - middle) / spread - 1)
