"""The page of all rounds: by what can be done about them, and what it says where there is none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from commonweal.voice.models import Round
from commonweal.voice.rounds import counting

from ..cast.rounds import close
from .test_other_ways import text_of

pytestmark = pytest.mark.django_db
ADDRESS = "/have-your-say/budgets/"


def test_where_there_is_no_round_the_page_says_so(client):
    assert "No budget is being decided, and none was." in text_of(client.get(ADDRESS))
    assert ADDRESS not in client.get("/have-your-say/").content.decode()


def test_every_round_stands_under_its_stage_what_can_be_voted_on_first(
    client, sealed, drafted, voted, nadia
):
    now = timezone.now()
    counting.count(budget_round=close(voted(title="Was counted")[0]), by=nadia)
    close(voted(title="Is over")[0])
    drafted(title="Is checked")
    ideas = drafted(title="Is collected")
    Round.objects.filter(pk=ideas.pk).update(state="ideas")
    days = {"opens_at": now + timedelta(days=1), "closes_at": now + timedelta(days=3)}
    sealed(title="Is published", **days)
    Round.objects.filter(pk=sealed(title="Was stopped").pk).update(state="stopped")
    sealed(title="Is open")
    page = text_of(client.get(ADDRESS))
    order = [
        "Voting is open",
        "Is open",
        "Voting goes from",
        "The rule sheet is published",
        "Is published",
        "Ideas are collected",
        "Is collected",
        "Anybody can hand in an idea.",
        "Ideas are checked",
        "Is checked",
        "Voting is over",
        "Is over",
        "Counted",
        "Was counted",
        "2 projects won.",
        "Stopped",
        "Was stopped",
    ]
    places = [page.index(words, page.index("<h1")) for words in order]
    assert places == sorted(places)
    assert page.count("Voting goes from") == 2
    assert "/have-your-say/budgets/was-counted/result/" in page


def test_the_page_is_found_from_where_a_reader_comes(client, sealed):
    budget_round = sealed()
    for address in ("/have-your-say/", budget_round.get_absolute_url()):
        assert f'href="{ADDRESS}"' in client.get(address).content.decode()
