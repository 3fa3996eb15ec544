"""A promise that counts what is not on the menu: the charter manager says by which measure."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from commonweal.accounts.models import Event, Message
from commonweal.pledges import queues
from commonweal.pledges.models import Draft, Pledge
from commonweal.pledges.owing import Members

DESK = "/desk/charter/wishes/"
QUEUE = "/desk/charter/queues/wishes/"


@pytest.fixture
def wished(sign_in, asha, measure, version, today):
    """The bakery's promise of something else, sent to the charter manager."""
    due = today + timedelta(days=300)
    browser = sign_in(asha)
    base = (
        browser.post("/space/bakery/drafts/", {"begin": "1", "wanted": "Hours of baking lessons"})
        .headers["Location"]
        .removesuffix("promise/")
    )
    browser.post(
        f"{base}promise/", {"statement": "We teach baking.", "who_benefits": "All", "area": ""}
    )
    figures = {"baseline": "0", "target": "40", "due_on_0": f"{due:%-d %B %Y}"}
    check = browser.post(f"{base}figures/", figures).headers["Location"]
    assert "Hours of baking lessons" in browser.get(check).content.decode()
    browser.post(check)
    return Draft.objects.get()


def test_it_waits_with_the_manager_and_is_no_pledge_yet(wished, sign_in, asha, maya):
    assert not Pledge.objects.exists()
    check = f"/space/bakery/drafts/{wished.code}/check/"
    page = sign_in(asha).get(check).content.decode()
    assert "It is with the charter manager" in page
    assert "You count: Hours of baking lessons" in page
    assert ">Send it<" not in page
    desk = sign_in(maya)
    assert "We teach baking." in desk.get(QUEUE).content.decode()
    assert "Hours of baking lessons" in desk.get(f"{DESK}{wished.code}/").content.decode()
    assert Event.objects.filter(verb="measure asked for").count() == 1


def test_before_acceptance_it_is_with_nobody(wished, bakery, sign_in, asha, maya):
    bakery.accepted_on = None
    bakery.save()
    check = f"/space/bakery/drafts/{wished.code}/check/"
    browser = sign_in(asha)
    page = browser.get(check).content.decode()
    assert "The charter manager sees it once your organisation is accepted." in page
    assert "It is with the charter manager" not in page
    browser.post(f"/space/bakery/drafts/{wished.code}/delete/", {"back": "1"})
    answer = browser.post(check, follow=True).content.decode()
    assert "Your promise is kept. The charter manager sees it once" in answer
    assert "We teach baking." not in sign_in(maya).get(QUEUE).content.decode()


def _sections(page):
    """What stands below each heading of a page, by the words of the heading."""
    parts = re.split(r"<h2[^>]*>", page)[1:]
    return dict(part.split("</h2>", 1) for part in parts)


def _below(page, heading):
    shown = {name.strip(): text for name, text in _sections(page).items()}
    return shown.get(heading, "")


@pytest.mark.parametrize("is_accepted", [True, False])
def test_it_stands_in_the_space_as_sent_and_not_among_drafts(
    wished, sign_in, asha, ben, bakery, is_accepted
):
    if not is_accepted:
        bakery.accepted_on = None
        bakery.save(update_fields=["accepted_on"])
    check = f"/space/bakery/drafts/{wished.code}/check/"
    page = sign_in(asha).get("/space/bakery/").content.decode()
    assert "Drafts" not in {name.strip() for name in _sections(page)}
    waits = _below(page, "Not public yet")
    assert "We teach baking." in waits
    assert check in waits
    assert ("who says how it is counted" in waits) is is_accepted
    # Another is begun without being asked to go on with this one.
    assert "You began one" not in sign_in(asha).get("/space/bakery/drafts/").content.decode()
    read = sign_in(ben).get("/space/bakery/").content.decode()
    assert "We teach baking." in _below(read, "Not public yet")
    assert check not in read


def test_once_sent_back_it_is_a_draft_and_whoever_only_reads_is_led_nowhere(
    wished, sign_in, asha, ben, maya
):
    sign_in(maya).post(f"{DESK}{wished.code}/", {"return": "1", "because": "Say how."})
    check = f"/space/bakery/drafts/{wished.code}/check/"
    assert check in _below(sign_in(asha).get("/space/bakery/").content.decode(), "Drafts")
    read = sign_in(ben).get("/space/bakery/").content.decode()
    assert "We teach baking." in _below(read, "Drafts")
    assert check not in read


