from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.pledges import ledger, proving
from commonweal.pledges.files import missing_files
from commonweal.setup import complaints, guard, progress
from commonweal.setup.backups.presence import is_restored
from commonweal.setup.backups.restoring import restore


class Command(BaseCommand):
    help = "Bring a town back from a backup onto an empty machine, and prove that it is the same."
    # The database may not be there yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--identity", metavar="FILE", help="the age key that opens it")
        parser.add_argument("--keys", metavar="KEYFILE", help="the town's keys, to put in place")

    def handle(self, *args: Any, **options: Any) -> None:
        identity = Path(options["identity"]) if options["identity"] else None
        say: progress.Say = self.stdout.write
        try:
            restore(Path(options["file"]), identity=identity, say=say)
        except (Refused, OSError, DatabaseError) as refused:
            raise CommandError(complaints.sentence_of(refused) or str(refused)) from None
        say("Migrations ...")
        progress.make_tables(progress.below(say))
        guard.remember_edition()
        say("Style and script files ...")
        call_command("collectstatic", interactive=False, verbosity=0)
        say("Reading the ledger ...")
        proof = proving.verify(progress.below(say))
        if proof.broken:
            raise CommandError(f"The ledger is broken at entry {proof.broken.seq}.")
        say("Reading every file of evidence ...")
        lost = missing_files()
        if lost:
            raise CommandError(
                f"Missing: {many(len(lost), 'file')} of evidence, the first {lost[0]}."
            )
        say("Standings ...")
        ledger.refresh_standings(on=timezone.localdate())
        is_restored()
        self.stdout.write("The chain is whole, and so is every file of evidence. Start 'serve'.")
