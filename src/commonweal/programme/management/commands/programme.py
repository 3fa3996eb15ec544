from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.text import slugify

from commonweal.design.words import many
from commonweal.jobs import clock
from commonweal.office.errors import Refused
from commonweal.programme import importing, measuring, plan, reads
from commonweal.programme.actions import Author


class Command(BaseCommand):
    help = (
        "The programme: 'programme import FILE', 'programme compute' (metrics), "
        "'programme plan FILE.docx' (the statutory plan), 'programme late'."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        imports = verbs.add_parser("import", help="read actions from CSV, XLSX or JSON")
        imports.add_argument("file")
        imports.add_argument("--source", help="short name of the source; the file's name if absent")
        imports.add_argument("--as-at", help="the day that the file shows; today if not given")
        imports.add_argument("--preview", action="store_true", help="say what would happen")
        verbs.add_parser("compute", help="work out every computed metric that is owed")
        export = verbs.add_parser("plan", help="write the joint plan as Word")
        export.add_argument("to")
        verbs.add_parser("late", help="name late metrics with their owners and days")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"do_{options['verb']}")(**options)
        except Refused as refused:
            raise CommandError(str(refused)) from None

    def do_import(
        self, *, file: str, source: str | None, as_at: str | None, preview: bool, **_: Any
    ) -> None:
        path = Path(file)
        if not path.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            day = date.fromisoformat(as_at) if as_at else timezone.localdate()
        except ValueError:
            raise CommandError(f"{as_at!r} is no date; write it like 2026-11-23") from None
        summary = importing.carry_out(
            path.read_bytes(),
            path.name,
            source=source or slugify(path.stem),
            as_at=day,
            author=Author(None, "import"),
            only_try=preview,
        )
        for row, because in summary.rejected[:20]:
            self.stdout.write(f"  row {row}: {because}")
        self.stdout.write(("Would be: " if preview else "") + summary.sentence)

    def do_compute(self, **_: Any) -> None:
        if why := clock.why_rest():
            raise CommandError(why)
        count = measuring.compute_all(timezone.localdate())
        self.stdout.write(f"{many(count, 'figure')} worked out.")

    def do_plan(self, *, to: str, **_: Any) -> None:
        joint = plan.joint_plan(timezone.localdate())
        Path(to).write_bytes(plan.word(joint))
        self.stdout.write(f"Wrote {to}.")
        for section in joint.empty:
            self.stdout.write(f"  EMPTY: {section.topic.title}")

    def do_late(self, **_: Any) -> None:
        for line in reads.metric_lines(timezone.localdate()):
            if line.late:
                self.stdout.write(
                    f"{line.metric.name}: {many(line.late.days, 'day')} late, {line.late.owner}"
                )
