"""Grants of before: what stood in columns stands in rows, under who did it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_columns_become_rows_under_who_did_it(tmp_path):
    environment = dict(os.environ) | {
        "COMMONWEAL_VAR": str(tmp_path),
        "DATABASE_URL": os.environ.get("COMMONWEAL_TEST_DATABASE_URL", ""),
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    script = Path(__file__).with_name("grants_of_before.py")
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "carried over" in done.stdout
