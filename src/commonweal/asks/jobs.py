"""What happens by itself with asks. It can be run at any time, and again, without harm."""

from __future__ import annotations

from datetime import timedelta

from commonweal.jobs.queue import every, job

from . import surge


@every(timedelta(hours=6))
@job()
def watch_for_surges() -> int:
    return len(surge.watch())
