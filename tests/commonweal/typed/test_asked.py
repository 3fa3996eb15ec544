"""What was kept is shown in the words of its page, and tells nothing that its page did not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from commonweal.accounts import limits
from commonweal.design.asked import in_words
from commonweal.partners import views as partners_views

pytestmark = pytest.mark.django_db


def shown(page: Any) -> dict[str, str]:
    """Each question with its answer, as a page of what was typed says them."""
    rows = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page.content.decode(), re.S)
    plain = [[" ".join(re.sub(r"<[^>]+>", " ", part).split()) for part in row] for row in rows]
    return {question: answer for question, answer in plain}


def kept_of(client: Client, sign_in: Any, person: Any, address: str, form: dict[str, Any]) -> Any:
    """The page of what was typed, of a form that is sent after its session ended."""
    client.session.flush()
    del client.cookies["sessionid"]
    client.post(address, form)
    sign_in(person)
    return client.get("/accounts/typed/")


def test_a_page_of_joining_is_shown_in_its_own_words(sign_in, carys, open_form):
    client = sign_in(carys)
    start = open_form(client, "/join/name/", "name") | {"name": "Thistle & Daughters"}
    client.post("/join/name/", start)
    form = open_form(client, "/join/kind/", "kind")
    form |= {"sector": "private", "kind": "sole_trader", "size": "micro"}
    page = kept_of(client, sign_in, carys, "/join/kind/", form)
    assert shown(page) == {
        "Which sector is it in?": "Private",
        "What kind of organisation is it?": "Sole trader or partnership",
        "How many people work in it?": "1 to 9 people",
    }


def test_a_date_is_one_answer_and_a_tick_is_yes(sign_in, maya, open_form):
    client = sign_in(maya)
    address = "/desk/charter/signatories/"
    form = open_form(client, address, "organisations") | {
        "organisations": "Fern, a@fern.example",
        "sector": "private",
        "signed_on_0": "1",
        "signed_on_1": "6",
        "signed_on_2": "2026",
    }
    assert shown(kept_of(client, sign_in, maya, address, form)) == {
        "The list": "Fern, a@fern.example",
        "Sector of the lines that say none": "Private",
        "On which day did they sign?": "1 6 2026",
    }
    assert ("I may act for this organisation", "yes") in in_words(
        "/join/you/", [("may_act", ["on"])]
    )


def test_a_row_that_was_chosen_by_its_number_is_not_named(sign_in, maya, idris, claimed, open_form):
    """Whoever sends a number to a page that is not theirs reads no name for it."""
    _, claim = claimed()
    address = f"/desk/charter/claims/{claim.seq}/assign/"
    client = sign_in(maya)
    form = open_form(client, address, "reviewer") | {"reviewer": idris.pk}
    page = kept_of(client, sign_in, maya, address, form)
    assert str(idris.pk) in shown(page).values()
    assert idris.name not in " ".join(shown(page).values())


@pytest.mark.parametrize("address", ["/nowhere/at-all/", "/"])
def test_of_a_page_without_the_field_its_name_is_said(address):
    typed = [("what_else", ["Words."]), ("name", ["Fern"])]
    assert dict(in_words(address, typed))["What else"] == "Words."


def test_past_a_limit_it_is_shown_in_the_same_words(sign_in, carys, open_form, monkeypatch):
    client = sign_in(carys)
    form = open_form(client, "/join/name/", "name") | {
        "name": "Fern",
        "sector": "private",
        "kind": "sole_trader",
    }
    for _ in range(partners_views.JOINS.most):
        limits.spend(partners_views.JOINS, f"person {carys.code}")
    page = client.post("/join/", form)
    assert page.status_code == 429
    assert shown(page) == {
        "Name of the organisation": "Fern",
        "Which sector is it in?": "Private",
        "What kind of organisation is it?": "Sole trader or partnership",
    }
