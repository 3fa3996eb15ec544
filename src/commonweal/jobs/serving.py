"""One process: waitress for pages, a thread for jobs. Enough for a town on one machine.

Whoever sends or reads slowly costs a connection and no thread: requests are taken in whole by one
loop before a thread sees them, and what is to be read waits in files. What is done here on top of
that: how large a request may be is settled before it is kept, and who sends or reads too slowly
for anybody's line is let go (docs/decisions/0026-waitress-stays.md has the figures).
"""

from __future__ import annotations

import copy
import resource
import signal
import socket
import threading
import time
from functools import partial
from importlib import import_module
from typing import Any

import waitress.channel
import waitress.server
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import close_old_connections
from django.http import parse_cookie
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server

from . import collecting, counting, queue

# A form without files is never larger. Files go to few addresses and only from who is signed in.
FORM_MOST = 6 * 1024 * 1024
# Everything of a request has to come within so long, and longer where enough comes.
PATIENCE_S = 20
SLOWEST_BYTES_A_SECOND = 4096
# A connection on which nothing moves for so long is closed, also in the middle of a download.
STILL_MOST_S = 60
# How often connections are looked at for that.
LOOKS_EVERY_S = 5
CONNECTIONS_MOST = 1000
# Of a process; each that answers keeps its connection to the database for a while.
THREADS = 8
BEGINS_WITHIN_S = 5


class _Steady:
    """A clock that nobody sets, for how long somebody takes: by the machine's own, every sender
    would be too slow after it jumped ahead, and nobody for as long as it was put back."""

    @staticmethod
    def time() -> float:
        return time.monotonic()


waitress.server.time = waitress.channel.time = _Steady


def _is_signed_in(cookies: str) -> bool:
    """Whether a cookie is that of somebody who signed in, and not only called like one."""
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return False
    try:
        sessions: Any = import_module(settings.SESSION_ENGINE)
        return SESSION_KEY in sessions.SessionStore(key)
    except Exception:
        # The database is away: then nothing that is sent can be kept anyway.
        return False
    finally:
        close_old_connections()


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses a body that is too large when its length is told, before a byte of it is kept."""

    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.command == "HEAD":
            # An answer without a length would end in a last chunk, which is a body.
            self.version = "1.0"
        limited: Any = copy.copy(self.adj)
        limited.max_request_body_size = self._most()
        self.adj = limited
        if self.body_rcv is None or self.content_length >= limited.max_request_body_size:
            # No body is to come, or none that is taken: who asks whether to send it is answered,
            # and not told to go on. (waitress takes a request that it told so for unfinished.)
            self.expect_continue = False

    def _most(self) -> int:
        has_files = self.headers.get("CONTENT_TYPE", "").startswith("multipart/form-data")
        is_small = not self.chunked and self.content_length < FORM_MOST
        if is_small or not has_files or not _is_signed_in(self.headers.get("COOKIE", "")):
            return FORM_MOST
        most: int = settings.UPLOAD_MOST
        return most


class Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = Parser
    receiving_since: float | None = None

    def received(self, data: bytes) -> Any:
        taken = super().received(data)
        if self.request is None:
            self.receiving_since = None
        elif self.receiving_since is None:
            self.receiving_since = time.monotonic()
        return taken

    def is_too_slow(self, now: float) -> bool:
        """Whether somebody sends so slowly that they only hold the connection, or stopped
        reading."""
        request, since = self.request, self.receiving_since
        if request is not None and since is not None:
            in_time = PATIENCE_S + request.body_bytes_received / SLOWEST_BYTES_A_SECOND
            return bool(now - since > in_time)
        return bool(self.total_outbufs_len and now - self.last_activity > STILL_MOST_S)


def _sweep(server: Any, usual: Any, now: float) -> None:
    """What waitress does with connections that are still, and ours with those that are slow."""
    usual(now)
    for channel in list(server.active_channels.values()):
        if channel.is_too_slow(now):
            channel.will_close = True


def _connections_most() -> int:
    """As many as files may be open, with room left for what they send and read."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * CONNECTIONS_MOST
    if hard == resource.RLIM_INFINITY or hard >= wanted:
        soft = max(soft, wanted)
    else:
        soft = max(soft, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(CONNECTIONS_MOST, soft // 4)


def make_server(
    host: str,
    port: int,
    *,
    path: str = "",
    threads: int = THREADS,
    sockets: list[socket.socket] | None = None,
) -> Any:
    """The server, listening at an address, or where ``path`` is given on a Unix socket."""
    place: dict[str, Any] = {"host": host, "port": port}
    if path:
        # Its folder says who may come: the service's own user, and the group of the proxy.
        place = {"unix_socket": path, "unix_socket_perms": "660"}
    if sockets:
        place = {"sockets": sockets}
    server = create_server(
        # Who asked is settled by our own front door, the same under every server.
        get_internal_wsgi_application(),
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=False,
        max_request_body_size=settings.UPLOAD_MOST,
        channel_timeout=STILL_MOST_S,
        cleanup_interval=LOOKS_EVERY_S,
        connection_limit=_connections_most(),
        asyncore_use_poll=True,
        **place,
    )
    server.channel_class = Channel
    server.maintenance = partial(_sweep, server, server.maintenance)
    return server


def _wait_for_threads(server: Any) -> None:
    """Until they have begun, waitress counts its threads among the busy: whoever waited for the
    address to open would be logged as waiting for a thread, in a town that is well."""
    until = time.monotonic() + BEGINS_WITHIN_S
    while server.task_dispatcher.active_count and time.monotonic() < until:
        time.sleep(0.01)


def serve(
    host: str,
    port: int,
    *,
    path: str = "",
    threads: int = THREADS,
    jobs: bool = True,
    ready: Any = None,
    sockets: list[socket.socket] | None = None,
    counts: tuple[int | None, int] = (None, 0),
) -> None:
    """Serve until SIGINT or SIGTERM; jobs end what they are doing first.

    ``sockets`` are open already and shared with other processes; then host, port and path only
    say which ones. ``counts`` is the memory in which they count together, and the place in it.

    Raises
    ------
    OSError
        The port is taken, or the socket can't be made.
    """
    server = make_server(host, port, path=path, threads=threads, sockets=sockets)
    counting.begin(*counts)
    stop = threading.Event()

    def quit_(*_: object) -> None:
        stop.set()
        raise SystemExit(0)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, quit_)
    worker = threading.Thread(target=queue.run_forever, args=(stop,), kwargs={"alone": True})
    if jobs:
        worker.start()
    _wait_for_threads(server)
    collecting.set_aside()
    if ready:
        ready()
    try:
        server.run()
    except SystemExit:
        pass
    finally:
        stop.set()
        server.close()
        if jobs:
            worker.join(timeout=25)
