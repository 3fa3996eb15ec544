from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commonweal.design.words import many
from commonweal.economy.models import SeriesRelease
from commonweal.economy.series import bringing, wards
from commonweal.office.errors import Refused
from localwealth.sources.statistics import cells
from localwealth.sources.statistics.measures import BY_CODE
from localwealth.sources.statistics.reading import Told


class Command(BaseCommand):
    help = (
        "Figures of the local economy: 'series import FILE… --published DAY', 'series wards "
        "FILE.geojson --source WORDS', 'series releases', 'series undo RELEASE --because …'."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        imports = verbs.add_parser("import", help="bring in figures as they are published")
        imports.add_argument("files", nargs="+")
        imports.add_argument("--published", required=True, help="the day: 2026-11-17")
        imports.add_argument("--measure", choices=sorted(BY_CODE), default="")
        imports.add_argument("--about", default="", help="a day, month or year the file lacks")
        imports.add_argument("--sheet", help="the sheet of a workbook")
        imports.add_argument("--source-url", default="")
        outlines = verbs.add_parser("wards", help="load the outlines of the town's wards")
        outlines.add_argument("file")
        outlines.add_argument("--source", required=True, help="source and licence, in words")
        verbs.add_parser("releases", help="list the files that are here")
        undo = verbs.add_parser("undo", help="take a file out of the figures")
        undo.add_argument("release")
        undo.add_argument("--because", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"do_{options['verb']}")(**options)
        except Refused as refused:
            raise CommandError(str(refused)) from None

    def do_import(self, *, files: list[str], published: str, **options: Any) -> None:
        about = cells.period(options["about"]) if options["about"] else None
        if options["about"] and about is None:
            raise CommandError(f"--about takes a day, month or year, not {options['about']!r}.")
        told_by_hand = Told(options["measure"], about, options["sheet"])
        for path in map(Path, files):
            release = bringing.bring_in(
                content=_content(path),
                name=path.name,
                published_on=_day(published),
                by=None,
                told=told_by_hand,
                source_url=options["source_url"],
            )
            self.stdout.write(
                f"{path.name}: {many(release.figure_count, 'figure')} brought in as "
                f"{release.code}; {many(len(release.left_out), 'line')} left out"
            )
            for line, why in release.left_out[:20]:
                self.stdout.write(f"  line {line}: {why}")
            for note in release.notes[:20]:
                self.stdout.write(f"  {note}")

    def do_wards(self, *, file: str, source: str, **_: Any) -> None:
        path = Path(file)
        count = wards.load(content=_content(path), name=path.name, source=source, by=None)
        self.stdout.write(f"{many(count, 'ward')} can be drawn on the map now.")

    def do_releases(self, **_: Any) -> None:
        for release in SeriesRelease.objects.all():
            state = "undone" if release.undone_on else "counts"
            self.stdout.write(
                f"{release.code}  {state:<7} {release.figure_count:>8,}  {release.file_name}"
            )

    def do_undo(self, *, release: str, because: str, **_: Any) -> None:
        chosen = SeriesRelease.objects.filter(code=release).first()
        if chosen is None:
            raise CommandError(f"There is no release {release}.")
        bringing.undo(release=chosen, because=because, by=None)
        self.stdout.write(f"{release} is undone.")


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise CommandError(f"There is no file {path.name}.")
    return path.read_bytes()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--published takes a day like 2026-11-17, not {text!r}.") from None
