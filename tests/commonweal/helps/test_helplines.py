"""Whoever asks the public form for safety is told at once whom to ring."""

from __future__ import annotations

import pytest

from commonweal.helps import helplines
from commonweal.helps.models import IntakeDraft

pytestmark = pytest.mark.django_db


def test_the_form_says_whom_to_ring_beside_the_tick_and_on_every_page_after_it(client, kinds, town):
    client.post("/help/start/")
    base = f"/help/form/{IntakeDraft.objects.get().code}/"
    first = client.get(f"{base}help/").content.decode()
    assert helplines.ENGLAND.number in first
    assert 'class="govuk-warning-text"' not in first
    # Even where the step is not complete.
    page = client.post(f"{base}help/", {"needs": [], "signs": ["danger"]}).content.decode()
    assert 'href="tel:999"' in page
    for posted in ({"needs": ["safety"]}, {"needs": ["food"], "signs": ["danger"]}):
        page = client.post(f"{base}help/", posted, follow=True).content.decode()
        for step in ("who", "contact", "check"):
            page = client.get(f"{base}{step}/").content.decode()
            assert 'href="tel:999"' in page, step
            assert helplines.ENGLAND.number in page, step
    client.post(f"{base}contact/", {"contact": "text_only", "phone": "07700 934567"})
    sent = client.post(f"{base}check/", {"consent": "on"}, follow=True).content.decode()
    assert helplines.ENGLAND.number in sent


def test_who_asks_for_something_else_is_not_told_of_it_all_the_way(client, kinds, town):
    client.post("/help/start/")
    base = f"/help/form/{IntakeDraft.objects.get().code}/"
    client.post(f"{base}help/", {"needs": ["food"]})
    assert helplines.ENGLAND.number not in client.get(f"{base}who/").content.decode()


@pytest.mark.parametrize("nation", sorted(helplines.BY_NATION))
def test_each_nation_has_its_helpline(client, kinds, town, nation):
    town.ons_code = f"{nation}07000001"
    town.save(update_fields=["ons_code"])
    client.post("/help/start/")
    page = client.get(f"/help/form/{IntakeDraft.objects.get().code}/help/").content.decode()
    assert helplines.BY_NATION[nation].number in page
