from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from commonweal.accounts import keyring
from commonweal.office.errors import Refused
from commonweal.setup import complaints
from commonweal.setup.backups.keys import keep_keys
from commonweal.setup.backups.making import make
from commonweal.setup.backups.presence import refuse_where_no_town_is


class Command(BaseCommand):
    help = "Write the whole town into one file: database, evidence, papers, payments, templates."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="where to; it must not be there yet")
        parser.add_argument(
            "--to",
            action="append",
            default=[],
            metavar="AGE1…",
            help="encrypt to this age public key; may be given several times",
        )
        parser.add_argument(
            "--keys", metavar="KEYFILE", help="write the town's keys into a file of their own too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path, recipients = Path(options["file"]), tuple(options["to"])
        try:
            refuse_where_no_town_is()
            if options["keys"]:
                keep_keys(Path(options["keys"]), recipients=recipients)
                keyring.note_kept_apart()
                self.stdout.write(f"Keys: {options['keys']}. Keep them apart from the backups.")
            make(path, recipients=recipients, say=lambda text: self.stdout.write(text))
        except (Refused, OSError, DatabaseError) as refused:
            raise CommandError(complaints.sentence_of(refused) or str(refused)) from None
        size = path.stat().st_size / 1e6
        self.stdout.write(f"Done: {path}, {size:,.1f} MB, readable by you alone.")
        if not recipients:
            self.stdout.write(
                "It is not encrypted, and who holds it reads partners' data. '--to AGE1…' does."
            )
