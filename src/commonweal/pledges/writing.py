"""Writing down what somebody did to a pledge: a line of its ledger and one of the record.

The ledger says in public what was done and in what role; the record says who it was. Both are
written by one call, so that neither is forgotten and both know the same role.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from commonweal.accounts.actors import EDITOR, Actor
from commonweal.accounts.models import Person
from commonweal.accounts.record import record

from . import ledger
from .models import Entry, Pledge
from .standing import Kind


def for_partner(pledge: Pledge, by: Person) -> Actor:
    """Somebody who acts for the partner whose pledge it is."""
    return Actor(by, EDITOR, pledge.partner.name)


def write_down(
    actor: Actor,
    pledge: Pledge,
    kind: Kind,
    body: dict[str, Any] | None = None,
    words: str = "",
    *,
    verb: str,
    about: models.Model | None = None,
    done_by: Actor | None = None,
    on: date | None = None,
    at: datetime | None = None,
    **detail: Any,
) -> Entry:
    """Append a line to a pledge's ledger, and write ``verb`` into the record.

    Parameters
    ----------
    about
        What the record tells of, where it is not the pledge.
    done_by
        Who did it, where the line is another's: a question is a resident's, and let in by the
        charter manager.
    on, at
        The day that the line is of (today), and the moment that it is written at (now).
    detail
        What the record says besides the entry's number, never words of somebody.
    """
    (entry,) = write_down_each(
        actor,
        pledge,
        kind,
        [body or {}],
        words,
        verb=verb,
        about=about,
        done_by=done_by,
        on=on,
        at=at,
        **detail,
    )
    return entry


@transaction.atomic
def write_down_each(
    actor: Actor,
    pledge: Pledge,
    kind: Kind,
    bodies: Sequence[dict[str, Any]],
    words: str = "",
    *,
    verb: str,
    about: models.Model | None = None,
    done_by: Actor | None = None,
    on: date | None = None,
    at: datetime | None = None,
    **detail: Any,
) -> list[Entry]:
    """The same of several lines that somebody writes at once; one line of the record tells it."""
    happened_on = on or timezone.localdate()
    entries = [
        ledger.append(
            ledger.NewEntry(
                pledge,
                kind,
                happened_on,
                body,
                words,
                actor.person,
                actor.role_in_words,
                actor.organisation,
                written_at=at,
            )
        )
        for body in bodies
    ]
    if about is not None:
        detail["pledge"] = pledge.code
    if len(entries) == 1:
        detail.setdefault("entry", entries[0].seq)
    recorded = done_by or actor
    record(verb, about=about or pledge, by=recorded.person, as_role=recorded.role, **detail)
    return entries
