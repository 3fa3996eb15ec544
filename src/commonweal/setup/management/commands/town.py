from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commonweal.accounts.actions import Refused
from commonweal.setup import townfile


class Command(BaseCommand):
    help = "Read a changed settings file into the town: name, look, days, areas, menu, tiers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("settings", help="a TOML file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            town = townfile.apply(townfile.read(Path(options["settings"])))
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        self.stdout.write(f"{town.name} is up to date with {options['settings']}.")
