from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commonweal.office.errors import Refused
from commonweal.setup import moving


class Command(BaseCommand):
    help = "Move a town from SQLite into an empty PostgreSQL database, and prove it is the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to",
            required=True,
            metavar="DATABASE_URL",
            help="postgresql://user:password@host/name",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            moving.move(options["to"], say=lambda text: self.stdout.write(text))
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(
            "From now on set DATABASE_URL to that address for every process. Evidence, papers, "
            f"payments and keys stay in {settings.VAR}; keep the SQLite file there until all is "
            "well, and start nothing on it."
        )
