"""An input-output table, industry by industry, and the two balances that it must keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from localwealth.errors import UnreadableFile

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
# Published tables are rounded by their makers: Scotland's rows are up to 0.002 million out.
TOLERANCE = 0.0025
# A table whose figures are whole is rounded cell by cell: half a unit each at most.
ROUNDED = 0.5
SWAPPED = (
    "Rows and columns are swapped: the table balances only when its columns are read as what is "
    "sold. Send it as it was published."
)


@dataclass(frozen=True)
class Table:
    """A domestic table at basic prices, in millions of its own currency and year's prices.

    Each vector has one figure an industry, in the order of ``codes``. ``flows[i, j]`` is what
    industry i sells to industry j, imports left out. ``households`` is what households buy of
    each industry, ``final`` all that is not sold to industries. ``imports`` and ``taxes`` (on
    products, less subsidies) are paid by each industry for what it uses; ``pay`` is compensation
    of employees, ``gva`` gross value added, ``jobs`` how many work in each industry, in
    the table's own unit.
    """

    title: str
    year: int | None
    codes: tuple[str, ...]
    names: tuple[str, ...]
    flows: Matrix
    households: Vector | None
    final: Vector
    imports: Vector
    taxes: Vector
    pay: Vector | None
    gva: Vector
    output: Vector
    jobs: Vector | None = None

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def has_output(self) -> NDArray[np.bool_]:
        """Which industries make anything at all: Scotland has a tobacco industry without output."""
        return self.output > 0

    @property
    def tolerance(self) -> float:
        """By how much a row or column may miss its total: see :data:`TOLERANCE`."""
        is_whole = bool(np.all(self.flows == np.round(self.flows)))
        return ROUNDED * (len(self) + 8) if is_whole else TOLERANCE


def check(table: Table) -> Table:
    """The table itself, if its rows and its columns add up to its output.

    That a table can be inverted proves nothing: a transposed one and one with its total among the
    industries can be too. Only the two balances show them.

    Raises
    ------
    UnreadableFile
        It does not balance; the sentence says of what kind it seems to be.
    """
    if not np.all(np.isfinite(table.flows)):
        raise UnreadableFile("A cell of the table is no number.")
    _refuse_totals(table)
    _refuse_negatives(table)
    rows, columns = _out_of_balance(table, table.flows)
    if rows.size == 0 and columns.size == 0:
        return table
    if not any(part.size for part in _out_of_balance(table, table.flows.T)):
        raise UnreadableFile(SWAPPED)
    if _balances_with_imports(table):
        raise UnreadableFile(
            "Imports are among the flows between industries: each column reaches its output "
            "without the row of imports. Send the table of domestic use."
        )
    kind, faulty = ("row", rows) if rows.size else ("column", columns)
    raise UnreadableFile(
        f"The table does not balance. By {kind}, more than {table.tolerance:g} million is missing "
        f"or too much at: {_first([table.codes[at] for at in faulty])}."
    )


def fitting(readings: Sequence[Table]) -> Table:
    """Of several readings of one table that which balances, as it stands or else turned round; the
    first where none does."""
    for turned in (False, True):
        for table in readings:
            flows = table.flows.T if turned else table.flows
            if not any(part.size for part in _out_of_balance(table, flows)):
                return table
    by_row = (table for table in readings if not _out_of_balance(table, table.flows)[0].size)
    return next(by_row, readings[0])


def _first(codes: list[str]) -> str:
    """The first few of many codes."""
    return ", ".join(codes[:5]) + (" and others" if len(codes) > 5 else "")


def _out_of_balance(table: Table, flows: Matrix) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Places of the industries whose row, and whose column, does not come to their output."""
    sold = flows.sum(axis=1) + table.final
    paid = flows.sum(axis=0) + table.imports + table.taxes + table.gva
    row_gaps, column_gaps = (np.abs(total - table.output) for total in (sold, paid))
    return np.flatnonzero(row_gaps > table.tolerance), np.flatnonzero(column_gaps > table.tolerance)


def _balances_with_imports(table: Table) -> bool:
    paid = table.flows.sum(axis=0) + table.taxes + table.gva
    close = np.abs(paid - table.output) <= table.tolerance
    return bool(np.all(close)) and bool(np.any(table.imports > table.tolerance))


def _refuse_totals(table: Table) -> None:
    """A row that is the sum of all the others is a total, whatever it is called."""
    sums = table.flows.sum(axis=0)
    for at, code in enumerate(table.codes):
        others = sums - table.flows[at]
        if len(table) > 2 and np.allclose(others, table.flows[at], rtol=1e-9, atol=TOLERANCE):
            raise UnreadableFile(
                f"{code!r} is the total of all the others, and no industry. Leave it out."
            )


def _refuse_negatives(table: Table) -> None:
    """Flows below nought stand in no published table at basic prices."""
    below = np.argwhere(table.flows < -TOLERANCE)
    if below.size:
        seller, buyer = (table.codes[at] for at in below[0])
        raise UnreadableFile(f"A sale below nought: from {seller} to {buyer}.")


def _refuse_other_codes(table: Table, groups: Mapping[str, str]) -> None:
    missing = [code for code in table.codes if code not in groups]
    if missing:
        raise UnreadableFile(
            f"No group is given for: {_first(missing)}. Are the groups those of another year?"
        )
    unknown = [code for code in groups if code not in table.codes]
    if unknown:
        raise UnreadableFile(
            f"The table has no industry {', '.join(map(repr, unknown[:5]))}. Are the groups those "
            "of another year?"
        )


def grouped(table: Table, groups: Mapping[str, str]) -> Table:
    """The same table with its industries put together.

    ``groups`` gives each code its group; a code with the group "" is left out of the table, and
    what others buy of it is as if it came from outside (imputed rent is no industry that anybody
    works in). Groups stand in the order in which they first appear.

    Raises
    ------
    UnreadableFile
        A code of the table has no group, or a code is not in the table: codes of another year.
    """
    _refuse_other_codes(table, groups)
    names = tuple(dict.fromkeys(group for code in table.codes if (group := groups[code])))
    belongs = np.zeros((len(names), len(table)))
    for at, code in enumerate(table.codes):
        if groups[code]:
            belongs[names.index(groups[code]), at] = 1
    left_out = np.array([not groups[code] for code in table.codes])
    return Table(
        title=table.title,
        year=table.year,
        codes=names,
        names=names,
        flows=belongs @ table.flows @ belongs.T,
        households=None if table.households is None else belongs @ table.households,
        final=belongs @ (table.final + table.flows[:, left_out].sum(axis=1)),
        imports=belongs @ (table.imports + table.flows[left_out].sum(axis=0)),
        taxes=belongs @ table.taxes,
        pay=None if table.pay is None else belongs @ table.pay,
        gva=belongs @ table.gva,
        output=belongs @ table.output,
        jobs=None if table.jobs is None else belongs @ table.jobs,
    )
