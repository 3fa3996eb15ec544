"""The local multiplier of three rounds (LM3; New Economics Foundation, The Money Trail, 2002)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

PENCE = Decimal("0.0001")


@dataclass(frozen=True)
class Lm3:
    """A multiplier as a range: ``low`` and ``high``, with what of it was ``measured`` (in words)
    and what ``assumed``."""

    low: Decimal
    high: Decimal
    measured: str
    assumed: str


def lm3(
    spent: Decimal,
    local: tuple[Decimal, Decimal],
    respent: tuple[Decimal, Decimal],
    answered: Decimal | None = None,
) -> Lm3:
    """(R1 + R2 + R3) / R1.

    Parameters
    ----------
    spent
        R1: pounds that the anchor spent.
    local
        R2: pounds that it spent locally, at least and at most (what is unknown may be local).
    respent
        The share, 0 to 1, that local recipients spend locally again, at least and at most: from a
        survey, or assumed.
    answered
        The share of R2, 0 to 1, whose recipients answered a survey; None where none was made. Of
        the rest nothing is known: it spends nothing locally at least, everything at most.

    Examples
    --------
    >>> made = lm3(Decimal(100), (Decimal(100), Decimal(100)), (Decimal("0.76"), Decimal("0.76")))
    >>> made.low
    Decimal('2.7600')
    """
    if spent <= 0:
        raise ValueError("Nothing was spent, so there is no multiplier.")
    if not 0 <= local[0] <= local[1] <= spent:
        raise ValueError("What is spent locally lies between nothing and all that is spent.")
    if not 0 <= respent[0] <= respent[1] <= 1:
        raise ValueError("A share lies between 0 and 1.")
    known = Decimal(0) if answered is None else answered
    if not 0 <= known <= 1:
        raise ValueError("A share lies between 0 and 1.")
    low_share, high_share = respent
    if answered is not None:
        low_share, high_share = low_share * known, high_share * known + (1 - known)
    low = (spent + local[0] + local[0] * low_share) / spent
    high = (spent + local[1] + local[1] * high_share) / spent
    return Lm3(
        low.quantize(PENCE),
        high.quantize(PENCE),
        "rounds 1 and 2 from payments"
        + (f"; round 3 of {known:.0%} of round 2 by survey" if answered is not None else ""),
        "round 3 altogether" if answered is None else f"round 3 of {1 - known:.0%} of round 2",
    )
