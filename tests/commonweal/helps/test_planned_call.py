"""A call at the time that somebody asked for, the keys of a call, and two facts asked at once."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonweal.cases import intake
from commonweal.cases.models import Callback, IntakeDraft

SKIPS = {"due_on_0": "28", "due_on_1": "3", "due_on_2": "2027", "due_time": "1:30"}


def read(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", unescape(answer.content.decode())))


@pytest.fixture
def plan(person, sign_in, leah) -> Any:
    case, client = person(), sign_in(leah)
    case.callbacks.all().delete()

    def send(**answers: str) -> tuple[str, list[str]]:
        tomorrow = timezone.localdate() + timedelta(days=1)
        on = {"due_on_0": str(tomorrow.day), "due_on_1": str(tomorrow.month)}
        asked = on | {"due_on_2": str(tomorrow.year), "purpose": "follow_up"} | answers
        address = reverse("case-plan-call", args=[case.code])
        page = read(client.post(address, asked, follow=True))
        due = Callback.objects.filter(case=case, state="due")
        return page, [f"{timezone.localtime(call.due_at):%H:%M}" for call in due]

    return send


def test_a_call_is_planned_at_the_time_that_they_asked_for(plan):
    page, due = plan(due_time="3pm")
    assert due == ["15:00"]
    assert "15:00" in page
    # Said again, it is moved; without a time it is owed by the end of that day.
    assert plan(due_time="16:30")[1] == ["16:30"]
    assert plan(due_time="")[1] == ["23:59"]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (SKIPS, "there is no such time"),
        ({"due_time": "teatime"}, "Write a time like 10:00, 14:30 or 2pm"),
        ({"due_on_2": "2020", "due_time": "15:00"}, "Choose today or a day that comes."),
        ({"due_on_0": "", "due_on_1": "", "due_on_2": ""}, "Enter the day"),
    ],
)
def test_a_time_that_can_not_be_is_asked_again(plan, answers, said):
    page, due = plan(**answers)
    assert said in page
    assert due == []


def keys_of(page: str) -> Counter[str]:
    return Counter(re.findall(r'accesskey="(.)"', page))


def test_each_page_of_a_call_has_each_key_once_and_says_them(person, sign_in, leah):
    case, client = person(), sign_in(leah)
    client.post(reverse("desk-intake-start"), {"channel": "phone"})
    draft = IntakeDraft.objects.latest("pk")
    intake.save(draft=draft, answers={"words": "He hung up."}, by=leah, seen={}, tab="")
    for address, letters in (
        (reverse("desk-help"), "hnsxg"),
        (reverse("desk-queue"), "hx"),
        (reverse("desk-intake", args=[draft.code]), "hken"),
        (case.get_absolute_url(), "hwpnc"),
    ):
        page = client.get(address).content.decode()
        keys = keys_of(page)
        assert not set(letters) - set(keys), address
        assert max(keys.values()) == 1, address
    says = read(client.get(case.get_absolute_url()))
    assert "Alt+W: write down a call. Alt+P: plan one. Alt+N: take the next." in says


def test_whoever_has_no_link_is_asked_for_two_facts_at_once(person, sign_in, leah, owen):
    case = person()
    case.__class__.objects.filter(pk=case.pk).update(assigned_to=leah)
    page = sign_in(owen).get(case.get_absolute_url(), follow=True).content.decode()
    form = page.partition(f'action="{reverse("desk-caller", args=[case.code])}"')[2]
    asked = form.partition("</form>")[0]
    for name in ("born_0", "phone", "postcode", "email"):
        assert f'name="{name}"' in asked
    assert 'name="because"' not in asked
    assert "Break the glass" in form
