"""The product's own command line, in a folder where nothing is yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_a_migration_is_made_without_a_town_or_its_keys(tmp_path):
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COMMONWEAL_", "DJANGO_")) and name != "DATABASE_URL"
    }
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("commonweal")),
            "makemigrations",
            "--check",
            "--dry-run",
        ],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "No changes" in done.stdout
    assert not list(tmp_path.iterdir())
