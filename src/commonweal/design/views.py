"""The pages that every public service has, the pages on method, and what is said when it fails."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

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


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "design/accessibility.html")


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "design/privacy.html")


def cookies(request: HttpRequest) -> HttpResponse:
    return render(request, "design/cookies.html")


def methods(request: HttpRequest) -> HttpResponse:
    """Every page on method, by its title."""
    found = [
        (path.stem, path.read_text().splitlines()[0].removeprefix("# "))
        for path in sorted(METHODS.glob("*.md"))
    ]
    return render(request, "design/methods.html", {"methods": found})


def method(request: HttpRequest, name: str) -> HttpResponse:
    path = METHODS / f"{name}.md"
    if not path.exists():
        raise Http404
    text = path.read_text()
    title = text.splitlines()[0].removeprefix("# ")
    return render(request, "design/method.html", {"text": text, "title": title})


@cache_control(max_age=86400)
def icon(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ICON, content_type="image/svg+xml")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "design/400.html", status=400)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What the person may do instead, where the one who refused said so."""
    said = exception.args[0] if type(exception) is PermissionDenied and exception.args else ""
    context = {"what_to_do": said, "at_the_desk": request.path.startswith("/desk/help/")}
    return render(request, "design/403.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "design/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "design/500.html", status=500)
