"""Measures that a town counts itself, as its own file defines them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise

from localwealth.sources.statistics.measures import MEASURES, StatMeasure

# How often figures come, in months: what nobody said, the usual, and the seldomest.
UNSAID, USUAL, MOST = 0, 3, 60
KINDS = ("stock", "flow", "cumulative")
_TITLES = {measure.title.casefold(): measure for measure in MEASURES}


def own_measure(cells: Mapping[str, str]) -> StatMeasure:
    """The measure that a line of a town's own file is about, from its columns ``series`` (the
    title), ``unit``, ``kind``, ``of``, ``source``, ``source_url``,
    ``every_months`` (how often a figure comes; :data:`UNSAID` where it isn't said).

    Raises
    ------
    ValueError
        A column is empty or its word is not known.

    Examples
    --------
    >>> own_measure({"measure": "Empty shops", "unit": "shop", "kind": "stock"}).code
    'empty-shops'
    """
    for column, called in (("measure", "series"), ("unit", "unit")):
        if not cells.get(column):
            raise ValueError(f"it has no {called}")
    kind = cells.get("kind", "").casefold()
    if kind not in KINDS:
        raise ValueError(f"the kind is stock, flow or cumulative, not {cells.get('kind')!r}")
    title = cells["measure"]
    if cells["unit"] == "percent" and not cells.get("of"):
        raise ValueError(f"{title!r} is a share: the column of says a share of what")
    months = cells.get("every_months", "")
    known = _TITLES.get(title.casefold())
    if known is not None:
        return _as_known(known, cells, kind)
    code = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")
    if not code:
        raise ValueError(f"{title!r} has no letter and no figure to be called by")
    return StatMeasure(
        code,
        title,
        cells["unit"],
        kind,  # type: ignore[arg-type]
        of=cells.get("of", ""),
        source=cells.get("source", ""),
        source_url=cells.get("source_url", ""),
        every_months=int(months) if months.isdecimal() and 1 <= int(months) <= 60 else UNSAID,
    )


def rhythm(periods: Iterable[tuple[date, date]]) -> int:
    """How often figures come, in months, where nobody says it: no oftener than a period is long
    and than two of them end one after the other, and each quarter where neither is more.

    >>> rhythm([(date(2026, 1, 1), date(2026, 6, 30))])
    6
    >>> rhythm([(date(2024, 6, 30),) * 2, (date(2025, 6, 30),) * 2])
    12
    >>> rhythm([(date(2026, 4, 1),) * 2, (date(2026, 5, 1),) * 2])
    3
    """
    known = sorted(set(periods), key=lambda period: period[1])
    lengths = [_months(first, last) + 1 for first, last in known if first != last]
    ends = sorted({last for _, last in known})
    steps = [_months(before, after) for before, after in pairwise(ends)]
    return min(max([USUAL, min(steps, default=0), *lengths]), MOST)


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _as_known(measure: StatMeasure, cells: Mapping[str, str], kind: str) -> StatMeasure:
    """A measure that the product knows, with the source that the town states for it."""
    stated = (cells["unit"], kind, cells.get("of", ""))
    if stated != (measure.unit, measure.kind, measure.of):
        of = f" of {measure.of}" if measure.of else ""
        raise ValueError(f"{measure.title!r} is in {measure.unit}{of}, {measure.kind}")
    source, source_url = cells.get("source", ""), cells.get("source_url", "")
    return replace(
        measure,
        source=source or measure.source,
        source_url=source_url or ("" if source else measure.source_url),
    )
