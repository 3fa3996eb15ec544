"""Working on the programme: what the lead and the organisations that own actions do with them.

The same pages serve both; `access` decides who may, and in whose name it is written.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.partners.access import ANY_MEMBER, get_partner_for

from . import actions, measuring, reads
from .access import get_action_for, get_metric_for, get_milestone_for
from .forms import MilestoneDoneForm, MilestoneForm, MoveMilestoneForm, NeedsForm, PlanReasonForm
from .metric_forms import FigureForm
from .models import Action, Milestone


@login_required
@only_read
def of_partner(request: SignedInRequest, code: str) -> HttpResponse:
    """An organisation's own actions and metrics, what waits first."""
    partner = get_partner_for(request.user, code, roles=ANY_MEMBER)
    today = timezone.localdate()
    metrics = [line for line in reads.metric_lines(today) if line.metric.partner_id == partner.pk]
    context = {
        "partner": partner,
        "found": reads.programme(today, partner=partner),
        "metrics": metrics,
        "ended": reads.ended_lines(today, partner=partner),
    }
    return render(request, "programme/own.html", context)


def _page(action: Action, **context: Any) -> dict[str, Any]:
    address = action.get_absolute_url()
    return {"to": address, "back": (address, action.title), **context}


@login_required
def milestone_add(request: SignedInRequest, code: str) -> HttpResponse:
    action, author = get_action_for(request.user, code)
    return act(
        request,
        MilestoneForm(request.POST or None),
        lambda answers: actions.add_milestone(action=action, author=author, **answers),
        said="The milestone is in the plan.",
        **_page(action, heading="Add a milestone", button="Add it"),
    )


@login_required
def milestone_done(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    milestone, author = get_milestone_for(request.user, code, pk)
    form = MilestoneDoneForm(request.POST or None, initial={"done_on": timezone.localdate()})
    return act(
        request,
        form,
        lambda answers: actions.finish_milestone(
            milestone=milestone,
            done_on=answers["done_on"],
            done_words=answers["words"],
            author=author,
        ),
        said="Marked as done. The action's progress follows from it.",
        **_milestone_page(milestone, "Is it done?", "Mark as done"),
    )


@login_required
def milestone_move(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    milestone, author = get_milestone_for(request.user, code, pk)
    return act(
        request,
        MoveMilestoneForm(request.POST or None),
        lambda answers: actions.move_milestone(milestone=milestone, author=author, **answers),
        said="Moved. The old date stays in the history of the plan.",
        **_milestone_page(milestone, "Give it another date", "Move it"),
    )


@login_required
def milestone_reopen(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    milestone, author = get_milestone_for(request.user, code, pk)
    return act(
        request,
        PlanReasonForm(request.POST or None),
        lambda answers: actions.reopen_milestone(milestone=milestone, author=author, **answers),
        said="Open again.",
        **_milestone_page(milestone, "Not done after all?", "Open it again"),
    )


def _milestone_page(milestone: Milestone, heading: str, button: str) -> dict[str, Any]:
    day = f"{milestone.due_on:%-d %B %Y}" if milestone.due_on else "no date stated"
    before = f"{milestone.title} ({day})"
    return _page(milestone.action, heading=heading, button=button, before=before)


@login_required
def depend(request: SignedInRequest, code: str) -> HttpResponse:
    action, author = get_action_for(request.user, code)
    form = NeedsForm(request.POST or None)
    field: Any = form.fields["on"]
    field.queryset = Action.objects.exclude(pk=action.pk).exclude(needed_by=action)
    return act(
        request,
        form,
        lambda answers: actions.depend(action=action, author=author, **answers),
        said="The plan shows what it waits for.",
        **_page(action, heading="What does it need first?", button="Add"),
    )


@login_required
def figure(request: SignedInRequest, code: str) -> HttpResponse:
    """Give a metric's figure for a period. The programme lead releases it."""
    metric, author = get_metric_for(request.user, code)
    series = measuring.newest_series(metric)
    if metric.computed or series is None:
        raise Http404
    if request.method == "GET" and (why := measuring.no_period_yet(metric, timezone.localdate())):
        messages.info(request, why)
        return redirect(metric)
    form = FigureForm(request.POST or None, series=series, initial={"status": "final"})

    def give(answers: dict[str, Any]) -> None:
        (first, last), typed = answers.pop("period"), answers.pop("value")
        measuring.observe(
            series=series, starts_on=first, ends_on=last, figure=typed, author=author, **answers
        )

    return act(
        request,
        form,
        give,
        said="Kept. The programme lead releases it; until then nobody outside sees it.",
        to=metric.get_absolute_url(),
        back=(metric.get_absolute_url(), metric.name),
        heading=f"Give a figure: {metric.name}",
        button="Keep this figure",
        before=series.definition,
    )
