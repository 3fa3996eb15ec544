"""Triggers that keep rows from being changed or deleted, on SQLite and PostgreSQL."""

from __future__ import annotations

import re

from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def append_only(table: str, message: str, *, unless: str = "") -> tuple[list[str], list[str]]:
    """(SQL for SQLite, SQL for PostgreSQL) that lets rows of a table come, but never change or go.

    ``unless`` is a condition on OLD and NEW, in SQL that both databases read, under which a
    change is let through. Nothing in it lets a row go: see `let_go_when` for that.
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
    refuse_replacing(schema, table, message)
    refuse_displacing(schema, table, message)


def refuse_replacing(schema: BaseDatabaseSchemaEditor, table: str, message: str) -> None:
    """On SQLite, refuse INSERT OR REPLACE: it takes away the row that stands in its place, and
    SQLite fires no delete trigger for that unless a connection asks for it.

    Whatever is unique is asked for, under its condition where it has one: there too a new row with
    another key would take the old one's place.
    """
    if schema.connection.vendor != "sqlite":
        return
    meets = " OR ".join(_places(schema, table))
    schema.execute(
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {meets}) "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
        params=None,
    )


def refuse_displacing(schema: BaseDatabaseSchemaEditor, table: str, message: str) -> None:
    """On SQLite, refuse UPDATE OR REPLACE too: a row that may be changed (a draft, what nobody
    released yet) would take the place of one that may not, and that one would be gone."""
    if schema.connection.vendor != "sqlite":
        return
    meets = " OR ".join(_places(schema, table))
    schema.execute(
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_displace BEFORE UPDATE ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {table}.rowid <> OLD.rowid AND ({meets})) "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
        params=None,
    )


def refuse_replacing_anew(schema: BaseDatabaseSchemaEditor) -> None:
    """Make every trigger against replacing and displacing anew, as they are made today."""
    if schema.connection.vendor != "sqlite":
        return
    with schema.connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' "
            "AND name = tbl_name || '_no_replace'"
        )
        triggers = cursor.fetchall()
    for name, table, sql in triggers:
        match = _MESSAGE.search(sql)
        assert match is not None, name
        schema.execute(f"DROP TRIGGER {name}", params=None)
        schema.execute(f"DROP TRIGGER IF EXISTS {table}_no_displace", params=None)
        refuse_replacing(schema, table, match[1])
        refuse_displacing(schema, table, match[1])


def ask_real_tables(schema: BaseDatabaseSchemaEditor) -> None:
    """On PostgreSQL, let every function of a trigger ask the tables of its schema, and no other.

    Without it a temporary table of the same name, which anybody may make for themselves, is asked
    instead of the real one, and answers what its maker wants.
    """
    if schema.connection.vendor != "postgresql":
        return
    with schema.connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT format('ALTER FUNCTION %I.%I() SET search_path = %I, pg_temp', "
            "nspname, proname, nspname) FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "JOIN pg_namespace ON pg_namespace.oid = pronamespace "
            "WHERE NOT tgisinternal AND nspname = current_schema()"
        )
        for (statement,) in cursor.fetchall():
            schema.execute(statement, params=None)


_MESSAGE = re.compile(r"RAISE\(ABORT, '(.*)'\)")
_COLUMN = re.compile(r'"(\w+)"')


def _places(schema: BaseDatabaseSchemaEditor, table: str) -> list[str]:
    """For the primary key and every unique index of a table: the condition, on a row that is there
    and on NEW, under which one stands in the other's place."""
    with schema.connection.cursor() as cursor:
        cursor.execute(f"PRAGMA table_info({table})")
        places = [_same([row[1] for row in cursor.fetchall() if row[5]])]
        cursor.execute(f"PRAGMA index_list({table})")
        # seq, name, unique, origin, partial.
        indexes = [(row[1], row[4]) for row in cursor.fetchall() if row[2]]
        for name, is_partial in indexes:
            cursor.execute(f"PRAGMA index_info({name})")
            place = _same([row[2] for row in cursor.fetchall()])
            if is_partial:
                cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [name])
                holds = cursor.fetchone()[0].split(" WHERE ", 1)[1]
                on_new = _COLUMN.sub(r'NEW."\1"', holds)
                place = f"({place} AND ({holds}) AND ({on_new}))"
            places.append(place)
    return places


def _same(columns: list[str]) -> str:
    return "(" + " AND ".join(f'"{name}" = NEW."{name}"' for name in columns) + ")"


def drop(schema: BaseDatabaseSchemaEditor, table: str) -> None:
    names = ["no_update", "no_delete", "no_replace", "no_displace"]
    if schema.connection.vendor == "postgresql":
        for name in ["no_update", "no_delete", "no_truncate"]:
            schema.execute(f"DROP TRIGGER {table}_{name} ON {table}")
        schema.execute(f"DROP FUNCTION {table}_refuse()")
        # Only where rows may go under a condition.
        schema.execute(f"DROP FUNCTION IF EXISTS {table}_no_delete()")
        return
    for name in names:
        schema.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")


def create_when(
    schema: BaseDatabaseSchemaEditor, table: str, name: str, verb: str, when: str, message: str
) -> None:
    """One trigger that refuses a verb (INSERT, UPDATE, DELETE) on a row where a condition on OLD
    and NEW holds. It may ask other tables, in SQL that both databases read."""
    if schema.connection.vendor == "postgresql":
        # A condition there may not ask other tables; a function may.
        returned = "OLD" if verb == "DELETE" else "NEW"
        with schema.connection.cursor() as cursor:
            # Else a temporary table of the same name would be asked instead of the real one.
            cursor.execute("SELECT quote_ident(current_schema())")
            [place] = cursor.fetchone()
        statements = [
            f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql "
            f"SET search_path = {place}, pg_temp AS $$ "
            f"BEGIN IF {when} THEN RAISE EXCEPTION '{message}'; END IF; RETURN {returned}; END $$",
            f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION {table}_{name}()",
        ]
    else:
        statements = [
            f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} WHEN ({when}) "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ]
    for statement in statements:
        schema.execute(statement, params=None)


def let_go_when(schema: BaseDatabaseSchemaEditor, table: str, when: str, message: str) -> None:
    """Let rows of an append-only table go where a condition on OLD holds, which may ask other
    tables: what has to be forgotten by law."""
    schema.execute(_drop(schema, table, "no_delete"))
    create_when(schema, table, "no_delete", "DELETE", f"NOT ({when})", message)


def _drop(schema: BaseDatabaseSchemaEditor, table: str, name: str) -> str:
    on = f" ON {table}" if schema.connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER {table}_{name}{on}"


def drop_when(schema: BaseDatabaseSchemaEditor, table: str, name: str) -> None:
    if schema.connection.vendor == "postgresql":
        schema.execute(f"DROP TRIGGER {table}_{name} ON {table}")
        schema.execute(f"DROP FUNCTION {table}_{name}()")
    else:
        schema.execute(f"DROP TRIGGER {table}_{name}")
