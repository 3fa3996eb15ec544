"""Two entries beside each other, column by column, in words."""

from __future__ import annotations

from dataclasses import dataclass

from .merging import COLUMNS, differing
from .models import Partner

LABELS = {
    "name": "Name",
    "sector": "Sector",
    "kind": "Kind",
    "size": "Size",
    "company_number": "Company number",
    "charity_number": "Charity number",
    "mutual_number": "Mutual number",
    "covers": "Covers",
    "area_id": "Area",
    "description": "What it does",
    "website": "Website",
    "relation": "Dealings with the council",
    "contact_name": "Ask for",
    "contact_phone": "Telephone",
}


@dataclass(frozen=True)
class Pair:
    """One column of two entries; whether both say something, and not the same."""

    column: str
    label: str
    kept: str
    gone: str
    is_choice: bool


def shown(partner: Partner, column: str) -> str:
    """What an entry says in a column, as people read it."""
    match column:
        case "area_id":
            return partner.area.name if partner.area else ""
        case "sector" | "kind" | "size" | "relation":
            return str(getattr(partner, f"get_{column}_display")())
        case "covers":
            return partner.covers or "the whole organisation"
    return str(getattr(partner, column))


def pairs(kept: Partner, gone: Partner) -> list[Pair]:
    both = differing(kept, gone)
    return [
        Pair(name, LABELS[name], shown(kept, name), shown(gone, name), name in both)
        for name in COLUMNS
    ]
