"""Words that are ready go by the way that they are for; a letter is printed from its page."""

from __future__ import annotations

import pytest

from commonweal.cases.models import TextTemplate, Written
from commonweal.residents.models import Resident

from .world import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready() -> None:
    TextTemplate.objects.all().delete()
    TextTemplate.objects.create(code="ring", name="We ring", by_text=True, body="We ring you.")
    TextTemplate.objects.create(code="mail", name="We write", by_text=False, body="We write you.")


def test_words_are_offered_for_the_ways_that_are_open(person, ready, leah, sign_in):
    client = sign_in(leah)
    both = words_of(client.get(f"{person().get_absolute_url()}write/"))
    assert "We ring (text message)" in both
    assert "We write (e-mail)" in both
    letter = words_of(client.get(f"{person('post_only').get_absolute_url()}write/"))
    assert "We write" not in letter
    assert "Words that are ready" not in letter


@pytest.mark.parametrize(("way", "code"), [("post", "mail"), ("post", "ring"), ("text", "mail")])
def test_the_words_of_another_way_are_refused_at_their_field(
    person, ready, leah, sign_in, way, code
):
    address = f"{person().get_absolute_url()}write/"
    page = words_of(sign_in(leah).post(address, {"way": way, "template": code, "words": ""}))
    assert "These words are for" in page
    assert 'href="#id_template"' in page
    assert not Written.objects.exists()


def test_ones_own_words_go_by_every_way(person, ready, leah, sign_in):
    address = f"{person().get_absolute_url()}write/"
    client = sign_in(leah)
    client.post(address, {"way": "post", "template": "mail", "words": "Dear Zebedee."})
    assert Written.objects.get().words == "Dear Zebedee."


def test_a_letter_that_may_be_posted_says_to_print_it(person, leah, sign_in):
    case, client = person(), sign_in(leah)
    answers = {"way": "post", "words": "Dear Zebedee."}
    page = words_of(client.post(f"{case.get_absolute_url()}write/", answers, follow=True))
    assert "Print this page and post it" in page
    assert "data-print" in page
    assert f'href="{case.get_absolute_url()}" class="govuk-back-link"' in page
    Resident.objects.update(address="", postcode="")
    again = words_of(client.get(f"{case.get_absolute_url()}letters/{Written.objects.get().pk}/"))
    assert "data-print" not in again


@pytest.mark.parametrize(
    ("contact", "lacks"),
    [
        ("email_only", "no e-mail"),
        ("text_only", "no mobile telephone"),
        ("post_only", "no address"),
    ],
)
def test_who_may_be_written_to_and_has_no_address_is_said_so(person, leah, sign_in, contact, lacks):
    case = person(contact)
    Resident.objects.update(email="", phones="", address="", postcode="")
    page = words_of(sign_in(leah).get(f"{case.get_absolute_url()}write/", follow=True))
    assert f"But there is {lacks}" in page
    assert "Nobody can be written to" not in page
