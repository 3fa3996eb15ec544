"""The economy desk: what waits in each part of the room, and the doors to its pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.design.every_answer import only_read

from . import scenarios, series, shocks
from .access import DESK, brings_figures


@staff(*DESK)
@only_read
def day(request: SignedInRequest) -> HttpResponse:
    context = {
        "series": series.reads.at_desk(),
        "brings_figures": brings_figures(request.user),
        "scenarios": scenarios.reads.at_desk(),
        "shocks": shocks.reads.at_desk(request.user),
    }
    return render(request, "economy/desk_day.html", context)
