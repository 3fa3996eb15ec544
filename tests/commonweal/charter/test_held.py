"""Signing before one is accepted: shown what is signed, held, and counted from that day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from commonweal.accounts.models import Event, Message, Person
from commonweal.accounts.once import FIELD
from commonweal.charter import holding, reads
from commonweal.charter.models import CharterVersion, HeldSignature, Signature
from commonweal.office.errors import Refused
from commonweal.partners import actions as partner_actions
from commonweal.partners import merging, parting
from commonweal.partners.models import Partner

from .joined import hold

JOIN = {
    "name": "Little Fern",
    "sector": "private",
    "kind": "sole_trader",
    "size": "micro",
    "relation": "none",
    "job_title": "Owner",
    "may_act": "on",
}
SIGN = {"name": "Fern Hale", "capacity": "Owner", "terms": "on"}
PAGE = "/space/fern/sign/"
BACK = "/space/fern/sign/take-back/"


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def supersede(version: CharterVersion, today: Any) -> CharterVersion:
    """The version ended yesterday; another is in force."""
    CharterVersion.objects.filter(pk=version.pk).update(in_force_until=today - timedelta(days=1))
    return CharterVersion.objects.create(
        number=2, title="The charter, again", adopted_by=version.adopted_by, in_force_from=today
    )


def letter_to(person: Person) -> str:
    return Message.objects.get(person=person, key__contains="-accepted-").body


# --- On the way of joining ----------------------------------------------------------------------


def test_joining_leads_to_what_is_signed_and_on_to_the_space(sign_in, carys, version):
    browser = sign_in(carys)
    page = browser.post("/join/", JOIN, follow=True)
    assert page.redirect_chain[-1][0] == "/space/little-fern/sign/"
    shown = text_of(page)
    assert "Work to live on." in shown
    assert "held until the charter manager accepts" in shown
    # It can be left out.
    assert '<a class="govuk-link" href="/space/little-fern/">Not now</a>' in shown
    page = browser.post("/space/little-fern/sign/", SIGN, follow=True)
    assert page.redirect_chain[-1][0] == "/space/little-fern/"
    assert "Signed, held until your organisation is accepted" in text_of(page)
    held = HeldSignature.objects.get()
    assert (held.version, held.signed_by, held.signed_name, held.capacity, held.show_name) == (
        version,
        carys,
        "Fern Hale",
        "Owner",
        False,
    )
    assert held.terms_version
    assert Event.objects.filter(verb="charter signed, held", by_code=carys.code).count() == 1


def test_without_a_charter_joining_leads_to_the_space(sign_in, carys, town):
    page = sign_in(carys).post("/join/", JOIN, follow=True)
    assert page.redirect_chain[-1][0] == "/space/little-fern/"
    page = text_of(sign_in(carys).get("/space/little-fern/sign/"))
    assert "No version of the charter is in force today" in page


def test_the_space_offers_it_and_then_shows_what_is_signed(sign_in, hale, fern, client):
    browser = sign_in(hale)
    assert f'href="{PAGE}" >Sign the charter' in text_of(browser.get("/space/fern/"))
    browser.post(PAGE, SIGN)
    space = text_of(browser.get("/space/fern/"))
    assert "Signed, held until your organisation is accepted" in space
    assert f'href="{PAGE}" >What you signed' in space
    assert ">Sign the charter" not in space
    page = text_of(browser.get(PAGE))
    for words in (
        "Signed, held",
        "Fern Hale, Owner",
        "stays out of public",
        "version 1",
        "Work to live on.",
        f'action="{BACK}"',
    ):
        assert words in page


# --- Held: it counts nowhere --------------------------------------------------------------------


def test_a_held_signature_counts_nowhere_and_is_public_nowhere(held, fern, today, client, carys):
    assert not Signature.objects.exists()
    assert reads.counts(today).signed == 0
    assert reads.holders("signed", today) == []
    for address in ("/charter/", "/partners/", "/partners/?show=signed"):
        page = client.get(address).content.decode()
        assert "Fern" not in page
    for address in ("/partners/fern/", "/partners/fern/badge.svg"):
        assert client.get(address).status_code == 404
    assert set(HeldSignature.PUBLIC) == set()


def test_there_is_no_certificate_while_it_is_held(held, hale, sign_in):
    assert sign_in(hale).get("/space/fern/signed/").status_code == 404


def test_who_reads_sees_that_it_is_held_and_neither_signs_nor_takes_back(
    held, fern, new_person, sign_in, carys
):
    reader = new_person("reader", "Rea Der", of=fern, may="reader")
    browser = sign_in(reader)
    space = text_of(browser.get("/space/fern/"))
    assert "Signed, held" in space
    assert PAGE not in space
    for answer in (browser.get(PAGE), browser.post(PAGE, SIGN), browser.post(BACK)):
        assert answer.status_code == 403
    stranger = sign_in(carys)
    for answer in (stranger.get(PAGE), stranger.post(PAGE, SIGN), stranger.post(BACK)):
        assert answer.status_code == 404
    assert Client().post(BACK)["Location"].startswith("/accounts/login/")
    assert HeldSignature.objects.get() == held


# --- Refused ------------------------------------------------------------------------------------


def test_what_is_wrong_is_asked_again_and_kept(fern, hale, sign_in):
    page = text_of(sign_in(hale).post(PAGE, {"name": "Fern Hale", "capacity": "Owner"}))
    assert "Confirm that you may sign" in page
    assert 'value="Owner"' in page
    assert not HeldSignature.objects.exists()


def test_signed_again_it_is_refused_and_what_was_typed_is_kept(held, hale, sign_in):
    page = text_of(sign_in(hale).post(PAGE, SIGN | {"capacity": "Chair"}))
    assert "Your organisation has signed already" in page
    assert 'value="Chair"' in page
    assert HeldSignature.objects.get().capacity == "Owner"


def test_who_has_signed_is_shown_that_and_no_empty_form(held, fern, hale, maya, sign_in):
    partner_actions.accept(partner=fern, by=maya)
    answer = sign_in(hale).get(PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/space/fern/signed/")


def test_what_was_not_read_is_not_signed(fern, hale, version, today, sign_in):
    """A version adopted while the page was open is shown before it is signed."""
    browser = sign_in(hale)
    assert 'name="version" value="1"' in browser.get(PAGE).content.decode()
    supersede(version, today)
    page = text_of(browser.post(PAGE, SIGN | {"version": "1"}))
    assert "A newer version was adopted while you read" in page
    assert 'name="version" value="2"' in page
    assert 'value="Owner"' in page
    assert not HeldSignature.objects.exists()
    browser.post(PAGE, SIGN | {"version": "2"})
    assert HeldSignature.objects.get().version.number == 2


def test_sent_twice_by_one_press_it_is_done_once(fern, hale, sign_in):
    browser = sign_in(hale)
    key = browser.get(PAGE).content.decode().split(f'name="{FIELD}" value="')[1].split('"')[0]
    answers = [browser.post(PAGE, SIGN | {FIELD: key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert HeldSignature.objects.count() == 1


def test_a_version_out_of_force_is_not_held(fern, hale, version, today):
    supersede(version, today)
    version.refresh_from_db()
    with pytest.raises(Refused, match="no longer in force"):
        hold(fern, version, hale)


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        ({"days": 0}, "accepted meanwhile"),
        ({"stopped": True}, "acceptance has ended"),
        ({"merged": True}, "merged into another"),
    ],
)
@pytest.mark.parametrize("verb", ["hold", "take back"])
def test_who_waits_no_more_holds_nothing(
    verb, now, sentence, fern, hale, version, today, bakery, held
):
    changes: dict[str, Any] = {} if now.get("merged") else {"accepted_on": today}
    changes |= {"stopped_on": today, "stopped_because": "x"} if now.get("stopped") else {}
    changes |= {"merged_into": bakery, "merged_on": today} if now.get("merged") else {}
    Partner.objects.filter(pk=fern.pk).update(**changes)
    do = {
        "hold": lambda: hold(fern, version, hale),
        "take back": lambda: holding.take_back(partner=fern, by=hale),
    }
    with pytest.raises(Refused, match=sentence):
        do[verb]()
    assert HeldSignature.objects.get() == held


def test_what_it_signed_already_is_not_held_again(fern, hale, version, today):
    """An entry can have signed before it waited, where its acceptance was undone in the data."""
    Signature.objects.create(
        partner=fern,
        version=version,
        signed_on=today,
        capacity="Owner",
        terms_version="x",
        signed_name="Fern Hale",
    )
    with pytest.raises(Refused, match="signed this version already"):
        hold(fern, version, hale)


# --- Taken back ---------------------------------------------------------------------------------


def test_it_is_taken_back_and_can_be_signed_anew(held, hale, sign_in):
    browser = sign_in(hale)
    page = browser.post(BACK, follow=True)
    assert page.redirect_chain[-1][0] == "/space/fern/"
    assert "The signature is taken back" in text_of(page)
    assert not HeldSignature.objects.exists()
    assert Event.objects.filter(verb="held signature taken back", by_code=hale.code).count() == 1
    assert "taken back already" in text_of(browser.post(BACK, follow=True))
    assert browser.get(BACK).status_code == 405
    browser.post(PAGE, SIGN)
    assert HeldSignature.objects.count() == 1


# --- Accepted, returned -------------------------------------------------------------------------


def test_accepted_it_counts_from_that_day(held, fern, hale, maya, today, sign_in, settings):
    HeldSignature.objects.update(held_at=held.held_at - timedelta(days=5))
    page = sign_in(maya).get("/desk/charter/partners/fern/").content.decode()
    assert "Accept" in page
    partner_actions.accept(partner=fern, by=maya)
    signature = Signature.objects.get()
    assert (signature.partner, signature.version, signature.signed_on, signature.signed_by) == (
        fern,
        held.version,
        today,
        hale,
    )
    assert (signature.signed_name, signature.capacity, signature.show_name) == (
        "Fern Hale",
        "Owner",
        True,
    )
    assert signature.terms_version == held.terms_version
    assert not HeldSignature.objects.exists()
    assert reads.counts(today).signed == 1
    assert "Fern Hale" in Client().get("/partners/fern/").content.decode()
    event = Event.objects.get(verb="held signature counts")
    assert (event.by_code, event.as_role, event.detail) == (
        maya.code,
        "charter_manager",
        {"version": 1},
    )
    letter = letter_to(hale)
    assert "counts from today" in letter
    assert "Sign the charter" not in letter
    assert f"first pledge here:\n{settings.ADDRESS}/space/fern/\n" in letter
    assert sign_in(hale).get("/space/fern/signed/").status_code == 200


def test_who_signed_nothing_is_asked_to_in_the_letter(fern, hale, maya):
    partner_actions.accept(partner=fern, by=maya)
    assert "Sign the charter and make your first pledge here:" in letter_to(hale)
    assert not Signature.objects.exists()


def test_a_version_that_ended_meanwhile_gives_way_and_the_letter_says_so(
    held, fern, hale, maya, version, today, settings, sign_in
):
    newest = supersede(version, today)
    partner_actions.accept(partner=fern, by=maya)
    assert not Signature.objects.exists()
    assert not HeldSignature.objects.exists()
    assert Event.objects.get(verb="held signature dropped").detail == {
        "version": 1,
        "because": "version",
    }
    letter = letter_to(hale)
    assert "has ended" in letter
    assert f"Sign the newest one here:\n{settings.ADDRESS}{PAGE}\n" in letter
    sign_in(hale).post(PAGE, SIGN)
    assert Signature.objects.get().version == newest


def test_a_version_that_ended_while_it_waits_is_said_and_the_newest_takes_its_place(
    held, fern, hale, version, today, sign_in
):
    newest = supersede(version, today)
    browser = sign_in(hale)
    space = text_of(browser.get("/space/fern/"))
    assert "signed is no longer in force" in space
    assert "Signed, held" not in space
    assert f'href="{PAGE}" >Sign the charter' in space
    assert "The charter, again" in text_of(browser.get(PAGE))
    browser.post(PAGE, SIGN)
    assert HeldSignature.objects.get().version == newest


def test_an_older_version_that_is_still_in_force_counts(held, fern, maya, version, today):
    CharterVersion.objects.create(
        number=2, title="The charter, again", adopted_by=version.adopted_by, in_force_from=today
    )
    partner_actions.accept(partner=fern, by=maya)
    assert Signature.objects.get().version == version


def test_who_no_longer_acts_for_it_has_not_signed_for_it(
    held, fern, hale, new_person, maya, settings
):
    other = new_person("other", "Oda Lund", of=fern)
    partner_actions.end_membership(membership=hale.memberships.get(), by=other)
    partner_actions.accept(partner=fern, by=maya)
    assert not Signature.objects.exists()
    assert not HeldSignature.objects.exists()
    assert "does not act for it any more" in letter_to(other)
    assert f"{settings.ADDRESS}{PAGE}" in letter_to(other)
    assert not Message.objects.filter(person=hale, key__contains="-accepted-").exists()


def test_what_was_signed_meanwhile_is_signed_once(held, fern, hale, maya, version, today):
    Signature.objects.create(
        partner=fern,
        version=version,
        signed_on=today,
        capacity="Chair",
        terms_version="x",
        signed_name="Oda Lund",
    )
    partner_actions.accept(partner=fern, by=maya)
    assert Signature.objects.get().capacity == "Chair"
    assert not HeldSignature.objects.exists()
    assert "counts from today" not in letter_to(hale)
    assert "has signed the charter" in letter_to(hale)


def test_returned_it_stays_held(held, fern, hale, maya, sign_in):
    partner_actions.send_back(partner=fern, because="Which site?", by=maya)
    assert "Signed, held" in text_of(sign_in(hale).get("/space/fern/"))
    fern.refresh_from_db()
    partner_actions.change_profile(partner=fern, profile={"covers": "The mill"}, by=hale)
    partner_actions.accept(partner=fern, by=maya)
    assert Signature.objects.get().partner == fern


def test_accepted_twice_it_is_one_signature(held, fern, maya):
    partner_actions.accept(partner=fern, by=maya)
    with pytest.raises(Refused, match="accepted this partner already"):
        partner_actions.accept(partner=fern, by=maya)
    assert Signature.objects.count() == 1


# --- Merged -------------------------------------------------------------------------------------


def test_merged_it_signs_for_nobody_and_parted_it_is_held_again(
    held, fern, hale, bakery, asha, maya, today, sign_in
):
    merge = merging.merge(kept=bakery, gone=fern, because="One shop", people_may_act=True, by=maya)
    assert reads.counts(today).signed == 0
    assert HeldSignature.objects.get().partner == fern
    assert sign_in(hale).get(PAGE)["Location"] == "/space/bakery/sign/"
    assert ">Sign the charter" in text_of(sign_in(hale).get("/space/bakery/"))
    parting.undo(merge=merge, because="Two shops", by=maya)
    fern.refresh_from_db()
    assert holding.held_by(fern) == held
    partner_actions.accept(partner=fern, by=maya)
    assert Signature.objects.get().partner == fern
