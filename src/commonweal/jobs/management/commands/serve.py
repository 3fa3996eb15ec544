from __future__ import annotations

import argparse
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commonweal.jobs import crew
from commonweal.jobs.addresses import address_to_open
from commonweal.jobs.crew import Crew, open_address
from commonweal.jobs.serving import serve


class Command(BaseCommand):
    help = "Serve the town on this machine, with its job worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--socket", default="", metavar="PATH", help="a Unix socket instead of host and port"
        )
        parser.add_argument("--no-jobs", action="store_true", help="another process runs 'work'")
        parser.add_argument(
            "--workers",
            type=int,
            default=1,
            metavar="N",
            help="so many processes for pages, and one for jobs (default: one for both)",
        )
        # How the processes of --workers are handed the address that they share.
        parser.add_argument("--descriptor", type=int, help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        host, port, path = options["host"], options["port"], options["socket"]
        jobs = not options["no_jobs"]
        place = path or address_to_open(host, port)

        def ready() -> None:
            public = f" The town opens at {settings.ADDRESS}." if settings.SECURE else ""
            self.stdout.write(f"Serving on {place}.{public} Stop with Ctrl+C.")
            self.stdout.flush()

        workers, descriptor = options["workers"], options["descriptor"]
        if not 1 <= workers <= 64:
            raise CommandError("--workers is a number from 1 to 64.")
        if descriptor is None and (sentence := crew.why_not(workers, jobs=jobs)):
            raise CommandError(sentence)
        try:
            if descriptor is not None:
                serve(host, port, jobs=False, sockets=[socket.socket(fileno=descriptor)])
            elif workers > 1:
                self._serve_by_many(open_address(host, port, path=path), workers, jobs, ready)
            else:
                serve(host, port, path=path, jobs=jobs, ready=ready)
        except OSError as error:
            listener = f"The socket {path}" if path else f"Port {port}"
            raise CommandError(f"{listener} can't be used: {error.strerror}.") from None

    def _serve_by_many(
        self, listening: socket.socket, workers: int, jobs: bool, ready: Any
    ) -> None:
        if warning := crew.too_many(workers):
            self.stderr.write(warning)
        with listening:
            code = Crew(listening, workers, jobs=jobs).run(ready)
        if code:
            sys.exit(code)
