"""What happens by itself. Each can be run at any time, and again, without harm."""

from __future__ import annotations

from datetime import timedelta

from commonweal.jobs.queue import every, job

from . import preparing
from .models import Run


@job()
def carry_out(run: int) -> None:
    """Do one run that somebody asked for."""
    found = Run.objects.filter(pk=run).first()
    if found is not None:
        preparing.carry_out(found)


@every(timedelta(minutes=10))
@job()
def take_up_what_waits() -> int:
    """Runs that waited for another one to end."""
    waiting = list(Run.objects.filter(state=Run.State.WAITING))
    for run in waiting:
        preparing.carry_out(run)
    return len(waiting)
