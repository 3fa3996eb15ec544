"""What happens by itself. Each can be run at any time, and again, without harm.

What reads payments is read in when one begins: each command of the product finds its jobs, and few
read a payment.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from commonweal.jobs.clock import whatever_the_clock
from commonweal.jobs.queue import every, job

from .models import Run


@job(lane="slow")
def carry_out(run: int) -> None:
    """Do one run that somebody asked for."""
    from . import preparing

    queued = Run.objects.filter(pk=run).first()
    if queued is not None:
        preparing.carry_out(queued)


@every(timedelta(minutes=10))
@job(lane="slow")
@whatever_the_clock
def take_up_what_waits() -> int:
    """Runs that waited for another one to end, and one where a new version must make the figures
    anew. A run that somebody stopped is not begun again; one that failed is after an hour."""
    from . import preparing, reads

    last = Run.objects.first()
    was_tried = last is not None and (
        last.state == Run.State.STOPPED or last.asked_at > timezone.now() - timedelta(hours=1)
    )
    if not was_tried and reads.must_be_made_anew():
        preparing.ask_for()
    waiting = list(Run.objects.filter(state=Run.State.WAITING))
    for run in waiting:
        preparing.carry_out(run)
    return len(waiting)
