"""How a process that served or worked ends: at once.

Python takes everything apart before it ends, and of a product of this size that is work. On a
machine under load each process took seconds for it, the first of a crew once more after all others
had ended; and threads that are in the middle of a page work on meanwhile, for nobody.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import NoReturn

from django.db import connections


def leave(code: int = 0) -> NoReturn:
    """End this process: what it wrote is written out, what it holds goes with it.

    Its connection is closed in order: on SQLite the last one to close puts the log of last writes
    into the database.
    """
    connections.close_all()
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
