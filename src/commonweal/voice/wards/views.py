"""The public page of a ward, which is also its letter."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commonweal.places.models import Area

from .reads import letter_of


def letter(request: HttpRequest, code: str) -> HttpResponse:
    area = get_object_or_404(Area, code=code)
    shown = letter_of(area, timezone.localdate(), timezone.now())
    context = {"letter": shown, "today": timezone.localdate()}
    return render(request, "voice/ward_letter.html", context)


def letters(request: HttpRequest) -> HttpResponse:
    return render(request, "voice/ward_letters.html", {"areas": Area.objects.all()})
