"""The same texts on DuckDB (default) or Spark (an extra): one expression of each step.

Measures are SQL in DuckDB's dialect. `localwealth.engines.spark` has SQLGlot write them for Spark;
the matcher needs no translation, as it is a function of Arrow batches.
"""

from __future__ import annotations

from typing import Any, Protocol


class Engine(Protocol):
    """Something that answers SQL in DuckDB's dialect about the tables it knows."""

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """The answer's rows by name. ``values`` stand for the question marks."""
        ...
