"""A server that is killed at random moments while votes come in: what got a receipt is there
once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "benchmarks" / "voting.py"


@pytest.mark.heavy
@pytest.mark.parametrize("database", [[], ["--postgresql"]], ids=["sqlite", "postgresql"])
def test_a_killed_server_loses_no_vote_and_doubles_none(demo_village, tmp_path, database):
    folder = demo_village(tmp_path / "village")
    words = ["--folder", str(folder), "--voters", "2000", "--kill", "5", *database]
    # The town has keys of its own; the suite's would open none of its letters.
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COMMONWEAL", "DJANGO"))}
    tried = subprocess.run(
        [sys.executable, str(SCRIPT), *words],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    if "PostgreSQL is not on this machine" in tried.stderr:
        pytest.skip("PostgreSQL is not on this machine.")
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert "killed 5 times" in tried.stdout
