"""What the room keeps, a file for each of its parts."""

from .consultations import (
    AskedQuestion,
    Channel,
    Consultation,
    Contribution,
    GivenAnswer,
    Phase,
    Voice,
)

__all__ = [
    "AskedQuestion",
    "Channel",
    "Consultation",
    "Contribution",
    "GivenAnswer",
    "Phase",
    "Voice",
]
