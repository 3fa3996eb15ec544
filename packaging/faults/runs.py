"""One seed, from a fresh copy of the town to what is found wrong with it."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import random
import select
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.utils import Error as DatabaseError

from . import mailbox, scout, town
from .breaks import Breaker, Counters, Fault, small_disk
from .plan import Plan, plan

# Of a machine that others keep busy as well.
HANGS_S = 1800
TRIES_MOST = 6


@dataclass
class Report:
    """What came of a seed. ``met``: each fault that came, and where."""

    seed: int
    writes: int = 0
    statements: int = 0
    acts: int = 0
    restarts: int = 0
    disk: str = ""
    met: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Setting:
    """Where runs happen: the prepared town, and PostgreSQL's means where it is tried on that."""

    template: Path
    scratch: Path
    clock: bool = False
    guard: Callable[[], None] | None = None
    make_database: Callable[..., None] | None = None
    drop_database: Callable[[str], None] | None = None
    restart_server: Callable[[], None] | None = None
    start_server: Callable[[], None] | None = None
    keep: bool = False
    # Where stray kills of an earlier run fell (ACT:MOMENT), to repeat them to the moment.
    strays: list[str] = field(default_factory=list)


def run(seed: int, setting: Setting) -> Report:
    started = time.monotonic()
    on_postgresql = setting.make_database is not None
    wanted = plan(seed, postgresql=on_postgresql, clock=setting.clock)
    for place, number in zip(setting.strays, _strays(wanted), strict=False):
        act, moment = map(int, place.split(":"))
        wanted.faults[number] = Fault("kill", act, moment)
    home = setting.scratch / f"seed-{seed}"
    shutil.rmtree(home, ignore_errors=True)
    (home / "var").mkdir(parents=True)
    (home / "papers").mkdir()
    report = Report(seed, acts=len(wanted.acts))
    needs_disk = any(fault.kind == "disk" for fault in wanted.faults)
    box, port = mailbox.start(home)
    try:
        if needs_disk:
            with small_disk(home / "var", megabytes=64) as is_mounted:
                report.disk = "a mounted one" if is_mounted else "a limit of the size of files"
                _live(wanted, setting, home, port, report, is_mounted)
        else:
            _live(wanted, setting, home, port, report, False)
    finally:
        os.kill(box, signal.SIGKILL)
        os.waitpid(box, 0)
        if on_postgresql and setting.drop_database:
            for end in ("", "_again", "_scout"):
                setting.drop_database(f"seed_{seed}{end}")
        if not setting.keep:
            shutil.rmtree(home, ignore_errors=True)
    report.seconds = time.monotonic() - started
    return report


def _strays(wanted: Plan) -> list[int]:
    return [n for n, fault in enumerate(wanted.faults) if fault.kind == "stray-kill"]


def _live(
    wanted: Plan, setting: Setting, home: Path, port: int, report: Report, is_mounted: bool
) -> None:
    var = home / "var"
    town.copy(setting.template, var)
    database = ""
    if setting.make_database:
        database = f"seed_{wanted.seed}"
        setting.make_database(database)
    worker = Worker(wanted, setting, home, database, port, is_mounted)
    faults = list(wanted.faults)
    while True:
        died, struck, killer = worker.go(faults, report)
        if report.wrong:
            break
        if setting.start_server and any(fault.kind == "database" for fault in struck):
            setting.start_server()
        report.met += [str(fault) for fault in struck]
        if died is None:
            break
        report.restarts += 1
        report.met.append(died)
        if report.restarts > 12 or died.startswith("odd"):
            report.wrong.append(f"run: {died}")
            break
        act = worker.counters["act"]
        faults = [
            fault
            for fault in faults
            if fault is not killer
            and fault not in struck
            and (fault.act >= act or fault.kind == "stray-kill")
        ]
    if not report.wrong:
        report.wrong += worker.check(report)
    if not report.wrong and wanted.restores:
        report.wrong += worker.restore(report)
    report.writes, report.statements = worker.counters["writes"], worker.counters["statements"]


@contextlib.contextmanager
def _ending(child: int) -> Iterator[Callable[[float], bool]]:
    """A question that waits: whether a process ends within so many seconds. Nothing looks at it
    again and again meanwhile, since libfaketime makes every look at the clock dear."""
    descriptor = os.pidfd_open(child)
    ends = select.poll()
    ends.register(descriptor, select.POLLIN)
    try:
        yield lambda seconds: bool(ends.poll(seconds * 1000))
    finally:
        os.close(descriptor)


