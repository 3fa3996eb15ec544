"""A process of a crew ends with the one that began it.

Whoever kills the crew's first process by force leaves it no moment to tell the others. They would
hold the address, and answer by the program of before, while nobody starts anew who of them dies;
a crew that is begun in its place finds its address taken.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

LOOKS_EVERY_S = 1.0
# By which of Python's own -X a process is told who began it.
OPTION = "crew"


def end_with_crew() -> None:
    """End with the crew's first process, in a process that it began; nothing in others."""
    if began := sys._xoptions.get(OPTION):
        end_with(int(began))


def end_with(parent: int, *, looks_every_s: float = LOOKS_EVERY_S) -> threading.Thread:
    """Be told to end, as by SIGTERM, once the parent is gone; the thread that looks after it."""
    watch = threading.Thread(target=_watch, args=(parent, looks_every_s), daemon=True)
    watch.start()
    return watch


def _watch(parent: int, looks_every_s: float) -> None:
    # An orphan gets another parent at once, also where that was so before the first look.
    while os.getppid() == parent:
        time.sleep(looks_every_s)
    os.kill(os.getpid(), signal.SIGTERM)
