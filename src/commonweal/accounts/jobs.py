"""What happens by itself with forms: old keys and old words are forgotten."""

from __future__ import annotations

from datetime import timedelta

from commonweal.jobs.queue import every, job

from . import kept, once


@every(timedelta(minutes=10))
@job()
def forget_what_was_typed() -> int:
    return kept.forget_old() + once.forget_old()
