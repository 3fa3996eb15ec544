"""The public pages of consultations."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from commonweal.accounts.limits import Limit, limited
from commonweal.design.csvs import csv_lines, stream
from commonweal.office.acting import act

from ..models import Phase
from ..proposals import reads as proposals
from . import access, giving, reads, results
from .forms import AnswerForm

ANSWERS = Limit(
    "consultation answers",
    20,
    timedelta(days=1),
    "Twenty answers came from here today. Answer tomorrow, or ring the charter manager, who can "
    "enter your answer for you.",
)
THANKS = (
    "Thank you. Your answer is in. When the consultation is over you can read here what came of it."
)


def consultation(request: HttpRequest, code: str) -> HttpResponse:
    shown = reads.shown(access.get_public(code), timezone.localdate())
    is_over = shown.phase in (Phase.CONSIDERING, Phase.ANSWERED)
    context = {
        "shown": shown,
        "consultation": shown.consultation,
        "is_open": shown.phase == Phase.OPEN,
        "is_over": is_over,
        "asks": shown.consultation.questions.exists(),
        "proposals": proposals.by_voice(shown.consultation),
        "results": results.results_of(shown.consultation) if is_over else [],
    }
    return render(request, "voice/consultation.html", context)


@limited(ANSWERS)
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """One plain page with everything that is asked, with an account or without."""
    consultation = access.get_public(code)
    if not consultation.questions.exists():
        raise Http404
    if request.method == "GET" and consultation.phase(timezone.localdate()) != Phase.OPEN:
        return redirect(consultation)
    person = access.person_of(request.user)
    partners = access.enterprises_of(person)
    form = AnswerForm(request.POST or None, consultation=consultation, partners=partners)

    def give(_: dict[str, Any]) -> object:
        giver = replace(form.giver(), person=person)
        return giving.give(consultation=consultation, giver=giver, answers=form.answers())

    return act(
        request,
        form,
        give,
        said=THANKS,
        to=consultation,
        template="voice/answer.html",
        consultation=consultation,
    )


def results_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """The results as a file, when the consultation is over."""
    consultation = access.get_public(code)
    if consultation.phase(timezone.localdate()) not in (Phase.CONSIDERING, Phase.ANSWERED):
        raise Http404
    lines = csv_lines(results.CSV_COLUMNS, results.rows(consultation))
    return stream(lines, name=f"consultation-{code}.csv", content_type="text/csv")
