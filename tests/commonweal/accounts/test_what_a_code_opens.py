"""A code opens one session, once and for ten minutes; what that session is known by, and when it
is no more."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as product
from django.core import mail as outbox
from django.test import Client
from django.urls import URLPattern, get_resolver

from commonweal.accounts import mail


@pytest.fixture
def asked(asha: Any, settings: Any) -> Any:
    """A browser in which a code was asked for, and the code."""
    settings.DEMO = False
    EmailAddress.objects.create(user=asha, email=asha.email, verified=True, primary=True)

    def ask() -> tuple[Client, str]:
        browser = Client()
        browser.post("/accounts/login/code/", {"email": asha.email})
        mail.send_waiting()
        code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", outbox.outbox[-1].body, re.M)
        assert code, "no code of eight letters"
        return browser, code[1]

    return ask


def enter(browser: Client, code: str) -> Any:
    return browser.post("/accounts/login/code/confirm/", {"code": code})


def is_inside(browser: Client) -> bool:
    return browser.get("/accounts/you/").status_code == 200


def test_each_code_is_another_one(asked):
    assert len({asked()[1] for _ in range(3)}) == 3


def test_a_code_opens_the_session_that_asked_for_it_and_no_other(asked):
    browser, code = asked()
    stranger, _ = asked()
    enter(stranger, code)
    assert not is_inside(stranger)
    enter(browser, code)
    assert is_inside(browser)


def test_a_code_opens_once(asked):
    browser, code = asked()
    before = browser.cookies[product.SESSION_COOKIE_NAME].value
    enter(browser, code)
    assert is_inside(browser)
    browser.post("/accounts/logout/")
    again = Client()
    again.cookies[product.SESSION_COOKIE_NAME] = before
    for visitor in (browser, again):
        enter(visitor, code)
        assert not is_inside(visitor)


@pytest.mark.parametrize(("minutes", "opens"), [(9, True), (11, False)])
def test_a_code_opens_for_ten_minutes(asked, monkeypatch, minutes, opens):
    browser, code = asked()
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + minutes * 60)
    enter(browser, code)
    assert is_inside(browser) is opens


def test_a_session_is_known_by_another_name_after_signing_in_and_by_none_after_signing_out(asked):
    browser, code = asked()
    before = browser.cookies[product.SESSION_COOKIE_NAME].value
    answer = enter(browser, code)
    inside = browser.cookies[product.SESSION_COOKIE_NAME].value
    assert inside != before
    assert inside not in answer["Location"]
    for old, works in ((before, False), (inside, True)):
        other = Client()
        other.cookies[product.SESSION_COOKIE_NAME] = old
        assert is_inside(other) is works
    browser.post("/accounts/logout/")
    other = Client()
    other.cookies[product.SESSION_COOKIE_NAME] = inside
    assert not is_inside(other)


def test_no_script_reads_a_cookie_and_no_other_site_sends_it(asked):
    browser, code = asked()
    enter(browser, code)
    # What is typed is kept under a name of its own.
    browser.cookies.pop("commonweal_typed", None)
    assert {product.SESSION_COOKIE_NAME, product.CSRF_COOKIE_NAME} <= set(browser.cookies)
    for name, cookie in browser.cookies.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name


def test_a_form_without_its_token_does_nothing_anywhere(asked):
    browser, code = asked()
    browser.handler.enforce_csrf_checks = True
    assert enter(browser, code).status_code == 403
    assert not is_inside(browser)
    exempt = [
        name
        for pattern in get_resolver().url_patterns
        for name, view in _views(pattern)
        if getattr(view, "csrf_exempt", False)
    ]
    # Mail programs end a subscription by themselves (RFC 8058), without a session: the key in the
    # address is what lets them, and it opens nothing else. Looking up the ward of a postcode
    # changes
    # nothing for anybody.
    assert sorted(exempt) == ["economy-ward-find", "follow-stop"]
    assert "django.middleware.csrf.CsrfViewMiddleware" in product.MIDDLEWARE


def _views(pattern: Any) -> list[tuple[str, Any]]:
    if isinstance(pattern, URLPattern):
        return [(pattern.name or str(pattern.pattern), pattern.callback)]
    return [pair for inner in pattern.url_patterns for pair in _views(inner)]
