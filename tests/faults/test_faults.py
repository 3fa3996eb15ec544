"""Fifty seeds of the harness, and four guards taken away on purpose, which the same seeds find.

The harness works in processes of its own on a database file: see packaging/faults. What it says
of a seed that fails is its report; the command in it repeats that seed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HARNESS = Path(__file__).resolve().parents[2] / "packaging" / "faults"
BATCH = 10
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the harness forks, mounts and moves clocks"
)


@pytest.fixture(scope="session")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Ask the harness for seeds; what it printed. It is started once and serves each test; all
    workers of a test run share one prepared town."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    complaints = base / "faults-stderr"
    ours = ("COMMONWEAL", "DJANGO", "DATABASE_URL", "PYTEST")
    environment = {name: text for name, text in os.environ.items() if not name.startswith(ours)}

    def run(*arguments: str, finds: bool = False) -> str:
        asked = " ".join(arguments)
        print(asked, file=server.stdin, flush=True)
        report, code = "", ""
        for line in server.stdout:
            if line.startswith("served:"):
                code = line.split()[1]
                break
            report += line
        again = f"./commonweal run python packaging/faults {asked}"
        assert code == str(int(finds)), f"{again}\n{report}\n{complaints.read_text()[-3000:]}"
        return report

    with (
        complaints.open("w") as stderr,
        subprocess.Popen(
            [sys.executable, str(HARNESS), "--town", str(shared / "town-for-faults"), "--serve"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as server,
    ):
        yield run


@pytest.mark.parametrize("first", range(1, 51, BATCH))
def test_the_town_holds_whatever_breaks(harness: Callable[..., str], first: int) -> None:
    last = first + BATCH - 1
    report = harness("--seeds", f"{first}-{last}")
    assert f"{BATCH} seeds, 0 with a fault" in report, report


# A guard of the product that is taken away, and what is said where that is found. Of each kind of
# harm one: a person's yes to a grant in one transaction; a file of pledges all at once; a letter
# held by one sender; an entry with the head of the chain and the figures beside it.
TAKEN_AWAY = {
    "approval-atomic": ("grants",),
    "import-atomic": ("imports",),
    "letter-claim": ("letters",),
    "ledger-atomic": ("chain", "ledger", "record", "standing"),
}


@pytest.mark.parametrize("guard", TAKEN_AWAY)
def test_fifty_seeds_find_a_guard_that_was_taken_away(
    harness: Callable[..., str], guard: str
) -> None:
    report = harness("--seeds", "1-50", "--first", "--without", guard, finds=True)
    assert re.search(rf"^ +({'|'.join(TAKEN_AWAY[guard])}): ", report, re.MULTILINE), report
