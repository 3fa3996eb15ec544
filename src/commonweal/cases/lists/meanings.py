"""What a column of a list may mean, and the headings by which it is known."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from localwealth.tables.cutting import plain

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

_HEADINGS = {
    heading: meaning
    for meaning, headings in tomllib.loads(
        Path(__file__).with_name("headings.toml").read_text("utf-8")
    ).items()
    for heading in headings
}
_PARTS = re.compile(r"[/|\n()\[\]]| - | – ")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERED = re.compile(r"[ _]*\d+$")


def meaning_of(heading: str) -> str:
    """What a heading means, in either language, or in both at once; "" where it is not known.

    >>> meaning_of("DATE OF BIRTH"), meaning_of("Cyfenw / Surname"), meaning_of("Phone number 2")
    ('born', 'last', 'phone')
    >>> meaning_of("PatientFirstName"), meaning_of("Shoe size")
    ('first', '')
    """
    for part in (heading, *_PARTS.split(heading)):
        for written in (part, _CAMEL.sub(" ", part)):
            words = plain(_NUMBERED.sub("", written.strip()))
            if words in _HEADINGS:
                return _HEADINGS[words]
    return ""
