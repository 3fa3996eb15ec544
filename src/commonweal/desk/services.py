"""The public directory: what help there is, as pages and as Open Referral UK."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from commonweal.accounts.limits import limited
from commonweal.design.every_answer import only_read
from commonweal.design.paging import page_at, paged
from commonweal.services import nearby, open_referral
from commonweal.services.models import HelpType, Service

from . import helplines, limiting
from .forms.services import NearForm

API_MOST = 100


def _chosen(request: HttpRequest) -> QueryDict:
    """What was chosen of the list: in the address, or beside a postcode."""
    return request.POST if request.method == "POST" else request.GET


def _services(request: HttpRequest) -> Any:
    chosen = _chosen(request)
    entries = Service.objects.shown().going_on()
    if typed := chosen.get("q", "").strip():
        entries = entries.filter(
            Q(name__icontains=typed)
            | Q(description__icontains=typed)
            | Q(organisation__name__icontains=typed)
            | Q(places__postcode__istartswith=typed)
        )
    if kind := chosen.get("help"):
        entries = entries.filter(help_types__code=kind)
    return entries.select_related("organisation").distinct().order_by("name", "pk")


@only_read
def services(request: HttpRequest) -> HttpResponse:
    entries = _services(request).prefetch_related("places", "schedules")
    page = paged(request, entries)
    return _list(request, page=page, rows=[(entry, "") for entry in page])


@require_POST
@limited(limiting.NEAR)
def services_near(request: HttpRequest) -> HttpResponse:
    """The same list by how far it is. A postcode says where somebody lives, so it stands in no
    address, is written down nowhere, and is sent again for each page."""
    form = NearForm(request.POST)
    if not form.is_valid():
        entries = _services(request).prefetch_related("places", "schedules")
        page = page_at(entries, 1)
        return _list(request, page=page, rows=[(entry, "") for entry in page], form=form)
    start = nearby.start_of(form.cleaned_data["postcode"])
    page = page_at(nearby.by_distance(_services(request), start), request.POST.get("page"))
    shown = Service.objects.select_related("organisation").prefetch_related("places", "schedules")
    entries = shown.in_bulk([key for key, _ in page])
    rows = [(entries[key], nearby.in_miles(away)) for key, away in page]
    none_is_near = not any(away for _, away in rows)
    return _list(request, page=page, rows=rows, form=form, start=start, none_is_near=none_is_near)


def _list(request: HttpRequest, **context: Any) -> HttpResponse:
    chosen = _chosen(request)
    kind, typed = chosen.get("help", ""), chosen.get("q", "")
    about = HelpType.objects.filter(code=kind).first() if kind else None
    shown = {
        "form": NearForm(initial={"q": typed, "help": kind}),
        "line": helplines.national_line() if helplines.is_danger([kind], []) else None,
        "about": about,
        "lines": helplines.lines_for(about) if about else [],
        "kinds": HelpType.objects.filter(is_active=True, is_public=True),
        "q": typed,
        "help": kind,
    }
    return render(request, "desk/services.html", shown | context)


@only_read
def service(request: HttpRequest, code: str) -> HttpResponse:
    shown = get_object_or_404(
        Service.objects.shown()
        .select_related("organisation__partner")
        .prefetch_related("places", "schedules", "help_types"),
        code=code,
    )
    return render(request, "desk/service.html", {"service": shown})


@only_read
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


@only_read
def service_json(request: HttpRequest, code: str) -> HttpResponse:
    return _open(open_referral.as_hsds(get_object_or_404(Service.objects.shown(), code=code)))


def _open(answer: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(answer)
    response["Access-Control-Allow-Origin"] = "*"
    return response
