"""Reads that stand out, and telling the data protection officer. How long things are kept is
in `forgetting`, erasing in `erasing`, what is given to whoever asks in `subject`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.template.defaultfilters import pluralize
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Appointment, Role
from commonweal.design.words import many
from commonweal.residents.erasing import erase

from . import explaining
from .access import VOLUNTEER
from .forgetting import days_of, forget_due, start
from .models import CaseRead

__all__ = ["days_of", "erase", "forget_due", "start", "tell_officer", "unusual_reads"]

# More people than this in one day, and five times what is usual, is far more than is needed.
STAFF_LEAST, VOLUNTEERS_LEAST = 50, 5
# What other rooms know of: numbers of the reads between two days that somebody should look at.
UNUSUAL: list[Callable[[date, date], set[int]]] = []


def unusual_reads(since: date, until: date) -> list[CaseRead]:
    """Reads that somebody should look at: of one's own surname, of one's own address, through
    broken glass; by whoever read far more than their colleagues; of who and where by a volunteer
    who then gave the task back, or was given more addresses in one day than anybody walks to. What
    was explained is not among them."""
    reads = CaseRead.objects.filter(at__date__range=(since, until)).select_related(
        "person", "resident", "case"
    )
    many = _read_far_more(reads)
    others = {pk for unusual in UNUSUAL for pk in unusual(since, until)}
    swept = _swept_addresses(reads)
    unusual = [
        read
        for read in reads
        if _is_private(read)
        or read.person_id in many
        or read.pk in others
        or (read.link == VOLUNTEER and (read.person_id, timezone.localdate(read.at)) in swept)
    ]
    return explaining.unexplained(unusual, others)


def _read_far_more(reads: Any) -> set[int]:
    """Who read more people than is needed, beside what is usual among their colleagues."""
    counted = Counter(reads.order_by().values_list("person", flat=True))
    usual = sorted(counted.values())[len(counted) // 2] if counted else 0
    return {person for person, count in counted.items() if count > max(STAFF_LEAST, 5 * usual)}


def _is_private(read: CaseRead) -> bool:
    """Of one's own surname or address, or through broken glass."""
    return bool(read.own_name or read.own_address or read.link == "glass")


def _swept_addresses(reads: Any) -> set[tuple[int, date]]:
    """(volunteer, day) on which they were shown names and addresses of many people."""
    shown: dict[tuple[int, date], set[int]] = {}
    for read in reads.filter(link=VOLUNTEER):
        day = (read.person_id, timezone.localdate(read.at))
        shown.setdefault(day, set()).add(read.resident_id)
    return {day for day, residents in shown.items() if len(residents) > VOLUNTEERS_LEAST}


def tell_officer(on: date | None = None) -> int:
    """Each week, tell the data protection officer how many reads stand out. No names; where none
    does, no mail."""
    today = on or timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    count = len(unusual_reads(monday - timedelta(days=7), monday - timedelta(days=1)))
    if not count:
        return 0
    officers = Appointment.objects.current(today).filter(role=Role.DATA_PROTECTION_OFFICER)
    written = 0
    for appointment in officers.select_related("person"):
        _, fresh = mail.write(
            key=f"unusual-reads-{monday}-{appointment.person_id}",
            person=appointment.person,
            subject=f"{many(count, 'read')} to look at",
            body=f"{many(count, 'read')} of last week stand{pluralize(count, 's,')} out. Look at "
            f"them:\n{settings.ADDRESS}/desk/reads/\n",
        )
        written += fresh
    return written
