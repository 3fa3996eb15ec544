"""Signing in to the demonstration without a mailbox. Exists only where COMMONWEAL_DEMO is set, and
works only in a town that is marked as fictional."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from commonweal.accounts.limits import Limit, limited
from commonweal.accounts.models import Person
from commonweal.design.every_answer import only_read
from commonweal.places.models import the_town

from . import rounds
from .cast import CAST


def _only_in_fiction() -> None:
    if not the_town().is_fictional:
        raise Http404


@only_read
def roles(request: HttpRequest) -> HttpResponse:
    _only_in_fiction()
    context = {"cast": CAST, "letter": rounds.letter()}
    return render(request, "demo/roles.html", context)


SIGN_INS = Limit(
    "demo sign-ins", 300, timedelta(hours=1), "Wait an hour, or start a demonstration of your own."
)


@limited(SIGN_INS)
def sign_in(request: HttpRequest, role: str) -> HttpResponse:
    """Ask by GET, sign in by POST: a link alone changes nothing."""
    _only_in_fiction()
    member = next((listed for listed in CAST if listed.role == role), None)
    person = Person.objects.filter(email=member.email).first() if member else None
    if member is None or person is None:
        raise Http404
    if request.method != "POST":
        return render(request, "demo/sign_in.html", {"member": member})
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    request.session["demo_second_factor"] = True
    return redirect(member.starts_at)
