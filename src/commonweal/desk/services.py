"""The public directory: what help there is, as pages and as Open Referral UK."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commonweal.services import open_referral
from commonweal.services.models import HelpType, Service

from . import helplines

PER_PAGE = 25


API_MOST = 100


def _services(request: HttpRequest) -> Any:
    entries = Service.objects.shown().going_on()
    if typed := request.GET.get("q", "").strip():
        entries = entries.filter(
            Q(name__icontains=typed)
            | Q(description__icontains=typed)
            | Q(organisation__name__icontains=typed)
            | Q(places__postcode__istartswith=typed)
        )
    if kind := request.GET.get("help"):
        entries = entries.filter(help_types__code=kind)
    return entries.select_related("organisation").distinct().order_by("name", "pk")


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    page = Paginator(
        _services(request).prefetch_related("places", "schedules", "help_types"), PER_PAGE
    ).get_page(request.GET.get("page"))
    kind = request.GET.get("help", "")
    context = {
        "page": page,
        "line": helplines.national_line() if helplines.is_danger([kind], []) else None,
        "kinds": HelpType.objects.filter(is_active=True, is_public=True),
        "q": request.GET.get("q", ""),
        "help": kind,
    }
    return render(request, "desk/services.html", context)


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    shown = get_object_or_404(
        Service.objects.shown()
        .select_related("organisation__partner")
        .prefetch_related("places", "schedules", "help_types"),
        code=code,
    )
    return render(request, "desk/service.html", {"service": shown})


@require_safe
def services_json(request: HttpRequest) -> HttpResponse:
    """Open Referral UK: GET /services, in pages."""
    entries = _services(request).prefetch_related("places", "schedules")
    number, size = _whole(request, "page", 1), min(_whole(request, "per_page", 50), API_MOST)
    total = entries.count()
    rows = list(entries[(number - 1) * size : number * size])
    return _open(open_referral.page_of(rows, page=number, per_page=size, total=total))


def _whole(request: HttpRequest, name: str, otherwise: int) -> int:
    typed = request.GET.get(name, "")
    return max(1, min(int(typed), 10**6)) if typed.isdecimal() and len(typed) < 8 else otherwise


@require_safe
def service_json(request: HttpRequest, code: str) -> HttpResponse:
    return _open(open_referral.as_hsds(get_object_or_404(Service.objects.shown(), code=code)))


def _open(answer: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(answer)
    response["Access-Control-Allow-Origin"] = "*"
    return response
