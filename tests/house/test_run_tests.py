"""The suite is run by processes that find what they compiled before, and begins what takes long."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAYS = "import json, sys; print(json.dumps([sys.dont_write_bytecode, sys.pycache_prefix]))"


@pytest.fixture(scope="module")
def run_tests():
    loader = SourceFileLoader("run_tests", str(ROOT / "packaging" / "run_tests.py"))
    module = module_from_spec(spec_from_loader("run_tests", loader))
    sys.modules["run_tests"] = module
    loader.exec_module(module)
    yield module
    del sys.modules["run_tests"]


@pytest.fixture
def usual():
    return {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}


def python_in(environment):
    """Whether a Python that is started so keeps nothing, and the folder where it keeps it."""
    done = subprocess.run([sys.executable, "-S", "-c", SAYS], env=environment, capture_output=True)
    return json.loads(done.stdout)


def test_where_nothing_is_kept_it_is_kept_in_the_environments_folder(run_tests, usual):
    environment = run_tests.with_compiled_files(usual | {"PYTHONDONTWRITEBYTECODE": "1"})
    assert python_in(environment) == [False, str(Path(sys.prefix) / "compiled")]


def test_a_folder_that_was_named_stays(run_tests, usual):
    named = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/nowhere"}
    assert python_in(run_tests.with_compiled_files(usual | named)) == [False, "/nowhere"]


def test_elsewhere_nothing_changes(run_tests, usual):
    assert run_tests.with_compiled_files(usual) == usual
    assert python_in(run_tests.with_compiled_files(usual)) == [False, None]


def test_pytest_is_begun_so(run_tests, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    asked = {}
    monkeypatch.setattr(run_tests.subprocess, "Popen", lambda command, **more: asked.update(more))
    run_tests.begin("-q", COMMONWEAL_ASKED_FOR="x")
    assert "PYTHONDONTWRITEBYTECODE" not in asked["env"]
    assert asked["env"]["COMMONWEAL_ASKED_FOR"] == "x"


def test_both_passes_copy_towns_from_one_folder(run_tests, monkeypatch):
    monkeypatch.setenv("COMMONWEAL_MADE_ONCE", "")
    monkeypatch.setattr(sys, "argv", ["run_tests.py"])
    monkeypatch.setattr(run_tests, "beside", lambda *_: contextlib.nullcontext())
    monkeypatch.setattr(run_tests, "check_all", lambda: None)
    folders = []
    for one_pass in ("pytest", "on_postgresql"):
        monkeypatch.setattr(
            run_tests, one_pass, lambda *_: folders.append(os.environ["COMMONWEAL_MADE_ONCE"])
        )
    run_tests.main()
    first, second = folders
    assert first == second != ""
    assert not Path(first).exists()


def test_what_takes_longest_is_begun_first_by_a_name_that_there_is():
    """A fixture that was renamed would leave one worker waiting for the other at the end."""
    conftest = (ROOT / "tests" / "conftest.py").read_text()
    [names] = re.findall(r"^LONGEST = (.+)$", conftest, re.MULTILINE)
    sources = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    fixtures = set(re.findall(r"@pytest\.fixture.*\ndef (\w+)\(", sources))
    assert ast.literal_eval(names) - fixtures == set()
    assert {"harness", "every_address"} <= ast.literal_eval(names)
