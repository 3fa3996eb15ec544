"""Each page says whom to ask: for help the help desk, for everything else the charter manager."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
DESK, TOWN = "01632 960 200", "charter@brackenford.example"
PUBLIC = ("/help/", "/help/services/", "/help/figures/", "/help/resume/", "/help/asks/")


def foot_of(client, path: str) -> str:
    page = " ".join(client.get(path).content.decode().split())
    return page[page.index("<footer") :]


@pytest.fixture
def reached(town):
    type(town).objects.update(help_phone=DESK, help_hours="9 to 5", contact_email=TOWN)


@pytest.mark.parametrize("path", PUBLIC)
def test_pages_of_help_say_to_ask_the_help_desk(client, reached, path):
    foot = foot_of(client, path)
    assert f'Ask the help desk: <a class="govuk-link" href="tel:01632960200" >{DESK}' in foot
    assert "9 to 5" in foot
    assert TOWN not in foot


def test_every_other_page_says_to_ask_the_charter_manager(client, reached):
    foot = foot_of(client, "/charter/")
    assert TOWN in foot
    assert DESK not in foot


def test_without_a_telephone_of_the_desk_the_town_is_asked(client, reached, town):
    type(town).objects.update(help_phone="")
    assert TOWN in foot_of(client, "/help/")


def test_who_wants_to_give_help_is_not_told_that_signing_in_is_for_organisations(client, town):
    page = " ".join(client.get("/help/give/", follow=True).content.decode().split())
    assert "You need it to give help, or to act for an organisation" in page
