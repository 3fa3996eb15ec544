"""Counts as sentences say them."""

from __future__ import annotations


def many(count: int, noun: str) -> str:
    """A count with what is counted, one or many; where many take no s, both after a comma.

    >>> many(1, "line"), many(1250, "line"), many(2, "entry,entries")
    ('1 line', '1,250 lines', '2 entries')
    """
    single, _, plural = noun.partition(",")
    return f"{count:,} {single if count == 1 else plural or single + 's'}"
