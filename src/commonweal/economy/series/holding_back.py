"""What is held back: small counts of wards, small steps of what is counted from the beginning on,
and what either could be worked out from."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal

from commonweal.cases.held_back import unless_few
from commonweal.office.errors import Refused

from ..held_back import held_back
from ..models import Series, SeriesFigure
from ..models.series import Kind

HELD_BACK = "held back"
# Marks of wards' figures that are not to be worked out from those of the rest.
NO_NUMBER = {"small", HELD_BACK}
Period = tuple[str, object, object]


def hold_back_small_steps(figures: Iterable[SeriesFigure]) -> None:
    """Take their number from figures of how many there have ever been that are one to four away
    from one that is shown, of this file or of an earlier one: what came in between is a count too,
    and whoever has both can take one from the other.
    """
    of: dict[int, list[tuple[Decimal, SeriesFigure]]] = defaultdict(list)
    for figure in figures:
        series, count = figure.series, figure.number
        if series.kind == Kind.CUMULATIVE and series.counts and count is not None:
            of[series.pk].append((count, figure))
    public = _public_of(of)
    for key, rows in of.items():
        for number, row in sorted(rows, key=lambda each: each[1].last):
            if any(_is_small(number - shown) for shown in public[key]):
                row.number, row.mark = None, HELD_BACK
            else:
                public[key].add(number)


def _public_of(series: Collection[int]) -> dict[int, set[Decimal]]:
    """The numbers of each series that were given out before."""
    public: dict[int, set[Decimal]] = defaultdict(set)
    brought_in = SeriesFigure.objects.filter(series__in=series, release__undone_on=None)
    for key, number in (
        brought_in.exclude(number=None).values_list("series_id", "number").distinct()
    ):
        if number is not None:
            public[key].add(number)
    return public


def _is_small(step: Decimal) -> bool:
    return unless_few(math.ceil(abs(step))) is None


def hold_back_wards(
    figures: Iterable[SeriesFigure], town_counts: Collection[str], wards: Collection[str]
) -> None:
    """Take their number from figures by which a small count of another ward could be worked out:
    the town's figure less those of the rest. ``town_counts`` are measures that the town counts
    itself; what others publish, they guard.

    Raises
    ------
    Refused
        Figures of other wards for the same period stand in earlier files: they are public, so a
        small one of this file could be worked out from them.
    """
    of: dict[Period, list[SeriesFigure]] = defaultdict(list)
    for figure in figures:
        series = figure.series
        if series.measure in town_counts and series.counts and series.area_code in wards:
            of[series.measure, figure.first, figure.last].append(figure)
    for (measure, _, _), rows in of.items():
        if any(row.mark in NO_NUMBER for row in rows):
            _refuse_what_is_public(measure, rows, wards)
            _hold_back(rows)


def _hold_back(rows: list[SeriesFigure]) -> None:
    """A small one counts as one person: which of one to four it is changes nothing."""
    counts = {
        row.series.area_code: 1 if row.number is None else int(row.number)
        for row in rows
        if row.mark in NO_NUMBER or row.number is not None
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
