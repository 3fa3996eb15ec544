"""The public page of participation: the parts that the room's own rooms fill."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def have_your_say(request: HttpRequest) -> HttpResponse:
    return render(request, "voice/have_your_say.html")
