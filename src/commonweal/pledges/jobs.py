"""What happens by itself. Each can be run at any time, and again, without harm."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from commonweal.accounts import mail
from commonweal.jobs.queue import every, job

from . import ledger, links, reminders


@every(timedelta(hours=6))
@job()
def write_reminders() -> int:
    return reminders.remind(timezone.localdate())


@every(timedelta(minutes=1))
@job(tries=1)
def send_mail() -> int:
    return mail.send_waiting()


@every(timedelta(hours=24))
@job()
def forget_old_mail() -> int:
    return mail.forget()


@every(timedelta(hours=24))
@job()
def check_links() -> list[int]:
    return list(links.check_all())


@every(timedelta(hours=1))
@job()
def refresh_standings() -> int:
    """Not needed for right answers (readers do it themselves); it spares the day's first reader."""
    return ledger.refresh_standings(on=timezone.localdate())
