"""Triggers that keep rows from being changed or deleted, on SQLite and PostgreSQL."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def append_only(table: str, message: str, *, unless: str = "") -> tuple[list[str], list[str]]:
    """(SQL for SQLite, SQL for PostgreSQL) that lets rows of a table come, but never change or go.

    ``unless`` is a condition on OLD and NEW, in SQL that both databases read, under which a
    change is let through.
    """
    when = f"WHEN (NOT ({unless}))" if unless else ""
    sqlite = [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
    ]
    postgresql = [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{message}'; END $$",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW {when} "
        f"EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION {table}_refuse()",
    ]
    return sqlite, postgresql


def create(schema: BaseDatabaseSchemaEditor, table: str, message: str, unless: str = "") -> None:
    sqlite, postgresql = append_only(table, message, unless=unless)
    for statement in postgresql if schema.connection.vendor == "postgresql" else sqlite:
        # A parameter list keeps the drivers from reading % and $$ in the text.
        schema.execute(statement, params=None)


def drop(schema: BaseDatabaseSchemaEditor, table: str) -> None:
    names = ["no_update", "no_delete"]
    if schema.connection.vendor == "postgresql":
        for name in [*names, "no_truncate"]:
            schema.execute(f"DROP TRIGGER {table}_{name} ON {table}")
        schema.execute(f"DROP FUNCTION {table}_refuse()")
        return
    for name in names:
        schema.execute(f"DROP TRIGGER {table}_{name}")
