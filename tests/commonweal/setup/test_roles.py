"""On PostgreSQL the app's role owns nothing: it can't take away what guards the ledger."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import DatabaseError, connection, transaction

from commonweal import cli
from commonweal.setup import roles

# Not of the module: what is begun in a process asks no database, and is tried once.
in_the_database = pytest.mark.django_db
IS_POSTGRESQL = bool(os.environ.get("COMMONWEAL_TEST_DATABASE_URL", ""))
GUARDED = (
    "pledges_entry",
    "balance_statement",
    "accounts_event",
    "cases_caseread",
    "programme_change",
    "grants_grantdecision",
)
FORBIDDEN = [
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} DISABLE TRIGGER USER",
    "DROP TRIGGER {table}_no_update ON {table}",
    "DROP TABLE {table} CASCADE",
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} RENAME TO elsewhere",
    "ALTER TABLE {table} ADD COLUMN more text",
    "ALTER TABLE {table} OWNER TO app",
    "CREATE RULE quiet AS ON UPDATE TO {table} DO INSTEAD NOTHING",
    "CREATE TRIGGER first BEFORE INSERT ON {table} EXECUTE FUNCTION {table}_refuse()",
    "CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RETURN NEW; END'",
    "DROP FUNCTION {table}_refuse() CASCADE",
    "CREATE TABLE mine (id integer)",
    "SET session_replication_role = replica",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
]


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def as_app():
    """The rest of the test runs as a role that was granted what the town's processes get."""
    if not IS_POSTGRESQL:
        yield
        return
    run("CREATE ROLE app LOGIN")
    roles.grant("app")
    run("SET LOCAL ROLE app")
    yield
    run("RESET ROLE")


@in_the_database
@pytest.mark.parametrize("sql", FORBIDDEN)
@pytest.mark.parametrize("table", GUARDED)
def test_the_apps_role_can_t_take_the_guards_away(as_app, sql, table):
    if not IS_POSTGRESQL:
        # There are no roles on SQLite: whoever has the file has all of it, and the guide says so.
        assert roles.grant("app") == "There is nothing to grant: SQLite knows no roles."
        return
    refusal = pytest.raises(DatabaseError, match=r"permission denied|must be (able|owner)")
    with refusal, transaction.atomic():
        run(sql.format(table=table))


@in_the_database
def test_the_apps_role_can_do_its_work(claimed, idris, as_app):
    from commonweal.pledges import proving, reviewing

    pledge, claim = claimed()
    reviewing.review(
        pledge=pledge,
        claim_seq=claim.seq,
        verdict="upheld",
        figure=None,
        reasons="I looked.",
        by=idris,
    )
    assert proving.verify().broken is None
    assert roles.owned_by() == []
    # What the ledger refuses to everybody it refuses to this role as well.
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run("UPDATE pledges_entry SET seq = seq + 1000")


@in_the_database
def test_roles_that_are_not_apart_are_refused_in_a_sentence():
    if not IS_POSTGRESQL:
        assert roles.owned_by("anybody") == []
        return
    with pytest.raises(roles.NotApart, match="There is no role nobody-here"):
        roles.grant("nobody-here")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    with pytest.raises(roles.NotApart, match="same role"):
        roles.grant(owner)
    run("CREATE ROLE over LOGIN SUPERUSER")
    with pytest.raises(roles.NotApart, match="superuser"):
        roles.grant("over")
    run(f"CREATE ROLE near LOGIN IN ROLE {connection.ops.quote_name(owner)}")
    with pytest.raises(roles.NotApart, match="member of"):
        roles.grant("near")


SAYS = (
    "from django.conf import settings as s; d = s.DATABASES['default']; "
    "print(d['USER'], s.DATABASE_APP_ROLE)"
)


@pytest.mark.parametrize(
    ("command", "user"),
    [(name, "owner") for name in ("init", "migrate", "restore", "upgrade", "grant")]
    + [(name, "app") for name in sorted(set(cli.COMMANDS) - cli.OWNERS - {"demo"})],
)
def test_only_what_makes_tables_signs_in_as_the_owner(command, user, monkeypatch, capsys):
    """Each command is begun as on the command line, up to where it would read the settings."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
        "COMMONWEAL_SECRET_KEY": "x" * 50,
        "COMMONWEAL_FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "DATABASE_URL": "postgresql://app:a@127.0.0.1/town",
        "DATABASE_OWNER_URL": "postgresql://owner:o@127.0.0.1/town",
        # A process that inherits this from another one is no owner for it.
        "COMMONWEAL_ACTS_AS_OWNER": "" if user == "owner" else "1",
    }
    begun = (
        "import sys; import django.core.management as m; from commonweal import cli; "
        f"m.execute_from_command_line = lambda words: exec({SAYS!r}); "
        "cli._keys_first = lambda words: []; cli._is_for_the_town = lambda words: True; "
        f"sys.argv = ['commonweal', {command!r}]; cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", begun], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [user, "app"], done.stderr
