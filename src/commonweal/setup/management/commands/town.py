from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.places.models import Town
from commonweal.setup import onscodes, townfile, writing


class Command(BaseCommand):
    help = (
        "Read a changed settings file into the town (name, look, days, areas, menu, tiers), or "
        "write one from what stands."
    )

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

        parser.add_argument(
            "--write", metavar="FILE", help="write what the town is into a new file; - for here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["settings"] or options["ons_list"] or options["write"]):
            raise CommandError(
                "Name the town's file (./commonweal town FILE), or have it written "
                "(./commonweal town --write FILE)."
            )
        try:
            for name in options["ons_list"]:
                codes = onscodes.load(Path(name))
                self.stdout.write(f"{codes.name}: {many(len(codes.codes), 'code')}, {codes.of}.")
            if options["settings"]:
                self._read(Path(options["settings"]), only_look=options["check"])
            if options["write"]:
                self._write(options["write"])
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

    def _write(self, name: str) -> None:
        if not Town.objects.exists():
            raise Refused("There is no town here yet. Make it first: ./commonweal init")
        if name == "-":
            self.stdout.write(writing.written(), ending="")
            return
        try:
            with open(name, "x", encoding="utf-8", newline="") as file:
                file.write(writing.written())
        except FileExistsError:
            raise Refused(f"{name} is there already, and stays. Name another file.") from None
        except OSError as error:
            raise Refused(f"{name} can't be written: {error.strerror}.") from None
        self.stdout.write(f"{name} says what the town is. Reading it again changes nothing.")
