"""The form of a scenario: what belongs together stands together, what is left out is folded."""

from __future__ import annotations

import html
import re

import pytest

from commonweal.economy.exposure import actions as exposure
from commonweal.economy.models import ScenarioVersion
from tests.commonweal.cast.exposure import group_of

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/economy/scenarios/"
ASKED = {
    "title": "Making halves",
    "industry": "Making",
    "share": "50",
    "months": "12",
    "resident_share": "80",
    "closure": "pay",
}


@pytest.fixture
def asked_form(structure):
    return ASKED | {"structure": structure.pk}


def test_the_jobs_of_an_employer_are_asked_beside_its_name(sign_in, yusuf, asked_form):
    page = sign_in(yusuf).post(ADDRESS, asked_form | {"employer_name": "Vantor"}).content.decode()
    assert re.search(r'href="#id_employer_jobs">\s*How many jobs does the employer have', page)
    places = [page.index(f'name="{name}"') for name in ("employer_name", "employer_jobs", "share")]
    assert places == sorted(places)
    assert 'value="Vantor"' in page


def test_prices_are_asked_where_pounds_of_today_are_given(sign_in, yusuf, asked_form, client):
    page = sign_in(yusuf).post(ADDRESS, asked_form | {"pounds": "5"}).content.decode()
    assert "what cost £1 in the table's year: the pounds are today's" in html.unescape(page)
    assert 'value="5"' in page
    answer = sign_in(yusuf).post(ADDRESS, asked_form, follow=True)
    assert "year is today" not in answer.content.decode()
    assert ScenarioVersion.objects.get().assumptions["prices"] == "1"


def test_what_is_seldom_asked_is_folded_until_it_holds_something(sign_in, yusuf, asked_form):
    folded = '<details class="govuk-details fold" open>'
    page = sign_in(yusuf).post(ADDRESS, asked_form | {"title": "", "leakage": "10"})
    assert page.content.decode().count(folded) == 1
    assert sign_in(yusuf).get(ADDRESS).content.decode().count(folded) == 0


def test_from_the_page_of_a_group_its_name_and_jobs_are_there(sign_in, yusuf, structure, bakery):
    group = exposure.write_down(group=None, values=group_of(), by=yusuf)
    link = f"{ADDRESS}?group={group.code}"
    client = sign_in(yusuf)
    assert link in client.get(f"/desk/economy/groups/{group.code}/").content.decode()
    page = client.get(link).content.decode()
    assert 'value="Vantor"' in page
    assert 'value="60"' in page
    exposure.write_down(group=group, values=group_of(partners=[bakery]), by=yusuf)
    page = client.get(link).content.decode()
    assert f'value="{bakery.name}"' in page.replace(f'<option value="{bakery.name}">', "")


def test_a_page_at_the_desk_says_that_a_name_is_secret_only_while_it_is(
    sign_in, yusuf, maya, asked, bakery, decision
):
    version = asked(employer=bakery)
    at_desk = f"/desk/economy/scenarios/{version.scenario.code}/1/"
    assert b"only staff see this" in sign_in(yusuf).get(at_desk).content
    sign_in(maya).post(
        f"{at_desk}publish/", {"consent_words": "", "decision": decision.pk, "decision_says": "on"}
    )
    assert b"only staff see this" not in sign_in(yusuf).get(at_desk).content
