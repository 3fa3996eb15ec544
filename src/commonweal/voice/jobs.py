"""What happens by itself in the room. It can be run at any time, and again, without harm."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from commonweal.jobs.queue import every, job

from .proposals import doing


@every(timedelta(hours=6))
@job()
def tell_whose_proposals_are_done() -> int:
    return doing.tell_authors(timezone.localdate())