@dataclass
class Worker:
    """The process that works, started anew after each death, when it first looks at what it finds;
    and what looks at the town in the end."""

    plan: Plan
    setting: Setting
    home: Path
    database: str
    port: int
    is_mounted: bool
    counters: Counters = field(default_factory=Counters)
    started: int = 0

    @property
    def var(self) -> Path:
        return self.home / "var"

    @property
    def journal(self) -> Path:
        return self.home / "journal"

    def go(
        self, faults: list[Fault], report: Report
    ) -> tuple[str | None, list[Fault], Fault | None]:
        """Work until the day is over (None) or the process died (how), which lesser faults it
        met, and which one killed it. Where one died before, the next looks at the town first, and
        goes on if nothing is wrong: a process of its own for that costs as much as the look."""
        self.started += 1
        met, found = self.home / "met", self.home / "wrong"
        met.write_text("")
        found.write_text("[]")
        begun, begins = os.pipe()
        child = os.fork()
        if child == 0:
            self._work(faults, met, report, begins)
        os.close(begins)
        stray = next((f for f in faults if f.kind == "stray-kill"), None)
        status, was_stray = self._await(child, stray, begun)
        os.close(begun)
        report.wrong += json.loads(found.read_text())
        struck = [faults[int(line)] for line in met.read_text().split()]
        kills = [stray] if was_stray else [fault for fault in struck if "kill" in fault.kind]
        killer = next(iter(kills), None)
        lesser = [fault for fault in struck if "kill" not in fault.kind]
        return self._death(status, killer), lesser, killer

    def _await(self, child: int, stray: Fault | None, begun: int) -> tuple[int | None, bool]:
        """How the process ended (None: it had to be ended), and whether by a stray kill, which is
        counted from where its work has ``begun``."""
        was_stray = False
        with _ending(child) as ends_within:
            if stray is not None:
                select.select([begun], [], [], HANGS_S)
                if not ends_within(int(stray.more) / 1000):
                    was_stray = True
                    os.killpg(child, signal.SIGKILL)
            if not ends_within(HANGS_S):
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return None, False
        _, status = os.waitpid(child, 0)
        return status, was_stray

    def _death(self, status: int | None, killer: Fault | None) -> str | None:
        """What is said of how the process ended; nothing if it did its work."""
        if status is None:
            return "odd: it hung"
        if os.WIFSIGNALED(status):
            if killer is None:
                return "odd: killed by something else"
            act, moment, strokes = (self.counters[n] for n in ("act", "moment", "strokes"))
            where = f"in {self.plan.acts[act].name!r} at act {act}, moment {moment}"
            match killer.kind:
                case "stray-kill":
                    return f"stray kill {where}"
                case "aimed-kill":
                    return f"aimed kill {where}, before stroke {strokes}"
            return f"killed {where}"
        code = os.waitstatus_to_exitcode(status)
        return None if code == 0 else f"odd: {(self.home / 'error').read_text()[-1500:]}"

    # --- in the working process ---------------------------------------------------------------

    def _enter(self) -> None:
        os.setpgid(0, 0)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        if self.setting.clock:
            town.set_clock()
        self._same_chance()
        (self.home / "mood").write_text("well")
        (self.var / "filler").unlink(missing_ok=True)
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = self.port, 5
        town.point_at(self.var, self.database)

    def _same_chance(self) -> None:
        town.same_chance(f"{self.plan.seed} {self.started}")

    def leave(self, do: Callable[[], Any]) -> None:
        """Do something as this process, and end it."""
        code = 1
        # It lives for seconds: looking for rubbish would only copy the memory that it shares.
        gc.disable()
        try:
            self._enter()
            do()
            code = 0
        except BaseException:
            (self.home / "error").write_text(traceback.format_exc())
        finally:
            os._exit(code)

    def _work(self, faults: list[Fault], met: Path, report: Report, begins: int) -> None:
        def day() -> None:
            is_whole = self.started == 1 or self._is_whole(report)
            os.close(begins)
            if not is_whole:
                return
            if self.setting.guard is not None:
                self.setting.guard()
            breaker = Breaker(
                self.var,
                self.counters,
                faults,
                self.setting.restart_server,
                self.home / "mood",
                self.is_mounted,
                met,
            )
            breaker.listen()
            Day(self, breaker).over()

        self.leave(day)

    def _is_whole(self, report: Report) -> bool:
        """Whether all holds that always must, right after a death; what does not is written."""
        from . import holds

        wrong = list(holds.always(self.var, faults=len(report.met)))
        (self.home / "wrong").write_text(json.dumps(wrong))
        # As where nobody had looked.
        self._same_chance()
        return not wrong

    # --- what is looked at in the end ---------------------------------------------------------

    def check(self, report: Report) -> list[str]:
        """Look at the town from a process of its own; what is wrong."""
        found = self.home / "wrong"
        found.write_text("[]")
        child = os.fork()
        if child == 0:
            self.leave(lambda: found.write_text(json.dumps(self._look(report))))
        _, status = os.waitpid(child, 0)
        if status:
            return [f"check: {(self.home / 'error').read_text()[-1500:]}"]
        wrong: list[str] = json.loads(found.read_text())
        return wrong

    def _look(self, report: Report) -> list[str]:
        from datetime import timedelta

        from django.utils import timezone

        from commonweal.accounts import mail
        from commonweal.pledges import reminders

        from . import holds

        wrong = list(holds.always(self.var, faults=len(report.met)))
        moved = any(fault.kind == "clock" for fault in self.plan.faults)
        reminders.remind(timezone.localdate())
        # What was claimed by a sender that died, or put off, goes out in the hours after.
        for minutes in (0, 20, 45, 90, 180, 360, 720):
            mail.send_waiting(timezone.now() + timedelta(minutes=minutes))
        wrong += holds.at_the_end(self.lines(), is_strict=not moved)
        wrong += holds.letters_arrived(self.home / "taken", may_double=self._cut_off())
        return wrong

    def _cut_off(self) -> int:
        """How many letters may have been accepted without a mark: one a sender that died while
        letters went out, and each whose yes the server forgot."""
        forgotten = (self.home / "taken").read_text().count(" forgets\n")
        ends = [
            f
            for f in self.plan.faults
            if f.kind == "stray-kill"
            or (f.kind != "clock" and self.plan.acts[f.act].name == "remind")
        ]
        return forgotten + 2 * len(ends)

    def lines(self) -> list[dict[str, Any]]:
        """The journal: what became of each act."""
        latest: dict[int, dict[str, Any]] = {}
        if self.journal.exists():
            for text in self.journal.read_text().splitlines():
                line = json.loads(text)
                latest[line["number"]] = latest.get(line["number"], {}) | line
        return [latest[number] for number in sorted(latest) if "outcome" in latest[number]]

    # --- bringing it back ---------------------------------------------------------------------

    def restore(self, report: Report) -> list[str]:
        """Bring the newest backup back into an empty folder, killed once on the way."""
        from .restoring import bring_back

        return bring_back(self, report)


