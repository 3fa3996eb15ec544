"""A signature on paper: entered from the list, with its day, and said to be what it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from commonweal.accounts.models import Event
from commonweal.charter import actions, from_paper, reads
from commonweal.charter.models import CharterVersion, Signature
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner

PAGE = "/desk/charter/signatories/"
LIST = {"organisations": "Little Fern; cafe@fern.example; private", "sector": ""}


@pytest.fixture
def paper(version: CharterVersion, today: Any) -> dict[str, str]:
    """The list, with a day on which the charter was in force."""
    signed_on = today - timedelta(days=20)
    CharterVersion.objects.filter(pk=version.pk).update(in_force_from=signed_on)
    return LIST | {"signed_on_0": f"{signed_on:%-d %B %Y}", "signed_on_1": "", "signed_on_2": ""}


@pytest.fixture
def bring(maya: Any, sign_in: Any) -> Any:
    def post(answers: dict[str, str]) -> Any:
        browser = sign_in(maya)
        shown = browser.post(PAGE, answers)
        mark = shown.context.get("mark", "")
        return shown, browser.post(PAGE, answers | {"shown-list": mark}, follow=True)

    return post


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_it_is_entered_with_its_day_and_says_where_it_came_from(
    paper, bring, maya, version, today, client
):
    shown, done = bring(paper)
    assert "A signature of" in text_of(shown)
    assert "is entered for 1 organisation" in text_of(shown)
    assert "1 organisation entered, 1 signature entered from paper, 1 letter" in text_of(done)
    signature = Signature.objects.get()
    assert (signature.signed_on, signature.entered_on) == (today - timedelta(days=20), today)
    assert (signature.entered_by, signature.signed_by, signature.signed_name) == (maya, None, "")
    assert (signature.version, signature.capacity) == (version, "")
    assert Event.objects.get(verb="charter signature entered from paper").detail == {
        "version": version.number
    }
    assert reads.counts(today).signed == 1
    page = text_of(client.get("/partners/little-fern/"))
    assert (
        f"version {version.number}</a> on paper on {today - timedelta(days=20):%-d %B %Y}" in page
    )
    assert f"the town entered it on {today:%-d %B %Y}" in page
    assert "No signature on the charter" not in page


def test_a_list_from_before_gets_its_signatures_once(paper, bring):
    bring(LIST)
    assert not Signature.objects.exists()
    _, done = bring(paper)
    assert "0 organisations entered, 1 signature entered from paper, 0 letters" in text_of(done)
    _, done = bring(paper)
    assert "0 organisations entered, 0 letters" in text_of(done)
    assert Signature.objects.count() == 1


def test_without_a_day_nothing_is_signed_and_the_page_says_so(bring, version):
    shown, _ = bring(LIST)
    assert "no signature on the charter is entered" in text_of(shown)
    assert not Signature.objects.exists()


def test_who_acts_for_itself_signs_for_itself(paper, bring, asha, bakery):
    _, done = bring(paper | {"organisations": f"{bakery.name}; a@bakery.example; private"})
    assert not Signature.objects.exists()
    assert "signature entered" not in text_of(done)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("1 May 2031", "still to come"), ("1 May 2011", "was in force on 1 May 2011")],
)
def test_a_day_on_which_nothing_could_be_signed_is_told_beside_it(
    paper, bring, maya, sign_in, day, sentence
):
    page = sign_in(maya).post(PAGE, paper | {"signed_on_0": day})
    assert sentence in page.context["form"].errors["signed_on"][0]
    assert day in page.content.decode()
    assert "Little Fern; cafe@fern.example" in page.content.decode()
    assert not Partner.objects.filter(name="Little Fern").exists()


def test_another_day_than_was_looked_at_is_looked_at_again(paper, maya, sign_in, today):
    browser = sign_in(maya)
    mark = browser.post(PAGE, paper).context["mark"]
    changed = {"signed_on_0": f"{today:%-d %B %Y}", "shown-list": mark}
    browser.post(PAGE, paper | changed)
    assert not Signature.objects.exists()


def test_who_signed_that_version_has_no_second_one_not_even_after_leaving(
    asha, bakery, version, maya, today
):
    signature = actions.sign(
        partner=bakery, version=version, name="Asha", capacity="Owner", show_name=False, by=asha
    )
    assert not from_paper.enter(partner=bakery, signed_on=today, by=maya)
    actions.end_signature(signature=signature, because="Sold.", by=asha)
    assert not from_paper.enter(partner=bakery, signed_on=today, by=maya)
    assert Signature.objects.count() == 1


def test_of_one_that_may_not_act_nothing_is_entered(new_partner, version, maya, today):
    fern = new_partner("fern", "Little Fern", accepted_on=None)
    with pytest.raises(Refused):
        from_paper.enter(partner=fern, signed_on=today, by=maya)


def test_who_comes_later_finds_it_in_their_space_and_may_leave(
    paper, bring, new_person, sign_in, version
):
    bring(paper)
    fern = Partner.objects.get(code="little-fern")
    browser = sign_in(new_person("ada", "Ada Fern", of=fern))
    space = text_of(browser.get("/space/little-fern/"))
    assert "Signed:" in space
    assert "the town entered it on" in space
    assert "Sign the charter" not in space
    assert "whose name is not public" not in space
    assert browser.get("/space/little-fern/signed/").status_code == 200
    browser.post(f"/space/little-fern/sign/{version.number}/leave/", {"because": "Not ours."})
    assert Signature.objects.get().ended_on is not None


def test_one_on_paper_names_nobody_as_who_signed_it_here(bakery, version, maya, asha, today):
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(
            partner=bakery, version=version, signed_on=today, entered_on=today, signed_by=asha
        )
