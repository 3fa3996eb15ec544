"""What pages show of wards: one measure on a map, and a ward on two pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from commonweal.places.models import Area

from ..models import Series, WardShape
from . import maps, sentences
from .lines import Line, Point, lines_of
from .places import town_code
from .reads import Shown, shown_of


@dataclass
class Ward:
    """A ward by the code under which its figures stand."""

    code: str
    name: str
    year: int | None

    def get_absolute_url(self) -> str:
        return reverse("economy-ward", args=[self.code])


def wards() -> list[Ward]:
    return [
        Ward(area.ons_code or area.code, area.name, area.boundaries_year)
        for area in Area.objects.all()
    ]


@dataclass(frozen=True)
class Front:
    """The wards by name, and where each lies; no picture where no outlines are loaded."""

    wards: list[Ward]
    picture: SafeString
    year: int | None
    source: str


def front() -> Front:
    """What the first page shows of the wards: no figure, but the way to each."""
    all_wards = wards()
    numbers = {ward.code: number for number, ward in enumerate(all_wards, start=1)}
    shapes = [shape for shape in WardShape.objects.all() if shape.code in numbers]
    addresses = {ward.code: ward.get_absolute_url() for ward in all_wards}
    return Front(
        all_wards,
        maps.drawn(shapes, dict.fromkeys(numbers, 0), numbers, addresses),
        shapes[0].year if shapes else None,
        shapes[0].source if shapes else "",
    )


@dataclass
class WardRow:
    """A line of the map's table: ``number`` is that on the map; ``point`` None: no figure."""

    number: int
    ward: Ward
    line: Line | None
    point: Point | None

    @property
    def shown(self) -> str:
        if self.line is None or self.point is None:
            return "no figure"
        return self.line.shown(self.point)

    @property
    def note(self) -> str:
        if self.line is None or self.point is None or self.point.number is None:
            return ""
        notes = ["a small number"] if self.line.is_small(self.point) else []
        return ", ".join([*notes, *filter(None, [self.point.figure.mark.replace("small", "")])])


@dataclass
class WardMap:
    """A measure by ward in one period, with the town's own figure for it."""

    measure: str
    title: str
    of: str
    period: str
    rows: list[WardRow]
    picture: SafeString
    town: str
    year: int | None
    source: str


def measures_by_ward() -> list[tuple[str, str]]:
    """Measures of which figures of wards are here: code and title."""
    codes = [ward.code for ward in wards()]
    known = Series.objects.filter(area_code__in=codes, group="").values_list("measure", "title")
    return sorted(set(known), key=lambda pair: pair[1])


def ward_map(measure: str) -> WardMap | None:
    """The newest period of a measure, ward by ward; None where no ward has a figure."""
    all_wards = wards()
    lines = _lines_by_ward(measure, all_wards)
    points = [point for line in lines.values() for point in line.points]
    if not points:
        return None
    newest = max((point.last, point.first) for point in points)
    rows = [
        _row(number, ward, lines.get(ward.code), newest)
        for number, ward in enumerate(all_wards, start=1)
    ]
    line, point = next((row.line, row.point) for row in rows if row.line and row.point)
    first = line.series
    shapes = list(WardShape.objects.all())
    return WardMap(
        measure,
        first.title,
        first.of,
        sentences.period_of(point),
        rows,
        _picture(rows, shapes),
        _of_town(first, newest),
        shapes[0].year if shapes else None,
        shapes[0].source if shapes else "",
    )


def _lines_by_ward(measure: str, all_wards: list[Ward]) -> dict[str, Line]:
    codes = [ward.code for ward in all_wards]
    series = Series.objects.filter(measure=measure, group="", area_code__in=codes)
    return {line.series.area_code: line for line in lines_of(series) if line.points}


def _row(number: int, ward: Ward, line: Line | None, newest: tuple[date, date]) -> WardRow:
    of_newest = (p for p in line.points if (p.last, p.first) == newest) if line else iter(())
    return WardRow(number, ward, line, next(of_newest, None))


def _picture(rows: list[WardRow], shapes: list[WardShape]) -> SafeString:
    """The map; a small number is drawn like one that is not known, so that it draws no eye."""
    figures = {
        row.ward.code: float(row.point.number)
        for row in rows
        if row.line
        and row.point
        and row.point.number is not None
        and not row.line.is_small(row.point)
    }
    numbers = {row.ward.code: row.number for row in rows}
    shown = [shape for shape in shapes if shape.code in numbers]
    if not figures:
        return mark_safe("")
    return maps.drawn(shown, dict(maps.steps_of(figures)), numbers)


def _of_town(like: Series, newest: tuple[object, object]) -> str:
    town = Series.objects.filter(
        measure=like.measure, group="", area_code=town_code(), unit=like.unit
    ).first()
    if town is None:
        return ""
    [line] = lines_of([town])
    point = next((p for p in line.points if (p.last, p.first) == newest), None)
    return line.shown(point) if point else ""


@dataclass
class Profile:
    """A ward on two pages: its own figures, each beside the town's, and where it lies."""

    ward: Ward
    shown: list[tuple[Shown, str]]
    picture: SafeString


def profile(ward: Ward) -> Profile:
    """What is known of a ward, measure by measure."""
    lines = lines_of(Series.objects.filter(area_code=ward.code, group=""))
    shown = []
    for line in lines:
        if line.points:
            newest = line.newest or line.points[-1]
            shown.append((shown_of(line), _of_town(line.series, (newest.last, newest.first))))
    shapes = list(WardShape.objects.all())
    numbers = {ward.code: number for number, ward in enumerate(wards(), start=1)}
    steps = {shape.code: 3 if shape.code == ward.code else 0 for shape in shapes}
    drawn = [shape for shape in shapes if shape.code in numbers]
    return Profile(ward, shown, maps.drawn(drawn, steps, numbers))
