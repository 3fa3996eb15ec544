"""Hours as somebody types them: *Monday to Friday, 9:00 to 17:00; Saturday 10am-1pm*."""

from __future__ import annotations

import re

from .clock import spans
from .opening import OpeningHours
from .weekdays import days_of

PARTS = re.compile(r"\s*[;\n]\s*")
BEGINS = re.compile(r"(?i)\d|noon|midnight|midday|all day|open")


def openings_typed(text: str) -> list[OpeningHours]:
    """The hours that a text says; where it says anything else, its words as they stand.

    >>> [(o.days, str(o.opens_at)) for o in openings_typed("Mon-Wed 9am to 5pm; Sat 10:00-12:00")]
    [('MO,TU,WE', '09:00:00'), ('SA', '10:00:00')]
    >>> openings_typed("Monday to Friday, 10 to 4")[0].words
    'Monday to Friday, 10 to 4'
    """
    read = []
    for part in filter(None, PARTS.split(text.strip())):
        lines = _read(part.rstrip("."))
        if not lines:
            return [OpeningHours(words=text.strip())]
        read += lines
    return read


def _read(part: str) -> list[OpeningHours]:
    begins = BEGINS.search(part)
    if begins is None:
        return []
    days = days_of(part[: begins.start()].strip(" ,:"))
    times = spans(part[begins.start() :])
    if not days or not times or any(letter for letter in days if len(letter) > 2):
        return []
    return [
        OpeningHours(
            "WEEKLY",
            days=",".join(days),
            opens_at=span.opens_at,
            closes_at=span.closes_at,
            all_day=span.all_day,
        )
        for span in times
    ]
