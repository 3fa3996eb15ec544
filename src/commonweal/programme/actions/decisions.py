"""Decisions, written down."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from commonweal.accounts.actors import Actor
from commonweal.accounts.record import record
from commonweal.charter.models import Decision
from commonweal.office.errors import Refused


@transaction.atomic
def decide(
    *,
    title: str,
    body: str,
    decided_on: date,
    text: str,
    minute: str,
    source_url: str,
    author: Actor,
) -> Decision:
    """Write down who decided what, when, with the minute. What it makes names it afterwards."""
    if decided_on > timezone.localdate():
        raise Refused("A decision can't be written down before it is made.")
    code = f"{decided_on:%Y-%m-%d}-{slugify(title)[:40].strip('-')}"
    try:
        with transaction.atomic():
            decision = Decision.objects.create(
                code=code,
                title=title,
                body=body,
                decided_on=decided_on,
                text=text,
                minute=minute,
                source_url=source_url,
            )
    except IntegrityError:
        raise Refused("A decision of this day and title is in the log already.") from None
    record("decision written", about=decision, by=author.person, as_role=author.role)
    return decision
