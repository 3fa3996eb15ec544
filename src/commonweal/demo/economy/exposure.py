"""The fictional town's economy: its largest employer's group, public with its consent."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.economy.exposure import actions
from commonweal.spend import files
from commonweal.spend.models import Route
from commonweal.spend.reads import current

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
            "entries": _numbers(),
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


def _numbers() -> list[str]:
    """Of the firms that anchors pay by published files, two that stand for what belongs to the
    works: manufacturers before others, the most paid first. None where there is no spend."""
    prepared = current()
    if prepared is None:
        return []
    rows = files.ask(
        prepared.version,
        """select id from suppliers where route = ? and id is not null and name is not null
        order by coalesce(try_cast(left(sic, 2) as integer) between 10 and 33, false) desc,
            amount desc, supplier limit 2""",
        str(Route.PUBLISHED),
    )
    return sorted(row["id"] for row in rows)
