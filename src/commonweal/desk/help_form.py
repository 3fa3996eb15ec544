"""The public form: step by step, until it is sent."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from commonweal.accounts.access import about_oneself
from commonweal.accounts.limits import limited
from commonweal.accounts.signing_in import kept_out
from commonweal.cases import intake, opening
from commonweal.cases.models import IntakeDraft, Notice
from commonweal.office.errors import Refused
from commonweal.residents import reaching, ways
from commonweal.services.models import HelpType

from . import closing, helplines, limiting
from .forms.answered import in_words
from .forms.intake import IntakeForm
from .forms.public import PUBLIC_CONTACT, PUBLIC_STEPS, STEPS, public_form

# Beside the answers of a form: the step at which they were when they left off.
STOPPED_AT = "stopped_at"


@require_POST
@closing.when_open
@limited(limiting.STARTS)
def start(request: HttpRequest) -> HttpResponse:
    try:
        draft, pin = intake.start(channel="web", by=None)
    except Refused:
        return closing.page(request)
    request.session["help_draft"] = draft.code
    request.session["help_pin"] = pin
    return redirect("help-form", draft.code, PUBLIC_STEPS[0])


def draft_of(request: HttpRequest, code: str) -> IntakeDraft:
    """The form that this visitor began or went on with; nobody else's."""
    if request.session.get("help_draft") != code:
        raise Http404
    return get_object_or_404(IntakeDraft, code=code)


def _keep(
    request: HttpRequest, draft: IntakeDraft, step: str, answers: dict[str, Any]
) -> tuple[IntakeForm, dict[str, Any]]:
    """Keep what was typed into a step: its form, and what is different by it."""
    initial = _initial(answers)
    form = public_form(step, request.POST, before=answers, initial=initial)
    changed = form.changed(_typed(request, step))
    # What somebody else changed meanwhile waits for a choice; the rest is kept.
    changed = {name: answer for name, answer in changed.items() if name not in form.conflicts}
    try:
        intake.save(draft=draft, answers=changed, by=None)
    except intake.TooLong as refused:
        changed = limiting.cut(changed)
        form = public_form(step, limiting.cut_post(request.POST), before=answers, initial=initial)
        form.add_error(None, str(refused))
        return form, changed
    # Kept is what was typed, also where it is asked about: the page shows that from now on.
    shown = _initial(answers | changed)
    return public_form(step, request.POST, before=answers, initial=shown), changed


