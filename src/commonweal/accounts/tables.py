"""Giving tables and columns other names without making them anew, on SQLite and PostgreSQL.

Django's own operations make a table anew on SQLite where a foreign key is renamed, and with it
its triggers are lost. Both databases rename in place, with all that leans on the name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def rename_tables(schema: BaseDatabaseSchemaEditor, names: Iterable[tuple[str, str]]) -> None:
    """Rename tables: (what it is called, what it is called from now on)."""
    quote: Any = schema.quote_name
    for old, new in names:
        schema.execute(f"ALTER TABLE {quote(old)} RENAME TO {quote(new)}", params=None)


def rename_column(
    schema: BaseDatabaseSchemaEditor, tables: Iterable[str], old: str, new: str
) -> None:
    """Rename a column in each of these tables."""
    quote: Any = schema.quote_name
    for table in tables:
        schema.execute(
            f"ALTER TABLE {quote(table)} RENAME COLUMN {quote(old)} TO {quote(new)}", params=None
        )
