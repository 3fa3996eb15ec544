"""A case: everything about it on one page, and what a handler does with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest
from commonweal.accounts.models import Person
from commonweal.cases import foreseen, planning, presence, working
from commonweal.cases.access import get_case_for
from commonweal.cases.models import Callback, Case, Need
from commonweal.cases.urgency import may_be_less
from commonweal.design.every_answer import only_read
from commonweal.grants import actions as granting
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.residents import deaths, reaching

from . import around, helplines
from .forms.cases import (
    BecauseForm,
    CallForm,
    CaseHandOverForm,
    CloseCaseForm,
    DeathForm,
    FileForm,
    NoteForm,
    PlanCallForm,
    UrgencyForm,
)
from .forms.clocks import moment_on
from .handling import View, handler, of_case
from .today import owed_in_order


def _script(owed: list[Callback], needs: list[Need]) -> str | None:
    """What to say in the last of the calls that are owed, by the first kind of help that has a
    script for it."""
    script = None
    for callback in owed:
        name = "second_script" if callback.purpose == "second" else "first_script"
        scripts = [getattr(need.help_type, name) for need in needs]
        script = next(filter(None, scripts), script)
    return script


def _nearest(needs: list[Need], plans: dict[int, list[planning.Next]]) -> list[Any]:
    """(need, its next action or None) of each open need: what nobody planned or has stands first,
    then what is due first."""
    nearest = [(need, next(iter(plans[need.pk]), None)) for need in needs if need.pk in plans]
    return sorted(
        nearest,
        key=lambda row: (row[1].holds, row[1].due_at.timestamp()) if row[1] else (False, 0.0),
    )


@handler
@only_read
def case(request: SignedInRequest, code: str) -> HttpResponse:
    """Everything about one request. How it is safe to get in touch stands before any number."""
    this_case = get_case_for(request.user, code)
    # Whatever of the page asks for the needs of the case has these.
    of_a_need = Need.objects.select_related("help_type", "gap").prefetch_related("tasks")
    prefetch_related_objects([this_case], Prefetch("needs", of_a_need))
    resident = this_case.resident
    owed = list(this_case.callbacks.filter(state="due").select_related("case__resident"))
    needs = list(this_case.needs.all())
    plans = planning.all_plans_of(needs, planning.desk())
    context = {
        "case": this_case,
        "resident": resident,
        "script": _script(owed, needs),
        "needs": [
            (need, plans.get(need.pk, []), helplines.lines_for(need.help_type)) for need in needs
        ],
        "nearest": _nearest(needs, plans),
        "owed": owed_in_order(owed),
        "spent": planning.spent_calls(this_case),
        "not_made": [
            call for call in this_case.callbacks.filter(ending="not_made") if call.because
        ],
        "reach": reaching.of(resident),
        "written": this_case.written.select_related("by"),
        "calls": this_case.calls.select_related("by"),
        "notes": this_case.notes.select_related("by"),
        "files": this_case.files.all(),
        "referrals": this_case.referrals.select_related("partner", "service", "need__help_type"),
        **around.around(request.user, this_case),
        "grants_to_do": granting.to_do(this_case),
        "codes_to_give": granting.to_hand_over(this_case),
        "tasks": [t for need in needs for t in need.tasks.all()],
        "death": deaths.standing_report(resident) if resident.is_dead else None,
        "now": timezone.now(),
        "inside": presence.who_is_in([this_case], apart_from=request.user).get(this_case.pk),
        "may_be_less": may_be_less(this_case),
        "call_form": CallForm(
            initial={"direction": "out"}, later=working.planned_for_later(this_case)
        ),
    }
    return render(request, "desk/case.html", context)


def one_form(
    form_of: Any, do: Any, *, shows: Any = None, foresees: Any = None, **page: Any
) -> View:
    """A page with one form about one case: fetch and check, ask, do, say, go back. ``shows``
    gives what the form shows of the case, so that a stale page overwrites nothing; ``foresees``,
    of the case and who looks, what follows from it. ``page`` is what `act` says: said, heading,
    button."""

    @handler
    def view(request: SignedInRequest, code: str) -> HttpResponse:
        case = get_case_for(request.user, code)
        initial = shows(case) if shows else None
        form = form_of(request.POST or None, request.FILES or None, initial=initial)
        return act(
            request,
            form,
            lambda answers: do(case, request.user, answers),
            shows=lambda: {"follows": foresees(case, request.user)} if foresees else {},
            **of_case(code),
            **page,
        )

    return view


note = one_form(
    NoteForm,
    lambda c, by, answers: working.note(case=c, by=by, **answers),
    said="Kept.",
    heading="Write a note",
    button="Keep it",
)
urgency = one_form(
    UrgencyForm,
    lambda c, by, answers: working.decide_urgency(case=c, by=by, **answers),
    said="Set. Working the score out again won't change it.",
    heading="How urgent is it?",
    button="Set it",
    shows=lambda c: {"level": c.urgency},
)
hand_over = one_form(
    CaseHandOverForm,
    lambda c, by, answers: working.hand_over(case=c, by=by, **answers),
    said="Handed over.",
    heading="Hand it over to a colleague",
    button="Hand it over",
    foresees=foreseen.of_handing_over,
)
_close = one_form(
    CloseCaseForm,
    lambda c, by, answers: working.close(case=c, by=by, **answers),
    said="Closed.",
    heading="Close the case",
    button="Close it",
    foresees=lambda c, _: foreseen.of_closing(c),
)


@handler
def close(request: SignedInRequest, code: str) -> HttpResponse:
    """Close a case; what has to be done before stands in place of the form."""
    case = get_case_for(request.user, code)
    first = working.before_closing(case) if request.method != "POST" else []
    if not first:
        return _close(request, code)
    open_needs = case.needs.filter(state="open").select_related("help_type")
    context = {"case": case, "first": first, "open_needs": open_needs}
    return render(request, "desk/not_yet.html", context)


attach = one_form(
    FileForm,
    lambda c, by, answers: working.attach(case=c, by=by, upload=answers["upload"]),
    said="Kept, encrypted.",
    heading="Add a paper",
    button="Keep it",
    multipart=True,
)


def _report_dead(case: Case, by: Person, death: dict[str, Any]) -> None:
    """Refused where somebody reported it already: what they were told would be kept nowhere."""
    if deaths.report_dead(resident=case.resident, by=by, because=death["because"]) is None:
        raise Refused(
            "Somebody reported this already, and everything has stopped. Keep what you were told "
            "as a note in the case."
        )


dead = one_form(
    DeathForm,
    _report_dead,
    said="All contact has stopped, everywhere.",
    heading="They have died",
    button="Stop all contact",
    danger=True,
    foresees=lambda c, _: foreseen.of_death(c),
)
alive = one_form(
    BecauseForm,
    lambda c, by, answers: deaths.alive_after_all(resident=c.resident, by=by, **answers),
    said="The report is withdrawn. What it stopped goes on: look at calls, "
    "referrals, tasks and next actions.",
    heading="The report was wrong",
    button="Withdraw the report",
    before="Calls, referrals, tasks and next actions that it stopped go on, where nothing else "
    "ended them since. How they may be reached is what it was.",
)


def _plan(case: Case, by: Any, answers: dict[str, Any]) -> None:
    due_at = moment_on(answers["due_on"], answers["due_time"])
    working.plan_call(case=case, purpose=answers["purpose"], due_at=due_at, by=by)


plan_call = one_form(PlanCallForm, _plan, said="Planned.", heading="Plan a call", button="Plan it")


@handler
@require_POST
def take(request: SignedInRequest, code: str) -> HttpResponse:
    case = get_case_for(request.user, code)
    try:
        working.take(case=case, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(case)


@handler
def cancel_call(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    case = get_case_for(request.user, code)
    callback = get_object_or_404(case.callbacks, pk=pk)
    return act(
        request,
        BecauseForm(request.POST or None),
        lambda answers: working.cancel_call(callback=callback, by=request.user, **answers),
        said="This call is not made.",
        heading="Don't make this call",
        button="Don't make it",
        **of_case(code),
    )


@handler
@only_read
def paper(request: SignedInRequest, code: str, paper_code: str) -> HttpResponse:
    """A paper of a case, as a download under a name that says nothing."""
    case = get_case_for(request.user, code, what="paper")
    file = get_object_or_404(case.files, code=paper_code)
    try:
        response = HttpResponse(working.read_file(file), content_type=file.content_type)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(case)
    ending = file.name.rsplit(".", 1)[-1]
    response["Content-Disposition"] = f'attachment; filename="{case.code}-paper.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
