"""Organisations by name in the registers that are loaded, so that nobody types numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from commonweal.partners import looking_up
from commonweal.partners.looking_up import RegisterEntry
from localwealth.errors import UnreadableFile

# What an identifier of org-id.guide begins with, the partner's field, and what of it stands there.
FIELDS = (
    ("GB-COH-", "company_number"),
    ("GB-CHC-", "charity_number"),
    ("GB-SC-", "charity_number"),
    ("GB-NIC-", "charity_number"),
    ("GB-MPR-", "mutual_number"),
)
# A society of the FCA as Companies House numbers it: IP32329R is 32329R there, SP2696RS 2696RS.
SOCIETY = re.compile(r"(?:IP|SP|RS|NP)(\d+)([A-Z]{1,4})")
# Below so much a name is another one.
NEAR = 0.2
LOOKED_AT = 8


def look(name: str) -> list[RegisterEntry]:
    """Entries that are still there, the likeliest first; none where no register can be read."""
    # Matching is read in when somebody looks for a name, and not when the product starts.
    from . import payees

    try:
        candidates = payees.named(name, LOOKED_AT)
    except UnreadableFile:
        return []
    return [
        RegisterEntry(
            candidate.name, candidate.postcode, _numbers([candidate.entry, *candidate.ids])
        )
        for candidate in candidates
        if candidate.probability >= NEAR and candidate.ended is None
    ]


def _numbers(identifiers: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Every number of an entry, by the partner's field."""
    numbers = []
    for identifier in identifiers:
        for prefix, field in FIELDS:
            if identifier.startswith(prefix):
                number = identifier.removeprefix(prefix)
                numbers.append((field, number))
                if society := SOCIETY.fullmatch(number):
                    numbers.append(("mutual_number", f"{int(society[1])}{society[2]}"))
    return tuple(dict.fromkeys(numbers))


looking_up.LOOKS.append(look)
