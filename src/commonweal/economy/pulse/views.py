"""Public pages of the pulse survey: three questions for a phone, and results once it has closed."""

from __future__ import annotations

from datetime import timedelta

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commonweal.accounts.limits import Limit, limited
from commonweal.design.csvs import csv_lines, stream
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act

from ..models import PulseWave, Who
from . import actions, reads
from .forms import PulseAnswerForm

ANSWERS = Limit(
    "pulse answers",
    30,
    timedelta(hours=1),
    "Many answers came from here within an hour, so this one was not taken. Try again in an hour, "
    "or ring the council to answer by telephone.",
)
# What a visit remembers: in which waves it answered, for whom. Not what.
ANSWERED = "pulse_answered"


@only_read
def pulse(request: HttpRequest) -> HttpResponse:
    """What is asked now, and what was said before."""
    return render(request, "economy/pulse.html", {"pulse": reads.pulse()})


def _opened(code: str) -> PulseWave:
    """A wave that has opened; of one to come nobody knows yet."""
    return get_object_or_404(PulseWave, code=code, opens_on__lte=timezone.localdate())


@only_read
def wave(request: HttpRequest, code: str) -> HttpResponse:
    """The results of a wave, or until when it is open."""
    shown = _opened(code)
    is_closed = shown.is_closed(timezone.localdate())
    results = reads.results_of(shown) if is_closed else None
    return render(request, "economy/pulse_wave.html", {"wave": shown, "results": results})


@limited(ANSWERS)
def answer(request: HttpRequest, code: str, who: str) -> HttpResponse:
    """The questions; one answer a visit for oneself, and one for an enterprise."""
    if who not in Who.values:
        raise Http404
    wave, mark = _opened(code), f"{code} {who}"
    is_open = wave.is_open(timezone.localdate())
    before: list[str] = request.session.get(ANSWERED, [])
    if mark in before or (not is_open and request.method != "POST"):
        context = {"wave": wave, "is_open": is_open, "who": who}
        return render(request, "economy/pulse_answered.html", context)

    def take(answers: dict[str, object]) -> None:
        actions.answer(wave=wave, who=who, **answers)  # type: ignore[arg-type]
        request.session[ANSWERED] = [*before, mark]

    return act(
        request,
        PulseAnswerForm(request.POST or None, who=Who(who)),
        take,
        said="Thank you. Your answer is kept.",
        to=request.path,
        template="economy/pulse_answer.html",
        wave=wave,
    )


def wave_csv(request: HttpRequest, code: str) -> FileResponse:
    """The results as CSV, once the wave has closed."""
    shown = _opened(code)
    if not shown.is_closed(timezone.localdate()):
        raise Http404
    lines = csv_lines(reads.CSV_COLUMNS, reads.csv_rows(reads.results_of(shown)))
    return stream(lines, name=f"pulse-{code}.csv", content_type="text/csv")
