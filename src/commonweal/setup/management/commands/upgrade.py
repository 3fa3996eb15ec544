from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from commonweal.office.errors import Refused
from commonweal.setup import complaints, upgrading
from commonweal.version import VERSION


class Command(BaseCommand):
    help = "Bring a town up to this version of the product: backup, database, files, figures."
    # The database may be behind the models.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument("--backup", metavar="FILE", help="where the backup goes")
        parser.add_argument(
            "--to",
            action="append",
            default=[],
            metavar="AGE1…",
            help="encrypt the backup to this age public key; may be given several times",
        )
        parser.add_argument(
            "--without-backup",
            action="store_true",
            help="make none, because the whole machine was just copied",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        backup = Path(options["backup"]) if options["backup"] else None
        try:
            plan = upgrading.plan(backup=backup, is_wanted=not options["without_backup"])
            for line in plan.lines():
                self.stdout.write(line)
            if options["dry_run"] and not plan.refusals:
                self.stdout.write("Nothing was done. Without --dry-run it is.")
                return
            upgrading.upgrade(
                plan,
                recipients=tuple(options["to"]),
                say=lambda text: self.stdout.write(text),
            )
        except Refused as refused:
            raise CommandError(f"Not upgraded. {refused}") from None
        except (OSError, DatabaseError) as error:
            raise CommandError(f"Not upgraded. {complaints.sentence_of(error) or error}") from None
        self.stdout.write(f"This town is now Commonweal {VERSION}'s. Start 'serve' again.")
