"""Rows whose key is one of thousands, asked for at once.

Django's own condition makes a parameter of each key: of forty thousand that costs four times what
it costs to find their rows, and SQLite takes no more than it was built for. Here all are one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Lookup


class OneOf(Lookup[Any]):
    """A condition: a column of whole numbers holds one of these."""

    prepare_rhs = False

    def __init__(self, column: str, numbers: Iterable[int]) -> None:
        # Written out once, however often it is asked: thousands of numbers one by one take a
        # client longer than the database takes to find their rows.
        super().__init__(F(column), json.dumps(sorted(numbers), separators=(",", ":")))

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, self.rhs]

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*params, f"{{{self.rhs[1:-1]}}}"]
