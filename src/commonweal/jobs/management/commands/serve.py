from __future__ import annotations

import argparse
import socket
import sys
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commonweal.jobs import crew, parent
from commonweal.jobs.addresses import address_to_open
from commonweal.jobs.crew import Crew, open_address
from commonweal.jobs.mail_folder import where_letters_lie
from commonweal.jobs.serving import serve


def _workers(typed: str) -> int | None:
    """A number, or None where the machine's cores say how many."""
    return None if typed == "auto" else int(typed)


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
            type=_workers,
            default=1,
            metavar="N",
            help="so many processes for pages, and one for jobs; 'auto' takes one a core, "
            f"{crew.AUTO_MOST} at most (default: one for both)",
        )
        # How the processes of --workers are handed the address that they share.
        parser.add_argument("--descriptor", type=int, help=argparse.SUPPRESS)
        # And the memory in which they count together, with each one's place.
        parser.add_argument("--counts", type=int, nargs=2, help=argparse.SUPPRESS)

    def _say_where(self, place: str, path: str, port: int) -> None:
        """Print where pages are, and where letters lead if that is elsewhere."""
        if not (path or settings.SECURE) and urlsplit(settings.ADDRESS).port != port:
            self.stdout.write(
                f"Letters lead to {settings.ADDRESS}. Set COMMONWEAL_ADDRESS to where people "
                "reach this town."
            )
        if sentence := where_letters_lie():
            self.stdout.write(sentence)
        public = f" The town opens at {settings.ADDRESS}." if settings.SECURE else ""
        self.stdout.write(f"Serving on {place}.{public} Stop with Ctrl+C.")
        self.stdout.flush()

    def handle(self, *args: Any, **options: Any) -> None:
        host, port, path = options["host"], options["port"], options["socket"]
        jobs = not options["no_jobs"]
        place = path or address_to_open(host, port)

        def ready() -> None:
            self._say_where(place, path, port)

        workers, descriptor = options["workers"], options["descriptor"]
        if workers is None:
            workers = crew.auto()
        if not 1 <= workers <= 64:
            raise CommandError("--workers is a number from 1 to 64.")
        if descriptor is None and (sentence := crew.why_not(workers, jobs=jobs)):
            raise CommandError(sentence)
        try:
            if descriptor is not None:
                listening = socket.socket(fileno=descriptor)
                counts = tuple(options["counts"])
                parent.end_with_crew()
                serve(host, port, jobs=False, sockets=[listening], counts=counts)
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
