"""What was pledged against a series stands beside it, as the analyst tied it."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.models import Event, Person
from commonweal.asks.models import Ask
from commonweal.charter.models import Theme
from commonweal.demo.cast import CAST
from commonweal.demo.economy import bearings as demo_bearings
from commonweal.economy.exposure import actions as exposure
from commonweal.economy.models import Bearing, Series, ShockAsk
from commonweal.economy.series import bringing, tying
from commonweal.pledges.models import Measure
from commonweal.programme.models import Action
from tests.commonweal.cast.exposure import WORD, group_of

pytestmark = pytest.mark.django_db
TIE = "/desk/economy/bearings/"
HEAD = "area_code,area_name,date,claimant count,claimants rate\n"


def text_of(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def claimants(town: Any) -> str:
    """The town's claimant count, and its page."""
    town.ons_code = "E07000243"
    town.save(update_fields=["ons_code"])
    rows = "".join(f"E07000243,Brackenford,2021-0{n},{900 + n},\n" for n in range(1, 6))
    bringing.bring_in(
        content=(HEAD + rows).encode(), name="x.csv", published_on=date(2021, 6, 20), by=None
    )
    return Series.objects.get(measure="claimants", area_code="E07000243").get_absolute_url()


@pytest.fixture
def starts(theme: Theme) -> Measure:
    return Measure.objects.create(
        code="starts", name="Jobs offered", theme=theme, kind="count", unit="jobs"
    )


@pytest.fixture
def three(
    starts: Measure,
    measure: Measure,
    homes: Any,
    college: Any,
    priya: Person,
    idris: Person,
    pledged: Any,
) -> list[Any]:
    """The pledges of the worked table: A and B of jobs, C of hours; all of one theme but A."""
    other = Theme.objects.create(code="homes", name="Homes", order=2)
    made = [
        pledged(measure=starts, partner=homes, by=priya, statement="A jobs.", target=Decimal(9)),
        pledged(measure=starts, partner=college, by=idris, statement="B jobs.", target=Decimal(9)),
        pledged(measure=measure, partner=college, by=idris, statement="C.", target=Decimal(9)),
    ]
    type(made[0]).objects.filter(pk=made[0].pk).update(theme=other)
    return made


def test_the_worked_table(claimants, three, starts, theme, action, yusuf, client):
    tying.tie(counted="claimants", measure=starts, because="A way into work.", by=yusuf)
    tying.tie(counted="claimants", theme=theme, because="Fair work keeps.", by=yusuf)
    tying.tie(counted="claimants", action=action, because="It is about work.", by=yusuf)
    sentence = "Against it today: 3 open pledges of 2 partners, 1 action, 0 open asks."
    assert sentence in text_of(client.get("/economy/"))
    page = text_of(client.get(claimants))
    assert sentence in page
    for words in ("A jobs.", "B jobs.", "C.", action.title, "Jobs offered: A way into work."):
        assert words in page
    assert page.count("B jobs.") == 1
    assert "says nothing of whether the figure moved" in page


def test_the_analyst_ties_and_unties(claimants, three, starts, sign_in, yusuf, client):
    desk = sign_in(yusuf)
    typed = {"counted": "claimants", "measure": starts.pk, "because": "A way into work."}
    page = text_of(desk.post(TIE, typed, follow=True))
    assert "It stands beside the series now." in page
    assert "Jobs offered A way into work." in page
    bearing = Bearing.objects.get()
    assert Event.objects.get(verb="bearing tied").by_code == yusuf.code
    assert desk.get(f"{TIE}{bearing.pk}/drop/").status_code == 405
    desk.post(f"{TIE}{bearing.pk}/drop/")
    assert not Bearing.objects.exists()
    assert Event.objects.filter(verb="bearing untied").exists()
    assert "Against it today" not in text_of(client.get("/economy/"))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"measure": ""}, "Choose one thing"),
        ({"theme": "both"}, "Choose one thing"),
        ({"counted": "jobs"}, "Choose from the list for"),
        ({"because": ""}, "Fill in"),
        ({}, "It stands beside that series already."),
    ],
)
def test_what_cannot_be_tied_is_refused_and_kept(
    claimants, starts, theme, sign_in, yusuf, more, sentence
):
    tying.tie(counted="claimants", measure=starts, because="x", by=yusuf)
    typed = {"counted": "claimants", "measure": starts.pk, "because": "Thirdly"} | more
    if typed.get("theme"):
        typed["theme"] = theme.pk
    page = sign_in(yusuf).post(TIE, typed)
    assert sentence in text_of(page)
    assert "Thirdly" in page.content.decode() or not typed["because"]
    assert Bearing.objects.count() == 1


