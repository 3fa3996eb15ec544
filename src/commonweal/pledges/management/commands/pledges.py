from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.pledges import carrying, importing, ledger, reads
from commonweal.pledges.layout import layout_named, layouts


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no date; write it like 2026-11-23") from None


class Command(BaseCommand):
    help = "Pledges in bulk: 'pledges import FILE --layout LAYOUT', 'pledges layouts', 'standings'."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        imports = verbs.add_parser("import", help="read a CSV or XLSX file into the register")
        imports.add_argument("file")
        imports.add_argument("--layout", required=True, help="see 'pledges layouts'")
        imports.add_argument("--as-at", help="the day that the file shows; today if not given")
        imports.add_argument("--preview", action="store_true", help="say what would happen")
        imports.add_argument("--rejected", type=int, default=10, help="how many rejects to print")
        verbs.add_parser("layouts", help="list the layouts that can be read")
        standings = verbs.add_parser("standings", help="count standings as they were on a day")
        standings.add_argument("--on", help="the day; today if not given")
        standings.add_argument(
            "--anew",
            action="store_true",
            help="work out every standing from the ledger again, as after a wrong clock",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"do_{options['verb']}")(**options)

    def do_layouts(self, **_: Any) -> None:
        for layout in layouts():
            self.stdout.write(f"{layout.name:<22} {layout.title}")

    def do_standings(self, *, on: str | None, anew: bool, **_: Any) -> None:
        if anew:
            if on:
                raise CommandError("--anew works out the standings of today; leave --on away.")
            differed = ledger.work_out_anew(
                on=timezone.localdate(), say=lambda count: self.stdout.write(f"  {count:,} ...")
            )
            self.stdout.write(f"Worked out anew; {differed:,} differed from what was kept.")
        counts: dict[str, int] = {}
        for _code, standing, *_figures in reads.standings_on(
            day(on) if on else timezone.localdate()
        ):
            counts[standing] = counts.get(standing, 0) + 1
        for standing, count in sorted(counts.items()):
            self.stdout.write(f"{standing:<22} {count:>8,}")

    def do_import(
        self, *, file: str, layout: str, as_at: str | None, preview: bool, rejected: int, **_: Any
    ) -> None:
        path = Path(file)
        if not path.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            self.stdout.write(f"Reading {path.name} ...")
            plan = importing.plan(
                path.read_bytes(),
                path.name,
                layout=layout_named(layout),
                as_at=day(as_at) if as_at else timezone.localdate(),
            )
            if plan.already and not preview:
                self.stdout.write(
                    f"This file was imported as at {plan.already.as_at}; nothing changes."
                )
                return
            self._say(plan, rejected)
            if not preview:
                carrying.carry_out(plan, by=None, say=lambda text: self.stdout.write(f"  {text}"))
                self.stdout.write("Done.")
        except Refused as refused:
            raise CommandError(str(refused)) from None

    def _say(self, plan: importing.Plan, rejected: int) -> None:
        for name, count in plan.counts.items():
            self.stdout.write(f"  {name:<10} {count:>8,}")
        for row, because in plan.rejected[:rejected]:
            self.stdout.write(f"  row {row}: {because}")
        if len(plan.rejected) > rejected:
            self.stdout.write(
                f"  ... and {many(len(plan.rejected) - rejected, 'more rejected row')}"
            )
