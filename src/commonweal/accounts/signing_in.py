"""Where somebody proves who they are: signing in, the second factor, the desk's lock."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse

# What is typed here is never kept: codes, and addresses that a code was sent to.
ADDRESSES = (
    "account_login",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_signup",
    "account_logout",
    "account_reauthenticate",
    "account_email_verification_sent",
    "mfa_index",
    "desk-unlock",
    "help-resume",
)


# Where a form leads that was taken: signed out as wished, or the code that goes to a new address.
AFTER_DONE = ("account_logout", "account_email_verification_sent")


@cache
def _paths(*names: str) -> frozenset[str]:
    """What a process found once: each form asks for them twice."""
    return frozenset(reverse(name) for name in names)


def is_for_signing_in(path: str) -> bool:
    """Whether a page asks somebody who they are, or to prove it."""
    return path in _paths(*ADDRESSES) or path.startswith(tuple(_paths("mfa_index")))


class KeptOut(HttpResponseRedirect):
    """An answer that sends somebody elsewhere instead of taking their form."""


def kept_out(to: Any, *args: Any) -> KeptOut:
    """As ``redirect``, where the form was not taken: its words are kept and shown again."""
    return KeptOut(resolve_url(to, *args))


class CodeSent(HttpResponseRedirect):
    """An answer that took the form, and leads to the page of a code that went out by mail."""


def leads_to_signing_in(response: HttpResponse) -> bool:
    """Whether an answer sends somebody to prove who they are, or why, instead of doing anything."""
    if isinstance(response, KeptOut):
        return True
    if isinstance(response, CodeSent):
        return False
    if response.status_code not in (301, 302, 303):
        return False
    path = urlsplit(response.get("Location", "")).path
    return is_for_signing_in(path) and path not in _paths(*AFTER_DONE)
