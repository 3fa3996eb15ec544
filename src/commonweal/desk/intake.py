"""Taking a call at the desk: one page, kept as it is typed, by one or by several."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts import sessions
from commonweal.accounts.access import SignedInRequest
from commonweal.accounts.signing_in import kept_out
from commonweal.cases import access, intake, named, typing, writing
from commonweal.cases.models import IntakeDraft, Notice
from commonweal.design.forms import Form
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.residents import reaching
from commonweal.residents.models import Resident
from commonweal.residents.ways import Way
from commonweal.services.models import HelpType

from . import around, offering, tabs
from .forms.answered import as_sent, as_shown
from .forms.cases import StartForm
from .forms.intake import IntakeForm
from .handling import handler

NO_MOBILE = "No number here is a mobile telephone, and a text gets to nothing else. Ask for one."
CHANGED_MEANWHILE = "The questions were changed meanwhile: load this page again to see them."
# The buttons that make a case of what was typed.
SENDS = ("send", "next")


@handler
@require_POST
def intake_start(request: SignedInRequest) -> HttpResponse:
    form = StartForm(request.POST)
    channel = form.cleaned_data["channel"] if form.is_valid() else "phone"
    draft, _ = intake.start(channel=channel, by=request.user)
    return redirect("desk-intake", draft.code)


@handler
def intake_page(request: SignedInRequest, code: str) -> HttpResponse:
    """One page for one call. It is saved as one types; another handler can go on with it."""
    draft = around.get_draft_for(request.user, code)
    if draft.sent_as is not None:
        # The address alone would say which case it became.
        access.refuse_if_closed(request.user, draft.sent_as)
        # What came too late for it is kept, and shown on the next page.
        return kept_out(draft.sent_as) if tabs.brings_more(request) else redirect(draft.sent_as)
    sessions.note_call(request, code)
    access.note_draft(request.user, draft, intake.described_of(intake.answers_of(draft)))
    if request.method == "POST":
        return _take_down(request, draft)
    return _intake_page(request, draft, IntakeForm(initial=as_shown(intake.answers_of(draft))))


def _take_down(request: SignedInRequest, draft: IntakeDraft) -> HttpResponse:
    """Keep what was typed of a call; send it, where that is what was pressed."""
    try:
        _save_answers(draft, request)
    except intake.TooLong as refused:
        form = IntakeForm(request.POST, initial=as_shown(intake.answers_of(draft)))
        form.add_error(None, str(refused))
        return _intake_page(request, draft, form)
    except Refused as refused:
        messages.error(request, str(refused))
        return kept_out("desk-help")
    form = IntakeForm(as_sent(intake.answers_of(draft)), initial=as_shown(intake.answers_of(draft)))
    verb = request.POST.get("verb", "save")
    if verb == "save" or verb.startswith("choose:"):
        messages.success(request, f"Kept. Quote {draft.code} to go on with it.")
        return redirect("desk-intake", draft.code)
    if typing.unsettled(draft):
        messages.error(request, "Two people typed different words. Choose first, below.")
    elif verb in SENDS and form.is_valid():
        if not offering.is_undecided(request, draft, request.POST):
            return _send(request, draft, form)
        form.add_error(None, offering.CHOOSE)
    return _intake_page(request, draft, form)


def _intake_page(request: SignedInRequest, draft: IntakeDraft, form: IntakeForm) -> HttpResponse:
    answers = intake.answers_of(draft)
    candidates = offering.offered(request, draft, answers)
    if not draft.saves:
        form.fields["words"].widget.attrs["autofocus"] = True
    context = {
        "draft": draft,
        "form": form,
        "scripts": _scripts(answers),
        "known": offering.in_a_line(candidates),
        "desk_lock_s": settings.DESK_CALL_MINUTES * 60,
        "consent_words": intake.CONSENT,
        "notice": Notice.in_force(),
        "twice": typing.twice_of(draft, form, answers),
        "tab": secrets.token_urlsafe(9),
        **offering.panel(candidates, request.POST.get("resident", "")),
    }
    return render(request, "desk/intake.html", context)


def _scripts(answers: dict[str, Any]) -> QuerySet[HelpType]:
    """The kinds of help that are ticked and have words to say; the first that has, before."""
    scripted = HelpType.objects.exclude(first_script="")
    return scripted.filter(code__in=answers.get("needs") or []) or scripted[:1]


def _save_answers(draft: IntakeDraft, request: SignedInRequest) -> bool:
    """Keep what this page changed; whether it changed anything."""
    form = IntakeForm(request.POST, initial=as_shown(intake.answers_of(draft)))
    known = set(form.fields) | {"born_0", "born_1", "born_2"}
    # The script of the page says itself what it changed since it last saved.
    page_says = "changed" in request.POST
    if page_says:
        known &= set(request.POST.getlist("changed"))
    typed: dict[str, Any] = {n: request.POST.get(n, "") for n in known if n not in typing.LISTS}
    typed |= {n: request.POST.getlist(n) for n in typing.LISTS if n in known}
    changed = typed if page_says else form.changed(typed)
    tab = request.POST.get("tab", "")[:20]
    verb = request.POST.get("verb", "")
    if changed:
        intake.save(
            draft=draft, answers=changed, by=request.user, seen=tabs.seen(request, changed), tab=tab
        )
    if verb.startswith("choose:"):
        _, name, which = [*verb.split(":"), "", ""][:3]
        intake.choose(draft=draft, name=name, which=which, by=request.user, tab=tab)
    return bool(changed)


def _send(request: SignedInRequest, draft: IntakeDraft, form: IntakeForm) -> HttpResponse:
    chosen = request.POST.get("resident", "")
    resident = Resident.objects.present().filter(code=chosen).first() if chosen else None
    try:
        if chosen and resident is None:
            raise Refused("Choose among the people whom this page offers, or “Somebody new”.")
        case = intake.finish(draft=draft, by=request.user, resident=resident)
        sessions.end_call(request)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk-intake", draft.code)
    if named.is_closed_to(request.user, case):
        messages.success(
            request, f"Kept as {case.code}. Named colleagues are told now, by text and e-mail."
        )
        return redirect("case-kept", case.code)
    messages.success(request, f"It is in the queue as {case.code}.")
    _say_what_stays(request, form, case.resident)
    if case.resident.contact == Resident.Contact.TEXT_ONLY and not writing.address_for(
        case.resident, Way.TEXT
    ):
        messages.warning(request, f"{NO_MOBILE} {reaching.instruction(case.resident)}")
    if request.POST.get("verb") == "next":
        following, _ = intake.start(channel=draft.channel, by=request.user)
        return redirect("desk-intake", following.code)
    return redirect(case)


def _say_what_stays(request: SignedInRequest, form: IntakeForm, resident: Resident) -> None:
    """Where what they said today is looser than what was known, what was known holds: say so."""
    contact = form.cleaned_data["contact"]
    if contact and contact != resident.contact:
        messages.warning(
            request,
            f"What was known before is stricter and stays: {reaching.instruction(resident)} If "
            "that is over, loosen it on their page, with the reason.",
        )


def _kept(draft: IntakeDraft, *, is_outdated: bool) -> str:
    """When it was kept; after an answer to a question that has changed, that it has."""
    moment = f"Kept at {timezone.localtime(draft.saved_at):%H:%M:%S}"
    return f"{moment}. {CHANGED_MEANWHILE}" if is_outdated else moment


@handler
@require_POST
def intake_save(request: SignedInRequest, code: str) -> HttpResponse:
    """What the page sends while one types: kept, and answered with who it may be."""
    draft = around.get_draft_for(request.user, code)
    try:
        if draft.sent_as_id is not None:
            raise Refused("This was sent already.")
        changed = _save_answers(draft, request)
        if changed and sessions.is_in_call(request, code):
            sessions.note_call(request, code)
    except Refused as refused:
        return JsonResponse({"said": str(refused), "ended": True}, status=409)
    answers = intake.answers_of(draft)
    seen = tabs.seen(request, tabs.fields_seen(request))
    others = typing.changed_since(draft, seen, request.POST.get("tab", "")) if seen else []
    answer: dict[str, Any] = {
        "version": draft.saves,
        "fields": {name: answers.get(name, "") for name in others},
        "typing": typing.who_is_typing(draft, request.user),
    }
    form = IntakeForm(initial=as_shown(answers))
    twice = typing.twice_of(draft, form, answers)
    answer["twice"] = render_to_string("desk/_typed_twice.html", {"twice": twice})
    answer["scripts"] = render_to_string("desk/_scripts.html", {"scripts": _scripts(answers)})
    if draft.saves:
        answer["said"] = _kept(
            draft, is_outdated=bool(form.outdated & set(request.POST.getlist("changed")))
        )
    if changed or others or not seen:
        candidates = offering.offered(request, draft, answers)
        answer["known"] = offering.in_a_line(candidates)
        answer["html"] = render_to_string("desk/_candidates.html", offering.panel(candidates))
    return JsonResponse(answer)


@handler
def intake_delete(request: SignedInRequest, code: str) -> HttpResponse:
    """Asked before it is done: what was typed is gone then."""
    draft = around.get_draft_for(request.user, code)
    return act(
        request,
        Form(request.POST if request.method == "POST" else None),
        lambda _: _throw_away(request, draft),
        said=f"{draft.code} was thrown away.",
        to=reverse("desk-help"),
        heading="Throw this call away?",
        button="Throw it away",
        danger=True,
        before="Everything that was typed is deleted, and nobody can bring it back.",
        back=(reverse("desk-intake", args=[draft.code]), "Go on with the call"),
    )


def _throw_away(request: SignedInRequest, draft: IntakeDraft) -> None:
    intake.throw_away(draft=draft, by=request.user)
    sessions.end_call(request)
