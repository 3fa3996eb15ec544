"""Erasures that were asked for."""

from __future__ import annotations

from ..belongings import Belonging, belongs
from ..models import Erasure
from .people import FREE, STAFF

belongs(
    Belonging(
        Erasure,
        by=("resident",),
        title="Asked to be erased",
        words=("because", "ended_because"),
        remains="who asked, who confirmed, and when",
        gives=(
            ("because", "Why"),
            ("asked_by.name", "By"),
            ("state", "State"),
            ("ended_because", "What was said to it"),
            ("ended_by.name", "Ended by"),
        ),
        at="asked_at",
        thirds={
            "because": FREE,
            "ended_because": FREE,
            "asked_by.name": STAFF,
            "ended_by.name": STAFF,
        },
    )
)
