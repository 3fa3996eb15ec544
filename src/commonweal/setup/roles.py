"""Two roles on PostgreSQL: one owns the tables, the other works with their rows.

Whoever owns a table can take its triggers away, and the triggers are what keeps the ledger, the
closed books and the record from being rewritten. So the town's processes sign in as a role that
owns nothing; the owner's address is used where tables are made, by the commands in `cli.OWNERS`
alone.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from commonweal.design.words import many

ROWS = "SELECT, INSERT, UPDATE, DELETE"
# Which migrations were made is the owner's to say.
READ_ONLY = ("django_migrations",)


class NotApart(Exception):
    """The two roles can't be kept apart as they are. The message says what to do."""


def grant(app: str = "") -> str:
    """Give the app's role the rows of every table, and nothing else; say what was done.

    Runs as the owner, after tables were made: by itself after every migration. Tables that come
    later are included. Safe to run at any time, and twice.

    Raises
    ------
    NotApart
        The app's role is the owner, a member of it, a superuser, or owns tables itself.
    """
    app = app or settings.DATABASE_APP_ROLE
    if connection.vendor != "postgresql":
        return "There is nothing to grant: SQLite knows no roles."
    if not app:
        return "There is nothing to grant: DATABASE_OWNER_URL is not set."
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_schema()")
        owner, schema = cursor.fetchone()
        _refuse_one_role(owner, app)
        name, place = connection.ops.quote_name(app), connection.ops.quote_name(schema)
        for statement in (
            f"REVOKE CREATE ON SCHEMA {place} FROM PUBLIC",
            f"REVOKE ALL ON SCHEMA {place} FROM {name}",
            f"GRANT USAGE ON SCHEMA {place} TO {name}",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {place} FROM {name}",
            f"GRANT {ROWS} ON ALL TABLES IN SCHEMA {place} TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {place} TO {name}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {place} GRANT {ROWS} ON TABLES TO {name}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {place} GRANT USAGE, SELECT ON SEQUENCES "
            f"TO {name}",
            *(
                f"REVOKE INSERT, UPDATE, DELETE ON {place}.{table} FROM {name}"
                for table in READ_ONLY
            ),
        ):
            cursor.execute(statement)
    return f"The role {app} works with the rows of {schema}; {owner} owns its tables."


def _refuse_one_role(owner: str, app: str) -> None:
    row = _row("SELECT rolsuper FROM pg_roles WHERE rolname = %s", app)
    if row is None:
        raise NotApart(f"There is no role {app}, as which DATABASE_URL signs in. Create it first.")
    if app == owner:
        raise NotApart(
            "DATABASE_URL and DATABASE_OWNER_URL sign in as the same role. Give each its own."
        )
    if row[0]:
        raise NotApart(f"The role {app} is a superuser: nothing can be kept from it.")
    if _row("SELECT pg_has_role(%s, %s, 'MEMBER')", app, owner) == (True,):
        raise NotApart(f"The role {app} is a member of {owner}: it could act as the owner.")
    if owned := owned_by(app):
        raise NotApart(
            f"The role {app} owns {many(len(owned), 'table')}. As a superuser, run: "
            f"REASSIGN OWNED BY {app} TO {owner}"
        )


def _row(sql: str, *values: str) -> tuple[object, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[object, ...] | None = cursor.fetchone()
    return row


def owned_by(role: str = "") -> list[str]:
    """The tables that a role owns (the one that is signed in, when none is named), on PostgreSQL.

    While the town's processes run, this must be empty.
    """
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
            "AND tableowner = COALESCE(NULLIF(%s, ''), current_user) ORDER BY tablename",
            [role],
        )
        return [row[0] for row in cursor.fetchall()]
