"""Taking somebody's call, form, mail or visit: kept as it is typed, finished by a person.

One file a noun; everything can be imported from here.
"""

from .answers import answers_of, asks_about_safety, described_of, values_of
from .drafts import (
    DRAFT_MOST,
    FIELD_MOST,
    WRONG_PINS_MOST,
    TooLong,
    choose,
    is_danger,
    resume,
    save,
    start,
    throw_away,
)
from .finishing import CONSENT, NOT_AGREED, finish

__all__ = [
    "CONSENT",
    "DRAFT_MOST",
    "FIELD_MOST",
    "NOT_AGREED",
    "WRONG_PINS_MOST",
    "TooLong",
    "answers_of",
    "asks_about_safety",
    "choose",
    "described_of",
    "finish",
    "is_danger",
    "resume",
    "save",
    "start",
    "throw_away",
    "values_of",
]
