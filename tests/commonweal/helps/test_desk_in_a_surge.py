"""The help desk's first page stays short while much is unusual, and says what it leaves out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonweal.asks.models import Alarm
from commonweal.cases import intake

pytestmark = pytest.mark.django_db


def read(client: Any) -> str:
    page = client.get(reverse("desk-help")).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_of_many_alarms_the_newest_stand_there_with_how_many_there_are(
    kinds: Any, sign_in: Any, leah: Any
) -> None:
    client, today = sign_in(leah), timezone.localdate()
    for number in range(7):
        Alarm.objects.create(
            kind="all",
            name=f"Area {number}",
            rule="cusum",
            on=today - timedelta(days=number),
            seen=9,
            expected=1,
            upper=3,
        )
        page = read(client)
        assert ("the newest" in page) == (number >= 5)
    assert "(the newest 5 of 7)" in page
    assert [f"Area {number} " in page for number in range(7)] == [True] * 5 + [False] * 2


def test_of_many_calls_cut_off_three_stand_there_and_lead_to_the_others(
    kinds: Any, sign_in: Any, leah: Any
) -> None:
    for _ in range(4):
        draft, _ = intake.start(channel="phone", by=leah)
        intake.save(draft=draft, answers={"words": "He hung up."}, by=leah, seen={}, tab="")
    page = read(sign_in(leah))
    assert page.count("Go on with") == 3
    assert "More calls cut off half-way" in page
