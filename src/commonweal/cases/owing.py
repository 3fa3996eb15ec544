"""What is owed to somebody by a promised call, in the way that is open to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from commonweal.residents.reach_answers import instruction, way_for, within_hours
from commonweal.residents.ways import Way

from .models import Callback


@dataclass(frozen=True)
class Owed:
    """What is owed to somebody instead of a call, and by when within their safe hours."""

    words: str
    at: datetime
    instruction: str
    way: Way | None

    @property
    def sentence(self) -> str:
        """What is owed and by when; what is not ours to do has no moment."""
        at = timezone.localtime(self.at)
        return f"{self.words} owed by {at.day} {at:%b %H:%M}" if self.way else self.words


def owed(callback: Callback, *, now: datetime | None = None, risk: bool | None = None) -> Owed:
    """What a call that is owed is for this person: "First text", within their hours."""
    resident = callback.case.resident
    way, word = way_for(resident, risk=risk)
    purpose = callback.get_purpose_display().replace(" call", "")
    words = f"{purpose} {word}" if way else f"{purpose} contact: they contact the desk"
    at = within_hours(resident, callback.due_at, now=now, risk=risk)
    return Owed(words, at, instruction(resident, risk=risk), way)
