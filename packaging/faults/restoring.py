"""A restore that is cut off and begun again, and must give the town that was kept."""

from __future__ import annotations

import json
import os
import random
import shutil
import tarfile
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from . import town
from .breaks import Breaker, Counters, Fault

if TYPE_CHECKING:
    from .runs import Report, Worker


def bring_back(worker: Worker, report: Report) -> list[str]:
    backups = sorted(worker.var.glob("*.backup"))
    if not backups:
        return []
    again = worker.home / "again"
    again.mkdir()
    shutil.copytree(worker.var / "keys", again / "keys")
    database = f"{worker.database}_again" if worker.database else ""
    if database and worker.setting.make_database:
        worker.setting.make_database(database, of="template0")
    chance = random.Random(worker.plan.seed)
    moment = int(2 ** chance.uniform(0, 7))
    kept = _manifest(backups[-1])
    for faults in ([Fault("kill", 0, moment)], []):
        child = os.fork()
        if child == 0:
            worker.leave(partial(_restore, backups[-1], again, database, faults))
        _, status = os.waitpid(child, 0)
        if faults and os.WIFSIGNALED(status):
            report.met.append(f"killed in 'restore' at moment {moment}")
        if not status:
            break
    if status:
        said = (worker.home / "error").read_text()[-700:]
        return [f"restore: begun again after a kill at moment {moment}, it fails: {said}"]
    return _compare(worker, again, database, kept)


def _restore(file: Path, to: Path, database: str, faults: list[Fault]) -> None:
    from django.core.management import call_command

    town.point_at(to, database)
    breaker = Breaker(to, Counters(), faults)
    breaker.listen()
    breaker.enter(0)
    call_command("restore", str(file), stdout=StringIO(), stderr=StringIO())


def _manifest(file: Path) -> dict[str, object]:
    with tarfile.open(file, mode="r:gz") as archive:
        inside = archive.extractfile("manifest.json")
        assert inside is not None
        manifest: dict[str, object] = json.load(inside)
    return manifest


def _compare(worker: Worker, again: Path, database: str, kept: dict[str, object]) -> list[str]:
    found = worker.home / "wrong"
    found.write_text("[]")

    def look() -> None:
        from commonweal.setup.backups import sums

        from . import holds

        town.point_at(again, database)
        wrong = list(holds.always(again, faults=99))
        summary: dict[str, object] = kept["summary"]
        stands = sums.now()
        if stands["ledger_head"] != summary["ledger_head"]:
            wrong.append("restore: the ledger has another head than was kept")
        if stands["closed_statements"] != summary["closed_statements"]:
            wrong.append("restore: other statements are closed than was kept")
        found.write_text(json.dumps(wrong))

    child = os.fork()
    if child == 0:
        worker.leave(look)
    _, status = os.waitpid(child, 0)
    if status:
        return [f"restore: {(worker.home / 'error').read_text()[-700:]}"]
    wrong: list[str] = json.loads(found.read_text())
    return wrong
