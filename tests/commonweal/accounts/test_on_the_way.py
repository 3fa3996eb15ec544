"""Whoever comes for the first time ends on the page that they wanted, and reads each thing once."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client

from commonweal.accounts import mail

from .test_sessions import address_of, code_in

WANTED = "/join/?from=home&for=us"


@pytest.fixture(autouse=True)
def _real(settings: Any) -> None:
    settings.DEMO = False


def link_in(letter: Any) -> str:
    found_in = re.search(r"https?://[^/\s]+(/accounts/\S+)", letter.body)
    assert found_in, letter.body
    return found_in[1]


def send(browser: Client, page: Any, **answers: str) -> Any:
    """Fill in the first form of the page's main part, with its hidden fields."""
    main = page.content.decode().partition("<main")[2]
    form = main[main.index("<form") : main.index("</form>")]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    action = re.search(r'<form[^>]*action="([^"]+)"', form)
    to = action[1] if action else page.request["PATH_INFO"]
    sent = {name: html.unescape(text) for name, text in hidden.items()}
    return browser.post(to, sent | answers, follow=True)


def last_letter() -> Any:
    mail.send_waiting()
    return outbox.outbox[-1]


def test_a_fresh_address_typed_under_sign_in_lands_where_it_wanted(town):
    browser = Client()
    page = browser.get("/accounts/login/", {"next": WANTED}, follow=True)
    send(browser, page, email="fresh@example.org")
    link = link_in(last_letter())
    # The letter may be opened in another browser.
    elsewhere = Client()
    page = send(elsewhere, elsewhere.get(link), email="fresh@example.org", name="Fern Fresh")
    page = send(elsewhere, page, code=code_in(last_letter()))
    assert page.redirect_chain[-1][0] == WANTED
    assert page.context["user"].name == "Fern Fresh"


def test_who_has_a_sign_in_and_sets_up_another_lands_where_they_wanted(asha):
    address_of(asha)
    browser = Client()
    page = browser.get("/accounts/signup/", {"next": WANTED})
    send(browser, page, email=asha.email, name="Asha")
    elsewhere = Client()
    page = send(elsewhere, elsewhere.get(link_in(last_letter())), email=asha.email)
    page = send(elsewhere, page, code=code_in(last_letter()))
    assert page.redirect_chain[-1][0] == WANTED


@pytest.mark.parametrize("wanted", ["", "https://elsewhere.example/x", "//elsewhere.example/x"])
def test_no_letter_leads_to_another_site(town, wanted):
    Client().post("/accounts/login/code/", {"email": "fresh@example.org", "next": wanted})
    letter = last_letter()
    assert "elsewhere" not in letter.body
    assert link_in(letter) == "/accounts/signup/"


def test_where_a_code_goes_is_said_once(asha):
    address_of(asha)
    page = Client().post("/accounts/login/code/", {"email": asha.email}, follow=True)
    assert page.content.decode().count("code to") == 1
    asked = {"email": "fresh@example.org", "name": "Fern Fresh"}
    page = Client().post("/accounts/signup/", asked, follow=True)
    assert page.content.decode().count("code to") == 1
    assert "fresh@example.org" in page.content.decode()


def test_what_was_done_stands_in_one_box_and_nobody_is_called_nameless(town, client):
    asked = {"email": "fresh@example.org", "name": "Fern Fresh"}
    client.post("/accounts/signup/", asked)
    page = client.post("/accounts/confirm-email/", {"code": code_in(last_letter())}, follow=True)
    body = page.content.decode()
    assert body.count("govuk-notification-banner__title") == 1
    assert body.count("govuk-notification-banner__heading") >= 2
    assert "You are signed in as Fern Fresh" in body


def test_somebody_without_a_name_is_signed_in_without_one(asha):
    address_of(asha)
    asha.name = ""
    asha.save(update_fields=["name"])
    browser = Client()
    browser.post("/accounts/login/code/", {"email": asha.email})
    code = {"code": code_in(last_letter())}
    page = browser.post("/accounts/login/code/confirm/", code, follow=True)
    assert "You are signed in." in page.content.decode()
    assert "without a name" not in page.content.decode()