def test_it_is_taken_back_from_the_space(wished, sign_in, asha, maya):
    browser = sign_in(asha)
    delete = f"/space/bakery/drafts/{wished.code}/delete/"
    page = browser.get("/space/bakery/").content.decode()
    assert delete in page
    assert '<input type="hidden" name="back" value="1">' in page
    typed = {name: words for name, words in wished.answers.items() if name != "sent"}
    back = browser.post(delete, {"back": "1"}, follow=True).content.decode()
    assert "It is taken back, and stands among your drafts." in back
    assert "We teach baking." in _below(back, "Drafts")
    assert Draft.objects.get().answers == typed
    assert "We teach baking." not in sign_in(maya).get(QUEUE).content.decode()
    # Pressed twice, or after the manager sent it back.
    again = sign_in(asha).post(delete, {"back": "1"}, follow=True).content.decode()
    assert "It is not waiting any more" in again
    assert Draft.objects.get().answers == typed


def test_the_manager_says_by_which_measure_and_it_is_proposed(wished, sign_in, maya, asha):
    page = sign_in(maya).post(f"{DESK}{wished.code}/", {"measure": "hours"}, follow=True)
    pledge = Pledge.objects.get()
    assert page.redirect_chain[-1][0] == f"/desk/charter/pledges/{pledge.code}/"
    assert (pledge.measure.code, pledge.target, pledge.made_by) == ("hours", 40, asha)
    assert pledge.accepted_on is None
    assert not Draft.objects.exists()
    assert Event.objects.filter(verb="measure mapped").count() == 1


def test_it_is_sent_back_with_a_reason_which_stands_on_the_check(wished, sign_in, maya, asha):
    desk = sign_in(maya)
    page = desk.post(f"{DESK}{wished.code}/", {"return": "1", "because": ""}).content.decode()
    assert "Write the reason" in page
    desk.post(f"{DESK}{wished.code}/", {"return": "1", "because": "Say how you count it."})
    assert desk.get(f"{DESK}{wished.code}/").status_code == 404
    browser = sign_in(asha)
    check = f"/space/bakery/drafts/{wished.code}/check/"
    assert "Say how you count it." in browser.get(check).content.decode()
    letter = Message.objects.get(person=asha, subject__contains="Please change your promise")
    assert "Say how you count it." in str(letter.body)
    browser.post(check)
    assert "Say how you count it." not in browser.get(check).content.decode()


def test_figures_that_a_measure_does_not_take_are_refused_at_the_desk(wished, sign_in, maya):
    wished.answers["figures"] |= {"baseline": "50"}
    wished.save()
    page = sign_in(maya).post(f"{DESK}{wished.code}/", {"measure": "hours"}).content.decode()
    assert "govuk-error-summary" in page
    assert not Pledge.objects.exists()
    assert Draft.objects.get().answers["measure"]["wanted"] == "Hours of baking lessons"


def test_the_managers_digest_names_it(wished, maya, today):
    owed = [one for one in queues.owed_to_desks(today, Members()) if one.person_id == maya.pk]
    assert [line.sentence for line in owed if "wishes" in line.path] == [
        "Harbour Lane Bakery: We teach baking."
    ]
    assert {line.queue.path for line in owed if "wishes" in line.path} == {QUEUE}


def test_neither_a_choice_nor_words_is_asked_again(sign_in, asha, measure):
    page = sign_in(asha).post("/space/bakery/drafts/", {"begin": "1"}).content.decode()
    assert "Choose what will be counted" in page
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("person", "status"), [("asha", 403), ("carys", 403), ("tom", 403)])
def test_others_are_kept_out(wished, sign_in, request, person, status):
    browser = sign_in(request.getfixturevalue(person))
    assert browser.get(QUEUE).status_code == status
    assert browser.post(f"{DESK}{wished.code}/", {"measure": "hours"}).status_code == status
    assert not Pledge.objects.exists()


def test_a_second_press_is_told_what_became_of_it_and_does_nothing(wished, sign_in, maya):
    desk, address = sign_in(maya), f"{DESK}{wished.code}/"
    desk.post(address, {"measure": "hours"})
    for again in ({"measure": "hours"}, {"return": "1", "because": "Say how you count it."}):
        page = desk.post(address, again, follow=True)
        assert page.redirect_chain[-1][0] == QUEUE
        assert "It is not waiting any more" in page.content.decode()
    assert Pledge.objects.count() == 1
