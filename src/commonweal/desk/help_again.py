"""Coming back to a form: it goes on where it stopped; once it was sent it says how it stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonweal.accounts.access import about_oneself
from commonweal.accounts.limits import limited
from commonweal.cases import intake, opening, safeguards
from commonweal.cases.models import Case, IntakeDraft
from commonweal.office.errors import Refused
from commonweal.residents import references
from commonweal.residents.models import Resident

from . import limiting
from .forms.public import PUBLIC_STEPS, ResumeForm
from .help_form import STOPPED_AT, draft_of, line_beside

State = Case.State
# How a request stands, for whoever asked. No word of what it is about: others may read along.
STANDS = {
    State.NEW: "We have it. Nobody has spoken to you about it yet.",
    State.WORKING: "Somebody at the desk is working on it.",
    State.WAITING: "We asked an organisation to help, and wait for its answer.",
    State.CLOSED: "It is finished. If something is still needed, ring us or ask again.",
}


@about_oneself
@limited(limiting.RESUMES)
def resume(request: HttpRequest) -> HttpResponse:
    """By reference and number, to the step where they stopped, or to how their request stands."""
    form = ResumeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = intake.resume(**form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            request.session["help_draft"] = draft.code
            request.session["help_pin"] = references.figures(form.cleaned_data["pin"])
            return _onward(draft)
    context = {
        "form": form,
        "heading": "Go on with your form, or see how it stands",
        "button": "Go on",
        "back": (reverse("help"), "Get help"),
    }
    return render(request, "desk/resume.html", context)


def _onward(draft: IntakeDraft) -> HttpResponse:
    if draft.sent_as_id is not None:
        return redirect("help-sent", draft.code)
    step = intake.answers_of(draft).get(STOPPED_AT)
    return redirect("help-form", draft.code, step if step in PUBLIC_STEPS else PUBLIC_STEPS[0])


@about_oneself
def sent(request: HttpRequest, code: str) -> HttpResponse:
    """What was sent: its reference, how it stands, what happens next."""
    if request.session.get("help_draft") != code:
        return redirect("help-resume")
    draft = draft_of(request, code)
    if draft.sent_as is None:
        return redirect("help-form", code, PUBLIC_STEPS[-1])
    needs = draft.sent_as.needs.values_list("help_type__code", flat=True)
    context = {
        "reference": draft.sent_as.code,
        "stands": STANDS[State(draft.sent_as.state)],
        "is_new": draft.sent_as.state == State.NEW,
        "pin": request.session.get("help_pin"),
        "confirmed": draft.sent_as.written.filter(by=None, bulk=None).first(),
        "line": line_beside({"needs": list(needs), "signs": draft.sent_as.signs}),
        "promise": opening.promise_of(draft.sent_as),
        # The form made a record of its own: it says what they chose, and nothing known besides.
        "nobody_calls": draft.sent_as.resident.contact == Resident.Contact.NONE,
        "numbers": safeguards.numbers_of(draft.sent_as),
    }
    return render(request, "desk/sent.html", context)
