"""What a column of a list may mean, and the headings by which it is known."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from localwealth.tables import vocabulary

# By its name here what a column means, as whoever sets it by hand reads it.
MEANINGS = {
    "first": "First name",
    "last": "Last name",
    "name": "Whole name",
    "born": "Date of birth",
    "nhs": "NHS number",
    "phone": "Telephone",
    "email": "E-mail",
    "address": "Address, or a part of it",
    "postcode": "Postcode",
    "uprn": "UPRN (number of the property)",
    "key": "Number of the row in the sender's own list",
    "key2": "Another number of the sender's",
    "key3": "A third number of the sender's",
    "note": "What is said about them: goes into a note",
    "died_on": "Day of death",
    "died": "Whether they have died (yes or no)",
}
# What several columns of a list may say: what stands in them is taken together.
MANY = frozenset(
    {"first", "last", "name", "nhs", "phone", "email", "address", "note", "died_on", "died"}
)
# By one of these a person can be told.
WHO = frozenset({"first", "last", "name", "nhs"})

# Which meanings of all readers they have.
SHARES = {
    "first": ("first_name",),
    "last": ("surname",),
    "name": ("full_name",),
    "born": ("born",),
    "nhs": ("nhs_number",),
    "phone": ("telephone",),
    "email": ("email",),
    "address": ("address",),
    "postcode": ("postcode",),
    "uprn": ("uprn",),
    "key": ("reference", "number"),
    "note": ("note",),
}
_HEADINGS = {
    vocabulary.folded(heading): meaning
    for meaning, headings in tomllib.loads(
        Path(__file__).with_name("headings.toml").read_text("utf-8")
    ).items()
    for heading in headings
} | {word: meaning for meaning, shared in SHARES.items() for word in vocabulary.words_of(*shared)}
_NUMBERED = re.compile(r"[ _]*\d+$")


def meaning_of(heading: str) -> str:
    """What a heading means, in either language, or in both at once; "" where it is not known.

    >>> meaning_of("DATE OF BIRTH"), meaning_of("Cyfenw / Surname"), meaning_of("Phone number 2")
    ('born', 'last', 'phone')
    >>> meaning_of("PatientFirstName"), meaning_of("Shoe size")
    ('first', '')
    """
    named = (_NUMBERED.sub("", spelling) for spelling in vocabulary.ways(heading))
    return next((_HEADINGS[name] for name in named if name in _HEADINGS), "")


vocabulary.register("people", SHARES, lambda heading, meaning: meaning_of(heading) == meaning)
