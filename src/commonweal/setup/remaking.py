"""Tables that SQLite makes anew, without renaming those that are empty.

SQLite changes a table by making another, `new__x`, into which the rows go, and which then gets the
name. For a renaming it reads the whole schema: in a new town, where no table has rows, that is a
third of what migrations take. An empty one is made once more, under its name.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.ddl_references import Statement
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor

REMADE = "new__"


class SparingEditor(DatabaseSchemaEditor):
    """Django's editor for SQLite."""

    def alter_db_table(self, model: Any, old_db_table: str, new_db_table: str) -> None:
        create = self._statement_of(old_db_table) if old_db_table.startswith(REMADE) else ""
        head = f"CREATE TABLE {self.quote_name(old_db_table)}"
        if not create.startswith(head) or REMADE in create.removeprefix(head):
            super().alter_db_table(model, old_db_table, new_db_table)
            return
        self.execute(f"DROP TABLE {self.quote_name(old_db_table)}", params=None)
        named = f"CREATE TABLE {self.quote_name(new_db_table)}"
        self.execute(named + create.removeprefix(head), params=None)
        # Its indexes are made after it.
        for sql in self.deferred_sql:
            if isinstance(sql, Statement):
                sql.rename_table_references(old_db_table, new_db_table)

    def _statement_of(self, table: str) -> str:
        """By which statement a table was made; nothing where it has rows, or none is made now."""
        if self.collect_sql:
            return ""
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s "
                f"AND NOT EXISTS (SELECT 1 FROM {self.quote_name(table)})",
                [table],
            )
            [create] = cursor.fetchone() or [""]
        return str(create)
