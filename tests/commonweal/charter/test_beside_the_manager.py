"""What the charter manager sees of who joins, and what whoever joined reads afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from commonweal.partners import actions as partner_actions
from commonweal.partners.models import Partner
from commonweal.pledges.models import Draft, Pledge

from .test_held import letter_to, text_of

DESK = "/desk/charter/partners/fern/"


@pytest.fixture
def promised(fern: Partner, pledged: Any) -> Pledge:
    """The café has promised something, and nobody has accepted it yet."""
    pledge: Pledge = pledged(accepted=False, statement="We buy our bread in town.")
    Pledge.objects.filter(pk=pledge.pk).update(partner=fern)
    return pledge


@pytest.fixture
def wish(fern: Partner, hale: Any) -> Draft:
    return Draft.objects.create(
        partner=fern,
        by=hale,
        answers={
            "measure": {"wanted": "Loaves."},
            "promise": {"statement": "A loaf for everybody."},
            "sent": {"at": "2026-11-01T10:00:00+00:00", "by": ""},
        },
    )


def test_the_manager_sees_who_joined_and_what_is_held(held, promised, wish, hale, maya, sign_in):
    hale.memberships.update(job_title="Owner of it")
    page = text_of(sign_in(maya).get(DESK))
    for words in (
        "Fern Hale",
        hale.email,
        "Owner of it",
        "Editor: may pledge, report",
        "confirms that they may act",
        "The charter is signed: Version 1",
        "by Fern Hale, Owner",
        "counts from the day you accept it",
        "We buy our bread in town.",
        f"/desk/charter/pledges/{promised.code}/",
        "A loaf for everybody. (it still needs a measure)",
    ):
        assert words in page, words


def test_where_nothing_is_held_the_page_says_so(fern, hale, maya, sign_in):
    page = text_of(sign_in(maya).get(DESK))
    assert "The charter is not signed yet." in page
    assert "Nothing is promised yet." in page
    hale.memberships.update(left_on="2026-11-01")
    assert "Nobody acts for it." in text_of(sign_in(maya).get(DESK))


def test_a_version_that_ended_is_no_signature_that_counts(held, version, maya, sign_in, today):
    version.in_force_until = version.in_force_from
    version.save(update_fields=["in_force_until"])
    assert "asks for the newest" in text_of(sign_in(maya).get(DESK))


def test_of_an_accepted_one_that_is_said_elsewhere(fern, hale, maya, sign_in):
    partner_actions.accept(partner=fern, by=maya)
    assert "What waits with it" not in text_of(sign_in(maya).get(DESK))


def test_the_letter_does_not_ask_for_a_promise_that_is_made(held, promised, fern, hale, maya):
    partner_actions.accept(partner=fern, by=maya)
    letter = letter_to(hale)
    assert "counts from today." in letter
    assert "Make your first pledge" not in letter
    assert f"looks at it next. It stands here:\n{settings.ADDRESS}/space/fern/\n" in letter


def test_who_promised_and_did_not_sign_is_asked_to_sign(promised, fern, hale, maya):
    partner_actions.accept(partner=fern, by=maya)
    letter = letter_to(hale)
    assert "Sign the charter in your space." in letter
    assert "Your first pledge is with the charter manager" in letter
    assert "Make your first pledge" not in letter


def test_a_returned_promise_is_made_again_and_the_letter_says_how(held, promised, fern, hale, maya):
    Pledge.objects.update(returned_because="Say how many.")
    partner_actions.accept(partner=fern, by=maya)
    assert "Make your first pledge here:" in letter_to(hale)


def test_a_held_promise_says_one_thing(promised, fern, hale, maya, sign_in):
    browser = sign_in(hale)
    page = text_of(browser.get(f"/space/fern/pledges/{promised.code}/"))
    assert "It is held until your organisation is accepted" in page
    assert "It waits for the charter manager." not in page
    assert ">Proposed<" not in page
    assert "Held until your organisation is accepted" in text_of(browser.get("/space/fern/"))
    partner_actions.accept(partner=fern, by=maya)
    page = text_of(sign_in(hale).get(f"/space/fern/pledges/{promised.code}/"))
    assert "It waits for the charter manager." in page
    assert "It is held until" not in page


def test_what_was_signed_is_in_the_space_before_and_after(held, fern, hale, maya, today, sign_in):
    assert "What you signed" in text_of(sign_in(hale).get("/space/fern/"))
    partner_actions.accept(partner=fern, by=maya)
    space = text_of(sign_in(hale).get("/space/fern/"))
    assert f"version 1</a>, on {today:%-d %B %Y}, as Owner (Fern Hale)" in space
    fern.refresh_from_db()
    fern.signatures.update(show_name=False)
    space = text_of(sign_in(hale).get("/space/fern/"))
    assert "as Owner, by Fern Hale, whose name is not public" in space


def test_the_badges_code_can_be_selected_whole_and_copied(held, fern, hale, maya, sign_in):
    partner_actions.accept(partner=fern, by=maya)
    page = text_of(sign_in(hale).get("/space/fern/signed/"))
    assert 'id="badge-code" rows="8" readonly' in page
    # Without a script there is no button that does nothing.
    assert 'data-copies="badge-code" hidden > Copy the code' in page
