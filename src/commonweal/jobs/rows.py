"""Rows that are ready before the lock is held, and then written by one prepared statement.

On SQLite nobody else writes while somebody writes. Django's bulk_create makes each row ready while
others wait, and bulk_update writes a CASE for each value: both cost several times as much. Many
rows are laid into a temporary table first (`Laid`), as handing them to the database costs a third
of writing them; it is the connection's own, in memory, and gone with its process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models

Rows = list[tuple[Any, ...]]


def _fields(model: type[models.Model], without: Sequence[str] = ()) -> list[Any]:
    return [
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, models.AutoField) and field.name not in without
    ]


def rows_of(
    model: type[models.Model],
    things: Iterable[Any],
    *,
    by_code: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Rows:
    """Things as rows for `insert`. What is named in ``by_code`` stands there by its code, as it may
    be written in the same moment."""
    writers: list[tuple[Callable[[Any], Any], Any]] = []
    for field in _fields(model, without):
        if field.name in by_code:
            writers.append((_code_of(field.name), None))
        else:
            writers.append((attrgetter(field.attname), field.get_db_prep_save))
    return [
        tuple(
            read(thing) if prepare is None else prepare(read(thing), connection)
            for read, prepare in writers
        )
        for thing in things
    ]


def _code_of(name: str) -> Callable[[Any], str | None]:
    """What something hangs on, by its code; None where it hangs on nothing."""

    def read(thing: Any) -> str | None:
        above = getattr(thing, name)
        return None if above is None else above.code

    return read


def insert(
    model: type[models.Model],
    rows: Rows,
    *,
    by_code: Sequence[str] = (),
    last: Sequence[str] = (),
) -> None:
    """Write new rows; ``last`` names the columns that were left out of `rows_of` and stand at the
    end of each row now."""
    fields = _in_order(model, last)
    places = ", ".join(_place(field, by_code, "%s") for field in fields)
    _run(f"INSERT INTO {model._meta.db_table} ({_columns(fields)}) VALUES ({places})", rows)


def _in_order(model: type[models.Model], last: Sequence[str]) -> list[Any]:
    return [*_fields(model, last), *(model._meta.get_field(name) for name in last)]


def _columns(fields: Iterable[Any]) -> str:
    return ", ".join(map(_quoted, fields))


def _quoted(field: Any) -> str:
    """A column's name, also where it is a word of SQL, as "order" is."""
    return connection.ops.quote_name(field.column)


def _place(field: Any, by_code: Sequence[str], written: str) -> str:
    """What is stored in a column: what was written, or the number of the row with that code."""
    if field.name not in by_code:
        return written
    return f"(SELECT id FROM {field.related_model._meta.db_table} WHERE code = {written})"


class Laid:
    """New rows that lie ready beside their table, so that `insert` only moves them.

    On PostgreSQL writers of other tables never wait for each other, so there they stay in memory.
    """

    def __init__(
        self,
        model: type[models.Model],
        rows: Rows,
        *,
        by_code: Sequence[str] = (),
        last: Sequence[str] = (),
    ) -> None:
        self.model, self.by_code, self.last = model, by_code, last
        self.table = f"laid_{model._meta.db_table}"
        self.rows = rows
        if connection.vendor == "sqlite":
            self._lay()

    def _lay(self) -> None:
        fields = _in_order(self.model, self.last)
        places = ", ".join("%s" for _ in fields)
        self.clear()
        with connection.cursor() as cursor:
            # No types: each value is kept as it came, and takes its column's when it is moved.
            cursor.execute(f"CREATE TEMPORARY TABLE {self.table} ({_columns(fields)})")
        _run(f"INSERT INTO temp.{self.table} VALUES ({places})", self.rows)

    def insert(self) -> None:
        if connection.vendor != "sqlite":
            insert(self.model, self.rows, by_code=self.by_code, last=self.last)
            return
        fields = _in_order(self.model, self.last)
        places = ", ".join(_place(f, self.by_code, f"{self.table}.{_quoted(f)}") for f in fields)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.model._meta.db_table} ({_columns(fields)}) "
                f"SELECT {places} FROM temp.{self.table} ORDER BY {self.table}.rowid"
            )

    def clear(self) -> None:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS temp.{self.table}")


def changes_of(
    model: type[models.Model], things: Iterable[models.Model], names: Sequence[str]
) -> Rows:
    """The named fields of things that are there, as rows for `change`."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    return [
        (*(f.get_db_prep_save(getattr(thing, f.attname), connection) for f in fields), thing.pk)
        for thing in things
    ]


def change(model: type[models.Model], rows: Rows, names: Sequence[str]) -> None:
    """Write the named fields of rows that are there."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f"{_quoted(field)} = %s" for field in fields)
    _run(f"UPDATE {model._meta.db_table} SET {columns} WHERE id = %s", rows)


def _run(statement: str, rows: Rows) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
