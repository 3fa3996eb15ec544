"""Small counts of wards, and what they could be worked out from beside the town's own figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from commonweal.office.errors import Refused

from ..held_back import held_back
from ..models import Series, SeriesFigure

HELD_BACK = "held back"
Period = tuple[str, object, object]


def hold_back_wards(
    figures: Iterable[SeriesFigure], own: Collection[str], wards: Collection[str]
) -> None:
    """Take their number from figures by which a small count of another ward could be worked out:
    the town's figure less those of the rest. ``own`` are measures that the town counts itself;
    what others publish, they guard.

    Raises
    ------
    Refused
        Figures of other wards for the same period stand in earlier files: they are public, so a
        small one of this file could be worked out from them.
    """
    of: dict[Period, list[SeriesFigure]] = defaultdict(list)
    for figure in figures:
        series = figure.series
        if series.measure in own and series.counts and series.area_code in wards:
            of[series.measure, figure.first, figure.last].append(figure)
    for (measure, _, _), rows in of.items():
        if any(row.mark == "small" for row in rows):
            _refuse_what_is_public(measure, rows, wards)
            _hold_back(rows)


def _hold_back(rows: list[SeriesFigure]) -> None:
    """A small one counts as one person: which of one to four it is changes nothing."""
    counts = {
        row.series.area_code: 1 if row.number is None else int(row.number)
        for row in rows
        if row.mark == "small" or row.number is not None
    }
    shown = held_back(counts)
    for row in rows:
        count = counts.get(row.series.area_code)
        if row.number is not None and count and (not shown or shown[row.series.area_code] is None):
            row.number, row.mark = None, HELD_BACK


def _refuse_what_is_public(measure: str, rows: list[SeriesFigure], wards: Collection[str]) -> None:
    of_file = {row.series.area_code for row in rows}
    others = Series.objects.filter(measure=measure, area_code__in=set(wards) - of_file)
    before = SeriesFigure.objects.filter(
        series__in=others, first=rows[0].first, last=rows[0].last, release__undone_on=None
    )
    if before.exclude(number=None).exists():
        raise Refused(
            "The file has a small count of one ward, and other wards of the same period stand in "
            "an earlier file: it could be worked out. Undo that file, and bring in all wards in "
            "one."
        )
