"""The addresses that monitoring asks. No personal data is in any of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from . import figures, readiness


def live(request: HttpRequest) -> HttpResponse:
    """The process lives: nothing else is asked."""
    return _fresh(HttpResponse("alive\n", content_type="text/plain"))


def ready(request: HttpRequest) -> HttpResponse:
    """Whether the town can serve, and what stands in the way; 503 where something does."""
    checks = readiness.look()
    readiness.note(checks)
    is_ready = all(check.is_well for check in checks)
    state = {
        "ready": is_ready,
        "checks": {
            check.name: {"ok": check.is_well, "says": check.says}
            | ({} if check.is_well else {"mend": check.mend})
            for check in checks
        },
    }
    return _fresh(JsonResponse(state, status=200 if is_ready else 503))


def metrics(request: HttpRequest) -> HttpResponse:
    """Some thirty figures as OpenMetrics text."""
    kind = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    return _fresh(HttpResponse(figures.text(), content_type=kind))


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
