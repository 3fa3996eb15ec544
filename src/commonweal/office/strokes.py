"""Rows written by the thousand at one stroke: no object each, no statement each.

What is the same in all of them is said once, by an object that is never saved. Rows are worked out
(and encrypted) before anybody has to wait, and written in a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

from .fields import EncryptedTextField, closed

# A row as the database takes it, without its number.
Row = tuple[Any, ...]


# What such a column holds goes to any database as it is.
AS_THEY_ARE = (models.CharField, models.IntegerField, models.BooleanField, models.ForeignKey)


def _prepare_of(field: Any) -> Callable[[Any], Any] | None:
    """What makes of a cell what the database takes; None where it takes the cell as it is."""
    if isinstance(field, AS_THEY_ARE):
        return None
    if isinstance(field, EncryptedTextField):
        return lambda text: closed(text) if text else text
    before: list[tuple[Any, Any]] = []

    def prepared(cell: Any) -> Any:
        # A moment is that of many rows.
        if not before or before[0][0] is not cell:
            before[:] = [(cell, field.get_db_prep_save(cell, connection))]
        return before[0][1]

    return prepared


class Stroke:
    """Rows like ``pattern``, each with its own values in the columns called ``named``; those of
    ``ready`` are given as the database takes them."""

    def __init__(
        self, pattern: models.Model, named: Sequence[str], *, ready: Sequence[str] = ()
    ) -> None:
        self.model = type(pattern)
        meta = self.model._meta
        # A model that keeps columns for one hand has its say here too.
        if refuse := getattr(pattern, "refuse_stroke", None):
            refuse(named)
        self._own: list[Any] = [meta.get_field(name) for name in named]
        self._prepare = [None if field.name in ready else _prepare_of(field) for field in self._own]
        self._same: list[tuple[str, Any]] = []
        for field in meta.concrete_fields:
            if field.primary_key or field in self._own:
                continue
            if field.unique:
                raise ValueError(f"{field} is each row's own.")
            same = field.get_db_prep_save(getattr(pattern, field.attname), connection)
            if same is not None and field.column:
                self._same.append((field.column, same))
        self._constants = tuple(same for _, same in self._same)

    def row(self, *values: Any) -> Row:
        """A row by its own values, in the order in which their columns were named."""
        pairs = zip(self._prepare, values, strict=True)
        return tuple([prepare(cell) if prepare else cell for prepare, cell in pairs])

    def write(self, rows: Iterable[Row]) -> list[int]:
        """Write rows, in a transaction; their numbers, in this order."""
        ordered = list(rows)
        numbers = self.numbers(len(ordered))
        self.write_as(numbers, ordered)
        return numbers

    def numbers(self, count: int) -> list[int]:
        """So many numbers that no row has or gets. On SQLite whoever asks holds the one lock of
        all who write, and writes before letting it go."""
        table = self.model._meta.db_table
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                    [f'"{table}"', count],
                )
                return [number for (number,) in cursor.fetchall()]
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = next(iter(cursor.fetchall()), (0,))[0]
        return list(range(last + 1, last + 1 + count))

    def write_as(self, numbers: Sequence[int], rows: Sequence[Row]) -> None:
        """Write rows by numbers that were asked for."""
        if not rows:
            return
        columns = ["id", *(field.column for field in self._own), *(name for name, _ in self._same)]
        named = ", ".join(f'"{column}"' for column in columns)
        into = f'"{self.model._meta.db_table}" ({named})'
        lines = [
            (number, *row, *self._constants) for number, row in zip(numbers, rows, strict=True)
        ]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Else the errors of a copy are the driver's, which nobody looks for.
                with (
                    connection.wrap_database_errors,
                    cursor.copy(f"COPY {into} FROM STDIN") as copy,
                ):
                    for line in lines:
                        copy.write_row(line)
            else:
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", lines)
