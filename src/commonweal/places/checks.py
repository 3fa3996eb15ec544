"""Checks of the machine: ``./commonweal check --deploy`` prints them."""

from __future__ import annotations

import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register(deploy=True)
def sqlite_is_recent(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """SQLite before 3.51.3 can, very rarely, damage a database in WAL mode."""
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if not on_sqlite or sqlite3.sqlite_version_info >= (3, 51, 3):
        return []
    return [
        Warning(
            f"SQLite {sqlite3.sqlite_version} has a rare fault in WAL mode; 3.51.3 mends it.",
            hint="Back up daily, or set DATABASE_URL to a PostgreSQL server.",
            id="commonweal.W001",
        )
    ]
