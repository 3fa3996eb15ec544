"""Run by test_rendering.py in a process of its own: the tables that Django's own executor makes of
all migrations, and those that ours makes. What differs is printed, and ends it with 1."""

from __future__ import annotations

import difflib
import os
import sys

import django
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

ON_SQLITE = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
ON_POSTGRESQL = """
SELECT 'column', table_name || lpad(ordinal_position::text, 4, '0'), concat_ws(' ', column_name,
  data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable,
  column_default, is_identity) FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, pg_get_functiondef(oid) FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace
ORDER BY 1, 2, 3
"""


def tables_made_by(executor: type[MigrationExecutor]) -> list[str]:
    """What the database says of itself, a line a part, after all migrations from nothing."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    if connection.vendor == "sqlite":
        connection.close()
        open(connection.settings_dict["NAME"], "w").close()
    vars(migrate)["MigrationExecutor"] = executor
    migrate.Command().run_from_argv(["commonweal", "migrate", "--verbosity=0"])
    with connection.cursor() as cursor:
        cursor.execute(ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE)
        return [" ".join(map(str, row)) for row in cursor.fetchall()]


def main() -> None:
    os.environ |= {"DJANGO_SETTINGS_MODULE": "commonweal.config.settings", "COMMONWEAL_DEMO": "1"}
    django.setup()
    from commonweal.setup.rendering import SparingExecutor

    # Ours comes last: it gives the connection an editor of its own.
    usual, ours = tables_made_by(MigrationExecutor), tables_made_by(SparingExecutor)
    assert len(usual) > 500, len(usual)
    differences = list(difflib.unified_diff(usual, ours, "Django", "ours", lineterm="", n=0))
    print("\n".join(differences))
    sys.exit(bool(differences))


if __name__ == "__main__":
    main()
