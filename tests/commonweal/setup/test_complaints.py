"""Whatever the machine or the database does, a command ends with one sentence and not with 0."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys

import pytest

from commonweal import cli
from commonweal.key_files import make_keys

from .conftest import ROOT

EXAMPLE = str(ROOT / "examples/stevenage.toml")
# One process for all of them: each begins as on the command line, up to its exit code.
MANY = """
import contextlib, io, json, sys, traceback
from commonweal import cli
from commonweal.key_files import make_keys
ends = []
for words in json.load(sys.stdin):
    sys.argv = ["commonweal", *words]
    said, complained, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        try:
            cli.main()
        except SystemExit as end:
            code = end.code or 0
            if isinstance(code, str):
                print(code, file=sys.stderr)
                code = 1
        except BaseException:
            traceback.print_exc()
            code = 1
    ends.append([code, said.getvalue(), complained.getvalue()])
print(json.dumps(ends))
"""
# What asks the database, of every command.
ASKING = [
    ("init", EXAMPLE, "--admin", "ada@example.org"),
    ("town", EXAMPLE),
    ("people", "list"),
    ("people", "appoint", "ada@example.org", "administrator"),
    ("people", "reset-second-factor", "ada@example.org"),
    ("work", "--once"),
    ("pledges", "standings"),
    ("pledges", "import", "{csv}", "--layout", "commonweal"),
    ("ledger", "head"),
    ("ledger", "verify"),
    ("programme", "compute"),
    ("programme", "late"),
    ("programme", "import", "{csv}"),
    ("balance", "list"),
    ("balance", "verify"),
    ("help-desk", "watch"),
    ("help-desk", "forget"),
    ("help-desk", "services", "{csv}"),
    ("spend", "update"),
    ("spend", "releases"),
    ("spend", "anchor", "bakery"),
    ("remind",),
    ("links",),
    ("doctor",),
    ("backup", "{folder}/town.backup"),
    ("upgrade", "--dry-run"),
    ("restore", "{csv}"),
    ("move", "--to", "postgresql://a:b@127.0.0.1:1/town"),
    ("migrate",),
    ("grant",),
]
ASK_NOTHING = {
    "demo": "makes a database of its own",
    "serve": "goes on: its pages say that the database is away",
    "makemigrations": "reads the models alone",
    "collectstatic": "gathers files",
}
# Says what is wrong as its result.
TELLS = {"doctor"}


@pytest.fixture
def ends_of(tmp_path):
    """How each of some commands ends in one data folder: exit code, what it said, complained."""
    table = tmp_path / "table.csv"
    table.write_text("key,title,name,value\na,b,c,1\n")
    var = tmp_path / "data"
    (var / "keys").mkdir(parents=True)

    def ends(commands, **more):
        environment = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("COMMONWEAL", "DJANGO", "DATABASE"))
        }
        make_keys(var)
        filled = [
            [word.format(csv=table, folder=tmp_path, var=var) for word in words]
            for words in commands
        ]
        done = subprocess.run(
            [sys.executable, "-c", MANY],
            input=json.dumps(filled),
            text=True,
            cwd=ROOT,
            env=environment | {"COMMONWEAL_VAR": str(var)} | more,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
        return dict(zip(map(tuple, filled), json.loads(done.stdout), strict=True))

    ends.var = var
    return ends


def assert_one_sentence(ends, says=""):
    wrong = []
    for words, (code, said, complained) in ends.items():
        # Lines of the log are the log's; a list of what was done before it stopped is no complaint.
        lines = [line for line in complained.splitlines() if " WARNING " not in line]
        has_trace = "Traceback" in said + complained or "Errno" in said + complained
        # What is wrong with a file may be said before the database is asked.
        reads_first = any(word.endswith("table.csv") for word in words)
        is_one = words[0] in TELLS or (
            len(lines) == 1
            and lines[0].startswith("commonweal: ")
            and lines[0].rstrip().endswith((".", "'", "FILE", "EMAIL"))
            and (says in lines[0] or reads_first)
        )
        if code == 0 or has_trace or not is_one:
            wrong.append((words, code, said[-300:], complained[-600:]))
    assert not wrong, "\n".join(map(repr, wrong))


def test_every_command_is_in_this_table():
    assert {words[0] for words in ASKING} == set(cli.COMMANDS) - set(ASK_NOTHING)


def test_a_database_that_does_not_answer_is_told_in_a_sentence(ends_of):
    away = "postgresql://app:a@127.0.0.1:1/town"
    ends = ends_of(ASKING, DATABASE_URL=away, DATABASE_OWNER_URL=away)
    moved = next(words for words in ends if words[0] == "move")
    assert "on PostgreSQL already" in ends.pop(moved)[2]
    assert_one_sentence(ends, "PostgreSQL at 127.0.0.1:1 does not answer. See that it runs")


@pytest.mark.parametrize(
    ("name", "says"),
    [("nowhere/town.sqlite3", "can't be opened"), ("no-database", "is no database, or is damaged")],
)
def test_a_file_that_is_no_database_is_told_in_a_sentence(ends_of, tmp_path, name, says):
    (tmp_path / "no-database").write_text("What is this? " * 200)
    ends = ends_of(ASKING, DATABASE_URL=f"sqlite:///{tmp_path / name}")
    without = [words for words in ends if words[0] in {"grant", "move"}]
    for words in without:
        ends.pop(words)
    assert_one_sentence(ends, says)


def test_a_database_without_a_town_is_told_in_a_sentence(ends_of):
    sqlite3.connect(ends_of.var / "commonweal.sqlite3").close()
    # A backup of nothing is one; what makes tables makes them.
    ends = ends_of([w for w in ASKING if w[0] not in cli.OWNERS - {"upgrade"} | {"backup"}])
    assert_one_sentence(ends, "There is no town here")


FILES = [
    ("init", "{folder}/none.toml", "--admin", "ada@example.org"),
    ("town", "{folder}/none.toml"),
    ("town", "--ons-list", "{folder}/none.csv"),
    ("pledges", "import", "{folder}/none.csv", "--layout", "commonweal"),
    ("pledges", "import", "{folder}", "--layout", "commonweal"),
    ("ledger", "verify", "--file", "{folder}/none.csv"),
    ("ledger", "verify", "--file", "{folder}"),
    ("programme", "import", "{folder}/none.csv"),
    ("programme", "plan", "{folder}/none/plan.docx"),
    ("help-desk", "services", "{folder}/none.csv"),
    ("help-desk", "list", "{folder}/none.csv", "--help-type", "food"),
    ("help-desk", "grants", "{folder}/none/grants.json"),
    ("spend", "load", "{folder}/none.csv"),
    ("backup", "{folder}/none/town.backup"),
    ("backup", "{folder}/town.backup", "--keys", "{folder}/none/town.keys"),
    ("restore", "{folder}/none.backup"),
    ("restore", "{folder}/none.backup", "--keys", "{folder}/none.keys"),
    ("restore", "{csv}", "--keys", "{csv}"),
    ("restore", "{csv}", "--keys", "{csv}", "--identity", "{folder}/none.key"),
]


def test_a_file_that_is_not_there_is_told_in_a_sentence(ends_of, stevenage):
    ends = ends_of(FILES, COMMONWEAL_VAR=str(stevenage))
    assert_one_sentence(ends)


def test_a_developer_still_gets_the_traceback(ends_of):
    (end,) = ends_of(
        [("ledger", "head", "--traceback")], DATABASE_URL="postgresql://a:b@127.0.0.1:1/town"
    ).values()
    assert "Traceback" in end[2]
    assert "OperationalError" in end[2]


@pytest.mark.parametrize("command", [("--help",), ("--version",), ("pledges", "layouts")])
def test_whoever_has_read_enough_is_told_no_fault(tmp_path, command):
    make_keys(tmp_path)
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "w") as nobody:
        done = subprocess.run(
            [sys.executable, "-m", "commonweal.cli", *command],
            env=os.environ | {"COMMONWEAL_VAR": str(tmp_path)},
            stdout=nobody,
            stderr=subprocess.PIPE,
            text=True,
        )
    # What a shell makes of it: not done, and no fault either.
    assert (done.returncode, done.stderr) == (141, "")
