"""A town on a real server, on a database in a file, with the product's own commands."""

from __future__ import annotations

import contextlib
import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# A slow machine may take its time; nothing is measured by it.
PATIENCE_S = 120


def commonweal_environment(var, **more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COMMONWEAL", "DJANGO"))}
    kept.pop("DATABASE_URL", None)
    return kept | {"COMMONWEAL_VAR": str(var), "COMMONWEAL_DEMO": "1"} | more


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_so, what):
    until = time.monotonic() + PATIENCE_S
    while not (met := is_so()):
        assert time.monotonic() < until, what() if callable(what) else what
        time.sleep(0.02)
    return met


class Running:
    """A server of the product in a process of its own."""

    def __init__(self, var, words=(), **more):
        self.var, self.port = Path(var), free_port()
        self.log = self.var / "server.log"
        place = words if "--socket" in words else ("--port", str(self.port), *words)
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "commonweal.cli", "serve", *place],
                env=commonweal_environment(var, **more),
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )
        wait_until(self.is_serving, self.log.read_text)

    def is_serving(self):
        assert self.process.poll() is None, self.log.read_text()
        return "Serving on" in self.log.read_text()

    def stop(self):
        self.process.terminate()
        assert self.process.wait(timeout=PATIENCE_S) == 0, self.log.read_text()

    def raw(self):
        """A bare connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def says(self, request):
        """All that it answers to some bytes, until it closes."""
        with self.raw() as line:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(request)
            return all_of(line)

    def get(self, path, **headers):
        return Visitor(f"http://127.0.0.1:{self.port}").get(path, **headers)


def all_of(line):
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := line.recv(65536):
            answer += piece
    return answer


class Answer:
    def __init__(self, reply):
        self.status, self.headers = reply.status, reply.headers
        self.url, self.body = reply.url, reply.read()
        self.text = self.body.decode("utf-8", "replace")


class Visitor:
    """A browser without JavaScript: cookies, redirects and the fields that a form hides."""

    def __init__(self, address, *, context=None, follow=True):
        self.address = address
        handlers = [urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())]
        handlers.append(urllib.request.ProxyHandler({}))
        if context is not None:
            handlers.append(urllib.request.HTTPSHandler(context=context))
        if not follow:
            handlers.append(_Stays())
        self.opener = urllib.request.build_opener(*handlers)

    def get(self, path, **headers):
        return self._ask(path, None, {k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, page, fields, files=()):
        """Send the form of a page, as its browser would."""
        hidden = dict(
            re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.get(page).text)
        )
        kind, body = multipart(hidden | fields, files)
        return self._ask(page, body, {"Content-Type": kind, "Referer": self.address + page})

    def _ask(self, path, body, headers):
        request = urllib.request.Request(self.address + path, body, headers)
        try:
            with self.opener.open(request, timeout=PATIENCE_S) as reply:
                return Answer(reply)
        except urllib.error.HTTPError as reply:
            with reply:
                return Answer(reply)


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def multipart(fields, files=()):
    boundary = "a-boundary-that-nobody-writes"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{words}\r\n'.encode()
        for name, words in fields.items()
    ]
    for name, file_name, content in files:
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; '
            f'filename="{file_name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        )
        parts.append(head.encode() + content + b"\r\n")
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body


@pytest.fixture
def village(demo_village, tmp_path):
    """A village of the test's own."""
    return demo_village(tmp_path / "village")


@pytest.fixture
def run_town():
    """Start servers that end with the test."""
    running = []

    def start(var, *words, **more):
        running.append(Running(var, words, **more))
        return running[-1]

    yield start
    for server in running:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="module")
def shared_town(demo_village, tmp_path_factory):
    """One that the tests of a file share, as none changes what another looks at."""
    town = Running(demo_village(tmp_path_factory.mktemp("shared") / "village"), ["--no-jobs"])
    yield town
    town.stop()


@pytest.fixture
def impatient():
    """What makes a town wait a second for what it would wait for ten or twenty (impatient.py)."""
    return {"DJANGO_SETTINGS_MODULE": "tests.commonweal.config.impatient", "PATIENCE_S": "1"}


@pytest.fixture
def visitor():
    return Visitor


@pytest.fixture
def tools():
    """The small things of this file, which tests can't import."""
    return sys.modules[__name__]
