"""What measures ask of whatever answers them."""

from __future__ import annotations

from typing import Any, Protocol


class Engine(Protocol):
    """Something that answers SQL in DuckDB's dialect about the tables it knows."""

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """The answer's rows by name. ``values`` stand for the question marks."""
        ...
