"""What happens by itself: files that nobody brought in are forgotten."""

from __future__ import annotations

from datetime import timedelta

from commonweal.jobs.queue import every, job

from . import holding


@every(timedelta(hours=24))
@job()
def forget_held() -> int:
    return holding.forget_old()
