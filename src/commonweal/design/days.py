"""Dates as far as they are known, as people read them."""

from __future__ import annotations

import re
from datetime import date

KNOWN = re.compile(r"\d{4}-\d\d(-\d\d)?")


def known_day(written: str) -> str:
    """A date as far as it is known: 1950, March 1950, 27 March 1950. Other words as they are."""
    if not KNOWN.fullmatch(written):
        return written
    year, month, *day_of_month = (int(part) for part in written.split("-"))
    try:
        known = date(year, month, *(day_of_month or [1]))
    except ValueError:
        return written
    return f"{known.day} {known:%B %Y}" if day_of_month else f"{known:%B %Y}"
