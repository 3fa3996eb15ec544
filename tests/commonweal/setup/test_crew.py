"""`serve --workers N`: several processes answer at one address, and who dies is started anew."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, load_command_class
from django.db import connection

from commonweal.jobs import crew, database

PATIENCE_S = 120
ROOT = Path(__file__).resolve().parents[3]


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def children(process):
    """The processes that a crew runs, each with what it was started as."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = path.read_text().rpartition(")")[2].split()[1]
            words = path.with_name("cmdline").read_text().split("\0")
        except OSError:
            continue
        if parent == str(process.pid):
            found[int(path.parent.name)] = "work" if "work" in words else "serve"
    return found


def wait_until(true):
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if answer := true():
            return answer
        time.sleep(0.05)
    pytest.fail("it did not come to pass")


def home(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as page:
            return page.read()
    except OSError:
        return b""


def answered(port):
    """How many requests were answered, as whichever process is asked says."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/metrics", timeout=30) as figures:
        lines = figures.read().decode().splitlines()
    counts = [line.split()[1] for line in lines if line.startswith("commonweal_requests_total{")]
    return sum(map(int, counts))


# Each process that Python takes apart before it ends writes a file down. The clock of the first,
# which looks after the others, is put on by eleven seconds where it gets a signal.
COUNTS_TAKING_APART = """
import atexit, os, pathlib, signal, sys, time
atexit.register(lambda: pathlib.Path(os.environ["APART"], str(os.getpid())).touch())
if "--workers" in sys.orig_argv:
    monotonic, ahead = time.monotonic, [0]
    time.monotonic = lambda: monotonic() + ahead[0]
    signal.signal(signal.SIGUSR1, lambda *_: ahead.insert(0, 11))
"""


def start(var, port, *words, **more):
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("COMMONWEAL", "DJANGO"))
    }
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "commonweal.cli", "serve", "--port", str(port), *words]
    return subprocess.Popen(
        command,
        env=environment | {"COMMONWEAL_VAR": str(var)} | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")
def test_several_processes_answer_and_one_that_dies_is_started_anew(stevenage, tmp_path):
    port = free_port()
    (tmp_path / "sitecustomize.py").write_text(COUNTS_TAKING_APART)
    apart = tmp_path / "apart"
    apart.mkdir()
    process = start(stevenage, port, "--workers", "2", PYTHONPATH=str(tmp_path), APART=str(apart))
    try:
        assert b"Stevenage" in wait_until(lambda: home(port))
        counted = [answered(port) for _ in range(20)]
        # Whichever process answers, it knows of each request before its own.
        assert counted == [*range(counted[0], counted[0] + 20)]
        crew = children(process)
        assert sorted(crew.values()) == ["serve", "serve", "work"]
        # Old enough not to look like one that can't start at all.
        os.kill(process.pid, signal.SIGUSR1)
        gone = next(pid for pid, name in crew.items() if name == "serve")
        os.kill(gone, signal.SIGKILL)
        wait_until(lambda: gone not in children(process) and len(children(process)) == 3)
        assert b"Stevenage" in wait_until(lambda: home(port))
        # Nor does a count go back when a process begins anew.
        assert answered(port) > counted[-1]
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert home(port) == b""
    # On a machine under load each took seconds for it, the first one after all others had ended.
    assert list(apart.iterdir()) == []
    # And yet the database is left whole: the last to close puts what the log holds into it.
    assert not (stevenage / "commonweal.sqlite3-wal").exists()


class Process:
    """A process that ends with a code at once, or lives for as long as anybody looks."""

    def __init__(self, command, code):
        self.command, self.code, self.pid = command, code, 4100 + code if code else 4100

    def poll(self):
        return self.code or None

    def terminate(self):
        pass

    def wait(self, _):
        return 0


@pytest.fixture
def crew_whose_worker(monkeypatch):
    """Runs a crew whose worker ends with these codes, one start after the other; the crew's own
    code, and how its worker was started each time."""

    def run(*codes):
        left, started = list(codes), []

        def popen(command, pass_fds):
            started.append(command[3:])
            # Only who serves holds the address open.
            assert bool(pass_fds) is ("serve" in command)
            return Process(command, left.pop(0) if "work" in command and left else 0)

        monkeypatch.setattr(crew.subprocess, "Popen", popen)
        monkeypatch.setattr(crew.signal, "signal", lambda *_: None)
        with socket.socket() as listening:
            made = crew.Crew(listening, 1, jobs=True)
            looks = iter(range(1, 11))
            monkeypatch.setattr(crew.time, "sleep", lambda _: next(looks, None) or made._end())
            code = made.run(lambda: None)
        return code, [command for command in started if command[0] == "work"]

    return run


def test_a_worker_that_is_killed_when_it_has_hardly_begun_is_begun_again(crew_whose_worker):
    code, started = crew_whose_worker(-9, -9)
    assert code == 0
    # It begins with what the dead one had in hand.
    assert started == [["work"], *[["work", "--instead-of", "4091"]] * 2]


def test_one_that_ends_by_itself_or_is_killed_time_and_again_ends_the_rest(crew_whose_worker):
    assert crew_whose_worker(3) == (3, [["work"]])
    code, started = crew_whose_worker(*[-9] * 20)
    assert (code, len(started)) == (9, 6)


def test_a_database_that_is_not_up_to_date_ends_all_of_them(run, run_anew, stevenage):
    assert run(stevenage, "migrate", "setup", "zero").returncode == 0
    done = run_anew(stevenage, "serve", "--workers", "3", "--port", str(free_port()))
    assert done.returncode == 3
    assert done.stderr.count("Run './commonweal upgrade'") == 1


def test_a_port_that_is_taken_is_named(run, stevenage):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(stevenage, "serve", "--workers", "2", "--port", port)
    assert f"Port {port} can't be used" in done.stderr


def test_more_processes_than_the_database_takes_connections_are_refused(monkeypatch):
    """Else pages would fail now and then, and only while many people read."""
    monkeypatch.setattr(database, "connections_most", lambda: 30)
    assert crew.why_not(3, jobs=True) == ""
    with pytest.raises(CommandError, match=r"may need 38 connections.* takes 30.*--workers 3, or"):
        call_command("serve", workers=4)
    monkeypatch.setattr(database, "connections_most", lambda: None)
    assert crew.why_not(64, jobs=True) == ""


@pytest.mark.django_db
def test_postgresql_says_how_many_connections_it_takes():
    most = database.connections_most()
    assert (most is None) == (connection.vendor == "sqlite")
    assert most is None or most > crew.serving.THREADS


@pytest.mark.parametrize(
    ("cores", "workers", "warns"), [(2, 2, False), (2, 3, True), (1, 2, True), (8, 4, False)]
)
def test_more_processes_than_cores_are_warned_of(monkeypatch, capsys, cores, workers, warns):
    """They are started all the same: whoever runs the machine may know better."""
    started = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    monkeypatch.setattr(crew.Crew, "run", lambda self, ready: started.append(self) or 0)
    call_command("serve", "--port", str(free_port()), "--workers", str(workers))
    warning = capsys.readouterr().err
    assert bool(warning) == warns
    assert not warns or f"Take --workers {cores}." in warning
    assert len(started) == 1


@pytest.mark.parametrize(("cores", "workers"), [(1, 1), (2, 2), (4, 4), (64, 4)])
def test_auto_takes_a_process_a_core_and_warns_of_none(monkeypatch, cores, workers):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert crew.auto() == workers
    assert crew.too_many(crew.auto()) == ""


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("commonweal.service", r"^ExecStart=\S+/commonweal (serve .*)$"),
        ("Containerfile", r"^CMD (\[.*)$"),
    ],
)
def test_what_is_shipped_serves_as_the_guide_says(name, before):
    """A number that is right on no machine but one was in both files once."""
    text = (ROOT / "packaging/server" / name).read_text()
    (words,) = re.findall(before, text, re.MULTILINE)
    words = json.loads(words) if words.startswith("[") else words.split()
    parser = load_command_class("commonweal.jobs", "serve").create_parser("commonweal", "serve")
    # None: 'auto'.
    assert parser.parse_args(words[1:]).workers is None


@pytest.mark.parametrize("name", ["commonweal.service", "commonweal-backup.service"])
def test_no_service_leaves_what_it_remembers_on_a_disk(name):
    unit = (ROOT / "packaging/server" / name).read_text().splitlines()
    assert {"MemorySwapMax=0", "LimitCORE=0", "PrivateTmp=yes", "UMask=0077"} <= set(unit)


def test_a_number_of_workers_that_is_none_is_refused(run, stevenage):
    assert "invalid" in run(stevenage, "serve", "--workers", "many").stderr
    assert "from 1 to 64" in run(stevenage, "serve", "--workers", "0").stderr
