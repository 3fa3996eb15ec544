"""Bringing in a file of figures, and taking it out again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.lengths import kept_whole
from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.sources.statistics.figures import Figure, Published
from localwealth.sources.statistics.measures import BY_CODE, StatMeasure
from localwealth.sources.statistics.reading import Told, read

from ..models import Series, SeriesFigure, SeriesRelease
from .holding_back import hold_back_wards
from .places import Places

MOST_MB = 50
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


@transaction.atomic
def bring_in(
    *,
    content: bytes,
    name: str,
    published_on: date,
    by: Person | None,
    told: Told | None = None,
    source_url: str = "",
    on: date | None = None,
) -> SeriesRelease:
    """Take a file's figures into the series, today or on a day. What earlier files say stays
    beside.

    Raises
    ------
    Refused
        It is empty, too large, here already, can't be read, of a day to come, or of wards of
        another year.
    """
    digest = _digest(content, published_on, on or timezone.localdate())
    try:
        published = read(content, name, told)
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    places = Places()
    places.check_wards({figure.area_code for figure in published.figures})
    release = SeriesRelease.objects.create(
        code=_free_code(name, published_on),
        file_name=name[-200:],
        sha256=digest,
        title=published.title,
        source_url=source_url,
        published_on=published_on,
        received_by=by,
    )
    count = _write(release, published, places)
    if not count:
        reasons = "; ".join(f"line {line}: {why}" for line, why in published.left_out[:3])
        raise Refused(f"The file holds no figure that can be taken. {reasons}")
    release.figure_count = count
    release.left_out = published.left_out
    release.footnotes = published.footnotes
    release.notes = published.notes
    release.save(update_fields=["figure_count", "left_out", "footnotes", "notes"])
    record(
        "figures brought in",
        about=release,
        by=by,
        as_role="analyst" if by else "import",
        count=count,
    )
    return release


def _digest(content: bytes, published_on: date, today: date) -> str:
    if not content:
        raise Refused("The file is empty.")
    if len(content) > MOST_MB * 1024 * 1024:
        raise Refused(f"The file is larger than {MOST_MB} MB. Take fewer areas or months.")
    if published_on > today:
        raise Refused("The day of publication is still to come.")
    digest = hashlib.sha256(content).hexdigest()
    before = SeriesRelease.objects.filter(sha256=digest, undone_on=None).first()
    if before is not None:
        raise Refused(f"This file is here already, as {before.code}.")
    return digest


def _free_code(name: str, published_on: date) -> str:
    stem = f"{published_on:%Y-%m-%d}-{slugify(name.rsplit('.', 1)[0])[:50] or 'figures'}"
    count = SeriesRelease.objects.filter(code__startswith=stem).count()
    return f"{stem}-{count + 1}" if count else stem


def _write(release: SeriesRelease, published: Published, places: Places) -> int:
    """Write each figure once; a line that says a period again is left out by its number."""
    figures = list(_kept(release, published))
    series = _series_of(figures, published, places)
    rows: dict[tuple[int, date, date], SeriesFigure] = {}
    for figure in figures:
        code = _code_of(figure, places)
        of = series[code]
        place = (of.pk, figure.first, figure.last)
        if place in rows:
            published.left_out.append((figure.line, f"{of} of that period stands above already"))
            continue
        number, mark = figure.number, figure.mark
        if figure.measure in published.defined and of.counts and number and number < FEWEST:
            number, mark = None, "small"
        rows[place] = SeriesFigure(
            series=of,
            release=release,
            first=figure.first,
            last=figure.last,
            number=number,
            mark=mark,
            line=figure.line,
        )
    hold_back_wards(rows.values(), published.defined, places.wards)
    SeriesFigure.objects.bulk_create(rows.values(), batch_size=500)
    return len(rows)


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
    if own := published.defined.get(figure.measure):
        for name, (most, called) in OWN_FITS.items():
            kept_whole(getattr(own, name), most, called, _TooLong)


def _code_of(figure: Figure, places: Places) -> str:
    area, _ = places.known_as(figure.area_code, figure.area_name)
    return "-".join(
        filter(None, [figure.measure, slugify(figure.group), slugify(area.replace("+", "-"))])
    )


def _series_of(figures: list[Figure], published: Published, places: Places) -> dict[str, Series]:
    """The series of a file's figures by their codes; those that are new are made."""
    wanted = {_code_of(figure, places): figure for figure in figures}
    there = {series.code: series for series in Series.objects.filter(code__in=wanted)}
    for series in there.values():
        own = published.defined.get(series.measure)
        if own and (own.unit, own.kind, own.of) != (series.unit, series.kind, series.of):
            raise Refused(
                f"{series.title!r} is here already as {series.unit!r}, {series.kind}. Another unit "
                "or kind is another series: give it another name."
            )
    new = [
        _new(code, figure, published, places)
        for code, figure in wanted.items()
        if code not in there
    ]
    Series.objects.bulk_create(new, batch_size=500)
    return there | {series.code: series for series in new}


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


@transaction.atomic
def undo(*, release: SeriesRelease, because: str, by: Person | None) -> None:
    """Take a release out of the figures; what was before it counts again.

    Raises
    ------
    Refused
        It was undone before.
    """
    undone = SeriesRelease.objects.filter(pk=release.pk, undone_on=None).update(
        undone_on=timezone.localdate(), undone_because=because
    )
    if not undone:
        raise Refused("It was undone before.")
    record("figures undone", about=release, by=by, as_role="analyst" if by else "import")
