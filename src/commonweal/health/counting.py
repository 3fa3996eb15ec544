"""What this process has answered since it started. Each web process counts for itself."""

from __future__ import annotations

import threading
import time
from collections import Counter

STARTED_AT = time.time()
# Upper ends, in seconds; the last is whatever took longer.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_lock = threading.Lock()
answered: Counter[str] = Counter()
took_at_most: Counter[float] = Counter()
took_s = 0.0


def note(status: int, seconds: float) -> None:
    global took_s
    with _lock:
        answered[f"{status // 100}xx"] += 1
        took_s += seconds
        for bound in BUCKETS:
            if seconds <= bound:
                took_at_most[bound] += 1
