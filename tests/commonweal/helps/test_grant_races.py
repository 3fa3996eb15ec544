"""Six people press at once: once asked, once paid, as many approvals as the amount takes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_six_at_once_do_what_one_after_the_other_could(tmp_path):
    environment = dict(os.environ) | {
        "COMMONWEAL_VAR": str(tmp_path),
        "DATABASE_URL": os.environ.get("COMMONWEAL_TEST_DATABASE_URL", ""),
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    script = Path(__file__).with_name("six_at_once.py")
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert done.stdout.split() == [
        "ask_once",
        "approve_by_two",
        "review_by_two",
        "keep_the_budget",
        "pay_once",
    ]
