"""How many strokes an act takes, found out by doing it in a copy of the town that is thrown away.

A kill that is aimed falls between the first stroke and the last, wherever those are now: a table of
how much each act writes would be wrong as soon as one writes otherwise.
"""

from __future__ import annotations

import json
import os
import shutil
import traceback
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import CommandError
from django.db import connection

from commonweal.office.errors import Refused

from . import town
from .acts import Where
from .breaks import Counters

if TYPE_CHECKING:
    from .runs import Day


def strokes_of(day: Day, number: int, where: Where) -> int:
    """How many strokes the act would take if it were done now."""
    setting, home, database = day.worker.setting, day.worker.home, day.worker.database
    scouted = f"{database}_scout" if database else ""
    counters = Counters()
    # No process may go on with a connection that another one was forked from.
    connection.close()
    shutil.rmtree(home / "scout", ignore_errors=True)
    town.copy(day.worker.var, home / "scout")
    if setting.make_database and database:
        setting.make_database(scouted, of=database)
    # In the group of the process that works: who kills that kills this.
    child = os.fork()
    if child == 0:
        _scout(day, number, where, counters, scouted)
    _, status = os.waitpid(child, 0)
    if setting.drop_database and database:
        setting.drop_database(scouted)
    shutil.rmtree(home / "scout")
    if status:
        raise AssertionError(f"scout: {(home / 'error').read_text()[-1200:]}")
    connection.ensure_connection()
    return counters["strokes"]


def _scout(day: Day, number: int, where: Where, counters: Counters, database: str) -> None:
    folder = day.worker.home / "scout"
    code = 1
    try:
        town.point_at(folder, database)
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        copy = Where(where.seed, number, folder, where.papers, where.chance)
        breaker = day.breaker
        breaker.faults, breaker.counters, breaker.folder = [], counters, folder
        breaker.enter(number)
        _do(day, number, copy)
        breaker.leave()
        code = 0
    except BaseException:
        (day.worker.home / "error").write_text(traceback.format_exc())
    finally:
        os._exit(code)


def _do(day: Day, number: int, copy: Where) -> None:
    facts: dict[str, Any] = json.loads(
        json.dumps(day.known[number]["facts"]).replace(str(day.worker.var), str(copy.folder))
    )
    try:
        day.plan.acts[number].do(copy, facts)
    except (Refused, CommandError):
        # As when it was done before the fault, or the clock is wrong.
        return
