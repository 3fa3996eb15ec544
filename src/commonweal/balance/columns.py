"""What the columns of the account are called."""

from __future__ import annotations

from typing import Any

from .account import APART, MOVEMENTS

COLUMNS = ("opening", *MOVEMENTS, "closing")
WITH_APART = ("opening", *MOVEMENTS, APART, "closing")


def names(*, lets_go: bool) -> tuple[str, ...]:
    """The columns of an account; one more where something stands apart from now on."""
    return WITH_APART if lets_go else COLUMNS


def names_in(content: dict[str, Any]) -> tuple[str, ...]:
    """The columns that a statement has."""
    return names(lets_go=APART in content["totals"])


def of_promises(content: dict[str, Any]) -> list[str]:
    """Those of whole promises: a change of a target moves an amount, the promise stays one."""
    return [name for name in names_in(content) if name != "changed"]


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
    "apart": "Stand apart from now on",
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
    "apart": "Apart",
    "closing": "Open at end",
}
