"""The programme lead's desk: what waits, actions, decisions, risks, metrics, bulk."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Role
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act

from . import actions, measuring, reads
from .access import author_for
from .forms import (
    AccelerateForm,
    DecisionForm,
    PlanReasonForm,
    ReplanForm,
    RiskForm,
    StopForm,
)
from .models import Action, Binding, Observation, Risk
from .new_action_form import NewActionForm
from .status import Status

LEAD = Role.PROGRAMME_LEAD


def author_of(request: SignedInRequest) -> Actor:
    """The person at this desk; `staff` has checked the role."""
    author = author_for(request.user, None)
    assert author is not None
    return author


def page(heading: str, button: str, **context: Any) -> dict[str, Any]:
    desk = reverse("desk-programme")
    return {
        "heading": heading,
        "button": button,
        "back": (desk, "Programme desk"),
        "to": desk,
    } | context


@staff(LEAD)
@only_read
def day(request: SignedInRequest) -> HttpResponse:
    """Everything that waits for the programme lead, on one page."""
    today = timezone.localdate()
    overview = reads.programme(today)
    lines = reads.metric_lines(today)
    context = {
        "found": overview,
        "late": [line for line in overview.lines if line.status == Status.LATE],
        "at_risk": [line for line in overview.lines if line.status == Status.AT_RISK],
        "lacking": overview.not_yet_actionable,
        "metrics": lines,
        "late_metrics": [line for line in lines if line.late],
        "waiting": Observation.objects.filter(released_on=None).select_related("series__metric"),
        "risks": reads.risks(today),
        "differences": measuring.differences(),
        "bindings": Binding.objects.select_related("pledge__partner", "metric"),
    }
    return render(request, "programme/desk_day.html", context)


# --- Actions ----------------------------------------------------------------------------------


@staff(LEAD)
def action_add(request: SignedInRequest) -> HttpResponse:
    form = NewActionForm(request.POST or None)
    author = author_of(request)
    return act(
        request,
        form,
        lambda answers: actions.add(
            wanted=form.wanted(), author=author, milestones=answers["milestones"]
        ),
        said="The action is in the programme.",
        template="programme/action_add.html",
        **page("Add an action", "Add it"),
    )


@staff(LEAD)
def action_change(request: SignedInRequest, code: str) -> HttpResponse:
    action = get_object_or_404(Action, code=code)
    initial = {name: getattr(action, name) for name in actions.WRITTEN}
    initial["pillars"] = list(action.pillars.values_list("pk", flat=True))
    for name in ("workstream", "partner", "metric", "decision"):
        initial[name] = getattr(action, f"{name}_id")
    form = ReplanForm(request.POST or None, initial=initial)
    author = author_of(request)
    address = action.get_absolute_url()
    return act(
        request,
        form,
        lambda answers: actions.replan(
            action=action,
            wanted=form.wanted(),
            because=answers["because"],
            decision=answers["by_decision"],
            author=author,
        ),
        said="Changed. What it was before stays in its history.",
        **page("Change the plan", "Change it", to=address, back=(address, action.title)),
    )


@staff(LEAD)
def action_stop(request: SignedInRequest, code: str) -> HttpResponse:
    action = get_object_or_404(Action, code=code)
    author = author_of(request)
    address = action.get_absolute_url()
    return act(
        request,
        StopForm(request.POST or None),
        lambda answers: actions.stop(action=action, author=author, **answers),
        said="Stopped. It stays in the programme, with the decision and the reason.",
        **page(
            "Stop this action",
            "Stop it",
            to=address,
            back=(address, action.title),
            before=action.title,
            danger=True,
        ),
    )


@staff(LEAD)
def accelerate(request: SignedInRequest) -> HttpResponse:
    author = author_of(request)

    def do(answers: dict[str, Any]) -> None:
        actions.accelerate(author=author, **(answers | {"actions": list(answers["actions"])}))

    return act(
        request,
        AccelerateForm(request.POST or None),
        do,
        said="Pulled forward. The programme shows what moved, from when to when.",
        **page("Pull actions forward", "Pull them forward"),
    )


# --- Decisions and risks ----------------------------------------------------------------------


@staff(LEAD, Role.CHARTER_MANAGER)
def decision_add(request: SignedInRequest) -> HttpResponse:
    author = author_for(request.user, None) or Actor(request.user, Role.CHARTER_MANAGER)
    return act(
        request,
        DecisionForm(request.POST or None),
        lambda answers: actions.decide(author=author, **answers),
        said="The decision is in the log. What it makes or changes can name it now.",
        **page(
            "Write down a decision",
            "Write it down",
            to=reverse("decisions"),
            back=(reverse("decisions"), "Decisions"),
        ),
    )


@staff(LEAD)
def risk_add(request: SignedInRequest) -> HttpResponse:
    author = author_of(request)

    def do(answers: dict[str, Any]) -> None:
        endangered, pledges = list(answers.pop("actions")), answers.pop("pledges")
        actions.raise_risk(values=answers, actions=endangered, pledges=pledges, author=author)

    return act(
        request,
        RiskForm(request.POST or None),
        do,
        said="The risk is in the register of risks.",
        **page("Write down a risk", "Write it down"),
    )


@staff(LEAD)
def risk_change(request: SignedInRequest, code: str) -> HttpResponse:
    risk = get_object_or_404(Risk, code=code)
    names = ("title", "description", "likelihood", "impact", "owner_title", "mitigation")
    initial: dict[str, Any] = {name: getattr(risk, name) for name in names}
    initial |= {
        "partner": risk.partner_id,
        "actions": list(risk.actions.values_list("pk", flat=True)),
        "pledges": " ".join(risk.pledges.values_list("code", flat=True)),
    }
    author = author_of(request)

    def do(answers: dict[str, Any]) -> None:
        endangered, pledges = list(answers.pop("actions")), answers.pop("pledges")
        actions.score_again(
            risk=risk, values=answers, actions=endangered, pledges=pledges, author=author
        )

    return act(
        request,
        RiskForm(request.POST or None, initial=initial),
        do,
        said="Kept.",
        **page("Look at a risk again", "Keep"),
    )


@staff(LEAD)
def risk_close(request: SignedInRequest, code: str) -> HttpResponse:
    risk = get_object_or_404(Risk, code=code)
    author = author_of(request)
    return act(
        request,
        PlanReasonForm(request.POST or None),
        lambda answers: actions.close_risk(risk=risk, author=author, **answers),
        said="Closed.",
        **page("Close a risk", "Close it", before=risk.title),
    )
