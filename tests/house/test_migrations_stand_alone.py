"""A migration says itself what it does: a rule of a room that changes later would change what
becomes of an old town's rows."""

from __future__ import annotations

import re
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "src"
MIGRATIONS = sorted(SOURCES.rglob("migrations/*.py"))
# Django itself writes `import commonweal.pledges.models`, by which a model knows its defaults. What
# a step takes from elsewhere is written by hand. The office brings fields, triggers and the tools
# by which rows and tables are carried over; it knows no room.
BY_HAND = re.compile(r"^\s*from ((?:commonweal|localwealth)\b[\w.]*) import", re.MULTILINE)


def test_no_step_of_a_migration_takes_a_rule_from_a_room():
    taken = [
        f"{path.parent.parent.name}/{path.name}: {name}"
        for path in MIGRATIONS
        for name in BY_HAND.findall(path.read_text())
        if not name.startswith("commonweal.office")
    ]
    assert taken == []
    assert len(MIGRATIONS) > 100
