"""Reports of lost jobs in the early warning: rung for the economy desk, and nowhere in public."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from commonweal.asks import surge
from commonweal.asks.models import Alarm
from commonweal.economy.models import Shock
from commonweal.programme.models import Risk

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(tell, maya, today) -> Alarm:
    """Every second week a report, then six within a few days."""
    for ago in (*range(110, 20, -14), 6, 5, 4, 3, 2, 1):
        shock = tell(wanted_level="staff")
        Shock.objects.filter(pk=shock.pk).update(told_on=today - timedelta(days=ago))
    [alarm] = surge.watch()
    return alarm


def test_more_reports_than_usual_ring(rung, nadia, sign_in, client):
    assert (rung.kind, rung.rule, rung.seen) == ("told", "cusum", 6)
    assert rung.risk is None
    assert not Risk.objects.exists()
    page = sign_in(nadia).get("/desk/economy/").content.decode()
    assert "Reports of lost jobs: 6 seen" in page
    assert surge.watch() == []


def test_the_help_desk_does_not_see_it(rung, grace, sign_in):
    assert b"Reports of lost jobs" not in sign_in(grace).get("/desk/help/manage/").content
    assert sign_in(grace).get(reverse("shock-alarm-close", args=[rung.pk])).status_code == 403


def test_it_is_closed_with_what_came_of_it(rung, nadia, sign_in):
    address = reverse("shock-alarm-close", args=[rung.pk])
    assert b"Say what came of it" in sign_in(nadia).post(address, {"because": ""}).content
    assert sign_in(nadia).post(address, {"because": "A mill's suppliers."}).status_code == 302
    rung.refresh_from_db()
    assert rung.closed_because == "A mill's suppliers."
    assert b"closed this alarm already" in sign_in(nadia).post(address, {"because": "x"}).content
