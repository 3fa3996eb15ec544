"""What happens by itself. Each can be run at any time, and again, without harm."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from commonweal.accounts import limits, mail
from commonweal.jobs.clock import whatever_the_clock
from commonweal.jobs.queue import every, is_stopping, job

from . import carrying, ledger, links, recounting, reminders
from .models import AskedImport


@every(timedelta(hours=6))
@job()
def write_reminders() -> int:
    return reminders.remind(timezone.localdate())


@every(timedelta(seconds=3), when=mail.is_waiting)
@job(tries=1, lane="letters")
@whatever_the_clock
def send_mail() -> int:
    return mail.send_waiting(is_stopping=is_stopping)


@every(timedelta(hours=24))
@job()
def forget_old_mail() -> int:
    return mail.forget()


@every(timedelta(hours=24))
@job()
def forget_counts() -> int:
    return limits.forget()


@every(timedelta(hours=24))
@job(lane="slow")
def check_links() -> list[int]:
    checked = links.check_all(is_stopping=is_stopping)
    return [checked.asked, checked.turned]


@every(timedelta(hours=1))
@job()
@whatever_the_clock
def refresh_standings() -> int:
    """Not needed for right answers (readers do it themselves); it spares the day's first reader."""
    return ledger.refresh_standings(on=timezone.localdate())


@job()
def import_asked(pk: int) -> None:
    """Read in a long file. Tried again after a kill, it finds nothing of it or all of it."""
    asked_import = AskedImport.objects.filter(pk=pk, run=None, refused_because="").first()
    if asked_import is not None:
        carrying.carry_out_asked(asked_import)


@every(timedelta(minutes=1), when=recounting.is_waiting)
@job()
def count_by_new_days() -> int:
    return recounting.recount(on=timezone.localdate(), is_stopping=is_stopping)
