"""Over the wire: what is too large is refused before it is kept, and nobody slow stops anybody."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sqlite3
import time
from pathlib import Path

import pytest

from commonweal.jobs import serving
from commonweal.jobs.serving import FORM_MOST, PATIENCE_S, SLOWEST_BYTES_A_SECOND, Channel

HEAD = b"POST /help/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
FILES = b"Content-Type: multipart/form-data; boundary=x\r\n"


def test_a_body_that_is_too_large_is_refused_by_its_length(shared_town):
    tale = (
        HEAD + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 400000000\r\n"
    )
    assert shared_town.says(tale + b"\r\n").startswith(b"HTTP/1.1 413")
    # With a file, but of nobody who signed in: a cookie of that name is soon made up.
    assert shared_town.says(HEAD + FILES + b"Content-Length: 100000000\r\n\r\n").startswith(
        b"HTTP/1.1 413"
    )
    made_up = b"Cookie: sessionid=" + b"x" * 32 + b"\r\n"
    long = HEAD + FILES + made_up + b"Content-Length: 100000000\r\n\r\n"
    assert shared_town.says(long).startswith(b"HTTP/1.1 413")


def test_a_body_without_a_length_is_refused_once_it_is_too_large(shared_town):
    piece = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    with shared_town.raw() as line:
        line.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        sent = 0
        with contextlib.suppress(ConnectionError):
            for _ in range(2000):
                line.sendall(piece)
                sent += len(piece)
        # The line holds some megabytes on its way; far from all that was to be sent.
        assert sent < FORM_MOST + 40_000_000


def test_who_is_signed_in_sends_a_large_file(shared_town, tools):
    analyst = tools.Visitor(f"http://127.0.0.1:{shared_town.port}")
    analyst.post("/demo/as/analyst/", {})
    cookies = next(
        handler.cookiejar for handler in analyst.opener.handlers if hasattr(handler, "cookiejar")
    )
    key = next(cookie.value for cookie in cookies if cookie.name == "sessionid").encode()
    body = b"x" * (FORM_MOST + 1000)
    answer = shared_town.says(
        b"POST /desk/spend/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        + FILES
        + b"Cookie: sessionid="
        + key
        + b"\r\nContent-Length: "
        + str(len(body)).encode()
        + b"\r\n\r\n"
        + body
    )
    # It came whole to the product, which refuses it for what is in it.
    assert answer.startswith(b"HTTP/1.1 400"), answer[:200]
    assert b"Content-Security-Policy" in answer


def large_evidence(village):
    """The address of a public file of evidence, made so large that no line holds it."""
    with sqlite3.connect(village / "commonweal.sqlite3") as database:
        rows = database.execute(
            "SELECT p.code, f.sha256 FROM pledges_evidencefile f JOIN pledges_pledge p"
            " ON p.id = f.pledge_id"
        ).fetchall()
    database.close()
    return rows


def public_large_file(town):
    for code, sha256 in large_evidence(town.var):
        path = f"/pledges/{code}/evidence/{sha256}/"
        if town.get(path).status == 200:
            with (town.var / "evidence" / sha256[:2] / sha256).open("wb") as file:
                file.truncate(60_000_000)
            return path
    raise AssertionError("no public evidence in the village")


@pytest.fixture
def crowd():
    """Connections that are closed at the end."""
    with contextlib.ExitStack() as stack:
        yield stack.enter_context


def test_forty_downloads_that_stand_still_stop_nobody(shared_town, crowd):
    path = public_large_file(shared_town)
    for _ in range(40):
        line = crowd(socket.socket())
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", shared_town.port))
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert line.recv(10).startswith(b"HTTP/1.1 2")
    assert shared_town.get("/").status == 200
    assert shared_town.get("/help/").status == 200


def test_hundreds_who_send_slowly_stop_nobody(shared_town, crowd):
    for number in range(300):
        line = crowd(shared_town.raw())
        line.sendall(HEAD + b"Content-Length: 100000\r\n\r\nwords=" if number % 2 else HEAD[:30])
    assert shared_town.get("/").status == 200
    assert shared_town.get("/help/").status == 200


class Half:
    """A request that has come in part."""

    def __init__(self, came):
        self.body_bytes_received = came


def channel(*, came=0, waits=None, unread=0, still_for=0.0):
    made = Channel.__new__(Channel)
    made.request = Half(came) if waits is not None else None
    made.receiving_since = 1000.0 - waits if waits is not None else None
    made.total_outbufs_len, made.last_activity = unread, 1000.0 - still_for
    return made


@pytest.mark.parametrize(
    ("line", "is_slow"),
    [
        pytest.param(channel(waits=PATIENCE_S - 1), False, id="has just begun"),
        pytest.param(channel(waits=PATIENCE_S + 1), True, id="a letter now and then"),
        pytest.param(
            channel(waits=600, came=SLOWEST_BYTES_A_SECOND * 600),
            False,
            id="long, and enough comes",
        ),
        pytest.param(channel(waits=600, came=5000), True, id="long, and little comes"),
        pytest.param(channel(still_for=600), False, id="works on an answer"),
        pytest.param(channel(unread=9, still_for=61), True, id="stopped reading"),
        pytest.param(channel(unread=9, still_for=5), False, id="reads"),
    ],
)
def test_who_is_too_slow_for_anybodys_line(line, is_slow):
    assert line.is_too_slow(1000.0) is is_slow


@pytest.mark.django_db
@pytest.mark.parametrize("days", [1, -1], ids=["ahead", "back"])
def test_the_clock_may_jump_while_somebody_sends(monkeypatch, days):
    server = serving.make_server("127.0.0.1", 0)
    here, there = socket.socketpair()
    with here, there:
        line = Channel(server, here, ("127.0.0.1", 1), server.adj)
        real = time.time
        line.received(HEAD)
        server.readable()
        monkeypatch.setattr(time, "time", lambda: real() + days * 86400)
        steady = time.monotonic
        monkeypatch.setattr(serving.time, "monotonic", lambda: steady() + PATIENCE_S - 5)
        server.readable()
        assert not line.will_close
        monkeypatch.setattr(serving.time, "monotonic", lambda: steady() + PATIENCE_S + 5)
        server.readable()
        assert line.will_close
    server.task_dispatcher.shutdown()
    server.close()


def test_every_download_is_a_file_that_no_thread_waits_for():
    """The server sends a file by itself; an answer made piece by piece holds a thread as long as
    its reader likes."""
    sources = Path(__file__).resolve().parents[3] / "src" / "commonweal"
    for path in sources.rglob("*.py"):
        assert not re.search(r"\bStreamingHttpResponse\b", path.read_text()), path


def test_what_is_slow_is_let_go(village, run_town, impatient):
    town = run_town(village, "--no-jobs", **impatient)
    with town.raw() as line:
        began = time.monotonic()
        line.sendall(HEAD[:20])
        assert line.recv(10) == b""
        assert time.monotonic() - began >= float(impatient["PATIENCE_S"])


def test_only_its_own_user_and_group_may_open_the_socket(village, run_town, tmp_path):
    path = tmp_path / "web.sock"
    run_town(village, "--no-jobs", "--socket", str(path))
    assert os.stat(path).st_mode & 0o777 == 0o660


class Threads:
    """Three threads that begin one after the other, as waitress counts them."""

    looks = 0

    @property
    def active_count(self):
        self.looks += 1
        return max(0, 3 - self.looks)


class Server:
    def __init__(self):
        self.task_dispatcher = Threads()
        self.busy_at_run = None

    def run(self):
        self.busy_at_run = self.task_dispatcher.active_count

    def close(self):
        pass


def test_nobody_is_served_before_there_is_a_thread_for_them(monkeypatch):
    server = Server()
    monkeypatch.setattr(serving, "make_server", lambda *_, **__: server)
    monkeypatch.setattr(serving.signal, "signal", lambda *_: None)
    serving.serve("127.0.0.1", 0, jobs=False)
    assert server.busy_at_run == 0
    # The first look that found none; then the one of `run` itself.
    assert server.task_dispatcher.looks == 4
