"""Faults, and the moments at which they come.

A moment is anything after which the world may differ: a statement to the database (before it and
after it), a commit (before and after), a file that is opened for writing, renamed or removed. The
moments of one act are counted, so that the n-th one of the m-th act is the same on every run.

A stroke is a moment by which the world does differ: a statement that writes, a commit, a file that
is opened for writing, renamed or removed. Between the first stroke of an act and its last lies what
must be there whole or not at all.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import resource
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from .town import set_clock

WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Fault:
    """What happens (``kind``) at the ``moment``-th moment of act number ``act``; ``more`` says how.

    kill: SIGKILL to the process and whatever it started. stray-kill: the same, but by the harness
    after ``more`` milliseconds, wherever the process is then. aimed-kill: the same, but between two
    strokes of the act; ``more`` is where, from 0 (after the first) to 1 (before the last). disk:
    no byte more can be written, until the act has failed. database: PostgreSQL is stopped at once
    and started again. clock: it jumps by ``more`` seconds, for this act and the two after it.
    mail: the mail server behaves as ``more`` says for as long.
    """

    kind: str
    act: int
    moment: int = 0
    more: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.more}".strip() + f" at act {self.act}, moment {self.moment}"


class Counters:
    """Figures that outlive the process that counts: in memory shared with the harness."""

    NAMES = ("statements", "writes", "commits", "act", "moment", "strokes")

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, 8 * len(self.NAMES))

    def __getitem__(self, name: str) -> int:
        at = 8 * self.NAMES.index(name)
        return int(struct.unpack_from("q", self.memory, at)[0])

    def __setitem__(self, name: str, count: int) -> None:
        struct.pack_into("q", self.memory, 8 * self.NAMES.index(name), count)


@dataclass
class Breaker:
    """Sits inside the working process, counts its moments, and lets a fault come at its own."""

    folder: Path
    counters: Counters
    faults: list[Fault]
    # Stops and starts the database's server; None where there is none to stop.
    server: Callable[[], None] | None = None
    control: Path | None = None
    is_mounted: bool = False
    # Where the number of each fault that came is written, before it comes.
    met: Path | None = None
    act: int = -1
    is_on: bool = False
    broken: set[Fault] = field(default_factory=set)
    mended: set[Fault] = field(default_factory=set)
    lasting: list[tuple[int, Callable[[], None]]] = field(default_factory=list)
    # The stroke of this act before which each aimed kill comes.
    aims: dict[Fault, int] = field(default_factory=dict)

    def listen(self) -> None:
        """Begin to count. Hooks can't be taken out again: only the working process has them."""
        connection.execute_wrappers.append(self._statement)
        commit = BaseDatabaseWrapper._commit
        breaker = self

        def counted(self: BaseDatabaseWrapper) -> None:
            breaker.moment()
            breaker.stroke()
            commit(self)
            breaker.counters["commits"] += 1
            breaker.moment()

        BaseDatabaseWrapper._commit = counted
        sys.addaudithook(self._file)

    def _statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not self.is_on:
            return execute(sql, params, many, context)
        self.moment()
        is_write = sql.lstrip()[:6].upper() in WRITES
        if is_write:
            self.stroke()
        answer = execute(sql, params, many, context)
        self.counters["statements"] += 1
        if is_write:
            self.counters["writes"] += len(params) if many and isinstance(params, list) else 1
        self.moment()
        return answer

    def _file(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_on or event not in ("open", "os.rename", "os.remove"):
            return
        if not str(arguments[0]).startswith(str(self.folder)):
            return
        # Flags of an open that only reads are 0, but for O_CLOEXEC.
        if event == "open" and not (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR):
            return
        self.moment()
        self.stroke()

    # --- acts and moments ---------------------------------------------------------------------

    def enter(self, act: int) -> None:
        self.act, self.is_on = act, True
        self.counters["act"], self.counters["moment"], self.counters["strokes"] = act, 0, 0
        for fault in self._due(0):
            if fault.kind in ("clock", "mail"):
                self._strike(fault)

    def leave(self) -> None:
        """The act is over. A fault whose moment was never reached comes now, before anybody is
        told that it is done."""
        for fault in self._due(None):
            if fault.kind in ("kill", "aimed-kill"):
                self._strike(fault)
        self.is_on = False
        for until, mend in list(self.lasting):
            if self.act >= until:
                mend()
                self.lasting.remove((until, mend))

    def moment(self) -> None:
        if not self.is_on:
            return
        self.counters["moment"] += 1
        for fault in self._due(self.counters["moment"]):
            self._strike(fault)

    def aim(self, act: int, strokes: int) -> None:
        """Let an act's aimed kills come between two of its so many strokes."""
        for fault in self.aimed(act):
            self.aims[fault] = 2 + int(float(fault.more) * (strokes - 1))

    def aimed(self, act: int) -> list[Fault]:
        """The kills that are aimed at an act and have not come yet."""
        return [
            fault
            for fault in self.faults
            if fault.kind == "aimed-kill" and fault.act == act and fault not in self.broken
        ]

    def stroke(self) -> None:
        if not self.is_on:
            return
        self.counters["strokes"] += 1
        for fault in self.aimed(self.act):
            if self.aims.get(fault) == self.counters["strokes"]:
                self._strike(fault)

    def _due(self, moment: int | None) -> list[Fault]:
        return [
            fault
            for fault in self.faults
            if fault.act == self.act
            and fault not in self.broken
            and (moment is None or fault.moment == moment)
        ]

    def _strike(self, fault: Fault) -> None:
        self.broken.add(fault)
        if self.met is not None:
            with self.met.open("a") as out:
                out.write(f"{self.faults.index(fault)}\n")
        getattr(self, f"_{fault.kind.replace('-', '_')}")(fault)

    # --- what comes ---------------------------------------------------------------------------

    def _kill(self, fault: Fault) -> None:
        os.killpg(0, signal.SIGKILL)

    _aimed_kill = _kill

    def _stray_kill(self, fault: Fault) -> None:
        """The harness does it."""

    def _database(self, fault: Fault) -> None:
        if self.server is not None:
            self.server()

    def _disk(self, fault: Fault) -> None:
        """Fill the small disk that the town lies on; where none could be mounted, forbid every
        file to grow."""
        if self.is_mounted:
            filler = self.folder / "filler"
            left = os.statvfs(self.folder)
            keep = int(fault.more) * 4096
            size = max(left.f_bavail * left.f_frsize - keep, 0)
            with contextlib.suppress(OSError), filler.open("wb") as out:
                os.posix_fallocate(out.fileno(), 0, max(size, 1))
            self.lasting.append((self.act, lambda: filler.unlink(missing_ok=True)))
            return
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(fault.more) * 4096, hard))
        self.lasting.append(
            (self.act, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard)))
        )

    def _clock(self, fault: Fault) -> None:
        set_clock(int(fault.more))
        self.lasting.append((self.act + 2, set_clock))

    def _mail(self, fault: Fault) -> None:
        if self.control is None:
            return
        control = self.control
        control.write_text(fault.more)
        self.lasting.append((self.act + 2, lambda: control.write_text("well") and None))

    def mend(self) -> bool:
        """Put right what was broken in this act; whether anything was, since the last time."""
        for until, mend in list(self.lasting):
            if until <= self.act:
                mend()
                self.lasting.remove((until, mend))
        struck = {f for f in self.broken if f.act == self.act and f.kind in ("disk", "database")}
        fresh = struck - self.mended
        self.mended |= fresh
        return bool(fresh)


@contextlib.contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[bool]:
    """A disk of its own under a folder, where this machine lets one be mounted (as root)."""
    if os.geteuid() != 0:
        yield False
        return
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    done = subprocess.run(["mount", *options], capture_output=True)
    if done.returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True)
