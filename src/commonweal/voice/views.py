"""The public page of participation: the parts that the room's own rooms fill."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from commonweal.design.every_answer import only_read

from .consultations import reads as consultations


@only_read
def have_your_say(request: HttpRequest) -> HttpResponse:
    context = {"consultations": consultations.public(timezone.localdate())}
    return render(request, "voice/have_your_say.html", context)
