"""Six people press at once: once asked, once paid, as many approvals as the amount takes."""

from __future__ import annotations

from pathlib import Path


def test_six_at_once_do_what_one_after_the_other_could(run_apart):
    done = run_apart(Path(__file__).with_name("six_at_once.py"))
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert done.stdout.split() == [
        "ask_once",
        "approve_by_two",
        "review_by_two",
        "keep_the_budget",
        "pay_once",
    ]