@about_oneself
@closing.when_open
@limited(limiting.STEPS)
def form_step(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """One step of the form. Each is kept, right or wrong, so that nothing has to be typed again."""
    if step not in PUBLIC_STEPS:
        raise Http404
    if request.session.get("help_draft") != code:
        # The session ended: with their number they go on, and find what they wrote meanwhile.
        return kept_out("help-resume") if request.method == "POST" else redirect("help-resume")
    draft = draft_of(request, code)
    if draft.sent_as is not None:
        return redirect("help-sent", code)
    answers = intake.answers_of(draft)
    if request.method == "POST":
        form, changed = _keep(request, draft, step, answers)
        if form.is_valid():
            return _onward(request, draft, step)
        answers |= changed
    else:
        form = public_form(step, initial=_initial(answers))
    index = PUBLIC_STEPS.index(step)
    context = {
        "draft": draft,
        "form": form,
        "step": step,
        "number": index + 1,
        "of": len(PUBLIC_STEPS),
        "before": PUBLIC_STEPS[index - 1] if index else "",
        "pin": request.session.get("help_pin"),
        "summary": _summary(answers) if step == "check" else [],
        "consent_words": intake.CONSENT,
        "notice": Notice.in_force(),
        "instead": "" if opening.on_duty() else opening.instead_of_a_time(),
        "line": line_beside(answers),
    }
    return render(request, "desk/form.html", context)


def line_beside(answers: dict[str, Any]) -> helplines.Line | None:
    """Whom to ring, once something was ticked that says that they may not be safe."""
    ticked = (answers.get("needs") or [], answers.get("signs") or [])
    return helplines.national_line() if helplines.is_danger(*ticked) else None


def _initial(answers: dict[str, Any]) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(IntakeForm(public=True).fields, "")
    usual = {"for_whom": "self", "contact": "", "lives": "address"}
    answered = {name: answer for name, answer in answers.items() if answer}
    return nothing | usual | answered | {"born": [answers.get(f"born_{n}", "") for n in range(3)]}


def _typed(request: HttpRequest, step: str) -> dict[str, Any]:
    names = set(STEPS[step])
    if step == "help":
        offered = IntakeForm(request.POST, public=True).fields
        names |= {name for name in offered if name.startswith("q-")}
    typed: dict[str, Any] = {
        name: request.POST.get(name, "") for name in names if name not in ("needs", "signs", "born")
    }
    if step == "help":
        typed |= {name: request.POST.getlist(name) for name in ("needs", "signs")}
    if step == "who":
        typed |= {f"born_{n}": request.POST.get(f"born_{n}", "") for n in range(3)}
    return typed


def _onward(request: HttpRequest, draft: IntakeDraft, step: str) -> HttpResponse:
    index = PUBLIC_STEPS.index(step)
    if index + 1 < len(PUBLIC_STEPS):
        following = PUBLIC_STEPS[index + 1]
        # A form that is full to the last letter is gone on with from its beginning.
        with suppress(intake.TooLong):
            intake.save(draft=draft, answers={STOPPED_AT: following}, by=None)
        return redirect("help-form", draft.code, following)
    try:
        intake.finish(draft=draft, by=None)
    except reaching.NotAsked as refused:
        messages.error(request, str(refused))
        return redirect("help-form", draft.code, "contact")
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("help-form", draft.code, "help")
    return redirect("help-sent", draft.code)


def _summary(answers: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(what, answer, the step where it is changed), of everything that was answered."""
    kinds = dict(HelpType.objects.values_list("code", "name"))
    needs = ", ".join(kinds.get(code, code) for code in answers.get("needs") or [])
    rows = [("Help with", needs, "help"), ("What happened", str(answers.get("words", "")), "help")]
    name = f"{answers.get('first_name', '')} {answers.get('last_name', '')}".strip()
    rows += [
        ("Name", name, "who"),
        ("Address", f"{answers.get('address', '')} {answers.get('postcode', '')}".strip(), "who"),
        ("Asked by", str(answers.get("caller_name", "")), "who"),
        ("Telephone", str(answers.get("phone", "")), "contact"),
        ("E-mail", str(answers.get("email", "")), "contact"),
    ]
    # How it is safe to get in touch is shown always, also where it was not answered.
    rule = reaching.rule_from(intake.values_of(answers))
    contact = dict(PUBLIC_CONTACT).get(rule.contact, "Not answered")
    hours = ways.hours_in_words(rule)
    ways_in_words = [contact, f"only {hours}" if hours else ""]
    return [
        *(row for row in rows if row[1]),
        # For themselves is an answer too, though nobody had to choose it.
        *_further({"for_whom": "self"} | answers),
        ("How we may get in touch", ", ".join(part for part in ways_in_words if part), "contact"),
        *(
            (label, answer, "contact")
            for label, answer in (("Safe word", rule.word), ("To be safe", rule.note))
            if answer
        ),
    ]


# What the rows above tell of already, several of them in one.
TOLD = {
    "needs",
    "words",
    "first_name",
    "last_name",
    "address",
    "postcode",
    "caller_name",
    "phone",
    "email",
    "contact",
    "safe_days",
    "safe_from",
    "safe_until",
    "safe_word",
    "safe_note",
}


def _further(answers: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Each other question that was answered, so that a new one needs nothing here; those of a kind
    of help only where that kind is asked for."""
    kinds = tuple(f"q-{code}-" for code in answers.get("needs") or [])
    rows = []
    for step in PUBLIC_STEPS[:-1]:
        form = public_form(step, initial=answers)
        for name, field in form.fields.items():
            is_asked = not name.startswith("q-") or name.startswith(kinds)
            if name not in TOLD and is_asked and (answer := in_words(form, name, answers)):
                rows.append((str(field.label), answer, step))
    return rows
