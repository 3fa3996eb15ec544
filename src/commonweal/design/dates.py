"""A date as people type it into three boxes: 3, 03, 3rd or "3,"; 2, Feb or February; or all of it
into one of them: 30 November 2027, 30/11/2027."""

from __future__ import annotations

import re
from collections.abc import Iterable

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WHOLE = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s./,-]+(\d{1,2}|[A-Za-z]{3,})[\s./,-]+(\d{4})")


def parts_of(boxes: Iterable[object] | None) -> list[str]:
    """Day, month and year in figures; what can't be read stays as it was typed."""
    day, month, year = _bare(boxes)
    if in_one := WHOLE.fullmatch(_alone(day, month, year)):
        day, month, year = in_one.groups()
    return [re.sub(r"(?i)^(\d{1,2})(st|nd|rd|th)$", r"\1", day), _month(month), year]


def is_in_one(boxes: Iterable[object] | None) -> bool:
    """Whether one box holds more than its part of a date, and the others nothing."""
    return bool(re.search(r"\w[\s./,-]+\w", _alone(*_bare(boxes))))


def _bare(boxes: Iterable[object] | None) -> tuple[str, str, str]:
    parts = [str(box or "").strip(" .,;:/-\u00a0") for box in boxes or ()]
    day, month, year = (parts + [""] * 3)[:3]
    return day, month, year


def _alone(*parts: str) -> str:
    """What stands in the only box in which something stands; "" where there is no such box."""
    filled = [part for part in parts if part]
    return filled[0] if len(filled) == 1 else ""


def _month(typed: str) -> str:
    word = typed.lower()
    fitting = [n for n, name in enumerate(MONTHS, 1) if len(word) > 2 and name.startswith(word)]
    return str(fitting[0]) if fitting else typed
