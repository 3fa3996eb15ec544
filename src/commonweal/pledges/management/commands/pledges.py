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


def answers_in(texts: list[str]) -> dict[str, str]:
    """Answers by what they answer, as they are written: ``sector:acorn ltd=private``."""
    if wrong := next((text for text in texts if "=" not in text), None):
        raise CommandError(f"{wrong!r} is no answer; write it like 'sector:acorn ltd=private'")
    pairs = (text.rpartition("=") for text in texts)
    return {key: answer for key, _, answer in pairs}


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
        imports.add_argument(
            "--remove-unlisted",
            type=int,
            metavar="N",
            help="take the N pledges that the file no longer lists off the register",
        )
        imports.add_argument(
            "--answer",
            action="append",
            default=[],
            metavar="KEY=ANSWER",
            help="answer a question that the file leaves open, as the preview prints it",
        )
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
        self,
        *,
        file: str,
        layout: str,
        as_at: str | None,
        preview: bool,
        rejected: int,
        remove_unlisted: int | None = None,
        answer: list[str],
        **_: Any,
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
                answers=answers_in(answer) if answer else None,
                removes=remove_unlisted,
            )
            self._say(plan, rejected)
            if plan.does_nothing:
                self.stdout.write(plan.why_nothing("the register"))
            elif not preview:
                carrying.carry_out(plan, by=None, say=lambda text: self.stdout.write(f"  {text}"))
                self.stdout.write("Done.")
        except Refused as refused:
            raise CommandError(str(refused)) from None

    def _say(self, plan: importing.PledgePlan, rejected: int) -> None:
        for name, count in plan.counts.items():
            self.stdout.write(f"  {name:<10} {count:>8,}")
        if plan.unlisted and not plan.removed:
            self.stdout.write(
                f"  {many(len(plan.unlisted), 'pledge')} of this source not listed; they stay. "
                f"To take them off: --remove-unlisted {len(plan.unlisted)}"
            )
        for question in plan.questions.open:
            answers = ", ".join(answer for answer, _ in question.choices)
            self.stdout.write(f"  ? {question.label} --answer '{question.key}=…' of: {answers}")
        for row, because in plan.rejected[:rejected]:
            self.stdout.write(f"  row {row}: {because}")
        if len(plan.rejected) > rejected:
            self.stdout.write(
                f"  ... and {many(len(plan.rejected) - rejected, 'more rejected row')}"
            )
