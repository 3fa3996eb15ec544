"""Counts of people that are shown with their total, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from commonweal.cases import held_back as rule

Name = TypeVar("Name")


def held_back(counts: Mapping[Name, int]) -> dict[Name, int | None] | None:
    """The parts of a total that is shown beside them: small ones are None, and so is what they
    could be worked out from. None where nothing but noughts would be left.

    Examples
    --------
    >>> held_back({"better": 20, "same": 30, "worse": 3})
    {'better': None, 'same': 30, 'worse': None}
    >>> held_back({"better": 4, "same": 8}) is None
    True
    """
    shown = rule.held_back(counts)
    is_whole = None not in shown.values()
    return shown if is_whole or any(shown.values()) else None
