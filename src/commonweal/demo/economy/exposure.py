"""The fictional town's economy: its largest employer's group, public with its consent."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.economy.exposure import actions

from ..cast import CAST
from .scenarios import LARGEST, LARGEST_JOBS


def tell(today: date) -> None:
    emails = {member.role: member.email for member in CAST}
    analyst = Person.objects.get(email=emails["analyst"])
    lead = Person.objects.get(email=emails["programme-lead"])
    group = actions.write_down(
        group=None,
        values={
            "name": LARGEST,
            "section": "C",
            "is_multinational": True,
            "local_jobs": LARGEST_JOBS,
            "jobs_source": "The works, in its yearly report",
            "jobs_on": min(date(today.year - 1, 12, 31), timezone.localdate()),
            "partners": [],
            "entries": [],
            "sub_suppliers": "Mill Lane Castings\nOakby Haulage",
        },
        by=analyst,
    )
    actions.publish(
        group=group,
        consent_on=min(today, timezone.localdate()) - timedelta(days=2),
        consent_words="The works manager, in a letter to the programme lead.",
        decision=None,
        by=lead,
    )
    actions.rate(
        section="C",
        rating="high",
        because="It sells abroad, and much of what it buys comes from here.",
        source="The programme board, from the orders of the last year",
        by=lead,
    )
