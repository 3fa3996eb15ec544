"""A browser lost all cookies: the page that refuses its form leads on, and says what stays."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from commonweal.accounts.models import KeptWords
from commonweal.partners.models import Partner

pytestmark = pytest.mark.django_db
OURS = {"origin": "http://testserver"}
JOINING = {
    "name": {"name": "Zebra Weavers"},
    "kind": {"sector": "private", "kind": "sole_trader", "size": "micro"},
    "dealings": {"relation": "none"},
    "you": {"job_title": "Owner", "may_act": "on"},
    "check": {},
}
REFUSED = "This form could not be taken"


def hidden(page, marked=""):
    """The hidden fields of the form of a page that has a mark in it."""
    forms = re.findall(r"<form.*?</form>", page.content.decode(), re.DOTALL)
    form = next(form for form in reversed(forms) if marked in form)
    fields = re.findall(r'<input\s+type="hidden"\s+name="([^"]*)"\s+value="([^"]*)"', form)
    return {name: unescape(answer) for name, answer in fields}


def text(page):
    return " ".join(unescape(page.content.decode()).split())


def address(step):
    return "/join/" if step == "check" else f"/join/{step}/"


@pytest.mark.parametrize("lost_at", JOINING)
def test_who_joins_signs_in_again_and_goes_on_with_every_answer(sign_in, carys, town, lost_at):
    client = sign_in(carys)
    for step, typed in JOINING.items():
        form = hidden(client.get(f"/join/{step}/")) | typed
        if step == lost_at:
            client = Client(enforce_csrf_checks=True)
            refused = client.post(address(step), form, headers=OURS)
            assert refused.status_code == 403
            assert "What you typed is kept for an hour." in text(refused)
            assert "/accounts/login/?next=/accounts/typed/" in text(refused)
            client.force_login(carys)
            form = hidden(client.get("/accounts/typed/"), "kept_code")
            assert form["so-far-name" if step in ("kind", "dealings", "you") else "name"]
        answer = client.post(address(step), form, headers=OURS)
        assert answer.status_code == 302, (step, text(answer))
    assert Partner.objects.get(name="Zebra Weavers").memberships.get().person == carys


def test_a_form_with_nothing_typed_leads_back_to_its_page(claimed, sign_in, asha):
    pledge, _ = claimed()
    page = f"/space/bakery/pledges/{pledge.code}/?all=1"
    form = hidden(sign_in(asha).get("/space/bakery/people/"))
    client = Client(enforce_csrf_checks=True)
    refused = client.post(
        f"/space/bakery/pledges/{pledge.code}/rewrite/",
        form,
        headers=OURS | {"referer": f"http://testserver{page}#terms"},
    )
    assert refused.status_code == 403
    assert REFUSED in text(refused)
    assert "nothing of this form is kept. What you sent before it stays." in text(refused)
    assert f'href="{page}"' in text(refused)
    assert not KeptWords.objects.exists()


@pytest.mark.parametrize("referer", [{}, {"referer": "http://testserver/"}])
def test_a_browser_that_says_only_the_site_is_led_to_where_the_form_went(town, referer):
    refused = Client(enforce_csrf_checks=True).post("/join/", headers=OURS | referer)
    assert 'class="govuk-button" href="/join/"' in text(refused)


def test_a_page_that_looks_like_another_site_is_none(town):
    referer = {"referer": "http://testserver//evil.example/page/"}
    refused = Client(enforce_csrf_checks=True).post("/join/", headers=OURS | referer)
    assert 'href="/%2Fevil.example/page/"' in text(refused)


@pytest.mark.parametrize(
    ("onward", "leads_to"),
    [
        ("/join/name/", "/accounts/login/?next=%2Fjoin%2Fname%2F"),
        ("https://evil.example/", "/accounts/login/"),
        ("", "/accounts/login/"),
    ],
)
@pytest.mark.parametrize("page", ["/accounts/login/code/", "/accounts/login/code/confirm/"])
def test_who_was_signing_in_begins_again_and_goes_on_where_they_wanted(
    client, town, page, onward, leads_to
):
    client = Client(enforce_csrf_checks=True)
    refused = client.post(page, {"code": "ABC123", "next": onward}, headers=OURS)
    assert refused.status_code == 403
    assert f'href="{leads_to}"' in text(refused)
    assert "Begin again" in text(refused)
    assert "What you sent before it stays" not in text(refused)
    assert "evil" not in text(refused)
    assert "ABC123" not in text(refused)


def test_who_was_making_an_account_begins_that_again(client, town):
    client = Client(enforce_csrf_checks=True)
    typed = {"email": "new@example.org", "next": "/join/name/"}
    refused = client.post("/accounts/signup/", typed, headers=OURS)
    assert 'href="/accounts/signup/?next=%2Fjoin%2Fname%2F"' in text(refused)
    assert "new@example.org" not in text(refused)


def test_who_is_not_signed_in_can_leave_what_they_typed_quickly(client, town, sign_in, carys):
    """Somebody who asks for help may not be alone, and finds their words there."""
    assert "Leave this page quickly" in text(client.get("/accounts/typed/"))
    assert "Leave this page quickly" not in text(sign_in(carys).get("/accounts/typed/"))


def test_another_site_is_led_nowhere_but_to_the_first_page(town):
    client = Client(enforce_csrf_checks=True)
    for headers in (
        {"origin": "https://evil.example"},
        {"referer": "https://evil.example/page/"},
        {"sec-fetch-site": "cross-site"},
    ):
        refused = client.post("/join/", {"name": "Evil"}, headers=headers)
        assert refused.status_code == 403
        assert "It was sent from another site. Nothing was done." in text(refused)
        assert "Evil" not in text(refused)
        assert "Open the page again" not in text(refused)
