"""What holds of every answer, whatever page gives it: which methods there are, and what no page
of ours may do in a browser."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.http import require_http_methods

KNOWN = ("GET", "HEAD", "OPTIONS", "POST")
# Before a view that takes no form: whatever is sent there is refused before anything is read.
only_read = require_http_methods([name for name in KNOWN if name != "POST"])
# What a browser could give a page. Ours take none of it, and so does nothing that got into one:
# the names are those that browsers know, because an unknown one is a complaint on each page.
TAKEN_AWAY = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "compute-pressure",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "sync-xhr",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
# Passkeys, on our own pages and in no frame.
OURS = ("publickey-credentials-create", "publickey-credentials-get")
POLICY = ", ".join([*(f"{name}=()" for name in TAKEN_AWAY), *(f"{name}=(self)" for name in OURS)])

Answer = Callable[[HttpRequest], HttpResponse]


class PermissionsPolicyMiddleware:
    """Stands around whatever answers, files and errors included."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response


class MethodMiddleware:
    """Refuses every method that no page knows, before any page could take it for another: a view
    without a word about methods answers TRACE or PROPFIND as it answers GET."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in KNOWN:
            return self.get_response(request)
        sentence = f"This service knows {', '.join(KNOWN)}.\n"
        return HttpResponseNotAllowed(KNOWN, sentence, content_type="text/plain; charset=utf-8")
