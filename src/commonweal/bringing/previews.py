"""A held file is looked at: what would happen, what only somebody can say, and carrying it out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from commonweal.accounts.access import SignedInRequest
from commonweal.design.words import many
from commonweal.office.errors import Refused

from . import holding
from .choosing import held_of, not_held
from .forms import AnswersForm, RemovalForm
from .frames import Frame
from .models import HeldFile
from .plans import Plan
from .refusals import refused_csv
from .remembering import remember_answers

LISTED = 50


def held_page(frame: Frame, request: SignedInRequest, code: Any) -> HttpResponse:
    """The preview of a held file: what would happen, what is asked, and carrying it out."""
    held = held_of(frame, code)
    if held is None:
        return not_held(frame, request)
    if request.POST.get("do") == "away":
        holding.let_go(held)
        messages.success(request, "The file is thrown away. Nothing of it was brought in.")
        return redirect(frame.addresses.choose)
    try:
        plan = frame.plan(held)
        if request.method == "POST":
            return _answered(frame, request, held, plan)
    except Refused as refused:
        return _refused(frame, request, held, refused)
    return _page(frame, request, held, plan)


def _refused(frame: Frame, request: HttpRequest, held: HeldFile, refused: Refused) -> HttpResponse:
    """Say why, on the page of columns where those can mend it, else where files are chosen."""
    messages.error(request, str(refused))
    if held.choice:
        return redirect(frame.addresses.columns, held.code)
    return redirect(frame.addresses.choose)


def _answered(frame: Frame, request: SignedInRequest, held: HeldFile, plan: Plan) -> HttpResponse:
    """Take what was answered; carry out what was looked at, where it is still that."""
    answers = AnswersForm(request.POST, questions=plan.questions)
    removal = frame.removal_form(request.POST, unlisted=len(plan.unlisted), of=plan.listed_count)
    if not (answers.is_valid() and removal.is_valid()):
        return _page(frame, request, held, plan, answers, removal)
    _keep(held, plan, answers, removal)
    try:
        plan = frame.plan(held)
        if request.POST.get("do") != "carry":
            return redirect(frame.addresses.held, held.code)
        if plan.fingerprint != request.POST.get("seen"):
            messages.error(request, frame.words.stale)
            return _page(frame, request, held, plan, None, removal)
        notice, onward = frame.carry_out(request, plan)
    except Refused as refused:
        held.removes = None
        held.save(update_fields=["removes"])
        removal.add_error(None, str(refused))
        return _page(frame, request, held, frame.plan(held), answers, removal)
    messages.success(request, notice)
    return redirect(onward)


def _keep(held: HeldFile, plan: Plan, answers: AnswersForm, removal: RemovalForm) -> None:
    """Keep what was said: the answers for the next file as well, what is to go for this one."""
    held.answers |= answers.answers()
    of_this_file = removal.of_this_file()
    for key in of_this_file:
        held.answers.pop(key, None)
    if plan.signature:
        remember_answers(held, plan.signature)
    held.answers |= {key: answer for key, answer in of_this_file.items() if answer}
    held.removes = removal.to_remove()
    held.save(update_fields=["answers", "removes"])


def _page(
    frame: Frame,
    request: SignedInRequest,
    held: HeldFile,
    plan: Plan,
    answers: AnswersForm | None = None,
    removal: RemovalForm | None = None,
) -> HttpResponse:
    phrases, pieces = frame.words, frame.pieces
    frame.note_shown(request, plan.unlisted)
    count = len(plan.unlisted)
    context = {
        "frame": frame,
        "held": held,
        "preview": plan,
        "source": frame.source_of(plan),
        "answers": answers or AnswersForm(questions=plan.questions),
        "carry": removal or frame.removal_form(unlisted=count, of=plan.listed_count),
        "listed": LISTED,
        "may_map": frame.may_map(held, plan),
        "just_so": phrases.just_so.format(many(plan.unchanged, "row")),
        "not_named": phrases.unlisted.format(many(count, phrases.thing)),
        "more": drawn(request, pieces.look, plan),
        "new": drawn(request, pieces.new, plan.new[:LISTED]),
        "changed": drawn(request, pieces.changed, plan.changed[:LISTED]),
        "unlisted": drawn(request, pieces.things, plan.unlisted),
    }
    return render(request, "bringing/held.html", context)


def drawn(request: HttpRequest, template: str, shown: Any) -> str:
    """A piece of a page in the room's own template; "" where there is nothing to show."""
    if not template or not shown:
        return ""
    piece = render_to_string(template, {"shown": shown}, request)
    return piece if piece.strip() else ""


def held_refused(frame: Frame, request: SignedInRequest, code: Any) -> HttpResponse:
    """The refused rows of a held file with their reasons, to be corrected and chosen again."""
    held = held_of(frame, code)
    if held is None:
        return not_held(frame, request)
    try:
        plan = frame.plan(held)
    except Refused as refused:
        return _refused(frame, request, held, refused)
    return refused_csv(plan.header, plan.refused_lines, name="refused.csv")
