from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commonweal.jobs.serving import serve


class Command(BaseCommand):
    help = "Serve the town on this machine, with its job worker in the same process."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-jobs", action="store_true", help="another process runs 'work'")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]

        def ready() -> None:
            self.stdout.write(f"Serving on http://{host}:{port}. Stop with Ctrl+C.")

        try:
            serve(host, port, jobs=not options["no_jobs"], ready=ready)
        except OSError as error:
            raise CommandError(f"Port {port} can't be used: {error.strerror}.") from None
