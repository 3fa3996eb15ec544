"""The Local Outcomes Framework: what the list holds, what can be followed, and what takes no
figure."""

from __future__ import annotations

import html
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.programme import following, measuring, outcomes, starting
from commonweal.programme.access import author_for
from commonweal.programme.models import Metric, Observation

ADDRESS = "/metrics/local-outcomes/"


def text_of(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


# --- The list -----------------------------------------------------------------------------------


def test_the_list_has_sixteen_outcomes_and_says_which_were_not_read():
    listed = outcomes.framework().outcomes
    assert [outcome.number for outcome in listed] == list(range(1, 17))
    assert all(outcome.name and outcome.ambition for outcome in listed)
    assert {outcome.number for outcome in listed if not outcome.is_whole} == {4}
    for outcome in listed:
        assert not outcome.is_whole or (outcome.name and outcome.ambition and outcome.metrics)


def test_every_metric_has_a_source_or_is_a_placeholder_and_never_both():
    metrics = outcomes.framework().metrics
    assert len({metric.code for metric in metrics}) == len(metrics) == 117
    assert {metric.code for metric in metrics if metric.placeholder} == {
        "lof-housing-supply",
        "lof-rented-enforcement",
        "lof-duties-multiple",
        "lof-cultural-places",
        "lof-library-visits",
    }
    for metric in metrics:
        assert all((metric.name, metric.unit)), metric.code
        assert len(metric.name) <= 160, metric.code
        assert metric.kind in {"count", "share"}
        assert metric.placeholder or metric.source, metric.code
        assert metric.code.startswith("lof-")


def test_a_metric_shared_by_two_outcomes_is_listed_once_under_one_of_them():
    shared = {outcome.number: outcome.also for outcome in outcomes.framework().outcomes}
    assert {number: also for number, also in shared.items() if also} == {
        4: ("lof-duties-multiple", "lof-unmet-need"),
        8: ("lof-child-review",),
    }
    for also in shared.values():
        assert all(outcomes.listed(code) for code in also)


@pytest.mark.django_db
def test_every_metric_can_be_one_of_the_towns_file(town):
    for order, listed in enumerate(outcomes.framework().metrics):
        starting.bring_metric({"code": listed.code}, order, date(2026, 11, 28))
    assert Metric.objects.filter(code__startswith="lof-").count() == 117
    metric = Metric.objects.get(code="lof-bed-and-breakfast")
    assert (metric.direction, metric.source, metric.every_months) == ("down", "MHCLG", 12)
    assert metric.series.get().unit == "families"


# --- The page, and following --------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_shows_what_is_followed_and_what_was_not_read(client, sign_in, nadia, town):
    page = text_of(client.get(ADDRESS))
    assert "The town follows 0 of the 117 metrics that could be read, and 0 of the 16 outc" in page
    assert "14. Transport and local infrastructure You can get about with ease, in ways" in page
    assert "“Communities are better connected" in page
    assert "Connectivity score for public transport to key services" in page
    assert page.count("It may have more: see the paper for outcome 4") == 1
    assert "Metrics whose outcome was not read" not in page
    assert "16. Child poverty" in page
    assert "Private Rented Sector enforcement (an output) placeholder" in page
    assert "Follow " not in page.partition("Metrics whose outcome")[0].partition("16. Child")[0]
    lead = sign_in(nadia)
    answer = lead.post(reverse("outcome-follow", args=["lof-epc-c"]), follow=True)
    assert "The town follows it now" in text_of(answer)
    assert Event.objects.filter(verb="metric followed", about_code="lof-epc-c").exists()
    page = text_of(client.get(ADDRESS))
    assert "The town follows 1 of the 117 metrics that could be read, and 1 of the 16 outc" in page
    assert "2. Housing quality and safety followed" in page
    assert "Percentage of homes rated energy performance" in text_of(client.get("/metrics/"))


@pytest.mark.django_db
def test_a_metric_is_followed_once_and_only_from_the_list(sign_in, nadia, town):
    lead = sign_in(nadia)
    for code, said in (
        ("lof-imd", "follows it now"),
        ("lof-imd", "follows this metric already"),
        ("lof-no-such", "There is no metric of this code in the list"),
    ):
        answer = lead.post(reverse("outcome-follow", args=[code]), follow=True)
        assert said in text_of(answer)
    assert Metric.objects.filter(code__startswith="lof-").count() == 1


@pytest.mark.django_db
def test_nobody_but_the_lead_follows_one(client, sign_in, carys, yusuf, town):
    address = reverse("outcome-follow", args=["lof-imd"])
    assert client.post(address).status_code == 302
    assert sign_in(carys).post(address).status_code == 403
    assert sign_in(yusuf).post(address).status_code == 403
    assert not Metric.objects.filter(code="lof-imd").exists()


@pytest.mark.django_db
def test_a_placeholder_is_followed_as_what_it_is_and_takes_no_figure(client, nadia, town):
    author = author_for(nadia, None)
    assert author is not None
    metric = following.follow(code="lof-rented-enforcement", author=author)
    series = metric.series.get()
    year = date(series.starts_on.year + 1, 1, 1), date(series.starts_on.year + 1, 12, 31)
    given = {
        "series": series,
        "starts_on": year[0],
        "ends_on": year[1],
        "status": "final",
        "author": author,
        "on": date(year[1].year + 1, 1, 2),
    }
    with pytest.raises(Refused, match="is a placeholder"):
        measuring.observe(figure=Decimal(3), note="", **given)
    assert not Observation.objects.exists()
    assert measuring.lateness(metric, date(year[1].year + 5, 1, 1)) is None
    page = text_of(client.get(metric.get_absolute_url()))
    assert "A placeholder: the ministry has not settled what is counted" in page


def test_whoever_only_reads_opens_the_metrics_of_an_outcome_and_who_may_follow_sees_them(
    client, sign_in, nadia
):
    read = client.get("/metrics/local-outcomes/").content.decode()
    assert read.count("<details") >= 16
    assert not re.search(r"<details[^>]* open", read)
    at_work = sign_in(nadia).get("/metrics/local-outcomes/").content.decode()
    assert len(re.findall(r"<details[^>]* open", at_work)) >= 16