@pytest.mark.parametrize("who", ["carys", "asha", "leah", "maya"])
def test_nobody_else_ties(claimants, request, sign_in, who):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(TIE).status_code == 403
    assert client.post(f"{TIE}1/drop/").status_code == 403


def test_a_group_that_is_not_public_is_named_nowhere(claimants, yusuf, maya, client, today):
    group = exposure.write_down(group=None, values=group_of(name=f"{WORD} plc"), by=yusuf)
    tying.tie(counted="claimants", group=group, because=f"{WORD} feeds the town.", by=yusuf)
    for address in ("/economy/", claimants):
        page = text_of(client.get(address))
        assert WORD not in page
        assert "Against it today" not in page
    exposure.publish(
        group=group, consent_on=today, consent_words="Its head", decision=None, by=maya
    )
    page = text_of(client.get(claimants))
    assert f"{WORD} plc" in page
    assert "1 group of firms that it hangs on" in page
    assert "feeds the town" not in page


def test_asks_of_a_theme_are_there_and_stopped_actions_are_not(
    claimants, theme, action, yusuf, client, today
):
    tying.tie(counted="claimants", theme=theme, because="x", by=yusuf)
    tying.tie(counted="claimants", action=action, because="x", by=yusuf)
    for title, state in (("Six placements", Ask.State.OPEN), ("A draft", Ask.State.DRAFT)):
        Ask.objects.create(
            title=title,
            quantity=6,
            unit="places",
            theme=theme,
            state=state,
            published_on=today - timedelta(days=1),
        )
    Action.objects.filter(pk=action.pk).update(stopped_on=today)
    page = text_of(client.get(claimants))
    assert "0 actions, 1 open ask." in page
    assert "Six placements" in page
    assert "A draft" not in page


def test_an_ask_that_was_made_for_a_shock_is_not_there(claimants, theme, yusuf, client, tell):
    tying.tie(counted="claimants", theme=theme, because="x", by=yusuf)
    ask = Ask.objects.create(
        title="Jobs for sixty",
        quantity=60,
        unit="jobs",
        theme=theme,
        state=Ask.State.OPEN,
        published_on=timezone.localdate(),
    )
    assert "Jobs for sixty" in text_of(client.get(claimants))
    ShockAsk.objects.create(shock=tell(wanted_level="staff"), ask=ask)
    client.cookies["seen"] = "1"  # A page that is kept is for who has no cookies.
    assert "Jobs for sixty" not in text_of(client.get(claimants))


def test_a_place_beside_the_town_has_nothing_tied(claimants, starts, three, yusuf, client):
    tying.tie(counted="claimants", measure=starts, because="x", by=yusuf)
    bringing.bring_in(
        content=f"{HEAD}E07000099,Elsewhere,2021-05,800,\n".encode(),
        name="y.csv",
        published_on=date(2021, 6, 21),
        by=None,
    )
    other = Series.objects.get(area_code="E07000099", measure="claimants")
    assert "Against it today" not in text_of(client.get(other.get_absolute_url()))


def test_one_bearing_is_of_one_thing(starts, theme):
    for tied in ({}, {"measure": starts, "theme": theme}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Bearing.objects.create(counted="claimants", because="x", **tied)


def test_many_bearings_ask_no_oftener(
    claimants, three, starts, measure, theme, yusuf, client, django_assert_max_num_queries
):
    for tied in ({"measure": starts}, {"measure": measure}, {"theme": theme}):
        tying.tie(counted="claimants", because="x", by=yusuf, **tied)
    with django_assert_max_num_queries(40):
        client.get(claimants)


def test_the_demonstration_ties_what_is_about_work(claimants, three, action, client):
    for member in CAST:
        if member.role == "analyst":
            Person.objects.create_user(member.email, name=member.name)
    demo_bearings.tell(date(2021, 7, 1))
    assert "2 open pledges of 2 partners" in text_of(client.get("/economy/"))
