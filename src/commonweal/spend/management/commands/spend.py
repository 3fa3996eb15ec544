from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.spend import files as shelf
from commonweal.spend import importing, preparing
from commonweal.spend.models import Anchor, Release, Route
from commonweal.spend.naming import name_anchor
from localwealth.errors import UnreadableFile
from localwealth.progress import follow
from localwealth.registers import telling
from localwealth.registers.making import build
from localwealth.sources import places


class Command(BaseCommand):
    help = (
        "Payments that the town keeps: 'spend anchor PARTNER', 'spend load FILE…' (registers and "
        "postcodes), 'spend import --anchor PARTNER FILE…', 'spend update', 'spend releases', "
        "'spend undo RELEASE --because …'. Each can be stopped with Ctrl+C and run again: what is "
        "done is kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        anchor = verbs.add_parser("anchor", help="name a partner whose payments are analysed")
        anchor.add_argument("partner", help="its code")
        anchor.add_argument("--id", action="append", default=[], help="its own org-id")
        load = verbs.add_parser("load", help="load registers and lookups of postcodes")
        telling.add_arguments(load)
        load.add_argument("files", nargs="+")
        imports = verbs.add_parser("import", help="read files of payments, and keep them")
        imports.add_argument("--anchor", required=True, help="code of the partner that pays")
        imports.add_argument("--route", choices=Route.values, default=Route.PUBLISHED)
        imports.add_argument(
            "--look-first", action="store_true", help="take none by itself: leave all on the desk"
        )
        imports.add_argument(
            "--repeats",
            choices=["payments", "duplicates"],
            default="",
            help="what a block of lines, or a sheet, is that repeats another",
        )
        imports.add_argument("files", nargs="+")
        verbs.add_parser("update", help="match payees and work the figures out anew")
        verbs.add_parser("releases", help="list the files that are kept")
        undo = verbs.add_parser("undo", help="take a file out of the figures")
        undo.add_argument("release")
        undo.add_argument("--because", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"do_{options['verb']}")(**options)
        except (Refused, UnreadableFile) as refused:
            raise CommandError(str(refused)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. Run the same command again to go on.") from None

    def do_anchor(self, *, partner: str, id: list[str], **_: Any) -> None:
        payer = Partner.objects.filter(code=partner).first()
        if payer is None:
            raise CommandError(f"There is no partner {partner}.")
        name_anchor(partner=payer, ids=id, by=None)
        self.stdout.write(f"{payer.name} is an anchor.")

    def do_load(self, *, files: list[str], **options: Any) -> None:
        registers: list[Path] = []
        lookups: list[Path] = []
        for path in map(Path, files):
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
            (lookups if places.is_lookup(path) else registers).append(path)
        if lookups:
            count, lacking = shelf.keep_postcodes(lookups, takes_cut=options["take_cut"])
            stay = f"; {lacking:,} more stay that they lack" if lacking else ""
            self.stdout.write(f"{many(count, 'postcode')}{stay}")
        if registers:
            store = build(
                shelf.folder("register"),
                registers,
                say=self.stdout.write,
                said=telling.said_of(options),
            )
            self.stdout.write(f"{many(store.made_of['entries'], 'entry,entries')} of registers")
        self.stdout.write("Run './commonweal spend update' to work the figures out anew.")

    def do_import(
        self,
        *,
        anchor: str,
        route: str,
        look_first: bool,
        repeats: str,
        files: list[str],
        **_: Any,
    ) -> None:
        payer = Anchor.objects.filter(partner__code=anchor).first()
        if payer is None:
            raise CommandError(
                f"{anchor} is no anchor. Name it: ./commonweal spend anchor {anchor}"
            )
        left = 0
        for name in follow(files, len(files), "files"):
            try:
                left += not self._one(payer, route, Path(name), look_first, repeats)
            except Refused as refused:
                self.stdout.write(f"{Path(name).name}: {refused}")
        if left:
            self.stdout.write(f"{left} on the desk: look at them under /desk/spend/")
        self.do_update()

    def _one(self, anchor: Anchor, route: str, path: Path, look_first: bool, repeats: str) -> bool:
        """Read one file, and take it where nothing has to be asked; False where it waits."""
        if not path.is_file():
            raise Refused("There is no such file.")
        content = path.read_bytes()
        release = importing.begun(anchor=anchor, route=route, content=content) or importing.upload(
            anchor=anchor, route=route, content=content, name=path.name, by=None
        )
        release.said = {"repeats": repeats} if repeats else {}
        importing.read(release)
        summary = (
            f"{path.name}: {many(release.rows, 'line')} = {many(release.accepted, 'payment')} + "
            f"{release.rejected:,} refused + {many(release.duplicates, 'duplicate')}; "
            f"£{release.total_gbp:,.2f}"
        )
        if release.state != Release.State.READ:
            self.stdout.write(f"{summary}: {release.why}")
            return False
        if look_first or release.questions or importing.may_replace(release):
            why = release.questions or ["it is about days of which another file is here already"]
            self.stdout.write(f"{summary}; waits to be looked at: {' '.join(why)}")
            return False
        importing.take(release=release, by=None)
        self.stdout.write(f"{summary}; reconciles; taken as {release.code}")
        return True

    def do_update(self, **_: Any) -> None:
        seen = [""]

        def say(step: str, done: int, total: int) -> None:
            if step != seen[0]:
                seen[0] = step
                self.stderr.write(f"{step} ({total:,})" if total > 1 else step)

        prepared = preparing.bring_up_to_date(say)
        if prepared is None:
            self.stdout.write("Nothing counts yet.")
            return
        self.stdout.write(
            f"In the figures: {many(prepared.lines, 'payment')} of "
            f"{many(prepared.releases, 'file')}."
        )

    def do_releases(self, **_: Any) -> None:
        for release in Release.objects.select_related("anchor__partner"):
            self.stdout.write(
                f"{release.code}  {release.state:<8} {release.route:<10} "
                f"{release.accepted:>9,}  {release.file_name}"
            )

    def do_undo(self, *, release: str, because: str, **_: Any) -> None:
        chosen = Release.objects.filter(code=release).first()
        if chosen is None:
            raise CommandError(f"There is no release {release}.")
        importing.undo(release=chosen, because=because, by=None)
        self.do_update()
