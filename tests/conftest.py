"""What all tests share: examples may take their time, and the test database is made once."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.core import management
from django.db import connection
from hypothesis import settings

# How long an example takes says nothing on a machine that others use as well. The same commit gives
# the same answer; whoever looks for more draws anew: `--hypothesis-profile=explore`, as --heavy does.
settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile("house")

SOURCES = Path(__file__).parents[1] / "src"


def _template() -> Path:
    """Where the migrated database lies for these migrations: another change makes another."""
    digest = hashlib.sha256(django.get_version().encode())
    # The settings say which apps of others bring migrations.
    settings_file = SOURCES / "commonweal" / "config" / "settings.py"
    for path in [settings_file, *sorted(SOURCES.rglob("migrations/*.py"))]:
        digest.update(path.read_bytes())
    return Path(tempfile.gettempdir()) / f"commonweal-migrated-{digest.hexdigest()[:24]}.sqlite3"


@pytest.fixture(scope="session", autouse=True)
def _migrate_once() -> Iterator[None]:
    """On SQLite the migrations run once; every later process copies what they made.

    They take most of a short run's time. PostgreSQL runs them each time.
    """
    run = management.call_command

    def call(name: str, *args: Any, **options: Any) -> Any:
        # Only the first time: when the test database is made.
        management.call_command = run
        if name != "migrate" or connection.vendor != "sqlite":
            return run(name, *args, **options)
        template = _template()
        connection.ensure_connection()
        if template.exists():
            with sqlite3.connect(template) as kept:
                kept.backup(connection.connection)
            kept.close()
            return None
        answer = run(name, *args, **options)
        partial = template.with_suffix(f".{os.getpid()}")
        with sqlite3.connect(partial) as kept:
            connection.connection.backup(kept)
        kept.close()
        partial.rename(template)
        return answer

    management.call_command = call
    yield
    management.call_command = run


@pytest.fixture
def run_apart(tmp_path: Path) -> Iterator[Callable[[Path], subprocess.CompletedProcess[str]]]:
    """Run a script in a process with a folder and a database of its own, SQLite or PostgreSQL.

    What threads or a migration backwards do to a database must not be seen by another test.
    """
    server = os.environ.get("COMMONWEAL_TEST_DATABASE_URL", "")
    name = f"apart_{uuid.uuid4().hex}"
    if server:
        import psycopg

        with psycopg.connect(server, autocommit=True) as connected:
            connected.execute(f"CREATE DATABASE {name}")

    def run(script: Path) -> subprocess.CompletedProcess[str]:
        environment = dict(os.environ) | {
            "COMMONWEAL_VAR": str(tmp_path),
            "DATABASE_URL": server.replace("/postgres?", f"/{name}?"),
        }
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        return subprocess.run(
            [sys.executable, str(script)], env=environment, capture_output=True, text=True
        )

    yield run
    if server:
        with psycopg.connect(server, autocommit=True) as connected:
            connected.execute(f"DROP DATABASE {name} WITH (FORCE)")
