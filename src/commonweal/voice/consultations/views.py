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
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act

from ..models import Consultation, LaterClose, Phase
from ..proposals import reads as proposals
from . import access, giving, reads, results, who
from .forms import ConsultationAnswerForm

ANSWERS = Limit(
    "consultation answers",
    20,
    timedelta(days=1),
    "Twenty answers came from here today. Answer tomorrow, or ring the charter manager, who can "
    "enter your answer for you.",
)
# In the session, which ends with the visit: for each consultation the number of its answer.
ANSWERED = "voice_answered"
THANKS = (
    "Thank you. Your answer is in. You can change it from this browser, until you close it or the "
    "consultation is over. When the consultation is over you can read here what came of it."
)


@only_read
def consultation(request: HttpRequest, code: str) -> HttpResponse:
    shown = reads.shown(access.get_public(code), timezone.localdate())
    is_over = shown.phase in (Phase.CONSIDERING, Phase.ANSWERED)
    context = {
        "shown": shown,
        "consultation": shown.consultation,
        "is_open": shown.phase == Phase.OPEN,
        "is_over": is_over,
        "asks": shown.consultation.questions.exists(),
        "later": LaterClose.objects.filter(consultation=shown.consultation),
        "proposals": proposals.by_voice(shown.consultation),
        "results": results.results_of(shown.consultation) if is_over else [],
        "who": who.who_took_part(shown.consultation) if is_over else [],
    }
    return render(request, "voice/consultation.html", context)


def _answered_before(request: HttpRequest, consultation: Consultation) -> int | None:
    """The number of the answer that came from the same browser, in the same visit."""
    number = request.session.get(ANSWERED, {}).get(consultation.code)
    return number if giving.nameless(consultation).filter(pk=number).exists() else None


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
    earlier = None if person else _answered_before(request, consultation)
    form = ConsultationAnswerForm(
        request.POST or None,
        consultation=consultation,
        partners=partners,
        is_again=earlier is not None,
    )

    def give(_: dict[str, Any]) -> None:
        contribution = giving.give(
            consultation=consultation,
            giver=replace(form.giver(), person=person),
            answers=form.answers(),
            instead_of=earlier if form.changes else None,
        )
        if person is None:
            before = request.session.get(ANSWERED, {})
            request.session[ANSWERED] = before | {consultation.code: contribution.pk}

    return act(
        request,
        form,
        give,
        said=THANKS,
        to=consultation,
        template="voice/answer.html",
        consultation=consultation,
    )


@only_read
def results_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """The results as a file, when the consultation is over."""
    consultation = access.get_public(code)
    if consultation.phase(timezone.localdate()) not in (Phase.CONSIDERING, Phase.ANSWERED):
        raise Http404
    lines = csv_lines(results.CSV_COLUMNS, results.rows(consultation))
    return stream(lines, name=f"consultation-{code}.csv", content_type="text/csv")
