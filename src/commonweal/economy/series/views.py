"""The public pages of series, the ward map, ward profiles and what the town lives by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt

from commonweal.accounts.limits import Limit, limited
from commonweal.design.csvs import csv_lines, stream
from commonweal.design.every_answer import only_read
from commonweal.office.errors import Refused
from commonweal.places.models import Area
from localwealth.sources.statistics.measures import MEASURES

from ..models import Comparator, Series, SeriesFigure
from . import comparing, lines, reads, sentences, structure, ward_reads, yours
from .forms import PostcodeForm
from .places import town_code

POSTCODES = Limit(
    "postcodes",
    100,
    timedelta(hours=1),
    "A hundred postcodes were looked up from here within the hour. Go on in an hour, or choose "
    "the ward from the list of wards.",
)
COLUMNS = (
    "series",
    "measure",
    "title",
    "unit",
    "kind",
    "of",
    "group",
    "area_code",
    "area_name",
    "area_year",
    "first",
    "last",
    "number",
    "mark",
    "release",
    "published_on",
    "source",
    "source_url",
)


@only_read
def series_page(request: HttpRequest, code: str) -> HttpResponse:
    """A series: sentence, picture, table with what was first given, and how we know."""
    series = get_object_or_404(Series, code=code)
    line = lines.line_of(series)
    if not line.points:
        raise Http404
    refusal = ""
    if other_code := request.GET.get("beside"):
        beside = get_object_or_404(Series, code=other_code)
        try:
            comparing.check_together([series, beside])
        except Refused as refused:
            refusal = str(refused)
    context = {
        "shown": reads.shown_with_what_bears(line),
        "rows": [(point, sentences.period_of(point)) for point in reversed(line.points)],
        "others": lines.beside(series),
        "comparators": Comparator.objects.all(),
        "refusal": refusal,
    }
    return render(request, "economy/series.html", context)


@only_read
def series_list(request: HttpRequest) -> HttpResponse:
    """Every series of the town and the places beside it, and what could be brought in."""
    codes = [town_code(), *Comparator.objects.values_list("area_code", flat=True)]
    comparable = Series.objects.filter(area_code__in=codes)
    known = set(comparable.values_list("measure", flat=True))
    context = {
        "series_lines": [line for line in lines.lines_of(comparable) if line.points],
        "missing": [measure for measure in MEASURES if measure.code not in known],
    }
    return render(request, "economy/series_list.html", context)


@only_read
def figures_csv(request: HttpRequest, code: str = "") -> HttpResponseBase:
    """Every figure that counts, those that were revised too: of a series, or of the town."""
    if code:
        chosen = Series.objects.filter(code=get_object_or_404(Series, code=code).code)
    else:
        chosen = Series.objects.filter(area_code=town_code())
    rows = _rows(chosen)
    return stream(
        csv_lines(COLUMNS, rows), name=f"{code or 'economy'}.csv", content_type="text/csv"
    )


def _rows(chosen: Any) -> Iterator[dict[str, Any]]:
    figures = (
        SeriesFigure.objects.filter(series__in=chosen, release__undone_on=None)
        .select_related("series", "release")
        .order_by("series__code", "last", "release__published_on", "release_id")
    )
    for figure in figures.iterator(chunk_size=2000):
        series = figure.series
        number = figure.number
        yield {
            **{column: getattr(series, column) for column in COLUMNS[1:10]},
            "series": series.code,
            "first": figure.first,
            "last": figure.last,
            "number": None if number is None else f"{number.normalize():f}",
            "mark": figure.mark,
            "release": figure.release.code,
            "published_on": figure.release.published_on,
            "source": series.source,
            "source_url": figure.release.source_url or series.source_url,
        }


@only_read
def structure_page(request: HttpRequest) -> HttpResponse:
    """Jobs by industry beside a larger area's, how they changed, and businesses by size."""
    context = {"structure": structure.structure(), "sizes": structure.sizes()}
    return render(request, "economy/structure.html", context)


@only_read
def wards_page(request: HttpRequest) -> HttpResponse:
    """One measure by ward, as a map and a table."""
    choices = ward_reads.measures_by_ward()
    measure = request.GET.get("measure") or (choices[0][0] if choices else "")
    if measure and measure not in dict(choices):
        raise Http404
    context = {
        "choices": choices,
        "measure": measure,
        "ward_map": ward_reads.ward_map(measure) if measure else None,
        "wards": ward_reads.wards(),
    }
    return render(request, "economy/wards.html", context)


@csrf_exempt
@limited(POSTCODES)
def ward_find(request: HttpRequest) -> HttpResponse:
    """The ward of a postcode. It is posted, so that it stands in no address and no log; nothing is
    changed by it, so that the box needs no secret, and the first page is the same for everybody."""
    form = PostcodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(form.cleaned_data["postcode"])
    context = {
        "form": form if yours.can_be_told() else None,
        "front": ward_reads.front(),
    }
    return render(request, "economy/ward_find.html", context)


@only_read
def ward_page(request: HttpRequest, code: str) -> HttpResponse:
    """A ward on two pages, to be printed and taken along."""
    ward = next((ward for ward in ward_reads.wards() if ward.code == code), None)
    if ward is None:
        raise Http404
    area = Area.objects.filter(Q(ons_code=code) | Q(code=code)).first()
    context = {"profile": ward_reads.profile(ward), "area": area}
    return render(request, "economy/ward.html", context)
