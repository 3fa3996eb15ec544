"""What happens by itself in the directory. It can be run at any time, and again, without harm."""

from __future__ import annotations

from datetime import timedelta

from commonweal.jobs.queue import every, job

from . import directory


@every(timedelta(hours=24))
@job()
def remind_owners_of_services() -> int:
    return directory.remind_owners()
