"""Saying which priorities an action answers: its own organisation, and the programme lead."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import actions
from .access import get_action_for
from .models import Priority
from .priority_forms import CiteForm


@login_required
def cite(request: SignedInRequest, code: str) -> HttpResponse:
    action, author = get_action_for(request.user, code)
    form = CiteForm(request.POST or None)
    form.offer(Priority.objects.exclude(citations__action=action))
    address = action.get_absolute_url()
    return act(
        request,
        form,
        lambda answers: actions.cite(action=action, author=author, **answers),
        said="The plan shows which priority it answers.",
        to=address,
        back=(address, action.title),
        heading="Which priority does it answer?",
        button="Save",
    )


@require_POST
@login_required
def uncite(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    action, author = get_action_for(request.user, code)
    citation = get_object_or_404(action.citations, pk=pk)
    try:
        actions.uncite(citation=citation, author=author)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The plan shows it no more.")
    return redirect(action)
