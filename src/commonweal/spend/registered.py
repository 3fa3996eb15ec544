"""Organisations by name in the registers that are loaded, so that nobody types numbers."""

from __future__ import annotations

from commonweal.partners import looking_up
from commonweal.partners.looking_up import RegisterEntry
from localwealth.errors import UnreadableFile

from . import payees

# What an identifier of org-id.guide begins with, the partner's field, and what of it stands there.
FIELDS = (
    ("GB-COH-", "company_number"),
    ("GB-CHC-", "charity_number"),
    ("GB-SC-", "charity_number"),
    ("GB-NIC-", "charity_number"),
    ("GB-MPR-", "mutual_number"),
)
# Below so much a name is another one.
NEAR = 0.2
LOOKED_AT = 8


def look(name: str) -> list[RegisterEntry]:
    """Entries that are still there, the likeliest first; none where no register can be read."""
    try:
        candidates = payees.named(name, LOOKED_AT)
    except UnreadableFile:
        return []
    return [
        RegisterEntry(candidate.name, candidate.postcode, _numbers(candidate.entry))
        for candidate in candidates
        if candidate.probability >= NEAR and candidate.ended is None
    ]


def _numbers(identifier: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (field, identifier.removeprefix(prefix))
        for prefix, field in FIELDS
        if identifier.startswith(prefix)
    )


looking_up.LOOKS.append(look)
