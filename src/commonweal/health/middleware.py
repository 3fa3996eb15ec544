"""Around everything else: a name for the request, its count, and the addresses about health."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from commonweal.design.every_answer import KNOWN
from commonweal.jobs import counting, database

from . import logs, views

logger = logging.getLogger("commonweal.requests")
_NAME = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Anybody may know that the process lives; the rest is for who runs it.
OPEN = {"/-/live": views.live}
KEPT = {"/-/ready": views.ready, "/-/metrics": views.metrics}


class HealthMiddleware:
    """Stands first: neither TLS, nor a host name, nor a session is asked for at ``/-/``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent_id = request.META.get("HTTP_X_REQUEST_ID", "")
        name = sent_id if _NAME.fullmatch(sent_id) else secrets.token_hex(16)
        token = logs.request_id.set(name)
        database.begin_page()
        began = time.monotonic()
        try:
            response = self._answer(request)
            took = time.monotonic() - began
            if request.method == "POST" and response.status_code in {302, 303}:
                # Who was taken in must not read on the next page that nobody is.
                database.was_written()
            counting.note(response.status_code, took)
            figures = {
                # Any word may be sent as one, also somebody's number.
                "method": request.method if request.method in KNOWN else "unknown",
                "route": _route(request),
                "status": response.status_code,
                "ms": round(took * 1000),
            }
            logger.info("%(method)s %(route)s %(status)s", figures, extra={"figures": figures})
        finally:
            logs.request_id.reset(token)
        response["X-Request-ID"] = name
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info.rstrip("/") if request.path_info.startswith("/-/") else ""
        if request.method not in KNOWN:
            # What refuses it stands further in, as for every address.
            return self.get_response(request)
        if path in OPEN:
            return OPEN[path](request)
        if path in KEPT and may_look(request):
            return KEPT[path](request)
        return self.get_response(request)


def _route(request: HttpRequest) -> str:
    """The pattern of an address, never the address itself; "" where it is none of ours."""
    if match := request.resolver_match:
        return f"/{match.route}"
    path = request.path_info.rstrip("/")
    return path if path in OPEN | KEPT else ""


def may_look(request: HttpRequest) -> bool:
    """Whether somebody asks from where the town is run, or brings the token for it."""
    token = settings.HEALTH_TOKEN
    sent_token = request.META.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ").strip()
    if token and hmac.compare_digest(sent_token.encode(), token.encode()):
        return True
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    networks = (ipaddress.ip_network(name, strict=False) for name in settings.HEALTH_FROM)
    return any(address in network for network in networks)
