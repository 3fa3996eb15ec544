from __future__ import annotations

import time
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from .access import needs_second_factor


def second_factor_missing(request: HttpRequest) -> bool:
    """Whether somebody's role takes a second factor and they have none yet."""
    return (
        request.user.is_authenticated
        and needs_second_factor(request.user)
        and not is_mfa_enabled(request.user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
        and not (settings.DEMO and request.session.get("demo_second_factor"))
    )


class SecondFactorMiddleware:
    """Staff reach a desk only with a second factor: allauth asks for one that exists, and this
    sends those who have none yet to set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/desk/") and second_factor_missing(request):
            messages.info(
                request,
                "Your role needs a second way to prove that it is you. Set up an authenticator "
                "app or a passkey, then go on.",
            )
            return redirect("mfa_index")
        return self.get_response(request)


class ScreenLockMiddleware:
    """A desk that shows people locks itself: after some minutes without a page the second factor
    is asked for again. What was typed is kept in its draft."""

    PATHS = ("/desk/help/", "/desk/grants/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (request.path.startswith(self.PATHS) and request.user.is_authenticated):
            return self.get_response(request)
        now = int(time.time())
        seen = request.session.get("desk_seen_at")
        idle = seen is not None and now - seen > settings.DESK_LOCK_MINUTES * 60
        if idle:
            request.session["desk_locked"] = True
        if not request.session.get("desk_locked"):
            # A page that only looks whether a colleague typed something is nobody at the desk.
            if "X-Only-Looking" not in request.headers:
                request.session["desk_seen_at"] = now
        elif request.path != "/desk/help/unlock/":
            return redirect("desk-unlock")
        return self.get_response(request)
