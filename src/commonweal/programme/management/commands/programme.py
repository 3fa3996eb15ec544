from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.text import slugify

from commonweal.accounts.actors import IMPORT, Actor
from commonweal.charter.models import Decision
from commonweal.design.words import many
from commonweal.jobs import clock
from commonweal.office.errors import Refused
from commonweal.programme import importing, measuring, plan, reads


def answers_in(texts: Sequence[str]) -> dict[str, str]:
    """Answers by what they answer, as they are written: ``pillar:skills=fair-work``."""
    if wrong := next((text for text in texts if "=" not in text), None):
        raise CommandError(f"{wrong!r} is no answer; write it like 'pillar:skills=fair-work'")
    pairs = (text.rpartition("=") for text in texts)
    return {key: answer for key, _, answer in pairs}


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
        imports.add_argument(
            "--remove-unlisted",
            type=int,
            metavar="N",
            help="stop the N actions that the file no longer lists",
        )
        imports.add_argument(
            "--stopped-by", metavar="DECISION", help="the decision by which they are stopped"
        )
        imports.add_argument(
            "--answer",
            action="append",
            default=[],
            metavar="KEY=ANSWER",
            help="answer a question that the file leaves open, as the preview prints it",
        )
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
        self,
        *,
        file: str,
        source: str | None,
        as_at: str | None,
        preview: bool,
        remove_unlisted: int | None = None,
        stopped_by: str | None = None,
        answer: Sequence[str] = (),
        **_: Any,
    ) -> None:
        path = Path(file)
        if not path.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            day = date.fromisoformat(as_at) if as_at else timezone.localdate()
        except ValueError:
            raise CommandError(f"{as_at!r} is no date; write it like 2026-11-23") from None
        plan = importing.plan(
            path.read_bytes(),
            path.name,
            source=source or slugify(path.stem),
            as_at=day,
            answers=answers_in(answer) if answer else None,
            removes=remove_unlisted,
            stopped_by=self._decision(stopped_by),
        )
        self._say(plan)
        if plan.does_nothing:
            self.stdout.write(plan.why_nothing("the programme"))
        elif not preview:
            importing.carry_out(plan, author=Actor(None, IMPORT))
            self.stdout.write("Done.")

    def _decision(self, code: str | None) -> Decision | None:
        if not code:
            return None
        decision = Decision.objects.filter(code=code).first()
        if decision is None:
            raise CommandError(f"There is no decision {code!r}.")
        return decision

    def _say(self, plan: importing.ActionPlan) -> None:
        for name, count in plan.counts.items():
            self.stdout.write(f"  {name:<10} {count:>8,}")
        if plan.unlisted and not plan.removed:
            self.stdout.write(
                f"  {many(len(plan.unlisted), 'action')} of this source not listed; they stay. To "
                f"stop them: --remove-unlisted {len(plan.unlisted)} --stopped-by DECISION"
            )
        for question in plan.questions.open:
            answers = ", ".join(answer for answer, _ in question.choices)
            self.stdout.write(f"  ? {question.label} --answer '{question.key}=…' of: {answers}")
        for row, because in plan.rejected[:20]:
            self.stdout.write(f"  row {row}: {because}")

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
