"""Payees: counted over all releases, matched to registers, decided by people, checked by sample."""

from __future__ import annotations

from .counting import LETTERS, code_of, count_all
from .deciding import decide, queue, take_back, total_of
from .matching import (
    EntryCandidate,
    candidates,
    entries_of,
    entry_named,
    match_waiting,
    named,
    share_vat_numbers,
)
from .naming import entry_stands, is_named
from .sampling import Precision, check, draw, precision

__all__ = [
    "LETTERS",
    "EntryCandidate",
    "Precision",
    "candidates",
    "check",
    "code_of",
    "count_all",
    "decide",
    "draw",
    "entries_of",
    "entry_named",
    "entry_stands",
    "is_named",
    "match_waiting",
    "named",
    "precision",
    "queue",
    "share_vat_numbers",
    "take_back",
    "total_of",
]
