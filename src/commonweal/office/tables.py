"""Giving tables and columns other names without making them anew, on SQLite and PostgreSQL.

Django's own operations make a table anew on SQLite where a foreign key is renamed, and with it
its triggers are lost. Both databases rename in place, with all that leans on the name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import SeparateDatabaseAndState
from django.db.migrations.state import ProjectState


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


class MovedModels(SeparateDatabaseAndState):
    """Models that go from one room to another, while their tables stay.

    Once the models of a state are rendered, Django renders those anew that lean on a change, after
    each change. Of rooms moved at one stroke that is nearly all of them, some hundred times over,
    and half the time of making a town. They are let go here, and rendered once when the next
    operation asks for them.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)
