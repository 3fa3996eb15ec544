"""What happens by itself: letters on news, and forgetting what nobody confirmed."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from commonweal.jobs.queue import every, job

from . import actions, telling


@every(timedelta(minutes=30))
@job()
def tell_followers() -> int:
    return telling.tell(timezone.now())


@every(timedelta(hours=6))
@job()
def forget_unconfirmed_follows() -> int:
    return actions.forget_unconfirmed(timezone.now())
