"""Letters about signing in: urgent, short-lived, and emptied once they are sent."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from .mail import EMPTIED, gate, write
from .models import Message

START = "sign-in:"
# A code that comes later than it lives only puzzles.
LIVES = timedelta(minutes=10)
EMPTIED.add(START)


def send(*, to: str, subject: str, body: str) -> None:
    """Put a code, or what is said instead of one, into the queue before what waits there."""
    write(key=f"{START}{uuid.uuid4()}", subject=subject, body=body, to_email=to, urgent=True)


@gate(START)
def _words(message: Message, now: datetime) -> str | None:
    if now - message.written_at > LIVES:
        message.delete()
        return None
    return str(message.body)
