"""Somebody asks what is held about them: their whole record, reviewed before it is given out.

1. `prepare` writes down every entry as it is, from what the rooms registered (`belongings`).
2. A person reads them; what speaks of others is marked. `strike` takes out an entry, or passages.
3. `give` packs what was reviewed, and nothing else: a hash of it was shown to whoever gives it out.

It takes two officers where there are two; where there is one, that is recorded.
"""

from __future__ import annotations

from .entries import OFFICER, HeldEntry, entries_of, prepare, say, shown
from .giving import drop, give, officers, others_than, pack
from .reviewing import STRUCK, Shown, fingerprint, left_of, lines_of, passages_of, strike, to_review

__all__ = [
    "OFFICER",
    "STRUCK",
    "HeldEntry",
    "Shown",
    "drop",
    "entries_of",
    "fingerprint",
    "give",
    "left_of",
    "lines_of",
    "officers",
    "others_than",
    "pack",
    "passages_of",
    "prepare",
    "say",
    "shown",
    "strike",
    "to_review",
]
