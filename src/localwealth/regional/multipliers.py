"""Multipliers of types I and II, from one inverse.

Sources: Leontief 1936; Miller and Blair, *Input-Output Analysis*, 2nd edition 2009, chapters 2 and
6. Type I counts what industries buy from each other. Type II also counts what households buy with
what they are paid (the model is *closed* to households); what they are paid with is a choice:

pay
    what households spend, divided by compensation of employees;
income
    what households spend, divided by all income of households, a figure that stands in no
    input-output table and has to be given with its source.

The two are never averaged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from localwealth.errors import UnreadableFile
from localwealth.regional.tables import Matrix, Table, Vector

NEEDS_HOUSEHOLDS = "The table has no column of what households buy, so there is no type II."
NEEDS_PAY = "The table has no row of compensation of employees, so there is no type II."


@dataclass(frozen=True)
class Closure:
    """How the model is closed to households: by pay alone, or by their whole income (millions)."""

    kind: str = "pay"
    income: float | None = None

    @property
    def words(self) -> str:
        """What an induced effect rests on, fit to stand beside it."""
        if self.kind == "pay":
            return "households spend out of pay alone"
        return f"households spend out of all their income, {self.income:,.0f} million"


@dataclass(frozen=True)
class Effects:
    """For each industry, what one unit of final demand for it makes in all, and as a multiple.

    ``effect[j]`` is per unit of final demand for j; ``multiplier[j]`` is the effect divided by
    what j itself has per unit of its output. NaN where an industry has no output, or none of what
    is counted.
    """

    effect: Vector
    multiplier: Vector


def per_output(table: Table, amounts: Vector) -> Vector:
    """Amounts per unit of each industry's output; 0 where it has no output."""
    divided: Vector = np.divide(
        amounts, table.output, out=np.zeros(len(table)), where=table.has_output
    )
    return divided


def coefficients(table: Table) -> Matrix:
    """What industry j buys of industry i for one unit of its output: A, n × n, imports left out."""
    bought: Matrix = np.divide(
        table.flows,
        table.output,
        out=np.zeros_like(table.flows),
        where=np.broadcast_to(table.has_output, table.flows.shape),
    )
    return bought


def inverse(coefficients: Matrix) -> Matrix:
    """The Leontief inverse (I − A)⁻¹.

    Raises
    ------
    UnreadableFile
        There is none with which every industry makes something out of less than it is worth.
    """
    unit = np.eye(len(coefficients))
    try:
        total: Matrix = np.linalg.solve(unit - coefficients, unit).astype(np.float64)
    except np.linalg.LinAlgError:
        total = np.full_like(coefficients, -1.0)
    if total.min(initial=0) < -1e-9:
        raise UnreadableFile("The industries use up more than they make: there is no inverse.")
    return total


def spending(table: Table, closure: Closure, at_home: Vector | None = None) -> Vector:
    """What households buy of each industry for one unit that they have; ``at_home`` as in
    :func:`closed`.

    Raises
    ------
    UnreadableFile
        The table says nothing of households or of pay.
    """
    if table.households is None:
        raise UnreadableFile(NEEDS_HOUSEHOLDS)
    if table.pay is None:
        raise UnreadableFile(NEEDS_PAY)
    earned = float(table.pay.sum()) if closure.kind == "pay" else closure.income or 0.0
    if earned < table.households.sum():
        raise UnreadableFile(
            f"Households spend {table.households.sum():,.0f} million on what is made here, more "
            f"than the {earned:,.0f} million that they would have."
        )
    bought: Vector = (table.households if at_home is None else at_home) / earned
    return bought


def closed(
    table: Table, coefficients: Matrix, closure: Closure, at_home: Vector | None = None
) -> Matrix:
    """The coefficients with households as one more industry: (n + 1) × (n + 1).

    ``at_home`` is what households buy within the area of each industry, if less than what they
    buy in the nation, which is what the table has.

    Raises
    ------
    UnreadableFile
        The table says nothing of households or of pay.
    """
    bought = spending(table, closure, at_home)
    assert table.pay is not None
    size = len(table)
    larger = np.zeros((size + 1, size + 1))
    larger[:size, :size] = coefficients
    larger[size, :size] = per_output(table, table.pay)
    larger[:size, size] = bought
    return larger


def effects(table: Table, total: Matrix, per_unit: Vector) -> Effects:
    """Effects of final demand for each industry on an amount per unit of output.

    ``total`` is the inverse of type I, or that of the closed model, whose last row and column (the
    households) are used and not counted.
    """
    within = total[: len(table), : len(table)]
    effect = np.where(table.has_output, per_unit @ within, np.nan)
    multiplier = np.divide(
        effect, per_unit, out=np.full(len(table), np.nan), where=(per_unit != 0) & table.has_output
    )
    return Effects(effect, multiplier)


def output_multipliers(table: Table, total: Matrix) -> Vector:
    """What one unit of final demand for each industry makes in all: column sums; NaN without
    output."""
    return effects(table, total, np.ones(len(table))).effect
