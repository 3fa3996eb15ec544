"""A town of its own in a folder, made by the product's own commands in processes of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def run():
    """Run a command of the product on a data folder."""

    def commonweal(var, *words, program=("-m", "commonweal.cli"), **more):
        environment = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("COMMONWEAL", "DJANGO")) and k != "DATABASE_URL"
        }
        environment |= {"COMMONWEAL_VAR": str(var)} | more
        return subprocess.run(
            [sys.executable, *program, *words],
            env=environment,
            capture_output=True,
            text=True,
            cwd=ROOT,
            # A machine whose usual mask lets everybody read.
            umask=0,
        )

    return commonweal


@pytest.fixture(scope="session")
def _stevenage(run, once_a_run):
    def make(folder):
        example = str(ROOT / "examples/stevenage.toml")
        done = run(folder / "var", "init", example, "--admin", "ada@example.org")
        assert done.returncode == 0, done.stderr
        (folder / "init.txt").write_text(done.stdout)

    return once_a_run("stevenage", make) / "var"


@pytest.fixture
def words_of_init(_stevenage):
    """What `init` said while it made that town, line by line."""
    return _stevenage.with_name("init.txt").read_text().splitlines()


@pytest.fixture
def stevenage(_stevenage, tmp_path):
    """The data folder of a town on SQLite, to do with as one likes."""
    folder = tmp_path / "var"
    shutil.copytree(_stevenage, folder)
    return folder
