"""What happens by itself. Each can be run at any time, and again, without harm."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from commonweal.jobs.queue import every, job

from . import measuring


@every(timedelta(hours=24))
@job()
def compute_metrics() -> int:
    return measuring.compute_all(timezone.localdate())
