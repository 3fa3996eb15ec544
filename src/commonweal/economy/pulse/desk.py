"""The desk of the pulse survey: waves, their days, and answers from paper and telephone."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act

from ..access import FIGURES
from ..models import PulseWave, Who
from . import actions, reads
from .forms import ClosePulseForm, TypedAnswerForm, WaveForm


def _page(heading: str, button: str, **context: Any) -> dict[str, Any]:
    back = (reverse("desk-pulse"), "The pulse survey")
    return {"heading": heading, "button": button, "back": back} | context


@staff(*FIGURES)
@only_read
def waves(request: SignedInRequest) -> HttpResponse:
    """Waves and how many answered each so far."""
    return render(request, "economy/desk_pulse.html", {"waves": reads.at_desk()})


@staff(*FIGURES)
def add(request: SignedInRequest) -> HttpResponse:
    return act(
        request,
        WaveForm(request.POST or None),
        lambda answers: actions.make(by=request.user, **answers),
        said="Made. It opens and closes by itself.",
        to="desk-pulse",
        **_page(
            "Ask how things are",
            "Make it",
            before="The same three questions each time, for residents and for businesses. Nobody "
            "reads results before the last day is over.",
        ),
    )


@staff(*FIGURES)
def change(request: SignedInRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(PulseWave, code=code)
    initial = {"opens_on": wave.opens_on, "closes_on": wave.closes_on}
    return act(
        request,
        WaveForm(request.POST or None, initial=initial),
        lambda answers: actions.change(wave=wave, by=request.user, **answers),
        said="Changed.",
        to="desk-pulse",
        **_page(f"Change the days of {wave}", "Save"),
    )


@staff(*FIGURES)
def close(request: SignedInRequest, code: str) -> HttpResponse:
    """Close a wave before its last day, or call off one that has not opened."""
    wave = get_object_or_404(PulseWave, code=code)
    return act(
        request,
        ClosePulseForm(request.POST or None),
        lambda _: actions.close(wave=wave, by=request.user),
        said="Done.",
        to="desk-pulse",
        **_page(
            f"Close {wave} now",
            "Close it",
            danger=True,
            before="Nobody can answer any more, and the results are public at once. One that has "
            "not opened yet is called off.",
        ),
    )


@staff(*FIGURES)
def type_in(request: SignedInRequest, code: str, who: str) -> HttpResponse:
    """One answer from paper or telephone; the next one follows."""
    if who not in Who.values:
        raise Http404
    wave = get_object_or_404(PulseWave, code=code)
    return act(
        request,
        TypedAnswerForm(request.POST or None, who=Who(who)),
        lambda answers: actions.answer(wave=wave, who=who, by=request.user, **answers),
        said="Kept. Here is the next one.",
        to=request.path,
        **_page(
            f"An answer on paper or by telephone: {Who(who).label.lower()}",
            "Keep it",
            before="Type what was said. Write down no name.",
        ),
    )
