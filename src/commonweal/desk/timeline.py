"""A case from its newest moment back, and what stood in the fields of its person before."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from commonweal.accounts.access import SignedInRequest
from commonweal.cases.access import get_case_for, get_resident_for
from commonweal.cases.named import is_kept_apart
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.residents import changes, reaching

from . import happened
from .handling import handler
from .ways_back import way_back


@handler
@only_read
def timeline(request: SignedInRequest, code: str) -> HttpResponse:
    """All that happened in a case in one order."""
    case = get_case_for(request.user, code, what="timeline")
    kinds = happened.kinds_for(request.user)
    wanted = request.GET.get("kind", "")
    kind = wanted if wanted in kinds else ""
    moments = happened.happened(case, request.user, kind)
    context = {
        "case": case,
        "reach": None if is_kept_apart(request.user, case.resident) else reaching.of(case.resident),
        "kinds": kinds,
        "kind": kind,
        "chosen": kinds.get(kind, ""),
        "page": paged(request, moments),
        "base": f"{request.path}?kind={kind}" if kind else request.path,
    }
    return render(request, "desk/timeline.html", context)


@handler
@only_read
def history(request: SignedInRequest, code: str) -> HttpResponse:
    """What stood in the fields of a person before, who changed it, when and why."""
    resident = get_resident_for(request.user, code, what="history")
    back_to, back = way_back(request.user, resident)
    name = request.GET.get("field", "")
    name = name if name in changes.KEPT_OF_PEOPLE else ""
    context = {
        "resident": resident,
        "reach": reaching.of(resident),
        "fields": changes.KEPT_OF_PEOPLE,
        "field": name,
        "page": paged(request, changes.history(resident, name=name)),
        "base": f"{request.path}?field={name}" if name else request.path,
        "back_to": back_to,
        "back": back,
    }
    return render(request, "desk/history.html", context)
