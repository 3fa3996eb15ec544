"""Several processes that serve one address, and one that works: `serve --workers N`.

The address is opened once and handed to each of them, so the system gives every visitor to one
that is free. Whoever of them dies is started anew, and what a worker left undone is begun
again at once; one that can't start at all ends the rest. If the first process itself is killed,
they end by themselves (`parent`).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from localwealth.words import many

from . import counting, database, parent, queue, serving

# A process that ends sooner than this did not start at all.
TOO_SOON_S = 10
KILLED_SOON_MOST = 5
WORK = ["work"]
ENDS_WITHIN_S = 30
LOOKS_EVERY_S = 0.5
# So many serve a county; a machine with more cores has them for something else as well.
AUTO_MOST = 4


def open_address(host: str, port: int, path: str = "") -> socket.socket:
    """The address to serve: host and port, or where `path` is given a Unix socket.

    Raises
    ------
    OSError
        It is taken.
    """
    if path:
        listening = socket.socket(socket.AF_UNIX)
        Path(path).unlink(missing_ok=True)
        listening.bind(path)
        os.chmod(path, 0o660)
    else:
        listening = socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    listening.listen(1024)
    listening.set_inheritable(True)
    return listening


def why_not(workers: int, *, jobs: bool) -> str:
    """Why the database can't bear so many processes; empty if it can.

    PostgreSQL takes so many connections and refuses the next: pages would fail now and then, and
    only while many people read.
    """
    most = database.connections_most()
    each, others = serving.THREADS, 2 * len(queue.LANES) if jobs else 0
    wanted = each * workers + others
    if most is None or wanted <= most:
        return ""
    return (
        f"{workers} processes of {each} threads{' and the jobs' if jobs else ''} may need {wanted} "
        f"connections, and PostgreSQL takes {most}. Take --workers "
        f"{max(1, (most - others) // each)}, or raise max_connections above {wanted}."
    )


def _cores() -> int | None:
    """How many cores this process may use; None: the system does not say."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def auto() -> int:
    """How many processes for pages a machine is well served by: what 'auto' means."""
    return min(_cores() or 1, AUTO_MOST)


def too_many(workers: int) -> str:
    """A word to the operator where there are more processes than cores; empty otherwise.

    More wait for each other: four on two busy cores kept the ledger's writers waiting for each
    other for longer than a page may (see ``benchmarks/README.md``).
    """
    cores = _cores()
    if not cores or workers <= cores:
        return ""
    return (
        f"This machine has {many(cores, 'core')}: more processes for pages than that wait for "
        f"each other. Take --workers {cores}."
    )


class Crew:
    """The processes, from their start to their end."""

    def __init__(self, listening: socket.socket, workers: int, *, jobs: bool) -> None:
        self.descriptors = (listening.fileno(), counting.open_memory(workers))
        address, counts = map(str, self.descriptors)
        page = ["serve", "--no-jobs", "--descriptor", address, "--counts", counts]
        self.commands = [[*page, str(place)] for place in range(workers)]
        self.commands += [WORK] if jobs else []
        # How often each was killed while it had hardly begun, one time after the other.
        self.soon = [0] * len(self.commands)
        self.running: list[tuple[subprocess.Popen[bytes], float]] = []
        self.is_over = False

    def run(self, ready: Callable[[], None]) -> int:
        """Keep all of them going until SIGINT or SIGTERM; the exit code of who could not start."""
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._end)
        self.running = [self._start(command) for command in self.commands]
        ready()
        code = 0
        while not self.is_over:
            time.sleep(LOOKS_EVERY_S)
            code = self._look_after() or code
        self._stop()
        return code

    def _end(self, *_: Any) -> None:
        self.is_over = True

    def _start(self, command: list[str]) -> tuple[subprocess.Popen[bytes], float]:
        # Who only works does not hold the address open: left over by itself, it would take
        # visitors in and answer none.
        handed = () if command[:1] == WORK else self.descriptors
        process = subprocess.Popen(
            [sys.executable, f"-X{parent.OPTION}={os.getpid()}", "-mcommonweal.cli", *command],
            pass_fds=handed,
        )
        return process, time.monotonic()

    def _look_after(self) -> int:
        for place, (process, since) in enumerate(self.running):
            code = process.poll()
            if code is None or self.is_over:
                continue
            if time.monotonic() - since >= TOO_SOON_S:
                self.soon[place] = 0
            elif code >= 0 or self.soon[place] == KILLED_SOON_MOST:
                self.is_over = True
                return abs(code) or 1
            else:
                # It did not end by itself: somebody, or the machine for want of memory, killed it.
                self.soon[place] += 1
            command = self.commands[place]
            left = ["--instead-of", str(process.pid)] if command == WORK else []
            self.running[place] = self._start([*command, *left])
        return 0

    def _stop(self) -> None:
        for process, _ in self.running:
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + ENDS_WITHIN_S
        for process, _ in self.running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
