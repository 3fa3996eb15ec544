"""Grants of before: what stood in columns stands in rows, under who did it."""

from __future__ import annotations

from pathlib import Path


def test_columns_become_rows_under_who_did_it(run_apart):
    done = run_apart(Path(__file__).with_name("grants_of_before.py"), empty=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "carried over" in done.stdout
