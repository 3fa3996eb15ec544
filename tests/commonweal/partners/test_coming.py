"""From the letter of an invitation to the first promise: how far it is, and whom it lets in."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.test import Client

from commonweal.accounts import mail
from commonweal.accounts.models import Person
from commonweal.partners.models import Membership, Partner
from commonweal.pledges.models import Draft, Pledge

ADDRESS = "cafe@fern.example"
SCREENS_MOST, WORDS_MOST = 7, 500


def words_in(page: str) -> list[str]:
    """The words that somebody is shown in the page itself; what is folded is not."""
    main = page[page.index("<main") : page.index("</main>")]
    for out_of_sight in (
        r"<details(?![^>]*\bopen\b).*?</summary>(.*?)</details>",
        r"<(script|style|select).*?</\1>",
        r"<span class=\"govuk-visually-hidden\">.*?</span>",
    ):
        main = re.sub(out_of_sight, " ", main, flags=re.S)
    return re.findall(r"\w[\w’'-]*", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def in_mail(pattern: str) -> str:
    mail.send_waiting()
    found_in = re.search(pattern, outbox.outbox[-1].body, re.M)
    assert found_in, outbox.outbox[-1].body
    return found_in[1]


@pytest.fixture
def link(maya, sign_in, version, measure):
    """The link of the letter that a café gets whose name stood on the list of signatories."""
    page = "/desk/charter/signatories/"
    line = {"organisations": f"Little Fern; {ADDRESS}; private", "sector": ""}
    desk = sign_in(maya)
    mark = desk.post(page, line).context["mark"]
    desk.post(page, line | {"shown-list": mark})
    return in_mail(r"(/invitations/\S+)")


def come(browser: Client, link: str, **answers: str):
    """Answer the invitation's page and the code's; the page where that leads."""
    sent = browser.post(link, {"name": "Ada Fern", "job_title": "Owner"} | answers)
    code = in_mail(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$")
    address = sent.headers["Location"]
    return browser.post(address, {"code": code, "next": link}, follow=True)


@pytest.fixture
def menu(measure, version):
    """A menu as long as a town's, each measure with its examples."""
    from commonweal.pledges.models import Measure

    for number in range(20):
        Measure.objects.create(
            code=f"m{number}",
            name=f"Apprentices started in the town {number}",
            theme=measure.theme,
            kind="count",
            unit="apprentices",
            examples=[
                {"sector": "private", "size": "micro", "text": "We will take on our first one."},
                {"sector": "public", "size": "", "text": "We will start twenty of them a year."},
            ],
        )


def test_a_cafe_promises_within_seven_screens_and_five_hundred_words(link, menu, today):
    browser, screens = Client(), []

    def see(page):
        assert page.status_code == 200
        screens.append((page.request["PATH_INFO"], len(words_in(page.content.decode()))))
        return page

    see(browser.get(link))
    sent = browser.post(link, {"name": "Ada Fern", "job_title": "Owner"}, follow=True)
    see(sent)
    code = in_mail(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$")
    address = sent.redirect_chain[-1][0]
    see(browser.post(address, {"code": code, "next": link}, follow=True))
    due = today + timedelta(days=300)
    start = Partner.objects.get(name="Little Fern")
    promise = {"statement": "We will give 200 hours.", "who_benefits": "Neighbours", "area": ""}
    figures = {"baseline": "0", "target": "200", "due_on_0": f"{due:%-d %B %Y}"}
    page = see(
        browser.post(
            f"/space/{start.code}/drafts/", {"begin": "1", "measure": "hours"}, follow=True
        )
    )
    page = see(browser.post(page.redirect_chain[-1][0], promise, follow=True))
    page = see(browser.post(page.redirect_chain[-1][0], figures, follow=True))
    see(browser.post(page.redirect_chain[-1][0], {}, follow=True))

    pledge = Pledge.objects.get()
    assert (pledge.owner_title, pledge.due_on) == ("Owner", due)
    assert Person.objects.get(email=ADDRESS).name == "Ada Fern"
    print(screens)
    assert len(screens) <= SCREENS_MOST, screens
    assert sum(count for _, count in screens) <= WORDS_MOST, screens


def test_a_letter_that_was_passed_on_opens_nothing(link):
    """The code goes to the address of the invitation, whoever has the link."""
    browser = Client()
    browser.post(link, {"name": "Mal Lory", "job_title": "Owner"})
    mail.send_waiting()
    assert outbox.outbox[-1].to == [ADDRESS]
    assert ADDRESS not in Client().get(link).content.decode()
    assert browser.get(link).status_code == 200
    assert browser.get("/space/", follow=True).redirect_chain[0][0].startswith("/accounts/login/")
    assert not Membership.objects.filter(partner__name="Little Fern").exists()


def test_somebody_else_who_is_signed_in_is_not_let_in_by_what_was_answered_before(
    link, carys, sign_in
):
    browser = sign_in(carys)
    session = browser.session
    session["invitation"] = {"token": link.split("/")[2], "name": "", "job_title": "Owner"}
    session.save()
    assert browser.get(link).status_code == 410
    assert not Membership.objects.filter(partner__name="Little Fern").exists()


def test_what_was_answered_before_the_code_is_not_asked_for_again(link):
    """The page's own form, with its one-time key: nothing of it waits to be sent once more."""
    browser = Client()
    page = browser.get(link).content.decode()
    keys = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert keys
    come(browser, link, **keys)
    assert Membership.objects.filter(partner__name="Little Fern").exists()
    assert "Something that you typed was not sent" not in browser.get("/").content.decode()
    assert "Owner" not in browser.get("/accounts/typed/").content.decode()


def test_it_opens_once(link):
    browser = Client()
    page = come(browser, link)
    assert b"You now act for Little Fern" in page.content
    assert browser.get(link).status_code == 410
    assert Client().get(link).status_code == 410
    assert Client().post(link, {"name": "X"}).status_code == 410


def test_who_says_no_name_is_asked_again_and_no_code_is_sent(link):
    letters = len(outbox.outbox)
    page = Client().post(link, {"name": "", "job_title": "Owner"})
    mail.send_waiting()
    assert "Enter your name" in page.content.decode()
    assert 'value="Owner"' in page.content.decode()
    assert len(outbox.outbox) == letters


def test_a_name_that_somebody_has_stays(link):
    Person.objects.create_user(ADDRESS, name="Ada Grove")
    come(Client(), link, name="Somebody")
    assert Person.objects.get(email=ADDRESS).name == "Ada Grove"


def test_a_reader_is_led_to_the_space(asha, sign_in):
    sign_in(asha).post("/space/bakery/people/", {"email": "new@example.org", "role": "reader"})
    link = in_mail(r"(/invitations/\S+)")
    page = come(Client(), link)
    assert page.redirect_chain[-1][0] == "/space/bakery/"


def test_one_begun_is_gone_on_with_and_not_doubled(sign_in, asha, measure):
    browser = sign_in(asha)
    browser.post("/space/bakery/drafts/", {"begin": "1", "measure": "hours"})
    page = browser.post("/space/bakery/drafts/", follow=True)
    assert "You began one on" in page.content.decode()
    assert Draft.objects.count() == 1
    browser.get("/space/bakery/drafts/")
    assert Draft.objects.count() == 1
    browser.post("/space/bakery/drafts/", {"begin": "1", "measure": ""})
    assert Draft.objects.count() == 1
