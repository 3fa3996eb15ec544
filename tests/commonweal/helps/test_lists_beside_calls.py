"""Whoever takes a call beside a list that two processes carry out: on PostgreSQL they wait for no
step of it, on SQLite for the one that is written."""

from __future__ import annotations

from pathlib import Path


def test_calls_are_saved_beside_a_list_and_the_list_is_whole(run_apart):
    done = run_apart(Path(__file__).with_name("list_beside_calls.py"))
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert done.stdout.split() == ["12", "12", "5"]
