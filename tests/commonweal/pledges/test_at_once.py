"""Many people at the same moment: the chain stays whole, and one withdrawal is one entry."""

from __future__ import annotations

from pathlib import Path


def test_sixteen_threads_leave_one_chain(run_apart):
    done = run_apart(Path(__file__).with_name("at_once.py"))
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("whole")
