"""However many guesses come at the same moment, no more of them are looked at."""

from __future__ import annotations

from pathlib import Path


def test_guesses_at_the_same_moment_are_no_more_guesses(run_apart):
    done = run_apart(Path(__file__).with_name("guesses_apart.py"))
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert len(done.stdout.splitlines()) == 7
