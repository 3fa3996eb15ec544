"""One process: waitress for pages, a thread for jobs. Enough for a town on one machine."""

from __future__ import annotations

import copy
import signal
import socket
import threading
from typing import Any

from django.conf import settings
from django.core.servers.basehttp import get_internal_wsgi_application
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server

from . import queue

# A form without files is never larger. Files go to few addresses and only from who is signed in.
FORM_MOST = 6 * 1024 * 1024


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses a body that is too large when its length is told, before a byte of it is kept."""

    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        name = settings.SESSION_COOKIE_NAME
        is_signed_in = f"{name}=" in self.headers.get("COOKIE", "")
        has_files = self.headers.get("CONTENT_TYPE", "").startswith("multipart/form-data")
        most = settings.UPLOAD_MOST if is_signed_in and has_files else FORM_MOST
        if self.command == "HEAD":
            # An answer without a length would end in a last chunk, which is a body.
            self.version = "1.0"
        limited: Any = copy.copy(self.adj)
        limited.max_request_body_size = most
        self.adj = limited


class Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = Parser


def serve(
    host: str, port: int, *, threads: int = 8, jobs: bool = True, ready: Any = None,
    sockets: list[socket.socket] | None = None,
) -> None:  # fmt: skip
    """Serve until SIGINT or SIGTERM; jobs end what they are doing first. ``sockets`` are open
    already and shared with other processes; then host and port only say which ones.

    Raises
    ------
    OSError
        The port is taken.
    """
    server = create_server(
        # Who asked is settled by our own front door, the same under every server.
        get_internal_wsgi_application(),
        **({"sockets": sockets} if sockets else {"host": host, "port": port}),
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=False,
        max_request_body_size=settings.UPLOAD_MOST,
    )
    server.channel_class = Channel
    stop = threading.Event()

    def quit_(*_: object) -> None:
        stop.set()
        raise SystemExit(0)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, quit_)
    worker = threading.Thread(target=queue.run_forever, args=(stop,), kwargs={"alone": True})
    if jobs:
        worker.start()
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
