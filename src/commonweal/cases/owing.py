"""What is owed to somebody by a promised call, in the way that is open to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from commonweal.residents.models import Resident
from commonweal.residents.reach_answers import instruction, way_for, within_hours
from commonweal.residents.ways import Way

from .models import Callback


@dataclass(frozen=True)
class Owed:
    """What is owed to somebody instead of a call, and by when within their safe hours."""

    kind: str
    at: datetime
    instruction: str
    open_way: Way | None

    @property
    def sentence(self) -> str:
        """What is owed and by when; what is not ours to do has no moment."""
        at = timezone.localtime(self.at)
        return f"{self.kind} owed by {at.day} {at:%b %H:%M}" if self.open_way else self.kind


def owed(callback: Callback, *, now: datetime | None = None, risk: bool | None = None) -> Owed:
    """What a call that is owed is for this person: "First text", within their hours."""
    resident = callback.case.resident
    open_way, word = way_for(resident, risk=risk)
    purpose = callback.get_purpose_display().replace(" call", "")
    instead = f"{purpose} {word}" if open_way else f"{purpose} contact: they contact the desk"
    at = within_hours(resident, callback.due_at, now=now, risk=risk)
    return Owed(instead, at, instruction(resident, risk=risk), open_way)


def can_be_kept(resident: Resident, now: datetime, *, risk: bool | None = None) -> bool:
    """Whether a way to this person is open at all, and at this hour."""
    channel, _ = way_for(resident, risk=risk)
    return channel is not None and within_hours(resident, now, now=now, risk=risk) <= now
