"""On SQLite a commit is on the disk before anybody is told that it was made."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys

from commonweal.config.settings import database

OPENS = (
    "import django; django.setup(); from django.db import connection as c; "
    "cursor = c.cursor(); "
    "print(*[cursor.execute(f'PRAGMA {name}').fetchone()[0] "
    "for name in ('journal_mode', 'synchronous')])"
)
FULL = 2


def test_every_connection_to_a_towns_file_waits_for_the_disk(tmp_path):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'town.sqlite3'}",
        "COMMONWEAL_VAR": str(tmp_path),
        "COMMONWEAL_SECRET_KEY": "x" * 50,
        "COMMONWEAL_FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    }
    done = subprocess.run(
        [sys.executable, "-c", OPENS], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["wal", str(FULL)]


def test_the_settings_ask_for_nothing_that_may_be_lost():
    with sqlite3.connect(":memory:") as connection:
        connection.executescript(database("")["OPTIONS"]["init_command"])
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == FULL
