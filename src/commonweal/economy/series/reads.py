"""What pages show of series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..models import Comparator, Series, SeriesRelease
from . import pictures, sentences
from .lines import Line, beside, of_town


@dataclass
class Shown:
    """A town's series as the page of the economy shows it."""

    line: Line
    sentence: str
    how_sure: str
    others: str
    picture: str


def dashboard() -> list[Shown]:
    """The town's series with their sentences and pictures, in the order of the page."""
    return [shown_of(line) for line in of_town()]


def shown_of(line: Line) -> Shown:
    """A series with what can be said of it, and its picture with the places beside it."""
    others = beside(line.series)
    return Shown(
        line,
        sentences.what_changed(line),
        sentences.how_sure(line),
        sentences.elsewhere(line, others),
        pictures.over_time([line, *others]),
    )


@dataclass
class AtDesk:
    """What the desk shows: releases, series that are stale, the places beside the town."""

    releases: Sequence[SeriesRelease]
    stale: list[Line]
    comparators: Sequence[Comparator]
    series_count: int


def at_desk() -> AtDesk:
    return AtDesk(
        list(SeriesRelease.objects.all()[:20]),
        [line for line in of_town() if line.stale_since],
        list(Comparator.objects.all()),
        Series.objects.count(),
    )
