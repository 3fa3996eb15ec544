"""The local multiplier of three rounds (LM3; New Economics Foundation, The Money Trail, 2002)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from localwealth.spend.measures import Base, Place, rows

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
        Pounds of R2 whose recipients answered a survey; None where none was made. Of the rest
        nothing is known: it spends nothing locally at least, everything at most.

    Raises
    ------
    ValueError
        Nothing was spent, or a part is more than its whole.

    Examples
    --------
    >>> made = lm3(Decimal(100), (Decimal(100), Decimal(100)), (Decimal("0.76"), Decimal("0.76")))
    >>> made.low
    Decimal('2.7600')
    """
    _check(spent, local, respent, answered)
    answered_gbp = Decimal(0) if answered is None else answered
    if answered is None:
        low, high = local[0] * respent[0], local[1] * respent[1]
    else:
        low, high = answered_gbp * respent[0], answered_gbp * respent[1] + (local[1] - answered_gbp)
    share = answered_gbp / local[0] if local[0] else Decimal(0)
    return Lm3(
        ((spent + local[0] + low) / spent).quantize(PENCE),
        ((spent + local[1] + high) / spent).quantize(PENCE),
        "rounds 1 and 2 from payments"
        + (f"; round 3 of {share:.0%} of round 2 by survey" if answered is not None else ""),
        "round 3 altogether" if answered is None else f"round 3 of {1 - share:.0%} of round 2",
    )


def _check(
    spent: Decimal,
    local: tuple[Decimal, Decimal],
    respent: tuple[Decimal, Decimal],
    answered: Decimal | None,
) -> None:
    if spent <= 0:
        raise ValueError("Nothing was spent, so there is no multiplier.")
    if not 0 <= local[0] <= local[1] <= spent:
        raise ValueError("What is spent locally lies between nothing and all that is spent.")
    if not 0 <= respent[0] <= respent[1] <= 1:
        raise ValueError("A share lies between 0 and 1.")
    if answered is not None and not 0 <= answered <= local[0]:
        raise ValueError("Who answered was paid no more than what is spent locally.")


ANSWERS_AT_LEAST = 5


@dataclass(frozen=True)
class Respent:
    """What local suppliers answered: the share of 1 that they spend locally again, weighted by
    what they were paid (``pounds``), and how many they are."""

    share: Decimal
    pounds: Decimal
    suppliers: int


def respent(base: Base, place: Place = "office") -> Respent | None:
    """From the tables ``lines`` and ``answers`` (``supplier``, ``share`` 0 to 1): what suppliers in
    the town answered. None below five of them, as one could be worked out from the rest."""
    [row] = rows(
        base,
        f"""
        with paid as (
            select supplier, sum(amount) as amount from lines
            where not to_anchor and {place} = 'town' group by supplier)
        select sum(paid.amount::double * share::double) / nullif(sum(paid.amount)::double, 0)
                as share,
            sum(paid.amount) as pounds, count(*) as suppliers
        from paid join answers on answers.supplier = paid.supplier where paid.amount > 0
    """,
    )
    if row["suppliers"] < ANSWERS_AT_LEAST:
        return None
    share = Decimal(repr(row["share"])).quantize(Decimal("0.000001"))
    return Respent(share, row["pounds"], row["suppliers"])
