"""The economy desk: what waits in each part of the room, and the doors to its pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role

from . import scenarios, series, shocks

DESK = (Role.ANALYST, Role.PROGRAMME_LEAD, Role.CHARTER_MANAGER)


@staff(*DESK)
def day(request: SignedInRequest) -> HttpResponse:
    context = {
        "series": series.reads.at_desk(),
        "scenarios": scenarios.reads.at_desk(),
        "shocks": shocks.reads.at_desk(request.user),
    }
    return render(request, "economy/desk_day.html", context)
