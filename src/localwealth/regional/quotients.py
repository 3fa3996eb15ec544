"""From a national table to an area's, by the jobs that each has in each industry.

Sources: Flegg and Webber 1997, Regional Studies 31(8): 795 to 805 (FLQ); 2000, 34(6): 563 to 569
(AFLQ). With E jobs, r the area and n the nation, i the seller and j the buyer:

    SLQ_i   = (E_i^r / E^r) / (E_i^n / E^n)
    CILQ_ij = SLQ_i / SLQ_j, and SLQ_i where i = j
    FLQ_ij  = CILQ_ij · λ,  λ = log₂(1 + E^r / E^n)^δ
    AFLQ_ij = FLQ_ij · log₂(1 + SLQ_j) where SLQ_j > 1

λ is applied to the diagonal too (some authors leave it out). A quotient over 1 is taken for 1, so
that no area buys more within than the nation does: element by element, AFLQ included. An industry
that buys (j) and has no jobs in the area has no purchases there.

δ has no one right value. Every figure is worked out for three, and the band between them is an
assumption: it was checked for a region of 8 % of the country and is no confidence interval.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from localwealth.errors import UnreadableFile
from localwealth.regional.tables import Matrix, Vector

DELTAS = (0.15, 0.25, 0.35)
# Of these there is one answer, whatever δ is.
WITHOUT_DELTA = ("slq", "cilq")
HEADLINE = 0.25
BAND = (
    "The band between the values of δ is an assumption. It was checked for a region of 8 % of "
    "the country; it is no confidence interval."
)


def slq(region: Vector, nation: Vector) -> Vector:
    """Simple location quotients, one an industry: the area's share beside the nation's. NaN for an
    industry in which nobody works anywhere.

    Raises
    ------
    UnreadableFile
        Jobs below nought, none at all, or more in the area than in the nation.
    """
    if region.min() < 0 or nation.min() < 0:
        raise UnreadableFile("A number of jobs is below nought.")
    if region.sum() <= 0 or nation.sum() <= 0:
        raise UnreadableFile("There are no jobs at all.")
    if np.any(region > nation):
        raise UnreadableFile("An industry has more jobs in the area than in the nation.")
    local, everywhere = region / region.sum(), nation / nation.sum()
    quotient: Vector = np.divide(
        local, everywhere, out=np.full(len(local), np.nan), where=nation > 0
    )
    return quotient


def scale(region: Vector, nation: Vector, delta: float) -> float:
    """λ: how much of its own supplies an area of this size has, 0 to 1.

    >>> round(scale(np.array([0.08344661]), np.array([1.0]), 0.25), 6)
    0.583131
    """
    if not 0 <= delta < 1:
        raise UnreadableFile(f"δ lies between 0 and 1, and {delta:g} does not.")
    return float(np.log2(1 + region.sum() / nation.sum()) ** delta)


def _slq(region: Vector, nation: Vector, delta: float) -> Matrix:
    quotients = np.nan_to_num(slq(region, nation))
    return np.repeat(quotients[:, None], len(region), axis=1)


def _cilq(region: Vector, nation: Vector, delta: float) -> Matrix:
    quotients = np.nan_to_num(slq(region, nation))
    buyers = np.broadcast_to(quotients, (len(region), len(region)))
    crossed: Matrix = np.divide(
        quotients[:, None], buyers, out=np.zeros((len(region), len(region))), where=buyers > 0
    )
    np.fill_diagonal(crossed, quotients)
    return crossed


def _flq(region: Vector, nation: Vector, delta: float) -> Matrix:
    return _cilq(region, nation, delta) * scale(region, nation, delta)


def _aflq(region: Vector, nation: Vector, delta: float) -> Matrix:
    quotients = np.nan_to_num(slq(region, nation))
    special = np.where(quotients > 1, np.log2(1 + quotients), 1.0)
    return _flq(region, nation, delta) * special


METHODS: dict[str, Callable[[Vector, Vector, float], Matrix]] = {
    "slq": _slq,
    "cilq": _cilq,
    "flq": _flq,
    "aflq": _aflq,
}


def quotients(method: str, region: Vector, nation: Vector, delta: float = HEADLINE) -> Matrix:
    """The quotient of each seller (row) and buyer (column), before it is cut off at 1: n × n."""
    return METHODS[method](region, nation, delta)


def regionalised(
    coefficients: Matrix, method: str, region: Vector, nation: Vector, delta: float = HEADLINE
) -> Matrix:
    """The area's coefficients: what is not bought there leaks to other areas."""
    return coefficients * np.minimum(quotients(method, region, nation, delta), 1)


def bought_at_home(method: str, region: Vector, nation: Vector, delta: float = HEADLINE) -> Vector:
    """The share of what households buy that the area itself sells: its quotient, at most 1, which
    is the diagonal of the matrix of quotients."""
    return np.minimum(np.diag(quotients(method, region, nation, delta)), 1)
