"""The database into a backup and back, by its own means: SQLite's copy, PostgreSQL's programs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from commonweal.office.errors import Refused

from .. import database
from .presence import begun
from .sums import now, run, summary


def size_of_database() -> int:
    """How many bytes the database takes on its disk."""
    if connection.vendor == "sqlite":
        path = str(connection.settings_dict["NAME"])
        return sum(os.path.getsize(path + s) for s in ("", "-wal") if os.path.exists(path + s))
    return int(run("SELECT pg_database_size(current_database())")[0][0])


def applied() -> list[str]:
    loader = MigrationLoader(connection)
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations)


def copy_database(to: Path) -> dict[str, Any]:
    """A copy of one moment, and what it adds up to at that moment."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        copy = sqlite3.connect(to)
        try:
            # So that a full disk is told as one, and not by the driver's own kind of error.
            with connection.wrap_database_errors:
                connection.connection.backup(copy)
            tables = [
                row[0]
                for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                if not row[0].startswith("sqlite_")
            ]
            return summary(lambda sql: list(copy.execute(sql)), tables)
        finally:
            copy.close()
    with transaction.atomic():
        _run_quietly("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        snapshot = run("SELECT pg_export_snapshot()")[0][0]
        added_up = now()
        _postgresql(
            "pg_dump",
            "--format=custom",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={to}",
        )
    return added_up


def _run_quietly(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def put_database(copy: Path) -> None:
    """All of it or nothing, also where this is cut off."""
    if connection.vendor == "sqlite":
        target = Path(str(connection.settings_dict["NAME"]))
        connection.close()
        copy.chmod(0o600)
        with copy.open("rb+") as dump:
            os.fsync(dump.fileno())
        for suffix in ("", "-wal", "-shm"):
            Path(f"{target}{suffix}").unlink(missing_ok=True)
        # The copy lies in the data folder; the database may lie on another disk.
        partial = target.with_name(target.name + ".partial")
        shutil.move(copy, partial)
        partial.replace(target)
        return
    if connection.introspection.table_names() and not begun().exists():
        raise Refused("The database is not empty. Restore into an empty one.")
    connection.close()
    _postgresql(
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        "--clean",
        "--if-exists",
        str(copy),
    )


def _program(name: str) -> str | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=os.pathsep.join(map(str, folders))) or shutil.which(name)


def has_program(name: str) -> bool:
    """Whether one of PostgreSQL's programs is on this machine."""
    return _program(name) is not None


def _postgresql(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on this database; the password never on its command line."""
    executable = _program(program)
    if executable is None:
        raise Refused(
            f"{program} is not on this machine. Install PostgreSQL's client programs "
            "(Debian: postgresql-client)."
        )
    if program == "pg_restore":
        database_name = connection.settings_dict["NAME"]
        arguments = (*arguments[:-1], f"--dbname={database_name}", arguments[-1])
    done = subprocess.run(
        [executable, *arguments], env=_environment(), capture_output=True, text=True
    )
    if done.returncode:
        raise Refused(database.why_not_allowed(done.stderr) or _last_words(program, done.stderr))


def _environment() -> dict[str, str]:
    """By what PostgreSQL's programs know this database; nothing that is empty."""
    named = connection.settings_dict
    variables = {
        "PGDATABASE": "NAME",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGHOST": "HOST",
        "PGPORT": "PORT",
    }
    environment = os.environ | {name: str(named[key] or "") for name, key in variables.items()}
    return {name: text for name, text in environment.items() if text}


def _last_words(program: str, stderr: str) -> str:
    errors = [line for line in stderr.splitlines() if "error:" in line.lower()]
    return f"{program} failed: {(errors or stderr.strip().splitlines() or ['no reason'])[-1]}"
