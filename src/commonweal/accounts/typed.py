"""The way of what was typed: past whatever keeps a form out, back to whoever typed it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from . import kept
from .access import guards_at
from .limits import Limit, limited
from .middleware import second_factor_missing
from .sessions import LOCKED
from .signing_in import KeptOut, is_for_signing_in, leads_to_signing_in

CSRF_FAILED = "commonweal.csrf_failed"
WHY = {
    "signed_out": "You typed this before you were signed out",
    "csrf": "You typed this before you signed in anew, or your browser lost its cookies",
    "locked": "You typed this before the screen was locked",
    "refused": "You typed this into a page that is not open to you now",
    "gone": "You typed this into a page that is gone",
    "broken": "You typed this before something went wrong",
    "not_done": "You typed this, and it was not done",
}
THROWN_AWAY = Limit(
    "typed",
    60,
    timedelta(hours=1),
    "You have sent this too often within an hour. What you typed goes by itself an hour after it "
    "was kept.",
)


class TypedMiddleware:
    """Stands around whatever keeps a form out, and keeps the words of a form that it kept out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST":
            response = _after_a_form(request, response)
        if response.status_code == 405 and not response.content:
            response = _said_so(request, response)
        kept.hand_cookie(request, response)
        return response


def _said_so(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """A page of ours that says which way an address is not asked."""
    context = {"sent": request.method == "POST"}
    page = render(request, "design/405.html", context, status=405)
    page["Allow"] = refused["Allow"]
    return page


def _after_a_form(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    try:
        key = kept.worth_keeping(request)
        sent_on = request.POST.get(kept.CODE_FIELD, "")
    except (SuspiciousOperation, OSError):
        # What is too large or came only in part can't be kept either; its page says so.
        return response
    if is_for_signing_in(request.path):
        return _back_to_the_words(request, response)
    why = why_kept_out(request, response)
    if why and key is not None:
        response = _keep(request, response, key, why)
    if sent_on:
        kept.drop(request, sent_on)
    if not why and response.status_code == 302 and not _said_no(request):
        kept.drop_taken(request)
    return response


def why_kept_out(request: HttpRequest, response: HttpResponse) -> str:
    """What kept a form out; "" where its own view answered it."""
    if request.META.get(CSRF_FAILED, False):
        return "csrf"
    if isinstance(response, KeptOut):
        return "refused"
    if leads_to_signing_in(response):
        return "locked" if response["Location"] == reverse("desk-unlock") else "signed_out"
    if response.status_code == 302 and _said_no(request) and _brought_words(request):
        return "not_done"
    return {403: "refused", 404: "gone", 500: "broken"}.get(response.status_code, "")


def _said_no(request: HttpRequest) -> bool:
    queued = getattr(getattr(request, "_messages", None), "_queued_messages", [])
    return any(message.level >= messages.ERROR for message in queued)


def _brought_words(request: HttpRequest) -> bool:
    """Whether a form brought more than its button and codes: something with a space in it."""
    return any(
        " " in answer.strip()
        for name in request.POST
        if name not in kept.NOT_KEPT
        for answer in request.POST.getlist(name)
    )


def _keep(request: HttpRequest, response: HttpResponse, key: Any, why: str) -> HttpResponse:
    kept_words = kept.keep(request, key, why=why)
    if kept_words is None:
        messages.error(request, "What you typed was too much to be kept over signing in.")
        return response
    if leads_to_signing_in(response) or why == "not_done":
        if why == "signed_out" and not request.user.is_authenticated:
            login = redirect("account_login")
            login["Location"] += f"?next={reverse('typed')}"
            return login
        return response
    return page(request, status=response.status_code)


def _back_to_the_words(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Who has just proved who they are goes on where their words wait for them."""
    if response.status_code != 302 or leads_to_signing_in(response):
        return response
    if not waiting(request):
        return response
    return redirect("typed")


def waiting(request: HttpRequest) -> list[kept.Typed]:
    """What may be shown now: words from a desk only where the desk itself would open."""
    return [typed for typed in kept.waiting_for(request) if not _is_shut(request, typed.page)]


def _is_shut(request: HttpRequest, path: str) -> bool:
    guards = guards_at(path)
    if guards.locks and request.session.get(LOCKED):
        return True
    return guards.factor and second_factor_missing(request)


def page(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    """The words, each with the button that sends them where they belong."""
    rows = waiting(request)
    context = {
        "rows": [(WHY[typed.why], typed) for typed in rows],
        "others": not rows and kept.waits_for_somebody_else(request),
        "csrf_failed": request.META.get(CSRF_FAILED, False),
        "status": status,
    }
    return render(request, "accounts/typed.html", context, status=status)


@require_http_methods(["GET", "POST"])
@limited(THROWN_AWAY)
def typed(request: HttpRequest) -> HttpResponse:
    """What somebody typed before they were kept out; or to throw it away."""
    if request.method == "POST":
        kept.drop(request, request.POST.get("throw_away", ""))
        messages.success(request, "Thrown away.")
        return redirect("typed" if waiting(request) else "you")
    locked = request.session.get(LOCKED)
    if locked and not waiting(request) and kept.waiting_for(request):
        return redirect("desk-unlock")
    answer = page(request)
    answer["Cache-Control"] = "no-store, private"
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from a page of ours, or from one of another sign-in."""
    request.META[CSRF_FAILED] = True
    context = {"back": _way_back(request), "signs_in": is_for_signing_in(request.path)}
    return render(request, "design/403_csrf.html", context, status=403)


def _way_back(request: HttpRequest) -> str:
    """The address of the page of ours on which a form stood; "" where another site sent it. Whoever
    was signing in begins that anew, and goes on where they wanted to."""
    if not kept.from_our_pages(request):
        return ""
    if is_for_signing_in(request.path):
        onward = request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()})
        onward = f"?{urlencode({'next': onward})}" if onward and is_ours else ""
        begins_at = (
            "account_signup" if request.path == reverse("account_signup") else "account_login"
        )
        return f"{reverse(begins_at)}{onward}"
    page = urlsplit(request.headers.get("Referer", ""))
    # A browser may say no more than the site; then the address that the form was sent to is near.
    path = page.path if page.path.strip("/") else request.path
    return escape_leading_slashes(f"{path}?{page.query}" if page.query else path)


def context(request: HttpRequest) -> dict[str, Any]:
    """For every page: whether something that was typed waits to be sent."""
    if kept.COOKIE not in request.COOKIES or not hasattr(request, "session"):
        return {}
    return {"words_wait": request.path != reverse("typed") and bool(waiting(request))}
