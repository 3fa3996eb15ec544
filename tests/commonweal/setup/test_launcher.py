"""`./commonweal` in a fresh clone: what it installs, how two at once behave, whose files they
are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PARTS = (
    "commonweal",
    "pyproject.toml",
    "uv.lock",
    "packaging/browser_assets.py",
    "packaging/browser_assets.json",
)
# In place of uv: writes down that it ran, takes as long as it is held up, and makes what the
# launcher looks for.
UV = """#!/bin/sh
[ "$1" = --version ] && exit 0
echo "begin $*" >> log
while [ -e hold-up ]; do sleep 0.02; done
mkdir -p .venv/bin src/commonweal/design/static/vendor
touch src/commonweal/design/static/vendor/STAMP
printf '#!/bin/sh\\numask\\n' > .venv/bin/commonweal
chmod +x .venv/bin/commonweal
case "$*" in *"--extra server"*) cp .venv/bin/commonweal .venv/bin/gunicorn;; esac
echo end >> log
"""


@pytest.fixture
def clone(tmp_path):
    for name in PARTS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs" / "uv").write_text(UV)
    (tmp_path / "programs" / "uv").chmod(0o755)
    return tmp_path


def start(clone, *words):
    environment = os.environ | {"PATH": f"{clone / 'programs'}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.Popen(
        [sys.executable, str(clone / "commonweal"), *words],
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(clone, *words):
    process = start(clone, *words)
    said, _ = process.communicate()
    return process.returncode, said


def log(clone):
    return (clone / "log").read_text().splitlines()


def test_two_commands_at_once_in_a_fresh_clone_install_once(clone):
    (clone / "hold-up").touch()
    both = [start(clone, "serve"), start(clone, "work")]
    # What each says first, while whichever came first is at it.
    first = sorted(process.stdout.readline() for process in both)
    (clone / "hold-up").unlink()
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert len(log(clone)) == 2, log(clone)
    assert "another command is installing; waiting for it" in first[0]
    assert "installing what it needs" in first[1]


def test_what_it_writes_is_for_its_own_user_and_what_it_installs_for_all(clone):
    os_umask = os.umask(0o022)
    try:
        code, said = run(clone, "serve")
    finally:
        os.umask(os_umask)
    assert code == 0
    assert said.splitlines()[-1].endswith("077")
    assert (clone / ".venv/bin/commonweal").stat().st_mode & 0o005 == 0o005


def test_a_server_gets_its_extras_and_no_test_tools_and_keeps_them(clone):
    code, said = run(clone, "install", "server", "notify")
    assert code == 0
    assert "with notify, server" in said
    last = log(clone)[-2]
    assert "--no-dev" in last
    assert "--extra notify --extra server" in last
    # A later change of the lock keeps them.
    (clone / "uv.lock").write_text((clone / "uv.lock").read_text() + "\n")
    run(clone, "serve")
    assert "--extra notify --extra server" in log(clone)[-2]
    ran = len(log(clone))
    assert run(clone, "run", "gunicorn")[0] == 0
    assert len(log(clone)) == ran


def test_gunicorn_without_its_extra_says_which_command_brings_it(clone):
    code, said = run(clone, "run", "gunicorn", "commonweal.config.wsgi")
    assert code != 0
    assert "./commonweal install server" in said
    assert all("--no-dev" in line for line in log(clone) if line.startswith("begin"))


def test_an_unknown_extra_is_named(clone):
    code, said = run(clone, "install", "postgres")
    assert code != 0
    assert "There are: server, notify, spark." in said


def test_what_was_installed_stays_whichever_python_is_called_later(clone):
    """It leads to the Python that it was made of, which a service's user may start."""
    run(clone, "serve")
    ran = len(log(clone))
    maker, stamp = (clone / ".venv" / f"commonweal-{name}" for name in ("python", "stamp"))
    assert maker.read_text() == os.path.realpath(sys.executable)

    def made_of(path):
        stamp.write_text(stamp.read_text().replace(maker.read_text(), path))
        maker.write_text(path)

    made_of("/bin/sh")
    run(clone, "serve")
    assert len(log(clone)) == ran
    assert maker.read_text() == "/bin/sh"
    # Whoever installs says which one it is; one that is gone is none.
    for words, path in ((("install",), "/bin/sh"), (("serve",), "/nowhere/python3.11")):
        made_of(path)
        ran = len(log(clone))
        run(clone, *words)
        assert len(log(clone)) > ran
        assert maker.read_text() == os.path.realpath(sys.executable)


def test_a_python_that_the_service_can_t_start_is_named(tmp_path, monkeypatch):
    loader = SourceFileLoader("launcher", str(ROOT / "commonweal"))
    launcher = module_from_spec(spec_from_loader("launcher", loader))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(launcher)
    home = tmp_path / "home"
    program = home / "bin" / "python3"
    program.parent.mkdir(parents=True)
    program.touch()
    for path in (home / "bin", program):
        path.chmod(0o755)
    # Of the folders above, which are the test's own, none is asked.
    monkeypatch.setattr(launcher, "folders_to", lambda path: [home, home / "bin", path])
    home.chmod(0o700)
    assert launcher.closed_to_others(program) == home
    home.chmod(0o755)
    assert launcher.closed_to_others(program) is None
    program.chmod(0o700)
    assert launcher.closed_to_others(program) == program
