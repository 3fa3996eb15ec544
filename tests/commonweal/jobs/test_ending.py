"""The town stops within a time that is stated, and no process outlives the one that began it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

from commonweal.jobs import queue

# A process of a crew: it watches whoever began it, and says that it is there.
CHILD = """
import os, sys, time
from commonweal.jobs import parent
parent.end_with(int(sys.argv[1]), looks_every_s=0.05)
print(os.getpid(), flush=True)
time.sleep(60)
"""
FIRST = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", sys.argv[1], str(os.getpid())])
time.sleep(60)
"""


def is_there(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat") as line:
            # A process that ended, and whom nobody asked how, is none.
            return line.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_whoever_kills_the_first_process_leaves_no_other_behind():
    words = [sys.executable, "-c", FIRST, CHILD]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        child = int(first.stdout.readline())
        assert is_there(child)
        first.kill()
        first.wait()
        until = time.monotonic() + 10
        while (left := is_there(child)) and time.monotonic() < until:
            time.sleep(0.02)
        if left:
            os.kill(child, signal.SIGKILL)
        assert not left


def test_a_job_that_heeds_no_stop_holds_nobody_up_for_longer_than_is_said(monkeypatch):
    stuck, ended = threading.Event(), []
    monkeypatch.setattr(queue, "STOPPING", threading.Event())
    monkeypatch.setattr(queue, "LANES", ("slow",))
    monkeypatch.setattr(queue, "ENDS_WITHIN_S", 0.05)
    monkeypatch.setattr(queue, "reap", lambda **_: 0)
    monkeypatch.setattr(queue, "_run_lane", lambda *_: stuck.wait(10))
    monkeypatch.setattr(queue.os, "_exit", lambda code: ended.append(code) or stuck.set())
    stop = threading.Event()
    stop.set()
    queue.run_forever(stop)
    assert ended == [0]
