"""What the columns of the account are called."""

from __future__ import annotations

from .account import MOVEMENTS

COLUMNS = ("opening", *MOVEMENTS, "closing")


WORDS = {
    "opening": "Outstanding at the start",
    "made": "Made",
    "changed": "Increased or reduced",
    "verified": "Verified",
    "partly": "Met in part",
    "claimed": "Claimed only",
    "not_met": "Not met",
    "withdrawn": "Withdrawn",
    "lapsed": "Lapsed",
    "closing": "Outstanding at the end",
}


# For the heads of tables.
SHORT = {
    "opening": "Open at start",
    "made": "Made",
    "changed": "Changed",
    "verified": "Verified",
    "partly": "In part",
    "claimed": "Claimed",
    "not_met": "Not met",
    "withdrawn": "Withdrawn",
    "lapsed": "Lapsed",
    "closing": "Open at end",
}
