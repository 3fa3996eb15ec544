"""The public page of the local economy: the parts that the room's own rooms fill."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonweal.design.every_answer import only_read

from . import exposure, pulse, scenarios, series, shocks


@only_read
def economy(request: HttpRequest) -> HttpResponse:
    context = {
        "series": series.reads.dashboard(),
        "scenarios": scenarios.reads.published(),
        "groups": exposure.reads.public(),
        "shocks": shocks.reads.public(),
        "pulse": pulse.reads.pulse(),
    }
    return render(request, "economy/economy.html", context)
