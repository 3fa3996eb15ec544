"""One process: waitress for pages, a thread for jobs. Enough for a town on one machine."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.wsgi import get_wsgi_application
from waitress.server import create_server

from . import queue


def serve(host: str, port: int, *, threads: int = 8, jobs: bool = True, ready: Any = None) -> None:
    """Serve until SIGINT or SIGTERM; jobs end what they are doing first.

    Raises
    ------
    OSError
        The port is taken.
    """
    server = create_server(
        get_wsgi_application(), host=host, port=port, threads=threads, ident=None
    )
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
