"""What waits for a reviewer or for a partner's reply."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from commonweal.accounts.models import Person

from . import ledger
from . import standing as st
from .models import Entry, Pledge, ReviewAssignment


@dataclass
class Waiting:
    """A claim with evidence that waits for a review, and the reviews that it had."""

    pledge: Pledge
    claim: Entry
    evidence: list[Entry]
    reviews: list[Entry]
    value: Decimal | None = None

    @property
    def claimed(self) -> str:
        return self.pledge.measure.write(self.value)


def reviews_waiting(on: date) -> list[Waiting]:
    """Claims to review, oldest first: the newest claim of each pledge that has evidence and no
    review yet, or whose review the partner contests."""
    seqs = _claims_waiting()
    if not seqs:
        return []
    claims = list(
        Entry.objects.filter(seq__in=seqs)
        .select_related("pledge__partner", "pledge__measure")
        .order_by("happened_on", "seq")
    )
    pledges = [claim.pledge_id for claim in claims]
    about: dict[int, list[Entry]] = {}
    kinds = [st.Kind.EVIDENCE, st.Kind.REVIEW]
    for entry in Entry.objects.filter(pledge__in=pledges, kind__in=kinds):
        about.setdefault(entry.body["about"], []).append(entry)
    return [
        Waiting(
            claim.pledge,
            claim,
            [e for e in about.get(claim.seq, []) if e.kind == st.Kind.EVIDENCE],
            [e for e in about.get(claim.seq, []) if e.kind == st.Kind.REVIEW],
            st.number(claim.body["value"]),
        )
        for claim in claims
    ]


@dataclass
class Reported:
    """A claim by the number of its entry, and what came of it."""

    claim: int
    has_evidence: bool = False
    reviews: list[int] = field(default_factory=list)
    is_contested: bool = False

    def follow(self, seq: int, kind: str, body: dict[str, Any]) -> None:
        """Evidence for it, a review of it, or a reply to one of these."""
        if kind == st.Kind.EVIDENCE and body["about"] == self.claim:
            self.has_evidence = True
        elif kind == st.Kind.REVIEW and body["about"] == self.claim:
            self.reviews.append(seq)
            self.is_contested = False
        elif kind == st.Kind.REPLY and body["about"] in self.reviews:
            self.is_contested = not body["agrees"]

    @property
    def waits(self) -> bool:
        """For its review, or for a second one where the partner contests the first."""
        is_next = not self.reviews or (self.is_contested and len(self.reviews) == 1)
        return self.has_evidence and is_next


def _claims_waiting() -> list[int]:
    """One pass over the claims, evidence, reviews and replies of open pledges."""
    kinds = [st.Kind.CLAIM, st.Kind.EVIDENCE, st.Kind.REVIEW, st.Kind.REPLY]
    entries = (
        Entry.objects.filter(
            kind__in=kinds,
            pledge__accepted_on__isnull=False,
            pledge__standing__in=st.OPEN,
            pledge__claimed__isnull=False,
        )
        .order_by("pledge_id", "seq")
        .values_list("pledge_id", "seq", "kind", "body")
    )
    newest: dict[int, Reported] = {}
    for pledge_id, seq, kind, body in entries.iterator(2000):
        if kind == st.Kind.CLAIM:
            newest[pledge_id] = Reported(seq)
        elif pledge_id in newest:
            newest[pledge_id].follow(seq, kind, body)
    return [report.claim for report in newest.values() if report.waits]


def assigned() -> dict[int, Person]:
    """Which reviewer a claim was given to, by the claim's number."""
    assignments = ReviewAssignment.objects.select_related("reviewer")
    return {assignment.claim_id: assignment.reviewer for assignment in assignments}


def replies_waiting(on: date) -> list[tuple[Pledge, Entry]]:
    """Adverse reviews that are held for a reply on a day."""
    ledger.refresh_standings(on=on)
    held = Pledge.objects.filter(held_until__gt=on)
    reviews = list(
        Entry.objects.filter(kind=st.Kind.REVIEW, pledge__in=held)
        .select_related("pledge__partner")
        .order_by("seq")
    )
    if not reviews:
        return []
    replied = Entry.objects.filter(kind=st.Kind.REPLY, pledge__in=held).values_list(
        "body", flat=True
    )
    answered = {body["about"] for body in replied}
    return [
        (entry.pledge, entry)
        for entry in reviews
        if (entry.body.get("held_until") or "") > on.isoformat() and entry.seq not in answered
    ]
