"""Consent, and words for many."""

from __future__ import annotations

from django.utils import timezone

from commonweal.residents.belongings import (
    CHOICE,
    FIELDS,
    Belonging,
    belongs,
    set_aside,
)
from commonweal.residents.belongs import FREE, STAFF

from ..models import BulkText, Consent, Notice, TextTemplate

belongs(
    Belonging(
        Consent,
        by=("resident",),
        title="Consent",
        words=("purpose", "words"),
        plain={"fields": FIELDS, "given_by": CHOICE, "recipient": CHOICE},
        moves="resident",
        named_by=lambda consent: (
            f"Consent of {timezone.localtime(consent.given_at):%-d %B %Y}: "
            + ", ".join(consent.fields)
        ),
        remains="which fields were agreed to, and from when to when",
        gives=(
            ("to_whom", "To whom"),
            ("help_type.name", "To get which help"),
            ("purpose", "For what"),
            ("fields", "What may be shared"),
            ("words", "In which words"),
            ("given_by", "Given by"),
            ("taken_by.name", "Written down by"),
            ("expires_on", "Ends"),
            ("withdrawn_at", "Withdrawn"),
        ),
        at="given_at",
        thirds={"taken_by.name": STAFF, "words": FREE},
    )
)


set_aside(Notice, because="the published privacy notice")


set_aside(TextTemplate, because="words for many, before anybody is put in")


set_aside(BulkText, because="a filter and counts")
