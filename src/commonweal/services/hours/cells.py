"""Hours in a table: a column a weekday, each cell in its maker's own way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .clock import Span, spans
from .opening import OpeningHours
from .weekdays import LETTERS, heading_day

OPENS = re.compile(r"(?i)open|from|start")
CLOSES = re.compile(r"(?i)clos|\bto\b|until|end")


def openings_of_days(row: Mapping[str, str]) -> list[OpeningHours]:
    """The hours of each weekday that has a column; days of the same hours in one line.

    A cell that isn't understood as a whole stands in its own words: *Friday: by appointment*.

    >>> row = {"Monday": "09:00-17:00", "Tuesday": "9am - 5pm", "Wednesday": "Closed"}
    >>> [(opening.days, opening.words) for opening in openings_of_days(row)]
    [('MO,TU', ''), ('WE', 'Closed')]
    """
    days_of: dict[Span | str, list[str]] = {}
    for letters, cell in _cells(row).items():
        read: Sequence[Span | str] = spans(cell) or [cell]
        for span in read:
            days = days_of.setdefault(span, [])
            if letters not in days:
                days.append(letters)
    return [_opening(span, ",".join(days)) for span, days in days_of.items()]


def _opening(span: Span | str, days: str) -> OpeningHours:
    if isinstance(span, str):
        return OpeningHours("WEEKLY", days=days, words=span)
    return OpeningHours(
        "WEEKLY",
        days=days,
        opens_at=span.opens_at,
        closes_at=span.closes_at,
        all_day=span.all_day,
    )


def _cells(row: Mapping[str, str]) -> dict[str, str]:
    """Each weekday's own text, in the order of the week."""
    columns: dict[str, list[tuple[str, str]]] = {}
    for heading, cell in row.items():
        letters, text = heading_day(heading), " ".join(cell.split(" ")).strip()
        if letters and text:
            columns.setdefault(letters, []).append((heading, text))
    return {letters: _joined(columns[letters]) for letters in LETTERS if letters in columns}


def _joined(cells: list[tuple[str, str]]) -> str:
    if len(cells) == 2:
        (first, opens), (last, closes) = cells
        if OPENS.search(first) and CLOSES.search(last) and not spans(opens):
            return f"{opens} - {closes}"
    return ", ".join(text for _, text in cells)
