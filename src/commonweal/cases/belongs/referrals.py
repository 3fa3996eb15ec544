"""Referrals, and who of a partner saw what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from commonweal.residents.belongings import (
    CHOICE,
    CODE,
    FIELDS,
    STAYS,
    Belonging,
    Reading,
    Stop,
    belongs,
)
from commonweal.residents.belongs import FREE, STAFF

from ..models import Copy, Referral

WORKER = "a partner's worker"


def _goes_on(referral: Any) -> bool:
    """Not where consent ended in between, or the need was settled."""
    consented = referral.consent is None or referral.consent.holds
    is_open: bool = referral.need.state == "open" and referral.case.state != "closed"
    return bool(consented) and is_open


belongs(
    Belonging(
        Referral,
        by=("case__resident",),
        title="Referral",
        outlet="referral",
        words=("words", "outcome_words"),
        plain={"code": CODE, "fields": FIELDS, "declined_because": CHOICE, "outcome": CHOICE},
        remains="to whom, when, which fields and with what outcome",
        stop=Stop(
            tuple(Referral.OPEN),
            {"state": Referral.State.REVOKED, "ended_at": timezone.now},
            goes_on=_goes_on,
        ),
        gives=(
            ("code", "Reference"),
            ("case.code", "Case"),
            ("partner.name", "To"),
            ("service.name", "Service"),
            ("hand", "What they got"),
            ("fields", "Fields"),
            ("words", "What they were told"),
            ("state", "State"),
            ("sent_by.name", "Sent by"),
            ("outcome", "Outcome"),
            ("outcome_words", "What the partner wrote"),
            ("declined_because", "Why it was declined"),
            ("ended_at", "Ended"),
        ),
        at="sent_at",
        thirds={
            "words": FREE,
            "outcome_words": "words of a partner: they may name others",
            "sent_by.name": STAFF,
        },
    )
)


def _copies(copies: QuerySet[Any]) -> Iterator[Reading]:
    for copy in copies.select_related("partner", "person", "referral"):
        yield Reading(
            copy.at,
            f"{copy.person.name}, {copy.partner.name}",
            f"{copy.referral.code}: {', '.join(copy.fields) or 'nothing'}",
            "referral",
            WORKER,
        )


belongs(
    Belonging(
        Copy,
        by=("referral__case__resident",),
        title="Copy that a partner holds",
        plain={"fields": FIELDS},
        erased=STAYS,
        reads=_copies,
        remains="who of which partner saw which fields, and when",
        gives=(
            ("referral.code", "Referral"),
            ("partner.name", "Organisation"),
            ("person.name", "Who saw it"),
            ("fields", "Fields"),
        ),
        at="at",
        thirds={"person.name": WORKER},
    )
)
