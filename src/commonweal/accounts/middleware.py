"""What stands before a view: who asks, whether their session lasts, the second factor, the lock.

None of it goes by how an address begins: a view says by `staff` or `about_people` what it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from . import sessions
from .access import guards_of, held_roles, needs_second_factor
from .happenings import note_refusal
from .models import Person

Answer = Callable[[HttpRequest], HttpResponse]
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def _person_of(request: HttpRequest) -> Any:
    person = get_user(request)
    if isinstance(person, Person):
        person.roles_sleep = not sessions.gave_second_factor(request, person)
    return person


class WhoMiddleware(AuthenticationMiddleware):
    """Who asks; their roles sleep in a session that did not give the second factor."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(_person_of, request))  # type: ignore[assignment]


class OwnAnswerMiddleware:
    """What is answered to somebody signed in may hold what only they may see, at whatever address:
    no cache between keeps it for another, and no page of another site is invited to read it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if SESSION_KEY in request.session:
            response.headers.setdefault("Cache-Control", "private, no-cache")
            response.headers.pop("Access-Control-Allow-Origin", None)
        return response


class SessionEndMiddleware:
    """Ends a session that has lasted long enough, or that nobody uses; before anything else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if why := sessions.why_over(request):
            if SESSION_KEY in request.session:
                logout(request)
            messages.info(request, f"You were signed out: {why}.")
        else:
            sessions.note_idle(request)
        return self.get_response(request)


def has_second_factor(person: Any) -> bool:
    return bool(is_mfa_enabled(person, FACTORS))


def second_factor_missing(request: HttpRequest) -> bool:
    """Whether somebody must give a second factor in this session and did not yet."""
    person = request.user
    return isinstance(person, Person) and person.roles_sleep and needs_second_factor(person)


class SecondFactorMiddleware:
    """Asks a session for its second factor where a view asks for one, and where somebody whose
    roles sleep is kept out: those who have none yet set one up."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code not in (403, 404) or not request.user.is_authenticated:
            return response
        if second_factor_missing(request) and held_roles(request.user):
            return _to_prove(request)
        if response.status_code == 403:
            note_refusal(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if guards_of(view).factor and second_factor_missing(request):
            return _to_prove(request)
        return None


def _to_prove(request: HttpRequest) -> HttpResponse:
    if not has_second_factor(request.user):
        messages.info(
            request,
            "What you do here needs a second way to prove that it is you. Set up a passkey (your "
            "fingerprint, face or a security key) or an authenticator app, then go on.",
        )
        # Where they wanted to go is offered once they have one.
        if request.method == "GET":
            request.session[sessions.AFTER_FACTOR] = request.get_full_path()
        return redirect("mfa_index")
    wanted = urlencode({"next": request.get_full_path()}, safe="/")
    query = f"?{wanted}" if request.method == "GET" else ""
    return redirect(f"{reverse('account_reauthenticate')}{query}")


class ScreenLockMiddleware:
    """A desk that shows people locks itself: after some minutes without a page the second factor
    is asked for again. What was typed is kept. No cache keeps a page about residents."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.resolver_match and guards_of(request.resolver_match.func).people:
            response["Cache-Control"] = "no-store, private"
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        guards = guards_of(view)
        if not guards.people or not request.user.is_authenticated:
            return None
        is_shut = guards.locks and request.session.get(sessions.LOCKED)
        # The call that somebody is taking stays open to them, and it alone.
        if is_shut and not sessions.is_in_call(request, kwargs.get("code", "")):
            return redirect("desk-unlock")
        sessions.note_people(request, locks=guards.locks)
        return None
