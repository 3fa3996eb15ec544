"""The desk of participation: what waits in each part of the room, and the doors to its pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.design.every_answer import only_read

from .access import DESK
from .consultations import reads as consultations


@staff(*DESK)
@only_read
def day(request: SignedInRequest) -> HttpResponse:
    context = {"consultations": consultations.at_desk(timezone.localdate())}
    return render(request, "voice/desk_day.html", context)
