"""Many people at the same moment: the chain stays whole, and one withdrawal is one entry."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_sixteen_threads_leave_one_chain(tmp_path):
    environment = dict(os.environ) | {
        "COMMONWEAL_VAR": str(tmp_path),
        "DATABASE_URL": os.environ.get("COMMONWEAL_TEST_DATABASE_URL", ""),
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    script = Path(__file__).with_name("at_once.py")
    done = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True,
                          text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("whole")
