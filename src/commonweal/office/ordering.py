"""Queries in an order by names, written without a look at each column that they select.

An order may be an expression that is among the selected columns. Django makes a reference to each
of them, in case it is, whatever the order is: half of what it takes to write an ordered query of a
wide table. An order by names alone can be no column that has no other name, so these are left out.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from django.db.models.sql.compiler import SQLCompiler


def install() -> None:
    """From now on, for every query of this process."""
    compilers: Any = SQLCompiler
    if not hasattr(compilers._order_by_pairs, "__wrapped__"):
        compilers._order_by_pairs = _sparing(compilers._order_by_pairs)


def _sparing(pairs_of: Any) -> Any:
    @functools.wraps(pairs_of)
    def pairs(compiler: Any) -> Iterator[Any]:
        if compiler.query.combinator or _is_named(compiler) or not _is_by_names(compiler.query):
            yield from pairs_of(compiler)
            return
        selected, compiler.select = compiler.select, []
        try:
            yield from pairs_of(compiler)
        finally:
            compiler.select = selected

    return pairs


def _is_named(compiler: Any) -> bool:
    """Whether a selected column has a name of its own, which an order may mean."""
    return any(alias for _, _, alias in compiler.select or ())


def _is_by_names(query: Any) -> bool:
    meta = query.get_meta()
    orders = (*query.extra_order_by, *query.order_by, *(meta.ordering if meta else ()))
    return all(isinstance(order, str) for order in orders)