class Day:
    """The acts of a plan one after the other, going on where the journal ends."""

    def __init__(self, worker: Worker, breaker: Breaker) -> None:
        self.worker, self.breaker, self.plan = worker, breaker, worker.plan
        self.out = os.open(worker.journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.known: dict[int, dict[str, Any]] = {}
        for text in worker.journal.read_text().splitlines():
            line = json.loads(text)
            self.known.setdefault(line["number"], {}).update(line)

    def write(self, number: int, **said: Any) -> None:
        self.known.setdefault(number, {}).update(said)
        os.write(self.out, (json.dumps({"number": number} | said) + "\n").encode())

    def over(self) -> None:
        for number, act in enumerate(self.plan.acts):
            line = self.known.get(number, {})
            if "outcome" in line:
                continue
            where = self._where(number)
            if "facts" not in line:
                facts = act.begin(where)
                if facts is None:
                    # Nothing waits for this act, as on any day; nor is it done later instead.
                    self.write(number, name=act.name, outcome="nothing")
                    continue
                self.write(number, name=act.name, mark=where.mark, facts=facts, tries=0)
            self._do(number, where)
        connection.close()

    def _where(self, number: int) -> Any:
        from .acts import Where

        chance = random.Random(self.plan.seed * 1000 + number)
        return Where(self.plan.seed, number, self.worker.var, self.worker.home / "papers", chance)

    def _do(self, number: int, where: Any) -> None:
        from django.core.management import CommandError

        from commonweal.office.errors import Refused

        act, line = self.plan.acts[number], self.known[number]
        if self.breaker.aimed(number):
            self.breaker.aim(number, scout.strokes_of(self, number, where))
        while True:
            self.write(number, tries=line["tries"] + 1)
            outcome, why = "done", ""
            self.breaker.enter(number)
            try:
                act.do(where, line["facts"])
            except (Refused, CommandError) as refused:
                outcome, why = "refused", str(refused)
                if self._mended():
                    continue
                if line["tries"] == 1 and not self._may_refuse():
                    raise AssertionError(f"{act.name} was refused at once: {refused}") from refused
            except (DatabaseError, OSError) as failure:
                if not self._mended() or line["tries"] > TRIES_MOST:
                    raise AssertionError(f"{act.name}: {failure!r}") from failure
                continue
            self.breaker.leave()
            # The server may have gone after the last statement. The next act is another page, and
            # no page begins on a connection that has died.
            self._mended()
            self.write(number, outcome=outcome, why=why)
            return

    def _mended(self) -> bool:
        self.breaker.is_on = False
        was_broken = self.breaker.mend()
        if was_broken:
            connection.close()
        return was_broken

    def _may_refuse(self) -> bool:
        return any(fault.kind == "clock" for fault in self.plan.faults)


def shown(report: Report) -> str:
    mark = "FAULT" if report.wrong else "holds"
    lines = [
        f"seed {report.seed}: {mark}; {report.writes} writes, {report.statements} statements, "
        f"{report.acts} acts, {len(report.met)} faults met, {report.seconds:.1f} s"
    ]
    if report.wrong:
        lines += [f"    met: {line}" for line in report.met]
        lines += [f"    {line}" for line in report.wrong[:12]]
    return "\n".join(lines)


if sys.platform == "win32":
    raise SystemExit("The harness forks processes; run it on Linux.")
