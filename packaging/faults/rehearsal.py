"""One day without a fault, in the process that all others are forked from.

What a process does for the first time costs more than the work: it reads in modules, compiles
patterns of addresses and prepares what it knows of each model. Done once here it is there in every
process that works or looks; each would else do it anew, and for a few moments of work.
"""

from __future__ import annotations

import gc
import random
import tempfile
import threading
from pathlib import Path

from django.db import connection
from django.utils import timezone

from commonweal.pledges import reminders

from . import acts, holds, money, town
from .runs import Setting

# Neither letters that go out nor payments nor an upgrade: what looks at the clock or starts threads
# would leave something of this day to the runs.
DAY = (
    *acts.PLEDGES,
    acts.IMPORT,
    acts.PEOPLE,
    *money.GRANT,
    *money.PAY,
    *acts.BOOKS,
    acts.BACKUP,
)
DATABASE = "rehearsal"


def rehearse(setting: Setting) -> None:
    """Do each act once in a copy of the town, and look at it, as the runs will."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-", dir=town.in_memory()) as home:
        var, papers = Path(home) / "var", Path(home) / "papers"
        papers.mkdir()
        town.copy(setting.template, var)
        database = ""
        if setting.make_database:
            database = DATABASE
            setting.make_database(database)
        town.point_at(var, database)
        _day(var, papers)
        connection.close()
        if setting.drop_database and database:
            setting.drop_database(database)
    if threading.active_count() > 1:
        raise SystemExit("The rehearsal left a thread, and nothing may be forked beside one.")
    gc.collect()
    gc.freeze()


def _day(var: Path, papers: Path) -> None:
    for number, act in enumerate(DAY):
        where = acts.Where(0, number, var, papers, random.Random(number))
        facts = act.begin(where)
        if facts is None:
            raise SystemExit(f"Nothing waits for {act.name!r} in the rehearsal.")
        act.do(where, facts)
    reminders.remind(timezone.localdate())
    wrong = [*holds.always(var, faults=0), *holds.at_the_end([], is_strict=True)]
    if wrong:
        raise SystemExit("\n".join(wrong))
