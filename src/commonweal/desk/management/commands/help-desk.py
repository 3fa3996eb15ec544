from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.text import slugify

from commonweal.asks import surge
from commonweal.cases import forgetting, lists
from commonweal.cases.models import RetentionRun
from commonweal.design.words import many
from commonweal.grants import actions as granting
from commonweal.office.errors import Refused
from commonweal.residents import finding, people
from commonweal.services import directory
from commonweal.services.models import HelpType


def _told_of(plan: lists.Preview) -> Iterator[str]:
    """What to know of a list before it is carried out; row numbers, and no names in a log."""
    if plan.not_understood:
        yield f"columns left aside: {', '.join(plan.not_understood)}"
    yield from plan.placed.notes
    yield from (f"row {listed.row}: reported dead" for listed in plan.dead)
    yield from (f"row {row}: {doubt}" for row, doubt in islice(plan.marked, 20))
    yield from (f"row {row}: {why}" for row, why in plan.rejected[:20])


class Command(BaseCommand):
    help = (
        "The help desk: 'help-desk list FILE --help-type food' reads a list of people, 'services "
        "FILE --source NAME' a directory, 'watch' looks for surges, 'forget' erases what is due, "
        "'prepare-search' makes the keys of older records, 'grants FILE.json' writes 360Giving."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        people = verbs.add_parser("list", help="read a list of people")
        people.add_argument("file")
        people.add_argument("--help-type", dest="kind", required=True, help="code of the help")
        people.add_argument("--preview", action="store_true", help="say what it holds, no more")
        people.add_argument(
            "--deaths-seen", action="store_true", help="you have read which rows report a death"
        )
        people.add_argument("--results", help="write row numbers and identifiers here")
        services = verbs.add_parser("services", help="read a file of services")
        services.add_argument("file")
        services.add_argument("--source", help="short name of the source; the file's if absent")
        services.add_argument("--preview", action="store_true", help="say what would happen")
        services.add_argument(
            "--end-unlisted",
            type=int,
            metavar="COUNT",
            help="end so many services that the file no longer lists; refused if it is another",
        )
        verbs.add_parser("watch", help="look for unusually many requests")
        verbs.add_parser("forget", help="erase everything whose time has come")
        verbs.add_parser("prepare-search", help="make the keys by which older records are found")
        grants = verbs.add_parser("grants", help="write grants to individuals, 360Giving")
        grants.add_argument("to")
        grants.add_argument("--prefix", default="", help="what 360Giving gave you, as 360G-yours")
        grants.add_argument("--funder", default="", help="the council's org-id, as GB-LAE-XYZ")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"do_{options['verb'].replace('-', '_')}")(**options)
        except Refused as refused:
            raise CommandError(str(refused)) from None

    def _read(self, file: str) -> tuple[bytes, str]:
        path = Path(file)
        if not path.is_file():
            raise CommandError(f"There is no file {file}.")
        return path.read_bytes(), path.name

    def do_list(
        self,
        *,
        file: str,
        kind: str,
        preview: bool = False,
        results: str | None = None,
        deaths_seen: bool = False,
        **_: Any,
    ) -> None:
        body, name = self._read(file)
        help_type = HelpType.objects.filter(code=kind).first()
        if help_type is None:
            known = ", ".join(HelpType.objects.values_list("code", flat=True))
            raise CommandError(f"There is no kind of help {kind!r}. There are: {known}.")
        plan = lists.preview(body, name)
        self.stdout.write(
            f"{plan.layout.name}: "
            + ", ".join(
                f"{count:,} {outcome.replace('_', ' ')}" for outcome, count in plan.counts.items()
            )
        )
        for sentence in _told_of(plan):
            self.stdout.write(f"  {sentence}")
        if preview:
            return
        if plan.dead and not deaths_seen:
            raise CommandError(
                "The list reports deaths, and all contact with these people would stop. Read the "
                "rows above, and say --deaths-seen."
            )
        run = lists.begin(plan, help_type=help_type, by=None)
        lists.carry_out(plan, run, by=None, say=self._say)
        self.stdout.write(
            ", ".join(f"{count:,} {outcome}" for outcome, count in run.counts.items())
        )
        if results:
            Path(results).write_text(lists.results_csv(run))

    def _say(self, done: int, total: int) -> None:
        self.stdout.write(f"  {done:,} of {total:,} rows")

    def do_services(
        self,
        *,
        file: str,
        source: str | None,
        preview: bool = False,
        end_unlisted: int | None = None,
        **_: Any,
    ) -> None:
        body, name = self._read(file)
        source = source or slugify(Path(name).stem)
        outcome = directory.carry_out(body, name, source=source, by=None, only_try=preview)
        for refusal in outcome.first_refused:
            self.stdout.write(f"  {refusal}")
        for missing in outcome.first_missing:
            self.stdout.write(f"  no longer listed: {missing}")
        if outcome.untold:
            self.stdout.write(f"  {outcome.untold}")
        self.stdout.write(("Would be: " if preview else "") + outcome.sentence)
        if end_unlisted is not None and not preview:
            ended = directory.end(source=source, count=end_unlisted, by=None)
            self.stdout.write(f"{ended:,} ended, as the file no longer lists them.")

    def do_watch(self, **_: Any) -> None:
        raised = surge.watch()
        for alarm in raised:
            self.stdout.write(
                f"{alarm.name}, {alarm.on:%-d %B %Y}: {alarm.in_words} Why: {alarm.why}"
            )
        self.stdout.write(f"{many(len(raised), 'new alarm')}.")

    def do_forget(self, **_: Any) -> None:
        run = forgetting.run()
        if run.state == RetentionRun.State.STOPPED:
            for kind, count in run.counts.items():
                self.stdout.write(f"{kind}: {count:,} would be erased")
            raise CommandError(
                "Nothing was erased. " + " ".join(run.why) + " Two people have to look: a data "
                "protection officer or desk manager each, under “Erasing”."
            )
        for kind, count in run.counts.items():
            self.stdout.write(f"{kind}: {count:,} erased")

    def do_prepare_search(self, **_: Any) -> None:
        done = finding.prepare(people.index, say=self._say)
        self.stdout.write(f"{many(done, 'record')} can now be found in every way.")

    def do_grants(self, *, to: str, prefix: str, funder: str, **_: Any) -> None:
        package = granting.package(prefix=prefix, funder=funder)
        Path(to).write_text(json.dumps(package, indent=2))
        self.stdout.write(f"Wrote {many(len(package['grants']), 'grant')}.")
