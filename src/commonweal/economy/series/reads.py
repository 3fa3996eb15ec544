"""What pages show of series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..models import Bearing, Comparator, Series, SeriesRelease
from . import pictures, sentences
from .against import Against, against
from .lines import Line, beside, of_town
from .places import town_code


@dataclass
class Shown:
    """A town's series as the page of the economy shows it."""

    line: Line
    sentence: str
    how_sure: str
    others: str
    picture: str
    against: Against

    @property
    def is_counted_once(self) -> bool:
        """Whether there is a single period, of which no picture tells more than its sentence."""
        return len(self.line.points) == 1


@dataclass
class Dashboard:
    """The town's series on the page of the economy; what was counted in one period alone stands
    apart, open where there is nothing else."""

    over_time: list[Shown]
    counted_once: list[Shown]

    @property
    def first(self) -> Shown | None:
        return next(iter([*self.over_time, *self.counted_once]), None)

    @property
    def is_open(self) -> bool:
        return not self.over_time


def dashboard() -> Dashboard:
    """The town's series with their sentences and pictures, and what bears on each, in the order of
    the page."""
    lines = of_town()
    bearing = against(line.series.measure for line in lines)
    shown = [shown_of(line, bearing.get(line.series.measure)) for line in lines]
    return Dashboard(
        [figures for figures in shown if not figures.is_counted_once],
        [figures for figures in shown if figures.is_counted_once],
    )


def shown_of(line: Line, bearing: Against | None = None) -> Shown:
    """A series with what can be said of it, its picture with the places beside it, and what bears
    on it."""
    others = beside(line.series)
    return Shown(
        line,
        sentences.what_changed(line),
        sentences.how_sure(line),
        sentences.elsewhere(line, others),
        pictures.over_time([line, *others]),
        bearing or Against(),
    )


def shown_with_what_bears(line: Line) -> Shown:
    """One series, and what bears on it if it is the town's own."""
    counted = line.series.measure
    is_of_town = line.series.area_code == town_code()
    return shown_of(line, against([counted]).get(counted) if is_of_town else None)


@dataclass
class AtDesk:
    """What the desk shows: releases, series that are stale, the places beside the town."""

    releases: Sequence[SeriesRelease]
    stale: list[Line]
    comparators: Sequence[Comparator]
    series_count: int
    bearings: Sequence[tuple[Bearing, str]]


def at_desk() -> AtDesk:
    lines = of_town()
    titles = {line.series.measure: line.series.title for line in lines}
    bearings = Bearing.objects.select_related("measure", "theme", "action", "group")
    return AtDesk(
        list(SeriesRelease.objects.all()[:20]),
        [line for line in lines if line.stale_since],
        list(Comparator.objects.all()),
        Series.objects.count(),
        [(bearing, titles.get(bearing.counted, bearing.counted)) for bearing in bearings],
    )
