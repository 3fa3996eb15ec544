"""Whoever asks the public form for safety is told at once whom to ring."""

from __future__ import annotations

from pathlib import Path

import pytest

from commonweal.cases.models import IntakeDraft
from commonweal.cases.models import named as named_models
from commonweal.places import helplines

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


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


@pytest.mark.parametrize("nation", sorted(helplines.ABUSE))
def test_each_nation_has_its_helpline(client, kinds, town, nation):
    town.ons_code = f"{nation}07000001"
    town.save(update_fields=["ons_code"])
    client.post("/help/start/")
    page = client.get(f"/help/form/{IntakeDraft.objects.get().code}/help/").content.decode()
    assert helplines.ABUSE[nation].number in page


def test_the_national_numbers_stand_in_one_place():
    """A number that changes is changed once: no other file of the product has it."""
    own = ROOT / "src/commonweal/places/helplines.toml"
    lines = [*helplines.FIRST, *({"number": line.number} for line in helplines.ABUSE.values())]
    numbers = {line["number"] for line in lines if len(line["number"]) > 4}
    assert len(numbers) > 6
    for path in (ROOT / "src/commonweal").rglob("*"):
        is_read = path.suffix in (".py", ".html", ".toml") and "migrations" not in path.parts
        if is_read and path != own:
            text = path.read_text()
            assert not [number for number in numbers if number in text], path


def test_a_named_colleagues_page_begins_with_the_line_of_the_towns_nation(town, kinds):
    for nation, line in helplines.ABUSE.items():
        type(town).objects.update(ons_code=f"{nation}07000001")
        assert named_models.safeguard_of(kinds["safety"]).numbers == line.in_words
