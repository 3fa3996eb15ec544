"""Series with their figures: the newest of each period, and what was given before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from ..models import Comparator, Series, SeriesFigure
from .places import town_code

# A count below this is marked: a few more or fewer change it much.
SMALL = 30
# Measures in the order in which a town asks for them; the town's own come after.
ORDER = (
    "claimants",
    "claimant-rate",
    "furlough-ever",
    "furlough-take-up-ever",
    "furlough-now",
    "furlough-take-up-now",
    "furlough-residents",
    "weekly-pay",
    "employment-rate",
    "living-wage",
)
# Shown on pages of their own, not among the town's single figures.
APART = {"jobs-by-industry", "businesses"}


@dataclass
class Point:
    """A series in one period, as the newest release has it; ``earlier`` are the figures that
    earlier releases gave, the first one first."""

    figure: SeriesFigure
    earlier: list[SeriesFigure] = field(default_factory=list)

    @property
    def number(self) -> Decimal | None:
        return self.figure.number

    @property
    def first(self) -> date:
        return self.figure.first

    @property
    def last(self) -> date:
        return self.figure.last

    @property
    def revised_by(self) -> Decimal | None:
        """How far the newest figure is from the first; None where there is one alone."""
        was = self.earlier[0].number if self.earlier else None
        return None if was is None or self.number is None else self.number - was


@dataclass
class Line:
    """A series with its points in the order of their periods."""

    series: Series
    points: list[Point]

    @property
    def numbered(self) -> list[Point]:
        """The points that have a figure."""
        return [point for point in self.points if point.number is not None]

    @property
    def newest(self) -> Point | None:
        return self.numbered[-1] if self.numbered else None

    @property
    def latest(self) -> Point | None:
        """The newest figure, or where there is none the newest period and why."""
        return self.newest or (self.points[-1] if self.points else None)

    @property
    def year_before(self) -> Point | None:
        """The point a year before the newest; None where there is none of just that month."""
        if self.newest is None:
            return None
        now = self.newest.last
        return next(
            (
                point
                for point in self.numbered
                if (point.last.year, point.last.month) == (now.year - 1, now.month)
            ),
            None,
        )

    @property
    def highest(self) -> Point | None:
        return max(self.numbered, key=lambda point: point.number or 0, default=None)

    @property
    def largest_revision(self) -> Decimal | None:
        revisions = [abs(by) for point in self.points if (by := point.revised_by) is not None]
        return max(revisions, default=None)

    @property
    def stale_since(self) -> date | None:
        if not self.points:
            return None
        return self.series.stale_since(self.points[-1].last, timezone.localdate())

    def is_small(self, point: Point) -> bool:
        if point.figure.mark == "small":
            return True
        return self.series.counts and point.number is not None and point.number < SMALL

    def shown(self, point: Point) -> str:
        """A figure in words, or why there is none."""
        if point.number is None:
            return {"small": "too small to show"}.get(point.figure.mark, point.figure.mark)
        return self.series.write(point.number)


def lines_of(series: Iterable[Series]) -> list[Line]:
    """Each series with its points, in two queries."""
    chosen = list(series)
    of: dict[int, dict[tuple[date, date], list[SeriesFigure]]] = defaultdict(dict)
    for figure in SeriesFigure.objects.filter(
        series__in=chosen, release__undone_on=None
    ).select_related("release"):
        of[figure.series_id].setdefault((figure.last, figure.first), []).append(figure)
    return [
        Line(
            each,
            [Point(releases[-1], releases[:-1]) for _, releases in sorted(of[each.pk].items())],
        )
        for each in chosen
    ]


def line_of(series: Series) -> Line:
    return lines_of([series])[0]


def beside(series: Series) -> list[Line]:
    """The same measure of the places that were chosen to stand beside the town; none beside a
    ward, which is no place of their kind."""
    if series.area_code != town_code():
        return []
    codes = Comparator.objects.values_list("area_code", flat=True)
    others = Series.objects.filter(
        measure=series.measure,
        group=series.group,
        kind=series.kind,
        unit=series.unit,
        of=series.of,
        area_code__in=[*codes],
    ).exclude(pk=series.pk)
    return [line for line in lines_of(others) if line.points]


def of_town() -> list[Line]:
    """The town's own series that a page shows one by one."""
    series = Series.objects.filter(area_code=town_code(), group="").exclude(measure__in=APART)
    lines = [line for line in lines_of(series) if line.points]
    return sorted(lines, key=_place)


def _place(line: Line) -> tuple[int, str]:
    measure = line.series.measure
    return (ORDER.index(measure) if measure in ORDER else len(ORDER), line.series.title)


def sizes_of(code: str) -> list[Line]:
    """The businesses of an area by size."""
    series = Series.objects.filter(area_code=code, measure="businesses").exclude(group="")
    return sorted(
        (line for line in lines_of(series) if line.points),
        key=lambda line: int("".join(filter(str.isdigit, line.series.group.split("to")[0])) or 0),
    )


def jobs_of(code: str) -> list[Line]:
    """The jobs of an area by industry."""
    series = Series.objects.filter(area_code=code, measure="jobs-by-industry").exclude(group="")
    return [line for line in lines_of(series) if line.points]
