from __future__ import annotations

import argparse
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from commonweal.jobs import parent, queue


class Command(BaseCommand):
    help = "Run jobs: reminders, mail, checks of evidence. Without --once it goes on until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due, then stop")
        # How `serve --workers` names the process that died, whose jobs this one begins again.
        parser.add_argument("--instead-of", type=int, default=0, help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            queue.run_all()
            self.stdout.write("Everything that was due has been done.")
            return
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        parent.end_with_crew()
        self.stdout.write("Working. Stop with Ctrl+C.")
        queue.run_forever(stop, instead_of=options["instead_of"])
