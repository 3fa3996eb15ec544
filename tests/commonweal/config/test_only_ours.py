"""Whatever init, demo and serving write is for the service's own user alone."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def open_to_others(folder):
    return [
        str(path.relative_to(folder))
        for path in (folder, *folder.rglob("*"))
        if stat.S_IMODE(path.lstat().st_mode) & 0o077
    ]


@pytest.fixture
def wide():
    """A machine whose usual mask lets everybody read."""
    before = os.umask(0o000)
    yield
    os.umask(before)


@pytest.mark.usefixtures("wide")
def test_what_init_makes(tools, tmp_path):
    environment = tools.commonweal_environment(tmp_path / "var", COMMONWEAL_DEMO="")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "commonweal.cli",
            "init",
            str(ROOT / "examples/stevenage.toml"),
            "--admin",
            "admin@example.org",
        ],
        env=environment,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert open_to_others(tmp_path / "var") == []
    # The address is known, so that one code is enough when they first sign in.
    with closing(sqlite3.connect(tmp_path / "var" / "commonweal.sqlite3")) as database:
        known = database.execute("SELECT email FROM account_emailaddress").fetchall()
    assert known == [("admin@example.org",)]


@pytest.mark.usefixtures("wide")
def test_what_the_demo_and_serving_make(tools, tmp_path, run_town):
    done = subprocess.run(
        [sys.executable, "-m", "commonweal.cli", "demo", "--size", "village", "--prepare"],
        env=tools.commonweal_environment(tmp_path / "var"),
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    village = tmp_path / "var" / "demo-village"
    town = run_town(village)
    town.log.chmod(0o600)
    visitor = tools.Visitor(f"http://127.0.0.1:{town.port}")
    visitor.post("/accounts/login/code/", {"email": "asha.patel@brackenford.example"})
    tools.wait_until(lambda: list((village / "mail").glob("*")), "no letter was written")
    assert open_to_others(tmp_path / "var") == []
