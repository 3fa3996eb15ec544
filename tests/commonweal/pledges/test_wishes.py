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


def read(wished, **typed):
    """What the manager's page sends that showed a promise as it is."""
    return typed | {"sent": Draft.objects.get(pk=wished.pk).answers["sent"]["at"]}


def test_it_waits_with_the_manager_and_is_no_pledge_yet(wished, sign_in, asha, maya):
    assert not Pledge.objects.exists()
    check = f"/space/bakery/drafts/{wished.code}/check/"
    page = sign_in(asha).get(check).content.decode()
    assert "It is with the charter manager" in page
    assert "You count: Hours of baking lessons" in page
    assert ">Send it<" not in page
    desk = sign_in(maya)
    assert "We teach baking." in desk.get(QUEUE).content.decode()
    shown = " ".join(desk.get(f"{DESK}{wished.code}/").content.decode().split())
    assert "Hours of baking lessons" in shown
    assert re.search(r"from 0 to 40 by \d+ \w+ 20\d\d", shown)
    assert "For: All. Where: the whole town" in shown
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
    seen = sign_in(ben).get("/space/bakery/").content.decode()
    assert "We teach baking." in _below(seen, "Not public yet")
    assert check not in seen


def test_once_sent_back_it_is_a_draft_and_whoever_only_reads_is_led_nowhere(
    wished, sign_in, asha, ben, maya
):
    sign_in(maya).post(
        f"{DESK}{wished.code}/", read(wished, **{"return": "1", "because": "Say how."})
    )
    check = f"/space/bakery/drafts/{wished.code}/check/"
    assert check in _below(sign_in(asha).get("/space/bakery/").content.decode(), "Drafts")
    seen = sign_in(ben).get("/space/bakery/").content.decode()
    assert "We teach baking." in _below(seen, "Drafts")
    assert check not in seen


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
    page = sign_in(maya).post(f"{DESK}{wished.code}/", read(wished, measure="hours"), follow=True)
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
    typed = read(wished, **{"return": "1", "because": "Say how you count it."})
    desk.post(f"{DESK}{wished.code}/", typed)
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
    typed = read(wished, measure="hours")
    page = sign_in(maya).post(f"{DESK}{wished.code}/", typed).content.decode()
    assert "It was changed" not in page
    assert "By that measure it can’t be promised yet: " in page
    assert "the list above" not in page
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
    *_, key = re.findall(r'name="once_key" value="([^"]+)"', desk.get(address).content.decode())
    desk.post(address, read(wished, measure="hours"))
    for again in ({"measure": "hours"}, {"return": "1", "because": "Say how you count it."}):
        page = desk.post(address, {"once_key": key} | again, follow=True)
        assert page.redirect_chain[-1][0] == QUEUE
        assert "It is not waiting any more" in page.content.decode()
    assert Pledge.objects.count() == 1
    # The reason that was typed waits, and is led to.
    assert "/accounts/typed/" in page.content.decode()
    assert "Say how you count it." in desk.get("/accounts/typed/").content.decode()


def _change(browser, wished, step, typed):
    return browser.post(f"/space/bakery/drafts/{wished.code}/{step}/", typed, follow=True)


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("measure", {"wanted": "Loaves that children baked", "measure": ""}),
        ("measure", {"wanted": "", "measure": "hours"}),
        ("promise", {"statement": "We teach cakes.", "who_benefits": "All", "area": ""}),
        ("figures", {"baseline": "0", "target": "no figure", "due_on_0": "1 May 2027"}),
        ("owner", {"owner_title": "Head baker"}),
    ],
)
def test_one_that_is_changed_is_a_draft_until_it_is_sent_again(
    wished, sign_in, asha, maya, step, typed
):
    browser = sign_in(asha)
    form = browser.get(f"/space/bakery/drafts/{wished.code}/{step}/").content.decode()
    assert "it is a draft again until you send it" in form
    page = _change(browser, wished, step, typed).content.decode()
    assert "The charter manager does not have it any more, as you changed it." in page
    draft = Draft.objects.get()
    assert draft.answers[step].items() >= {n: words for n, words in typed.items() if words}.items()
    assert Event.objects.filter(verb="measure no longer asked for").count() == 1
    assert "Harbour Lane Bakery" not in sign_in(maya).get(QUEUE).content.decode()
    # Changed once more it is a draft like another, and nothing is said of the manager.
    browser = sign_in(asha)
    again = _change(browser, wished, "promise", {"statement": "x", "who_benefits": "y"})
    assert "as you changed it" not in again.content.decode()
    assert Event.objects.filter(verb="measure no longer asked for").count() == 1


def test_a_step_that_is_saved_as_it_was_changes_nothing(wished, sign_in, asha, maya):
    browser = sign_in(asha)
    for step in ("measure", "promise", "figures"):
        typed = {"measure": ""} | {n: f" {words} " for n, words in wished.answers[step].items()}
        page = _change(browser, wished, step, typed).content.decode()
        assert "as you changed it" not in page
    assert "We teach baking." in sign_in(maya).get(QUEUE).content.decode()
    assert not Event.objects.filter(verb="measure no longer asked for").exists()


@pytest.mark.parametrize(
    "decided", [{"measure": "hours"}, {"return": "1", "because": "Say how you count it."}]
)
def test_what_was_changed_and_sent_again_is_read_again_before_it_is_decided(
    wished, sign_in, asha, maya, decided
):
    before = read(wished, **decided)
    browser = sign_in(asha)
    words = {"statement": "We teach cakes.", "who_benefits": "All", "area": ""}
    _change(browser, wished, "promise", words)
    browser.post(f"/space/bakery/drafts/{wished.code}/check/")
    desk = sign_in(maya)
    page = desk.post(f"{DESK}{wished.code}/", before).content.decode()
    assert "It was changed and sent again since you opened this page." in page
    assert "We teach cakes." in page
    assert decided.get("because", "") in page
    assert not Pledge.objects.exists()
    now = read(wished)["sent"]
    assert now != before["sent"]
    assert page.count(f'name="sent" value="{now}"') == 2
    # A page that does not say what it showed has shown nothing.
    assert (
        "It was changed and sent again"
        in desk.post(f"{DESK}{wished.code}/", decided).content.decode()
    )
    desk.post(f"{DESK}{wished.code}/", read(wished, **decided))
    assert Pledge.objects.exists() is ("measure" in decided)
    assert "sent" not in getattr(Draft.objects.first(), "answers", {})
