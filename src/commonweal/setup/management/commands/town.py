from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.setup import onscodes, townfile


class Command(BaseCommand):
    help = "Read a changed settings file into the town: name, look, days, areas, menu, tiers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("settings", nargs="?", help="a TOML file; see docs/guides/town-file.md")
        parser.add_argument("--check", action="store_true", help="only look it through")
        parser.add_argument(
            "--ons-list",
            action="append",
            default=[],
            metavar="CSV",
            help="keep a list of ONS codes, against which codes are held; may be given several "
            "times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["settings"] and not options["ons_list"]:
            raise CommandError("Name the town's file: ./commonweal town FILE")
        try:
            for name in options["ons_list"]:
                codes = onscodes.load(Path(name))
                self.stdout.write(f"{codes.name}: {many(len(codes.codes), 'code')}, {codes.of}.")
            if options["settings"]:
                self._read(Path(options["settings"]), only_look=options["check"])
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None

    def _read(self, path: Path, *, only_look: bool) -> None:
        checked = townfile.look(path, known_codes=townfile.codes_there())
        for warning in checked.warnings:
            self.stdout.write(f"Look again: {warning}")
        if checked.faults:
            raise Refused(townfile.complaint(path.name, checked))
        if only_look:
            self.stdout.write(f"{path} is right. Nothing was written.")
            return
        town = townfile.apply(checked.content)
        self.stdout.write(f"{town.name} is up to date with {path}.")
