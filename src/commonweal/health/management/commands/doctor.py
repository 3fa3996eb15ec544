from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from commonweal.accounts import keyring
from commonweal.accounts.record import record
from commonweal.health import doctor, outside
from commonweal.jobs import clock
from commonweal.jobs.sqlite3 import base as sqlite
from commonweal.places.models import the_town


class Command(BaseCommand):
    help = (
        "Say what is wrong with this installation and how to mend it; ends with 1 if anything is."
    )
    # What they would stop at is what is asked here.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mail", metavar="ADDRESS", help="send a letter there as well")
        parser.add_argument(
            "--restore-tried",
            action="store_true",
            help="write down that a backup was brought back elsewhere, and was whole",
        )

        parser.add_argument(
            "--keys-kept",
            action="store_true",
            help="write down that the keys of now are kept elsewhere than the data",
        )
        parser.add_argument(
            "--clock-right",
            action="store_true",
            help="say that the clock is right, where jobs rest because it went far ahead",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["restore_tried"]:
            record(doctor.RESTORE_TRIED, about=the_town(), by=None)
            self.stdout.write("Written down: a restore was tried today.")
            return
        if options["keys_kept"]:
            keyring.note_kept_apart()
            self.stdout.write("Written down: the keys of now are kept apart.")
            return
        if options["clock_right"]:
            record("clock confirmed", about=the_town(), by=None)
            clock.confirm()
            self.stdout.write("Written down: the clock is right. Jobs go on.")
            return
        # Who only looks makes no empty town where none is.
        sqlite.only_open()
        findings = doctor.look()
        if options["mail"]:
            findings.append(doctor.DoctorFinding(outside.send_one(options["mail"]), False))
        for finding in findings:
            self._say(finding)
        wrong = sum(not seen.check.is_well and not seen.is_note for seen in findings)
        if wrong:
            self.stdout.write(f"\n{wrong} to mend.")
            sys.exit(1)
        self.stdout.write("\nNothing is wrong.")

    def _say(self, finding: doctor.DoctorFinding) -> None:
        check = finding.check
        mark = "well " if check.is_well else "note " if finding.is_note else "WRONG"
        self.stdout.write(f"{mark}  {check.name:<12} {check.says}")
        if not check.is_well:
            self.stdout.write(f"       {'':<12} {check.mend}")
