"""The pages that every public service has, the pages on method, and what is said when it fails."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from . import away
from .every_answer import only_read

logger = logging.getLogger("commonweal.design")
HERE = Path(__file__).resolve().parent
# In the installed package the pages lie beside this file; in a checkout, in docs.
METHODS = next(
    (
        folder
        for folder in (HERE / "methods", HERE.parents[2] / "docs" / "methods")
        if folder.exists()
    ),
    HERE / "methods",
)
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" '
    'rx="6" fill="#1d5c5c"/><rect x="5" y="13" width="22" height="7" fill="none" stroke="#fff" '
    'stroke-width="2"/><rect x="5" y="13" width="13" height="7" fill="#fff"/></svg>'
)


@only_read
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "design/accessibility.html")


@only_read
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "design/privacy.html")


@only_read
def cookies(request: HttpRequest) -> HttpResponse:
    return render(request, "design/cookies.html", {"prefix": settings.COOKIE_PREFIX})


@only_read
def methods(request: HttpRequest) -> HttpResponse:
    """Every page on method, by its title."""
    titled = [
        (path.stem, path.read_text().splitlines()[0].removeprefix("# "))
        for path in sorted(METHODS.glob("*.md"))
    ]
    return render(request, "design/methods.html", {"methods": titled})


@only_read
def method(request: HttpRequest, name: str) -> HttpResponse:
    path = METHODS / f"{name}.md"
    if not path.exists():
        raise Http404
    text = path.read_text()
    title = text.splitlines()[0].removeprefix("# ")
    return render(request, "design/method.html", {"text": text, "title": title})


@cache_control(max_age=86400)
@only_read
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines are asked to leave alone (RFC 9309)."""
    return render(request, "design/robots.txt", content_type="text/plain; charset=utf-8")


@cache_control(max_age=86400)
@only_read
def icon(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ICON, content_type="image/svg+xml")


def _say(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    """Our page about a refusal; where even the frame of our pages fails, one that needs nothing."""
    try:
        return render(request, template, context, status=status)
    except Exception:
        logger.exception("The page about a failure failed.")
        # Whatever was asked for, it can't be told whether it is there: the records are away.
        return away.page("away" if status < 500 else "broken")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return _say(request, "design/413.html", 413)
    return _say(request, "design/400.html", 400)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What the person may do instead, where the one who refused said so."""
    what_to_do = getattr(exception, "what_to_do", "")
    return _say(request, "design/403.html", 403, what_to_do=what_to_do)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _say(request, "design/404.html", 404)


def too_often(request: HttpRequest) -> HttpResponse:
    return _say(request, "design/429.html", 429)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours; where the database fails, see commonweal.health.failing."""
    return _say(request, "design/500.html", 500)
