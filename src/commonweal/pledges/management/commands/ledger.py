from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import pluralize
from django.utils import timezone

from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.pledges import ledger, proving, published
from commonweal.pledges.files import missing_files
from commonweal.pledges.models import LedgerHead


class Command(BaseCommand):
    help = (
        "Prove the ledger: 'ledger verify' reads the whole chain and names the first broken link."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="check every entry and every figure beside it")
        verify.add_argument("--file", help="check a downloaded ledger.csv instead of the database")
        verify.add_argument(
            "--head", default="", help="with --file: the hash of an entry that must be in it"
        )
        verbs.add_parser("head", help="print the number and hash of the last entry")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "head":
            head = LedgerHead.objects.filter(id=1).first()
            self.stdout.write(f"{head.seq} {head.hash}" if head else f"0 {ledger.GENESIS}")
            return
        if options["head"] and not options["file"]:
            raise CommandError("--head goes with --file: the database holds its own head.")
        proof = self._proof(options["file"], options["head"])
        if proof.broken:
            where = f" (pledge {proof.broken.pledge})" if proof.broken.pledge else ""
            self.stderr.write(
                f"BROKEN at entry {proof.broken.seq}{where}: {proof.broken.because}. "
                f"Whole before it: {many(proof.entries, 'entry,entries')}."
            )
            sys.exit(1)
        self.stdout.write(
            f"The chain is whole: {many(proof.entries, 'entry,entries')}, head {proof.head}"
        )
        if options["file"]:
            self._say_where_it_ends(has_head=bool(options["head"]))
            return
        self._figures()
        self._evidence()

    def _proof(self, file: str | None, head: str) -> proving.Proof:
        if file:
            try:
                return published.verify_file(file, head=head)
            except Refused as refused:
                raise CommandError(str(refused)) from None
        self.stdout.write("Reading the chain ...")
        return proving.verify(lambda text: self.stdout.write(f"  {text}"))

    def _say_where_it_ends(self, *, has_head: bool) -> None:
        self.stdout.write(
            "The head that was given is in it."
            if has_head
            else "Whether later entries were cut off can't be known from the file: compare its "
            "head with one from elsewhere (the town's page on the ledger, a printed statement, a "
            "witness), or give that one: --head HASH."
        )

    def _evidence(self) -> None:
        self.stdout.write("Reading every file of evidence ...")
        lost = missing_files()
        for digest in lost[:20]:
            self.stderr.write(f"The file {digest} is gone, or is not what was kept.")
        if lost:
            self.stderr.write(
                f"{many(len(lost), 'file')} of evidence {pluralize(len(lost), 'is,are')} not whole."
            )
            sys.exit(1)
        self.stdout.write("Every file of evidence is what was kept.")

    def _figures(self) -> None:
        self.stdout.write("Comparing every pledge with its ledger ...")
        wrong = 0
        for pledge, name, has, should in proving.stale_figures(timezone.localdate()):
            wrong += 1
            if wrong <= 20:
                self.stderr.write(
                    f"Pledge {pledge.code}: {name} is {has}, its ledger says {should}"
                )
        if wrong:
            self.stderr.write(
                f"{many(wrong, 'figure')} differ{pluralize(wrong, 's,')} from the ledger."
            )
            sys.exit(1)
        self.stdout.write("Every standing and figure is what its ledger adds up to.")
