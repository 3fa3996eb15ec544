"""Tails of three distributions, so that early warning needs no library for statistics."""

from __future__ import annotations

import math
from collections.abc import Callable

TERMS_MOST = 300
SETTLED = 1e-14


def two_sided_t(value: float, freedom: float) -> float:
    """The chance that Student's t lies further from nought than a value.

    >>> round(two_sided_t(2.042272, 30), 6)
    0.05
    """
    return _beta(freedom / 2, 0.5, freedom / (freedom + value * value))


def _beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz's way)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, 1 - x)
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(logarithm + a * math.log(x) + b * math.log1p(-x)) / a
    fraction, above, below = 1.0, 1.0, 0.0
    for term in range(TERMS_MOST):
        step, is_odd = divmod(term, 2)
        if term == 0:
            part = 1.0
        elif is_odd:
            part = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        else:
            part = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        below = 1 / ((1 + part * below) or 1e-300)
        above = (1 + part / above) or 1e-300
        fraction *= above * below
        if abs(1 - above * below) < SETTLED:
            break
    return front * (fraction - 1)


def poisson(share: float, mean: float) -> float:
    """The least count that a Poisson variable stays at or below with a probability.

    >>> poisson(0.99, 1.38)
    5.0
    """
    return _least(share, math.exp(-mean), lambda count: mean / (count + 1), mean)


def negative_binomial(share: float, mean: float, dispersion: float) -> float:
    """As :func:`poisson`, where the variance is a multiple (above 1) of the mean.

    >>> negative_binomial(0.99, 1.38, 1.55)
    6.0
    """
    size, chance = mean / (dispersion - 1), 1 / dispersion
    start = math.exp(size * math.log(chance))
    return _least(
        share, start, lambda count: (count + size) / (count + 1) * (1 - chance), mean * dispersion
    )


def _least(share: float, nought: float, ratio: Callable[[int], float], scale: float) -> float:
    """Adds up the chances of 0, 1, 2 …, each by its ratio to the one before, up to a share."""
    count, chance, total = 0, nought, nought
    while total < share and count < 50 * (scale + 10):
        chance *= ratio(count)
        count += 1
        total += chance
    return float(count)
