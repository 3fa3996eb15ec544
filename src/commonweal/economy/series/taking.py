"""A file's figures as rows of the series that they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.text import slugify

from commonweal.design.lengths import kept_whole
from commonweal.office.errors import Refused
from localwealth.sources.statistics.figures import Figure, Published
from localwealth.sources.statistics.measures import BY_CODE, StatMeasure

from ..models import Series, SeriesFigure, SeriesRelease
from .holding_back import hold_back_small_steps, hold_back_wards
from .places import Places

# How many signs of a file fit, and what they are called where they don't.
FITS = {"group": (100, "industry"), "area_code": (60, "area"), "area_name": (120, "area's name")}
OWN_FITS = {
    "title": (80, "series"),
    "unit": (60, "unit"),
    "of": (100, "of"),
    "source": (200, "source"),
    "source_url": (500, "source_url"),
}
# A town's own counts below this are not given out.
FEWEST = 5
# What tells the series of a figure: its measure, group, area's code and name.
Key = tuple[str, str, str, str]


def take(release: SeriesRelease, published: Published, places: Places) -> int:
    """Write each figure once, and say how many there are; a line that says a period again is left
    out by its number.

    Raises
    ------
    Refused
        A series is here in another unit, or a small ward could be worked out.
    """
    figures = list(_kept(release, published))
    series = _series_of(figures, published, places)
    rows: dict[tuple[int, date, date], SeriesFigure] = {}
    guarded = []
    for figure in figures:
        of = series[_key_of(figure)]
        place = (of.pk, figure.first, figure.last)
        if place in rows:
            published.left_out.append((figure.line, f"{of} of that period stands above already"))
            continue
        rows[place] = row = _row(figure, of, release, published)
        if of.kind == "cumulative" or of.measure in published.defined:
            row.series = of
            guarded.append(row)
    hold_back_small_steps(guarded)
    hold_back_wards(guarded, published.defined, places.wards)
    SeriesFigure.objects.bulk_create(rows.values(), batch_size=500)
    return len(rows)


def _row(figure: Figure, of: Series, release: SeriesRelease, published: Published) -> SeriesFigure:
    number, mark = figure.number, figure.mark
    if figure.measure in published.defined and of.counts and number and number < FEWEST:
        number, mark = None, "small"
    # By their numbers: a file has a hundred thousand of them.
    return SeriesFigure(
        series_id=of.pk,
        release_id=release.pk,
        first=figure.first,
        last=figure.last,
        number=number,
        mark=mark,
        line=figure.line,
    )


def _kept(release: SeriesRelease, published: Published) -> Iterable[Figure]:
    for figure in published.figures:
        if figure.first > release.published_on:
            published.left_out.append(
                (figure.line, f"{figure.first:%B %Y} had not begun when it was published")
            )
            continue
        try:
            _fits(figure, published)
        except _TooLong as reason:
            published.left_out.append((figure.line, str(reason)))
        else:
            yield figure


class _TooLong(Exception):
    """Why a line can't be kept whole."""


def _fits(figure: Figure, published: Published) -> None:
    for name, (most, called) in FITS.items():
        kept_whole(getattr(figure, name), most, called, _TooLong)
    if definition := published.defined.get(figure.measure):
        for name, (most, called) in OWN_FITS.items():
            kept_whole(getattr(definition, name), most, called, _TooLong)


def _key_of(figure: Figure) -> Key:
    return figure.measure, figure.group, figure.area_code, figure.area_name


def _code_of(figure: Figure, places: Places) -> str:
    area, _ = places.known_as(figure.area_code, figure.area_name)
    return "-".join(
        filter(None, [figure.measure, slugify(figure.group), slugify(area.replace("+", "-"))])
    )


def _series_of(figures: list[Figure], published: Published, places: Places) -> dict[Key, Series]:
    """The series of a file's figures; those that are new are made."""
    # One of the many figures of a series tells its code, which takes its time.
    one_of_each = {_key_of(figure): figure for figure in figures}
    codes = {key: _code_of(figure, places) for key, figure in one_of_each.items()}
    wanted = {codes[key]: figure for key, figure in one_of_each.items()}
    by_code = {series.code: series for series in Series.objects.filter(code__in=wanted)}
    for series in by_code.values():
        _must_be_as_defined(series, published)
    new = [
        _new(code, figure, published, places)
        for code, figure in wanted.items()
        if code not in by_code
    ]
    Series.objects.bulk_create(new, batch_size=500)
    by_code |= {series.code: series for series in new}
    return {key: by_code[code] for key, code in codes.items()}


def _must_be_as_defined(series: Series, published: Published) -> None:
    definition = published.defined.get(series.measure)
    if definition is None:
        return
    if (definition.unit, definition.kind, definition.of) != (series.unit, series.kind, series.of):
        raise Refused(
            f"{series.title!r} is here already as {series.unit!r}, {series.kind}. Another unit "
            "or kind is another series: give it another name."
        )


def _new(code: str, figure: Figure, published: Published, places: Places) -> Series:
    measure: StatMeasure = published.defined.get(figure.measure) or BY_CODE[figure.measure]
    area_code, area_name = places.known_as(figure.area_code, figure.area_name)
    return Series(
        code=code,
        measure=measure.code,
        title=measure.title,
        unit=measure.unit,
        kind=measure.kind,
        of=measure.of,
        group=figure.group,
        area_code=area_code,
        area_name=area_name,
        area_year=published.area_year,
        rounded_to=measure.rounded_to,
        source=measure.source,
        source_url=measure.source_url,
        every_months=measure.every_months,
        lag_days=measure.lag_days,
        ended_on=measure.ended_on,
    )
