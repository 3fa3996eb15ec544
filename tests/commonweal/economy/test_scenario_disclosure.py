"""A scenario of a whole industry tells of one firm where the industry is that firm."""

from __future__ import annotations

import html
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from commonweal.economy.exposure import actions as exposure
from commonweal.economy.models import ScenarioVersion
from commonweal.economy.scenarios import actions as scenarios
from commonweal.economy.scenarios import structures
from commonweal.economy.scenarios.structures import SentStructure
from commonweal.economy.scenarios.working import Assumed
from tests.commonweal.cast.exposure import group_of
from tests.commonweal.cast.scenarios import JOBS, TABLE

pytestmark = pytest.mark.django_db
OF_MANY = {"consent_words": "", "is_of_many": "on"}
IS_THE_FIRM = "has half of this industry's jobs here or more"


def publish(client: Any, version: ScenarioVersion, typed: dict[str, str]) -> str:
    address = reverse("scenario-publish", args=[version.scenario.code, version.number])
    return html.unescape(client.post(address, typed, follow=True).content.decode())


def test_that_an_industry_is_of_many_firms_is_said_before_it_is_public(
    sign_in, maya, asked, client
):
    version = asked()
    page = publish(sign_in(maya), version, {"consent_words": ""})
    assert "Say that no one firm has half" in page
    assert client.get(version.scenario.get_absolute_url()).status_code == 404
    assert "It is public" in publish(sign_in(maya), version, OF_MANY)


@pytest.mark.parametrize(("jobs", "is_kept_back"), [(3000, True), (2999, False)])
def test_an_employer_of_another_scenario_with_half_of_its_jobs_keeps_it_back(
    sign_in, maya, asked, jobs, is_kept_back
):
    asked(title="Another", employer_name="Vantor Ltd", employer_jobs=jobs)
    page = publish(sign_in(maya), asked(), OF_MANY)
    assert (f"Vantor Ltd {IS_THE_FIRM}" in page) == is_kept_back
    assert ("It is public" in page) != is_kept_back


@pytest.mark.parametrize(("jobs", "is_kept_back"), [(3000, True), (2999, False)])
def test_a_group_with_half_of_a_section_keeps_it_back(sign_in, maya, yusuf, jobs, is_kept_back):
    table, counts = (text.replace(b"Making", b"Manufacturing") for text in (TABLE, JOBS))
    of_sections = structures.keep(
        table=SentStructure("table.csv", table, "A table"),
        sheet="",
        jobs=SentStructure("jobs.csv", counts, "Us"),
        jobs_on=date(2024, 9, 1),
        groups=None,
        household_income=None,
        household_source="",
        by=yusuf,
    )
    version = scenarios.ask(
        title="If making halves",
        employer=None,
        employer_name="",
        structure=of_sections,
        words="",
        assumed=Assumed("Manufacturing", 12, Decimal(80), Decimal(50)),
        by=yusuf,
    )
    exposure.write_down(group=None, values=group_of(local_jobs=jobs), by=yusuf)
    page = publish(sign_in(maya), version, OF_MANY)
    assert (f"Vantor {IS_THE_FIRM}" in page) == is_kept_back


@pytest.mark.parametrize("kept_as", ["group", "scenario"])
def test_a_name_that_the_desk_keeps_is_not_in_its_words(sign_in, maya, yusuf, asked, kept_as):
    if kept_as == "group":
        exposure.write_down(group=None, values=group_of(), by=yusuf)
    else:
        asked(title="Another", employer_name="VANTOR")
    page = publish(sign_in(maya), asked(words="We think of Vantor, of course."), OF_MANY)
    assert "It names V" in page


def test_with_leave_an_industry_of_one_firm_is_public(sign_in, maya, asked, decision):
    asked(title="Another", employer_name="Vantor Ltd", employer_jobs=6000)
    page = publish(
        sign_in(maya),
        asked(),
        {"consent_words": "", "decision": str(decision.pk), "decision_says": "on"},
    )
    assert "It is public" in page


def test_a_scenario_of_an_employer_is_not_asked_for_its_industry(sign_in, maya, asked, bakery):
    version = asked(employer=bakery)
    address = reverse("scenario-publish", args=[version.scenario.code, 1])
    assert "is_of_many" not in sign_in(maya).get(address).content.decode()


def test_the_form_of_a_group_speaks_of_the_group(sign_in, maya, grouped):
    address = reverse("group-publish", kwargs=grouped["group-publish"])
    page = sign_in(maya).get(address).content.decode()
    assert "Who of the group agreed, and how" in page
    assert "employer" not in page.partition("<form")[2].partition("</form>")[0]
