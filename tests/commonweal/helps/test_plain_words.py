"""The desk says things in words; by which numbers it worked them out is folded, for who asks."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django import forms

from commonweal.asks.models import Alarm
from commonweal.desk.figures import chart_of_days
from commonweal.desk.forms import doubts
from commonweal.residents import lookalikes

pytestmark = pytest.mark.django_db
FOLDED = re.compile(r"<details.*?</details>", re.S)
NUMBERS = re.compile(r"\d points?\b|\([+-]?\d+(?:\.\d+)?\)|CUSUM|EARS|upper bound")


def shown_and_folded(client: Any, path: str) -> tuple[str, str]:
    """What a page says at once, and what it says when its folds are opened."""
    page = " ".join(client.get(path).content.decode().split())
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub("<[^>]+>", "", FOLDED.sub("", main)), main


@pytest.fixture
def pages(asks_for_help, leah, grace) -> list[str]:
    """Pages that weigh something: who is alike, how urgent, what is more than usual."""
    one, other = (
        asks_for_help(by=leah, first_name=first, signs=["no-food"]) for first in ("William", "Bill")
    )
    lookalikes.look(most=10)
    numbers = {"expected": 6.4, "upper": 14.8, "seen": 15, "on": date(2026, 11, 24)}
    alarms = [
        Alarm.objects.create(kind="need", key=rule, name="Food", rule=rule, **numbers)
        for rule in Alarm.Rule.values
    ]
    both = f"/desk/help/people/{one.resident.code}/with/{other.resident.code}/"
    lists = ["/desk/help/", "/desk/help/manage/", "/desk/help/duplicates/", "/desk/help/queue/"]
    return [one.get_absolute_url(), both, f"/desk/help/alarms/{alarms[0].pk}/", *lists]


def test_no_weight_or_rule_of_reckoning_is_shown_before_somebody_asks_why(pages, grace, sign_in):
    client = sign_in(grace)
    for path in pages:
        shown, _ = shown_and_folded(client, path)
        assert not NUMBERS.search(shown), (path, NUMBERS.search(shown))


def test_whoever_asks_why_reads_the_numbers(pages, grace, sign_in):
    client = sign_in(grace)
    case, both, alarm, today, manage = (shown_and_folded(client, path)[1] for path in pages[:5])
    assert "no food today 70 points" in case
    assert "last name 3 points" in both
    assert "points in all" in both
    assert "15 counted; usual is about 6." in alarm
    for page in (today, manage):
        assert "15 counted; usual is about 6." in page
        assert "6.4 expected, up to 14.8 nothing unusual" in page


def test_a_week_that_is_not_over_says_so():
    monday = date(2026, 11, 23)
    by_day = {monday + timedelta(days=back): 2 for back in range(-7, 7)}
    wednesday, sunday = monday + timedelta(days=2), monday + timedelta(days=6)
    assert chart_of_days(by_day, upto=wednesday) == [("16 Nov", 14), ("23 Nov so far", 6)]
    assert chart_of_days(by_day, upto=sunday) == [("16 Nov", 14), ("23 Nov", 14)]


@pytest.mark.parametrize(
    ("stands", "example"), [("BF3 4GH", "BF3 1AA"), ("nowhere", "AB1 2CD"), ("", "AB1 2CD")]
)
def test_an_example_of_a_postcode_is_of_this_town(service, stands, example):
    """Near a service of the town's own; of none, a postcode of nowhere."""
    service.places.all().delete()
    service.places.create(postcode=stands)
    form = forms.Form({})
    form.full_clean()
    form.fields["postcode"] = forms.CharField()
    doubts.ask(form, {"postcode": "zz1"})
    assert form.errors["postcode"] == [f"Look at this postcode again: it is written like {example}"]
