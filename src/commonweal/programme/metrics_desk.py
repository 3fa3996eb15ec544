"""The programme lead's desk: metrics, their figures, and the pledges that they measure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Role
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import following, measuring
from .access import SETTERS, author_for
from .desk import LEAD, author_of, page
from .metric_forms import BindForm, EndForm, RedefineForm
from .models import Metric, Observation


def _setter(request: SignedInRequest) -> Actor:
    """The lead or the administrator at this page; `staff` has checked the role."""
    return author_for(request.user, None) or Actor(request.user, Role.ADMINISTRATOR)


@staff(*SETTERS)
def redefine(request: SignedInRequest, code: str) -> HttpResponse:
    metric = get_object_or_404(Metric, code=code)
    author = _setter(request)
    address = metric.get_absolute_url()
    return act(
        request,
        RedefineForm(request.POST or None),
        lambda answers: measuring.redefine(metric=metric, author=author, **answers),
        said="A new series has begun. No chart joins it with the old one.",
        **page(
            "Change what is counted", "Begin a new series", to=address, back=(address, metric.name)
        ),
    )


@staff(*SETTERS)
def end(request: SignedInRequest, code: str) -> HttpResponse:
    """From which day the town watches a metric no more, and why."""
    metric = get_object_or_404(Metric, code=code)
    author = _setter(request)
    address = metric.get_absolute_url()
    return act(
        request,
        EndForm(request.POST or None),
        lambda answers: measuring.end(metric=metric, author=author, **answers),
        said="It has ended. What was counted stays here.",
        **page("Watch it no more", "End it", to=address, back=(address, metric.name)),
        before=metric.name,
        follows=[
            "It is shown among the ended metrics, with your reason.",
            "No figure is expected for what comes after that day, and no pledge is measured by it.",
            "What was counted stays readable.",
        ],
    )


@staff(*SETTERS)
@require_POST
def go_on(request: SignedInRequest, code: str) -> HttpResponse:
    metric = get_object_or_404(Metric, code=code)
    try:
        measuring.go_on(metric=metric, author=_setter(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The town watches it again.")
    return redirect(metric.get_absolute_url())


@staff(LEAD)
@require_POST
def follow(request: SignedInRequest, code: str) -> HttpResponse:
    try:
        metric = following.follow(code=code, author=author_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("local-outcomes")
    messages.success(request, "The town follows it now. Figures are given on this page.")
    return redirect(metric.get_absolute_url())


@staff(LEAD)
@require_POST
def release(request: SignedInRequest, pk: int) -> HttpResponse:
    observation = get_object_or_404(Observation.objects.select_related("series__metric"), pk=pk)
    try:
        measuring.release(observation=observation, author=author_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Released: everybody can read it now.")
    return redirect("desk-programme")


@staff(LEAD)
def bind(request: SignedInRequest) -> HttpResponse:
    return act(
        request,
        BindForm(request.POST or None),
        lambda answers: measuring.bind(by=request.user, role=LEAD, **answers),
        said="The system measures this pledge from now on.",
        **page("Let a metric measure a pledge", "Bind them"),
    )
