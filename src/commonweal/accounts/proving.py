"""Proving again who one is: for the second factor of a session, the desk's lock, and changes of
how one signs in. One page, for a code of an app, a passkey, or, where one has neither, a code by
e-mail."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.base.forms import ReauthenticateForm
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from commonweal.design.forms import Form
from commonweal.office.errors import Refused

from . import guessing, letters, passkeys, sessions
from .access import SignedInRequest, View, roles_of
from .happenings import note
from .limits import Limit, spend
from .middleware import has_second_factor
from .models import Person

# Of one person, wherever they sit: a code of six digits is not found by trying.
TRIES = Limit(
    "proofs",
    10,
    timedelta(minutes=10),
    "There were too many tries. Wait ten minutes, or sign out and in again.",
)
CODES = Limit("codes to prove", 5, timedelta(minutes=10), "We sent you codes already. Wait a bit.")
MAILED = "mailed_proof"
WRONG = "This is not the right code. Try again, or sign out."


class ProvingCodeForm(Form):
    code = forms.CharField(
        label="Code",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text"}),
        error_messages={"required": "Enter the code"},
    )


def freshly_proved(view: View) -> View:
    """Ask who it is before a form that changes how somebody signs in, unless they have just said
    so: by their second factor where they have one."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and request.user.is_authenticated and not _is_fresh(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return checked


def freshly_proved_always(view: View) -> View:
    """As above, for pages that show a secret before anything is sent."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not _is_fresh(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    checked.asks_first = True  # type: ignore[attr-defined]
    return checked


def _is_fresh(request: HttpRequest) -> bool:
    if settings.DEMO and request.session.get("demo_second_factor"):
        return True
    return sessions.is_fresh(request, by_factor=has_second_factor(request.user))


@never_cache
@login_required
def prove(request: SignedInRequest) -> HttpResponse:
    """Prove again who one is, then go on where one wanted to go."""
    return _page(request, heading="Prove that it is you", after=_go_on)


@never_cache
@login_required
def unlock(request: SignedInRequest) -> HttpResponse:
    """The screen locked itself. The second factor opens it; where one left off is kept."""
    return _page(request, heading="The screen has locked itself", after=_go_on)


def _go_on(request: SignedInRequest) -> HttpResponse:
    sessions.unlock(request)
    # allauth gives back the form that asked for the proof, or the page in ``next``.
    resumed: HttpResponse | None = resume_request(request)
    if resumed is not None:
        return resumed
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return redirect(wanted if is_ours else "desks" if roles_of(request.user) else "spaces")


def _page(
    request: SignedInRequest, *, heading: str, after: Callable[[SignedInRequest], HttpResponse]
) -> HttpResponse:
    person = request.user
    by_mail = not has_second_factor(person)
    is_demo = settings.DEMO and request.session.get("demo_second_factor")
    form = ProvingCodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST":
        if is_demo:
            return after(request)
        try:
            if _is_proved(request, form, by_mail=by_mail):
                return after(request)
        except Refused as refused:
            messages.error(request, str(refused))
    context = {
        "form": form,
        "heading": heading,
        "by_mail": by_mail,
        "is_demo": is_demo,
        "mailed": MAILED in request.session,
        "has_app": is_mfa_enabled(person, [Authenticator.Type.TOTP]),
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    if is_mfa_enabled(person, [Authenticator.Type.WEBAUTHN]) and not is_demo:
        context["passkey"] = {"request_options": begin_authentication(person)}
    return render(request, "accounts/prove.html", context)


def _is_proved(request: SignedInRequest, form: ProvingCodeForm, *, by_mail: bool) -> bool:
    """Whether what was sent proves who it is.

    Raises
    ------
    Refused
        It does not, or was tried too often.
    """
    person = request.user
    if by_mail and request.POST.get("verb") == "send":
        _mail_code(request)
        return False
    if not request.POST.get("credential") and not form.is_valid():
        return False
    spend(TRIES, str(person.code))
    if not _is_right(request, form, by_mail=by_mail):
        if by_mail or request.POST.get("credential"):
            note("sign-in failed", person, request, how="proof")
        raise Refused(WRONG)
    person.roles_sleep = person.roles_sleep and by_mail
    return True


def _is_right(request: SignedInRequest, form: ProvingCodeForm, *, by_mail: bool) -> bool:
    if by_mail:
        return _mailed_code_is_right(request, form.cleaned_data["code"])
    if request.POST.get("credential"):
        return _passkey_is_right(request)
    return _app_code_is_right(request)


def _passkey_is_right(request: SignedInRequest) -> bool:
    passkey = passkeys.ProveForm(request.POST, user=request.user)
    if not passkey.is_valid():
        return False
    post_authentication(request, passkey.cleaned_data["credential"], reauthenticated=True)
    return True


def _app_code_is_right(request: SignedInRequest) -> bool:
    by_code = ReauthenticateForm(request.POST, user=request.user)
    if not by_code.is_valid():
        return False
    post_authentication(request, by_code.authenticator, reauthenticated=True)
    return True


def _mail_code(request: SignedInRequest) -> None:
    person: Person = request.user
    spend(CODES, str(person.code))
    code = get_adapter().generate_login_code()
    request.session[MAILED] = {"code": code, "at": time.time()}
    letters.send(
        to=person.email,
        subject="Your code",
        body=f"Your code is:\n\n{code}\n\nType it into the page where you asked for it. It works "
        "for ten minutes, once. If you did not ask for it, somebody may sit at a screen at which "
        f"you are signed in: end all sign-ins at {settings.ADDRESS}/accounts/you/\n",
    )
    messages.success(request, "We have sent a code to your e-mail address.")


def _mailed_code_is_right(request: SignedInRequest, typed: str) -> bool:
    mailed = request.session.get(MAILED)
    if mailed is None or sessions.age_s(mailed["at"]) > letters.LIVES.total_seconds():
        return False
    guessing.count(request, mailed["code"])
    bare = typed.replace("-", "").replace(" ", "").upper()
    right = secrets.compare_digest(bare, mailed["code"].replace("-", "").upper())
    if right:
        del request.session[MAILED]
        record_authentication(request, request.user, "code", reauthenticated=True)
        note("proved again", request.user, request, how="code")
    return right
