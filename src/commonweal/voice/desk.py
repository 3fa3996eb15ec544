"""The desk of participation: what waits in each part of the room, and the doors to its pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from commonweal.accounts.access import SignedInRequest, staff

from .access import DESK


@staff(*DESK)
def day(request: SignedInRequest) -> HttpResponse:
    return render(request, "voice/desk_day.html")
