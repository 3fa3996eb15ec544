"""./commonweal grant: on PostgreSQL, give the app's role the rows of every table again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commonweal.setup import roles


class Command(BaseCommand):
    help = (
        "Give the role of DATABASE_URL the rows of every table, and nothing else. Runs as the "
        "owner (DATABASE_OWNER_URL); by itself after every migration."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(roles.grant())
        except roles.NotApart as error:
            raise CommandError(str(error)) from None
