"""A town of its own in a folder, made by the product's own commands in processes of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.begun import Begun

ROOT = Path(__file__).resolve().parents[3]


def environment_of(var, more):
    """What a command finds there that works on a data folder, whatever the suite is run with."""
    usual = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("COMMONWEAL", "DJANGO")) and k != "DATABASE_URL"
    }
    return usual | {"COMMONWEAL_VAR": str(var)} | more


@pytest.fixture(scope="session")
def run():
    """Run a command of the product on a data folder, in a process that has begun already."""
    begun = Begun(ROOT)
    yield lambda var, *words, **more: begun.run(words, environment_of(var, more))
    begun.end()


@pytest.fixture(scope="session")
def run_anew():
    """Run a command in a process that begins with it, by itself or within another program."""

    def commonweal(var, *words, program=("-m", "commonweal.cli"), **more):
        return subprocess.run(
            [sys.executable, *program, *words],
            env=environment_of(var, more),
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
