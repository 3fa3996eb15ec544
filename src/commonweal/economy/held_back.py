"""Counts of people that are shown with their total, so that no small one can be worked out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from commonweal.cases.figures import SMALL

Name = TypeVar("Name")


def held_back(counts: Mapping[Name, int]) -> dict[Name, int | None] | None:
    """The parts of a total that is shown beside them: small ones are None, and so is what they
    could be worked out from. None where nothing but noughts would be left, or the total is small.

    With the small ones goes the smallest of the others, and each that is as large: who knows this
    rule can't work out a part either, which the tests try on every small table. Nought stays
    nought.

    Examples
    --------
    >>> held_back({"better": 20, "same": 30, "worse": 3})
    {'better': None, 'same': 30, 'worse': None}
    >>> held_back({"better": 1, "same": 1, "worse": 9, "unknown": 12})
    {'better': None, 'same': None, 'worse': None, 'unknown': 12}
    >>> held_back({"better": 20, "same": 0, "worse": 9})
    {'better': 20, 'same': 0, 'worse': 9}
    >>> held_back({"better": 4, "same": 8}) is None
    True
    """
    if not any(0 < count < SMALL for count in counts.values()):
        return dict(counts)
    most = min((count for count in counts.values() if count >= SMALL), default=SMALL)
    shown = {name: None if 0 < count <= most else count for name, count in counts.items()}
    return shown if any(shown.values()) else None
