"""Tails of three distributions, so that early warning needs no library for statistics."""

from __future__ import annotations

import math
from collections.abc import Callable

TERMS_MOST = 300
SETTLED = 1e-14
# So many standard deviations below the mean nothing is left of a tail (1e-14 of it).
DEVIATIONS_BELOW = 8


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
    return _least(
        share,
        lambda count: count * math.log(mean) - mean - math.lgamma(count + 1),
        lambda count: mean / (count + 1),
        (mean, mean),
    )


def negative_binomial(share: float, mean: float, dispersion: float) -> float:
    """As :func:`poisson`, where the variance is a multiple (above 1) of the mean.

    >>> negative_binomial(0.99, 1.38, 1.55)
    6.0
    """
    size, chance = mean / (dispersion - 1), 1 / dispersion
    return _least(
        share,
        lambda count: (
            math.lgamma(count + size)
            - math.lgamma(size)
            - math.lgamma(count + 1)
            + size * math.log(chance)
            + count * math.log1p(-chance)
        ),
        lambda count: (count + size) / (count + 1) * (1 - chance),
        (mean, mean * dispersion),
    )


def _least(
    share: float,
    logarithm: Callable[[int], float],
    ratio: Callable[[int], float],
    moments: tuple[float, float],
) -> float:
    """Adds up the chances of 0, 1, 2 …, each by its ratio to the one before, up to a share.

    It begins where there is anything to add: of a mean of a thousand, 0 has no chance that a
    number can hold. ``moments``: mean and variance.
    """
    mean, variance = moments
    count = max(int(mean - DEVIATIONS_BELOW * math.sqrt(variance)), 0)
    chance = total = math.exp(logarithm(count))
    while total < share and count < 50 * (variance + 10):
        chance *= ratio(count)
        count += 1
        total += chance
    return float(count)
