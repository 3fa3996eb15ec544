"""A date as people type it into three boxes: 3, 03, 3rd or "3,"; 2, Feb or February; or all of it
into the first: 30 November 2027, 30/11/2027."""

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
    parts = [str(box or "").strip(" .,;:/-\u00a0") for box in boxes or ()]
    day, month, year = (parts + [""] * 3)[:3]
    if not (month or year) and (in_one := WHOLE.fullmatch(day)):
        day, month, year = in_one.groups()
    return [re.sub(r"(?i)^(\d{1,2})(st|nd|rd|th)$", r"\1", day), _month(month), year]


def _month(typed: str) -> str:
    word = typed.lower()
    fitting = [n for n, name in enumerate(MONTHS, 1) if len(word) > 2 and name.startswith(word)]
    return str(fitting[0]) if fitting else typed
