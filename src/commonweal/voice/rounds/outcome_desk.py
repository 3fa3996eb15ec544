"""The desk's pages after the close: the count, and winners that become actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.design.forms import DateField, Form
from commonweal.design.words import many
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.programme.models import Action

from ..access import DESK
from ..models import Project, Round
from . import counting, delivering
from .desk import at_desk, page

STEPS = (1, 2, 3)


class DeliverForm(Form):
    owner_title = forms.CharField(label="Who does it, by their post", max_length=100)
    due_on = DateField(label="By when it is done")
    step_1 = forms.CharField(label="First milestone", max_length=200)
    step_1_on = DateField(label="By when the first milestone", required=False)
    step_2 = forms.CharField(label="Second milestone", required=False, max_length=200)
    step_2_on = DateField(label="By when the second milestone", required=False)
    step_3 = forms.CharField(label="Third milestone", required=False, max_length=200)
    step_3_on = DateField(label="By when the third milestone", required=False)

    @property
    def milestones(self) -> list[tuple[str, Any]]:
        answers = self.cleaned_data
        named = [(answers[f"step_{at}"], answers[f"step_{at}_on"]) for at in STEPS]
        return [(title, day) for title, day in named if title]


@staff(*DESK)
@require_POST
def count(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    try:
        winners = counting.count(budget_round=budget_round, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Counted: {many(len(winners), 'project')} won.")
    return redirect("desk-budget", code)


@staff(*DESK)
def deliver(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    project = get_object_or_404(
        Project.objects.select_related("round"), round__code=code, number=number
    )
    form = DeliverForm(request.POST or None)

    def do(answers: dict[str, Any]) -> Action:
        return delivering.deliver(
            budget_round=project.round,
            number=number,
            owner_title=answers["owner_title"],
            due_on=answers["due_on"],
            milestones=form.milestones,
            by=request.user,
        )

    return act(
        request,
        form,
        do,
        said="It is an action of the programme now.",
        to=at_desk(project.round),
        **page(project.round, f"Into the programme: {project.title}", "Make it an action"),
    )
