"""No bare page of the framework is ever shown: whatever fails, the page is one of ours."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.test import Client, RequestFactory

from commonweal.design import views

pytestmark = pytest.mark.django_db
OURS = "What stands here is what partners said"


@pytest.fixture
def browser(town: Any, settings: Any) -> Client:
    settings.DEBUG = False
    return Client(raise_request_exception=False)


def is_ours(answer: Any, status: int, says: str) -> None:
    page = answer.content.decode()
    assert answer.status_code == status, page[:400]
    assert OURS in page, page[:400]
    assert says in page
    assert "Traceback" not in page
    assert "<title>" in page


@pytest.mark.parametrize(
    ("raised", "status", "says"),
    [
        (Http404("secret"), 404, "There is no such page"),
        (PermissionDenied("secret"), 403, "This page is not for you"),
        (SuspiciousOperation("secret"), 400, "could not be read"),
        (BadRequest("secret"), 400, "could not be read"),
        (MultiPartParserError("secret"), 400, "could not be read"),
        (RequestDataTooBig("secret"), 413, "too much at once"),
        (TooManyFieldsSent("secret"), 413, "too much at once"),
        (TooManyFilesSent("secret"), 413, "too much at once"),
        (ZeroDivisionError("secret"), 500, "Something went wrong"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_whatever_a_view_raises_the_page_is_ours(browser, monkeypatch, raised, status, says):
    from commonweal.pledges import reads

    def fails(*_: Any, **__: Any) -> None:
        raise raised

    monkeypatch.setattr("commonweal.pledges.views.reads.home", fails, raising=False)
    for name in [n for n in dir(reads) if callable(getattr(reads, n)) and n.islower()]:
        monkeypatch.setattr(reads, name, fails)
    answer = browser.get("/")
    is_ours(answer, status, says)
    assert "secret" not in answer.content.decode()


def test_an_address_that_is_none(browser):
    is_ours(browser.get("/nowhere/"), 404, "There is no such page")
    is_ours(browser.get("/partners/%00/"), 404, "There is no such page")


def test_a_host_that_is_not_ours(browser):
    is_ours(browser.get("/", HTTP_HOST="evil.example"), 400, "could not be read")


def test_a_form_too_large_or_of_too_many_fields(browser, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    body = "a=" + "x" * 200
    answer = browser.post("/help/start/", body, content_type="application/x-www-form-urlencoded")
    is_ours(answer, 413, "too much at once")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    answer = browser.post(
        "/help/start/", "a=1&b=1&c=1&d=1", content_type="application/x-www-form-urlencoded"
    )
    is_ours(answer, 413, "too much at once")


def test_a_form_without_its_token(browser):
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    is_ours(strict.post("/help/start/"), 403, "This form could not be taken")


def test_reading_an_address_that_takes_a_form(browser):
    answer = browser.get("/help/start/")
    is_ours(answer, 405, "only takes a form")
    assert answer["Allow"] == "POST"


@pytest.mark.parametrize("address", ["/", "/help/services/", "/ledger.csv", "/partners.json"])
def test_posting_to_an_address_that_is_only_read(browser, address):
    answer = browser.post(address, {"said": "What nobody asked for."})
    is_ours(answer, 405, "This page takes no form")
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


def test_too_many_tries(browser, settings, rf):
    from allauth.core.internal.ratelimit import respond_429

    answer = respond_429(browser_request())
    is_ours(answer, 429, "Please wait a little")


def browser_request() -> HttpRequest:
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.contrib.sessions.backends.db import SessionStore

    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.session = SessionStore()
    vars(request)["_messages"] = CookieStorage(request)
    return request


def test_pages_of_signing_in_stand_in_our_frame(browser, asha):
    for address in (
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/inactive/",
        "/accounts/confirm-email/",
    ):
        page = browser.get(address, follow=True)
        assert OURS in page.content.decode(), address
    browser.force_login(asha)
    for address in (
        "/accounts/email/",
        "/accounts/logout/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/reauthenticate/",
    ):
        page = browser.get(address, follow=True)
        assert OURS in page.content.decode(), address


@pytest.mark.parametrize(
    ("view", "status", "says"),
    [
        (views.broken, 500, "Something went wrong"),
        (views.too_often, 503, "We can&#x27;t reach our records"),
    ],
)
def test_when_the_frame_itself_fails_a_page_that_needs_nothing_is_shown(
    view, status, says, monkeypatch
):
    monkeypatch.setattr(
        "commonweal.places.context.the_town", lambda: (_ for _ in ()).throw(OSError("no database"))
    )
    answer = view(browser_request())
    page = answer.content.decode()
    assert answer.status_code == status
    assert says in page
    assert "no database" not in page
