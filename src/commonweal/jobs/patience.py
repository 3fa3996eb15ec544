"""How long a page waits for the database, and whether this thread answers one."""

from __future__ import annotations

import threading

STATEMENT_MOST_S = 20
# A server that was stopped, or hangs, keeps no promise about its statements; so a page waits no
# longer for its words than these: for the first, which is a mere sign of life, and for others.
FIRST_ANSWER_MOST_S = 5
ANSWER_MOST_S = STATEMENT_MOST_S + 3
PAGE = threading.local()
