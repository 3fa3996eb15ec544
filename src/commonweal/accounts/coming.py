"""Somebody comes by a letter: one press sends a code to the address that the letter went to, so
that nobody types an address twice, and a letter that was passed on opens nothing."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal.office.errors import Refused

from . import inviting
from .adapter import TOO_OFTEN
from .signing_in import CodeSent
from .worded import AskForCodeForm


def send_code(request: HttpRequest, *, email: str, to: str) -> HttpResponse:
    """Send a code to an address, and lead to the page that asks for it and then to ``to``.

    Raises
    ------
    Refused
        Too many codes were asked for.
    """
    if inviting.person_at(email) is None:
        inviting.create(email=email, name="")
    form = AskForCodeForm({"email": email})
    if not form.is_valid():
        raise Refused(TOO_OFTEN)
    LoginCodeVerificationProcess.initiate(request=request, user=form._user, email=email)
    return CodeSent(f"{reverse('account_confirm_login_code')}?{urlencode({'next': to})}")
