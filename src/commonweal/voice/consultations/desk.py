"""The desk's pages of consultations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.programme.access import author_for, is_lead

from ..access import DESK
from ..models import AskedQuestion, Channel, Consultation, GivenAnswer, Phase
from . import access, actions, giving, reads, taking_up
from .forms import ConsultationForm, EnterForm, LaterForm, OutcomeForm, QuestionForm


def _page(
    heading: str, button: str, of: Consultation | None = None, **context: Any
) -> dict[str, Any]:
    back = (reverse("desk-consultation", args=[of.code]), of.title) if of else None
    return {
        "heading": heading,
        "button": button,
        "back": back or (reverse("desk-voice"), "Have your say today"),
    } | context


@staff(*DESK)
@only_read
def consultation(request: SignedInRequest, code: str) -> HttpResponse:
    shown = reads.shown(access.get_for_desk(code), timezone.localdate())
    is_over = shown.phase in (Phase.CONSIDERING, Phase.ANSWERED)
    context = {
        "shown": shown,
        "consultation": shown.consultation,
        "is_draft": shown.phase == Phase.DRAFT,
        "takes_entries": shown.phase in (Phase.OPEN, Phase.CONSIDERING),
        "is_considered": shown.phase == Phase.CONSIDERING,
        "can_close_later": shown.phase in (Phase.COMING, Phase.OPEN),
        "may_take_up": is_over
        and is_lead(request.user)
        and bool(taking_up.rankings_of(shown.consultation)),
        "questions": shown.consultation.questions.all(),
        "asks_for_words": shown.consultation.questions.filter(
            kind=AskedQuestion.Kind.TEXT
        ).exists(),
        "channels": reads.by_channel(shown.consultation),
    }
    return render(request, "voice/desk_consultation.html", context)


@staff(*DESK)
def consultation_add(request: SignedInRequest) -> HttpResponse:
    return act(
        request,
        ConsultationForm(request.POST or None),
        lambda answers: actions.prepare(consultation=None, values=answers, by=request.user),
        said="Kept. Only staff see it until you publish it.",
        to=lambda consultation: reverse("desk-consultation", args=[consultation.code]),
        **_page("Prepare a consultation", "Keep it"),
    )


@staff(*DESK)
def consultation_change(request: SignedInRequest, code: str) -> HttpResponse:
    consultation = access.get_for_desk(code)
    initial = {name: getattr(consultation, name) for name in actions.FIELDS}
    return act(
        request,
        ConsultationForm(request.POST or None, initial=initial),
        lambda answers: actions.prepare(consultation=consultation, values=answers, by=request.user),
        said="Changed.",
        to=reverse("desk-consultation", args=[code]),
        **_page("Change the consultation", "Save", consultation),
    )


@staff(*DESK)
def question_add(request: SignedInRequest, code: str) -> HttpResponse:
    consultation = access.get_for_desk(code)
    return act(
        request,
        QuestionForm(request.POST or None),
        lambda answers: actions.ask(consultation=consultation, values=answers, by=request.user),
        said="Added.",
        to=reverse("desk-consultation", args=[code]),
        **_page("Add a question", "Add it", consultation),
    )


@require_POST
@staff(*DESK)
def question_drop(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    question = get_object_or_404(AskedQuestion, pk=pk, consultation__code=code)
    return _done(
        request, code, "Removed.", lambda: actions.drop(question=question, by=request.user)
    )


@require_POST
@staff(*DESK)
def consultation_publish(request: SignedInRequest, code: str) -> HttpResponse:
    consultation = access.get_for_desk(code)

    def publish() -> None:
        actions.publish(consultation=consultation, by=request.user)

    return _done(request, code, "It is public, and opens on its first day.", publish)


@require_POST
@staff(Role.PROGRAMME_LEAD)
def take_up(request: SignedInRequest, code: str) -> HttpResponse:
    consultation = access.get_for_desk(code)
    author = author_for(request.user, None)

    def into_the_plan() -> None:
        assert author is not None, "`staff` has checked the role"
        taking_up.take_up(consultation=consultation, author=author)

    return _done(request, code, "The plan shows what people asked for first.", into_the_plan)


def _done(request: SignedInRequest, code: str, notice: str, do: Any) -> HttpResponse:
    try:
        do()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, notice)
    return redirect("desk-consultation", code)


@staff(*DESK)
def enter(request: SignedInRequest, code: str) -> HttpResponse:
    """Enter one that came otherwise; the next can be entered at once, with the same channel."""
    consultation = access.get_for_desk(code)
    channel = request.GET.get("channel", Channel.PAPER)
    form = EnterForm(request.POST or None, consultation=consultation, initial={"channel": channel})

    def entered(answers: dict[str, Any]) -> str:
        giving.enter(
            consultation=consultation,
            giver=form.giver(),
            answers=form.answers(),
            channel=answers["channel"],
            given_on=answers["given_on"],
            by=request.user,
        )
        enter_address = reverse("consultation-enter", args=[code])
        return f"{enter_address}?channel={answers['channel']}"

    return act(
        request,
        form,
        entered,
        said="Entered. Here is the page for the next one.",
        to=lambda address: address,
        template="voice/enter.html",
        consultation=consultation,
    )


@staff(*DESK)
@only_read
def words(request: SignedInRequest, code: str) -> HttpResponse:
    """What people wrote in their own words, for staff to read: it may name somebody."""
    consultation = access.get_for_desk(code)
    written = GivenAnswer.objects.filter(
        question__consultation=consultation, question__kind=AskedQuestion.Kind.TEXT
    ).select_related("question", "contribution")
    context = {
        "consultation": consultation,
        "answers": written.order_by("question__order", "contribution__voice", "pk"),
    }
    return render(request, "voice/desk_words.html", context)


@staff(*DESK)
def close_later(request: SignedInRequest, code: str) -> HttpResponse:
    consultation = access.get_for_desk(code)
    return act(
        request,
        LaterForm(request.POST or None),
        lambda answers: actions.close_later(consultation=consultation, by=request.user, **answers),
        said="It closes later now, and everybody can read why.",
        to=reverse("desk-consultation", args=[code]),
        **_page(
            "Close later",
            "Move the last day",
            consultation,
            before=f"Its last day is {consultation.closes_on:%-d %B %Y}. It can only be moved to "
            "a later one, and only while it is not past.",
        ),
    )


@staff(*DESK)
def outcome(request: SignedInRequest, code: str) -> HttpResponse:
    consultation = access.get_for_desk(code)
    return act(
        request,
        OutcomeForm(request.POST or None),
        lambda answers: actions.answer(consultation=consultation, by=request.user, **answers),
        said="It is answered, and closed.",
        to=reverse("desk-consultation", args=[code]),
        **_page("Say what was decided", "Publish the answer and close", consultation),
    )
