"""A call at the time that somebody asked for, the keys of a call, and two facts asked at once."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonweal.cases import intake, next_actions, working
from commonweal.cases.models import Callback, IntakeDraft, NextAction
from commonweal.office.errors import Refused

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
        ({"due_time": "half past three"}, "Write a time like 10:00, 14:30 or 2pm"),
        ({"due_on_2": "2127"}, "Choose a day within a year."),
        ({"due_on_0": "", "due_on_1": "", "due_on_2": ""}, "Enter the day"),
    ],
)
def test_a_time_that_can_not_be_is_asked_again(plan, answers, said):
    page, due = plan(**answers)
    assert said in page
    assert due == []


def parts_of(name: str, day: date) -> dict[str, str]:
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


def test_no_call_is_planned_for_an_hour_of_today_that_is_gone(plan, monkeypatch):
    noon = timezone.localtime().replace(hour=12, minute=0)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    today = parts_of("due_on", noon.date())
    page, due = plan(**today, due_time="11:59")
    assert "This time has passed. Choose one that comes" in page
    assert due == []
    assert plan(**today, due_time="12:30")[1] == ["12:30"]


@pytest.mark.parametrize("name", ["call", "next", "again"])
def test_a_slip_in_the_year_is_asked_about_wherever_something_is_planned(
    person, sign_in, leah, name
):
    """In 2127 nobody would ring, and the case would stand on no list until then."""
    case = person()
    case.callbacks.all().delete()
    NextAction.objects.all().delete()
    slip = timezone.localdate().replace(year=2127, day=1)
    need = case.needs.get()
    address, answers = {
        "call": ("case-plan-call", {"purpose": "follow_up"} | parts_of("due_on", slip)),
        "again": (
            "case-call",
            {"direction": "in", "outcome": "later"} | parts_of("again_on", slip),
        ),
        "next": (
            "need-next",
            {"kind": "other", "words": "Look.", "owner": str(leah.pk)} | parts_of("due_on", slip),
        ),
    }[name]
    of_need = [need.code] if name == "next" else []
    page = read(sign_in(leah).post(reverse(address, args=[case.code, *of_need]), answers))
    assert "Choose a day within a year." in page
    assert not Callback.objects.filter(case=case).exists()
    assert not NextAction.objects.exists()


def test_no_action_plans_for_a_day_that_nobody_will_see(person, leah):
    case = person()
    never = timezone.now() + timedelta(days=400)
    with pytest.raises(Refused, match="within a year"):
        working.plan_call(case=case, purpose="follow_up", due_at=never, by=leah)
    with pytest.raises(Refused, match="within a year"):
        working.record_call(
            case=case, direction="in", outcome="later", by=leah, again_at=never, which="other"
        )
    with pytest.raises(Refused, match="within a year"):
        next_actions.plan(
            need=case.needs.get(), kind="other", words="Look.", owner=leah, due_at=never, by=leah
        )
    assert not case.calls.exists()


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
