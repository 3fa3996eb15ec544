"""Joining: a start page for everybody, a question a page, and no number where a register has it."""

from __future__ import annotations

import html
import re

import pytest

from commonweal.partners import looking_up
from commonweal.partners.looking_up import RegisterEntry
from commonweal.partners.models import Partner

CAFE = {
    "name": {"name": "Little Fern"},
    "kind": {"sector": "private", "kind": "company", "size": "micro"},
    "number": {"company_number": "1234567"},
    "dealings": {"relation": "none"},
    "you": {"job_title": "Owner", "may_act": "on"},
}
FERN = RegisterEntry("LITTLE FERN LIMITED", "SG1 1AA", (("company_number", "07654321"),))


@pytest.fixture
def registers(monkeypatch):
    """A register is loaded that has a company of the name."""
    entries = lambda name: [FERN] if "fern" in name.lower() else []  # noqa: E731
    monkeypatch.setattr(looking_up, "LOOKS", [entries])


def walk(browser, answers):
    """Answer each page that is asked; the names of the pages, and the last answer."""
    address, asked = "/join/name/", []
    while address.startswith("/join/") and not address.endswith("/check/"):
        asked.append(address.split("/")[2])
        page = browser.post(address, answers[asked[-1]])
        assert page.status_code == 302, page.content.decode()
        address = page.headers["Location"]
    return asked, address


def send(browser):
    """Press the button of the check with everything that it sends along."""
    page = browser.get("/join/check/").content.decode().partition("<main")[2]
    tags = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    sent = {name: html.unescape(text) for name, text in tags}
    return browser.post("/join/", sent, follow=True)


def test_what_joining_is_can_be_read_before_anybody_signs_in(client, town):
    page = client.get("/join/").content.decode()
    assert "What you need" in page
    assert "What is public" in page
    assert client.get("/join/name/").headers["Location"].startswith("/accounts/login/")


def test_a_question_a_page_and_the_whole_before_it_is_sent(sign_in, carys, town):
    browser = sign_in(carys)
    asked, address = walk(browser, CAFE)
    assert asked == ["name", "kind", "number", "dealings", "you"]
    assert address == "/join/check/"
    assert not Partner.objects.exists()
    check = browser.get(address).content.decode()
    assert all(words in check for words in ("Little Fern", "1 to 9 people", "Owner"))
    page = send(browser)
    partner = Partner.objects.get()
    assert page.redirect_chain[-1][0] == f"/space/{partner.code}/"
    assert (partner.name, partner.company_number, partner.size) == (
        "Little Fern",
        "01234567",
        "micro",
    )
    # Another organisation begins anew.
    assert 'value="Little Fern"' not in browser.get("/join/name/").content.decode()


@pytest.mark.parametrize("kind", ["club", "council", "school", "health", "sole_trader"])
def test_who_has_no_number_is_asked_for_none(sign_in, carys, town, kind):
    answers = CAFE | {"kind": CAFE["kind"] | {"kind": kind}}
    asked, _ = walk(sign_in(carys), answers)
    assert "number" not in asked


def test_a_number_that_a_register_has_is_not_typed(sign_in, carys, town, registers):
    browser = sign_in(carys)
    asked, _ = walk(browser, CAFE | {"which": {"which": "07654321"}})
    assert asked == ["name", "which", "kind", "dealings", "you"]
    send(browser)
    assert Partner.objects.get().company_number == "07654321"


def test_whoever_is_none_of_them_types_it(sign_in, carys, town, registers):
    browser = sign_in(carys)
    asked, _ = walk(browser, CAFE | {"which": {"which": "none"}})
    assert asked == ["name", "which", "kind", "number", "dealings", "you"]
    send(browser)
    assert Partner.objects.get().company_number == "01234567"


def test_another_name_takes_the_number_of_the_first_with_it(sign_in, carys, town, registers):
    browser = sign_in(carys)
    walk(browser, CAFE | {"which": {"which": "07654321"}})
    browser.post("/join/name/", {"name": "Corner Mill"})
    assert "07654321" not in browser.get("/join/check/").content.decode()


@pytest.mark.parametrize(
    ("step", "typed", "said"),
    [
        ("name", {"name": ""}, "Enter the name of the organisation"),
        ("kind", {"sector": "private", "kind": ""}, "Choose what kind"),
        ("number", {"company_number": "12"}, "A company number has 8 characters"),
        ("you", {"job_title": "Owner"}, "Confirm that you may act"),
    ],
)
def test_what_is_wrong_is_asked_again_on_its_page(sign_in, carys, town, step, typed, said):
    browser = sign_in(carys)
    walk(browser, CAFE)
    page = html.unescape(browser.post(f"/join/{step}/", typed).content.decode())
    assert said in page
    assert all(f'value="{text}"' in page for name, text in typed.items() if name == "job_title")


@pytest.mark.parametrize("address", ["/join/you/", "/join/which/", "/join/nothing/"])
def test_no_page_is_asked_before_its_turn(sign_in, carys, town, address):
    browser = sign_in(carys)
    assert browser.get(address).status_code in (200, 302)
    check = browser.get("/join/check/")
    assert check.headers["Location"] == "/join/name/"


def test_who_is_in_the_register_already_is_led_to_it(sign_in, carys, new_partner):
    new_partner("little-fern", "Little Fern")
    browser = sign_in(carys)
    page = browser.post("/join/name/", {"name": "Little Fern"}).content.decode()
    assert "/partners/little-fern/this-is-us/" in page
    asked, _ = walk(browser, CAFE | {"name": {"name": "Little Fern", "is_another": "on"}})
    assert asked[0] == "name"


def test_a_register_that_is_loaded_is_asked_by_name():
    """The room of payments names itself to this one when it starts."""
    assert [look.__module__ for look in looking_up.LOOKS] == ["commonweal.spend.registered"]
