"""What keeps the suite fast: a village, a migration and a server are made once and copied."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
SELF = Path(__file__).relative_to(TESTS)
# A village takes ten seconds of a processor. Who makes one all the same, and why.
MAKES_ITS_OWN = {
    "kept.py": "the one that all others look at",
    "conftest.py": "the data folder that all others copy",
    "commonweal/demo/test_towns.py": "the making itself, on other days",
    "commonweal/pledges/at_once.py": "threads over a file of its own",
    "journeys/conftest.py": "the command as a newcomer runs it, from nothing",
}
MAKING = re.compile(r"\bgenerate\(\s*size=|[\"']--size[\"']")
# Who reads the address of the server decides by it what runs; `postgresql` does that for all.
ASKS_WHICH = re.compile(r"COMMONWEAL_TEST_DATABASE_URL")
MAY_ASK = {"conftest.py", "commonweal/setup/test_roles.py"}


def files_with(pattern: re.Pattern[str]) -> set[str]:
    paths = {path.relative_to(TESTS): path for path in TESTS.rglob("*.py")}
    return {
        name.as_posix()
        for name, path in paths.items()
        if name != SELF and pattern.search(path.read_text())
    }


def test_no_test_makes_a_village_of_its_own():
    """Ask for `whole_village` in the test's database, or for a copy of the `demo_village`
    folder."""
    assert files_with(MAKING) == set(MAKES_ITS_OWN)


def test_what_runs_on_postgresql_is_decided_in_one_place():
    assert files_with(ASKS_WHICH) == MAY_ASK


def test_who_names_the_database_is_tried_on_both(pytestconfig, request):
    """What the second pass leaves out is what no fixture gives a database to."""
    from django.db import connection

    assert "db" not in request.fixturenames
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.ensure_connection()
