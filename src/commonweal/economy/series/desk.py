"""The desk of figures: bringing in, undoing, places beside the town, ward boundaries."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.revisions import in_pieces
from commonweal.design.every_answer import only_read
from commonweal.design.words import many
from commonweal.office.acting import act
from localwealth.sources.statistics.reading import Told

from ..access import FIGURES
from ..models import Bearing, Comparator, SeriesRelease
from . import bringing, comparing, tying, wards
from .forms import BearingForm, BringForm, ComparatorForm, SeriesReasonForm, WardsForm


def _page(heading: str, button: str, **context: Any) -> dict[str, Any]:
    desk = reverse("desk-economy")
    return {"heading": heading, "button": button, "back": (desk, "Economy desk")} | context


@staff(*FIGURES)
@in_pieces
def bring(request: SignedInRequest) -> HttpResponse:
    def do(answers: dict[str, Any]) -> SeriesRelease:
        sent = answers["file"]
        return bringing.bring_in(
            content=sent.read(),
            name=sent.name or "figures.csv",
            published_on=answers["published_on"],
            by=request.user,
            told=Told(answers["measure"], answers["about"]),
            source_url=answers["source_url"],
        )

    return act(
        request,
        BringForm(request.POST or None, request.FILES or None),
        do,
        said=lambda release: f"{many(release.figure_count, 'figure')} brought in.",
        to=lambda release: reverse("desk-series-release", args=[release.code]),
        refused_at="file",
        **_page(
            "Bring in figures",
            "Bring them in",
            multipart=True,
            before="Figures that were here before stay beside the new ones.",
        ),
    )


@staff(*FIGURES)
@only_read
def release(request: SignedInRequest, code: str) -> HttpResponse:
    """What came of a file: figures, notes, footnotes, lines left out."""
    chosen = get_object_or_404(SeriesRelease, code=code)
    return render(request, "economy/desk_series_release.html", {"release": chosen})


@staff(*FIGURES)
def undo(request: SignedInRequest, code: str) -> HttpResponse:
    chosen = get_object_or_404(SeriesRelease, code=code)
    address = reverse("desk-series-release", args=[code])
    return act(
        request,
        SeriesReasonForm(request.POST or None),
        lambda answers: bringing.undo(release=chosen, by=request.user, **answers),
        said="Undone. Its figures count no more.",
        to=address,
        **_page(
            "Undo a file of figures",
            "Undo it",
            danger=True,
            before=f"{chosen.file_name}: {many(chosen.figure_count, 'figure')} will count no more.",
        )
        | {"back": (address, chosen.file_name)},
    )


@staff(*FIGURES)
def comparator_add(request: SignedInRequest) -> HttpResponse:
    return act(
        request,
        ComparatorForm(request.POST or None),
        lambda answers: comparing.choose(by=request.user, **answers),
        said="The town is shown beside it now.",
        to=reverse("desk-economy"),
        refused_at="area_code",
        **_page(
            "Show the town beside a place",
            "Show it",
            before="Choose places of like kind, not those beside which the town looks well.",
        ),
    )


@staff(*FIGURES)
def bearing_add(request: SignedInRequest) -> HttpResponse:
    return act(
        request,
        BearingForm(request.POST or None),
        lambda answers: tying.tie(by=request.user, **answers),
        said="It stands beside the series now.",
        to=reverse("desk-economy"),
        **_page(
            "Tie to a series what bears on it",
            "Tie it",
            before="What was promised, done and asked for then stands beside the figures, on the "
            "day on which they are read. It says nothing of what came of it.",
        ),
    )


@staff(*FIGURES)
@require_POST
def bearing_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    tying.untie(bearing=get_object_or_404(Bearing, pk=pk), by=request.user)
    return redirect("desk-economy")


@staff(*FIGURES)
@require_POST
def comparator_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    comparing.drop(comparator=get_object_or_404(Comparator, pk=pk), by=request.user)
    return redirect("desk-economy")


@staff(*FIGURES)
@in_pieces
def wards_load(request: SignedInRequest) -> HttpResponse:
    def do(answers: dict[str, Any]) -> int:
        sent = answers["file"]
        return wards.load(
            content=sent.read(),
            name=sent.name or "wards.geojson",
            source=answers["source"],
            by=request.user,
        )

    return act(
        request,
        WardsForm(request.POST or None, request.FILES or None),
        do,
        said=lambda count: f"{many(count, 'ward')} can be drawn on the map now.",
        to=reverse("desk-economy"),
        refused_at="file",
        **_page("Load the wards’ outlines", "Load them", multipart=True),
    )
