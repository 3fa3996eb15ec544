"""What long work says while it goes on: plain lines, each when it happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from commonweal.jobs import collecting
from commonweal.setup.management.commands import migrate

Say = Callable[[str], None]
# Many small steps are told by so many lines at most.
LINES_MOST = 25
FILES = 1000
BYTES = 100_000_000
ROWS = 100_000


def quiet(text: str) -> None:
    """Say nothing."""


def below(say: Say) -> Say:
    """To say what belongs to the step that was said last."""
    return lambda text: say(f"  {text}")


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


class Pace:
    """How far many files of one name are, said at each thousand and each hundred megabytes."""

    def __init__(self, say: Say, name: str, total: int | None = None) -> None:
        self.say, self.name, self.total = say, name, total
        self.count = self.size = 0
        self._said = (0, 0)

    def add(self, size: int) -> None:
        self.count, self.size = self.count + 1, self.size + size
        last = self.count == self.total
        if last or not (self.count >= self._said[0] + FILES or self.size >= self._said[1] + BYTES):
            return
        self._said = self.count, self.size
        of = f" of {self.total:,}" if self.total else ""
        self.say(f"{self.name}: {self.count:,}{of} files, {megabytes(self.size)}")


class Migrating(migrate.Command):
    """The command; it says at which migration it is, and of how many."""

    def __init__(self, say: Say, total: int) -> None:
        super().__init__()
        self.say, self.total, self.number = say, total, 0

    def migration_progress_callback(
        self, action: str, migration: Any | None = None, fake: bool = False
    ) -> None:
        if action != "apply_start" or migration is None:
            return
        self.number += 1
        # Rounded up, so that there are never more lines than that.
        each = -(-self.total // LINES_MOST)
        if (self.number - 1) % each == 0 or self.number == self.total:
            name = f"{migration.app_label}.{migration.name}"
            self.say(f"migration {self.number:,} of {self.total:,}: {name}")


@collecting.seldom()
def make_tables(say: Say = quiet) -> None:
    """Bring the database up to date with this version."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command(Migrating(say, len(plan)), interactive=False, verbosity=0)
    else:
        # Django's command would put all models together once more, only to give them to what
        # follows; that comes here too: whoever was killed after the last migration had none of it.
        executor.check_replacements()
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    call_command("createcachetable", verbosity=0)
