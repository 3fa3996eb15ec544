"""The programme lead's desk: metrics, their figures, and the pledges that they measure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import following, measuring
from .desk import LEAD, author_of, page
from .metric_forms import BindForm, RedefineForm
from .models import Metric, Observation


@staff(LEAD)
def redefine(request: SignedInRequest, code: str) -> HttpResponse:
    metric = get_object_or_404(Metric, code=code)
    author = author_of(request)
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
