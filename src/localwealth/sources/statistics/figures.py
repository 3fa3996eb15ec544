"""Figures of areas as a published file has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from localwealth.sources.statistics.measures import StatMeasure


@dataclass(frozen=True)
class Figure:
    """One measure of one area in one period.

    ``group`` is an industry or a band of size, "" for all together. ``area_code`` joins two codes
    of one cell by a plus. ``number`` is None where the file gives none, and ``mark`` says why
    (suppressed, small, not available) or how firm a figure is (provisional, revised, estimated).
    ``line`` is that of the file.
    """

    measure: str
    area_code: str
    area_name: str
    first: date
    last: date
    number: Decimal | None
    mark: str = ""
    group: str = ""
    line: int = 0


@dataclass
class Published:
    """What came of a file. Every line under the headings is in ``figures``, ``left_out`` (line,
    reason) or ``footnotes``; ``defined`` are measures that the file itself defines;
    ``area_year`` is that of the boundaries, where the heading of the codes says it."""

    figures: list[Figure] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    defined: dict[str, StatMeasure] = field(default_factory=dict)
    title: str = ""
    area_year: int | None = None
