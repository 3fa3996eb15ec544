"""Public pages of scenarios: the newest public version, each by its number, and as CSV."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from commonweal.design.csvs import csv_lines, stream
from commonweal.design.every_answer import only_read

from ..models import ScenarioVersion
from . import beside, evaluations, reads


def _public(code: str, number: int | None = None) -> ScenarioVersion:
    """A public version, the newest where none is named; a draft is to the public as if there were
    none."""
    versions = ScenarioVersion.objects.published().select_related(
        "scenario__employer", "structure", "decision"
    )
    if number is None:
        versions = versions.filter(scenario__code=code).order_by("-number")
        newest = versions.first()
        return get_object_or_404(versions, pk=newest.pk if newest else 0)
    return get_object_or_404(versions, scenario__code=code, number=number)


def shown(version: ScenarioVersion) -> dict[str, object]:
    """What a page shows of a version, public or not."""
    return {
        "version": version,
        "question": reads.question(version),
        "headline": version.headline,
        "lines": reads.lines_of(version),
        "industries": reads.industries_of(version),
        "lines_have_net": "net" in version.answer["figures"],
        "lines_have_evaluations": "evaluations" in version.answer["figures"],
        "limits": version.limits,
        "beside": beside.beside(),
        "evaluations": evaluations.published(),
        "tradable": evaluations.published().range_of("tradable"),
        "evaluations_not_of": evaluations.NOT_OF,
    }


@only_read
def scenario(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _public(code))


@only_read
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    return _page(request, _public(code, number))


def _page(request: HttpRequest, version: ScenarioVersion) -> HttpResponse:
    others = ScenarioVersion.objects.published().filter(scenario=version.scenario)
    context = shown(version) | {"others": others.exclude(pk=version.pk)}
    return render(request, "economy/scenario.html", context)


@only_read
def version_csv(request: HttpRequest, code: str, number: int) -> FileResponse:
    version = _public(code, number)
    lines = csv_lines(reads.CSV_COLUMNS, reads.csv_rows(version))
    return stream(lines, name=f"{code}-{number}.csv", content_type="text/csv")
