"""The lists on the desk hold everything, in the order of every queue."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from commonweal.cases import enclosing, intake
from commonweal.cases.models import Case, IntakeDraft

pytestmark = pytest.mark.django_db


def begun(person, **answers):
    draft, _ = intake.start(channel="phone", by=person)
    intake.save(draft=draft, by=person, answers={"first_name": "Cher", "needs": ["food"]} | answers)
    return draft


def pages_of(client):
    """The references of every draft that the desk leads to, page after page."""
    address, found = "/desk/help/", []
    while address:
        text = client.get(address).content.decode()
        found += re.findall(r"Go on with (F-[A-Z0-9-]+)", text)
        more = re.search(r'href="([^"]+)"\s*>More calls cut off', text)
        address = "/desk/help/" + more[1].replace("&amp;", "&").split("#")[0] if more else ""
    return found


def test_a_call_that_was_cut_off_is_lost_behind_no_newer_ones(sign_in, leah, owen):
    mine = begun(leah)
    danger = begun(owen, signs=["danger"])
    others = [begun(owen) for _ in range(45)]
    found = pages_of(sign_in(leah))
    assert found[:2] == [danger.code, mine.code]
    assert sorted(found) == sorted([mine.code, danger.code, *(draft.code for draft in others)])
    assert IntakeDraft.objects.count() == 47


def test_restricted_cases_that_nobody_has_stand_by_urgency(asks_for_help, kinds, grace):
    calm, urgent, danger = (asks_for_help("safety") for _ in range(3))
    now = timezone.now()
    for case, level, in_danger, days in (
        (calm, 3, False, 9),
        (urgent, 1, False, 2),
        (danger, 1, True, 0),
    ):
        Case.objects.filter(pk=case.pk).update(
            urgency=level, in_danger=in_danger, opened_at=now - timedelta(days=days)
        )
    assert enclosing.waiting_for(grace) == [danger, urgent, calm]
