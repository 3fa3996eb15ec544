"""The public page of a ward, which is also its letter."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commonweal.design.every_answer import only_read
from commonweal.places.models import Area

from .reads import letter_of


@only_read
def letter(request: HttpRequest, code: str) -> HttpResponse:
    area = get_object_or_404(Area, code=code)
    shown = letter_of(area, timezone.localdate(), timezone.now())
    context = {"letter": shown, "today": timezone.localdate()}
    return render(request, "voice/ward_letter.html", context)


@only_read
def letters(request: HttpRequest) -> HttpResponse:
    return render(request, "voice/ward_letters.html", {"areas": Area.objects.all()})
