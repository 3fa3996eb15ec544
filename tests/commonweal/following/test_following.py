"""Following by mail: asked twice, ended by one click, written only on news, to nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test import Client
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Event, Message, Role
from commonweal.following import actions, telling
from commonweal.following.kinds import KINDS
from commonweal.following.models import Follow
from commonweal.office.errors import Refused
from commonweal.places.actions import switch
from commonweal.places.models import Area, Room
from commonweal.pledges.actions import claim
from commonweal.pledges.kinds import TITLES, Kind
from commonweal.pledges.models import Pledge
from commonweal.programme.actions import add_milestone
from commonweal.programme.models import Action

pytestmark = pytest.mark.django_db
WHO = "rosalind@example.org"
LEAD = Actor(None, Role.PROGRAMME_LEAD)


def typed(**more):
    return {"email": WHO, "pace": "at_once"} | more


def sent():
    mail.send_waiting(timezone.now() + timedelta(minutes=10))
    return outbox.outbox


def address_in(letter, which):
    return re.search(rf"https?://[^/]+(/follow/{which}/\S+/)", letter.body)[1]


@pytest.fixture
def follows(action, client):
    """An address that follows the bakery's action; the letter that asked it."""

    def follow(**more):
        client.post(f"/follow/action/{action.code}/", typed(**more))
        letter = sent()[-1]
        client.post(address_in(letter, "yes"))
        return Follow.objects.get(), letter

    return follow


def happens(action):
    add_milestone(action=action, title="Ovens bought", due_on=None, because="New.", author=LEAD)


def tell(after=timedelta(minutes=5)):
    telling.tell(timezone.now() + after)
    return sent()


# --- Beginning ------------------------------------------------------------------------------------


def test_nothing_is_sent_before_the_address_itself_says_yes(action, client):
    page = client.post(f"/follow/action/{action.code}/", typed(), follow=True).content.decode()
    assert "a letter is on its way" in page
    happens(action)
    assert len(tell()) == 1
    letter = outbox.outbox[0]
    assert letter.to == [WHO]
    assert "If you don't, do nothing" in letter.body
    # A program that looks at every address in a letter says yes to nothing.
    assert "Do you want" in client.get(address_in(letter, "yes")).content.decode()
    assert Follow.objects.get().confirmed_at is None


def test_after_yes_news_come_once(action, client, follows):
    follows()
    assert len(tell()) == 1
    happens(action)
    letters = tell()
    assert len(letters) == 2
    assert "Train young bakers" in letters[1].body
    assert "A milestone was added." in letters[1].body
    assert f"/programme/actions/{action.code}/" in letters[1].body
    assert len(tell(timedelta(minutes=20))) == 2


def test_once_a_week_is_once_a_week(action, follows):
    follows(pace="weekly")
    happens(action)
    assert len(tell(timedelta(days=6))) == 1
    assert len(tell(timedelta(days=7, minutes=5))) == 2
    # Nothing new since: no letter, however long.
    assert len(tell(timedelta(days=30))) == 2


def test_what_is_no_address_is_asked_again(action, client):
    page = client.post(f"/follow/action/{action.code}/", typed(email="nobody")).content.decode()
    assert "There is a problem" in page
    assert 'value="nobody"' in page
    assert not Follow.objects.exists()


@pytest.mark.parametrize("kind", ["action", "pledge", "consultation", "ward", "person"])
def test_what_is_not_there_is_not_followed(client, kind, town):
    assert client.get(f"/follow/{kind}/nothing/").status_code == 404


def test_what_is_not_public_is_not_followed(client, consulted, pledged):
    draft, proposed = consulted(published=False), pledged(accepted=False)
    assert client.get(f"/follow/consultation/{draft.code}/").status_code == 404
    assert client.get(f"/follow/pledge/{proposed.code}/").status_code == 404


def test_a_room_that_is_off_tells_nothing(action, client, follows):
    follows()
    happens(action)
    Room.objects.create(code="programme", is_on=False)
    assert client.get(f"/follow/action/{action.code}/").status_code == 404
    assert len(tell()) == 1


# --- Nobody is flooded ----------------------------------------------------------------------------


def test_an_address_gets_three_letters_a_day_at_most_and_the_page_does_not_tell(client, consulted):
    pages = []
    for number in range(5):
        consultation = consulted(title=f"Number {number}")
        page = client.post(f"/follow/consultation/{consultation.code}/", typed(), follow=True)
        pages.append("a letter is on its way" in page.content.decode())
    assert pages == [True] * 5
    assert len(sent()) == 3


def test_who_follows_already_gets_no_letter_and_nobody_learns_it(action, client, follows):
    follows()
    page = client.post(f"/follow/action/{action.code}/", typed(), follow=True).content.decode()
    assert "a letter is on its way" in page
    assert len(sent()) == 1


def test_one_visitor_asks_twenty_times_a_day(action, client):
    visitor = {"REMOTE_ADDR": "203.0.113.9"}
    address = f"/follow/action/{action.code}/"
    for number in range(20):
        client.post(address, typed(email=f"a{number}@example.org"), **visitor)
    page = client.post(address, typed(email="last@example.org"), **visitor)
    assert page.status_code == 429
    assert "last@example.org" in page.content.decode()


def test_what_nobody_confirms_is_deleted_after_seven_days(action, client, follows):
    follows()
    client.post(f"/follow/action/{action.code}/", typed(email="other@example.org"))
    assert actions.forget_unconfirmed(timezone.now() + timedelta(days=6)) == 0
    assert actions.forget_unconfirmed(timezone.now() + timedelta(days=8)) == 1
    assert Follow.objects.get().email == WHO


def test_an_action_that_was_stopped_is_followed_no_more(action, client, today):
    page = f"/follow/action/{action.code}/"
    Action.objects.filter(pk=action.pk).update(stopped_on=today)
    assert page not in client.get(action.get_absolute_url()).content.decode()
    led = client.get(page, follow=True)
    assert led.redirect_chain[-1][0] == action.get_absolute_url()
    assert "It was stopped: there is nothing more to follow." in led.content.decode()
    assert "It was stopped: there is" in client.post(page, typed()).content.decode()
    assert not Follow.objects.exists()


def test_an_action_that_was_stopped_since_is_confirmed_no_more(action, client, today):
    client.post(f"/follow/action/{action.code}/", typed())
    Action.objects.filter(pk=action.pk).update(stopped_on=today)
    address = address_in(sent()[-1], "yes")
    for led in (client.get(address, follow=True), client.post(address, follow=True)):
        assert led.redirect_chain[-1][0] == action.get_absolute_url()
        assert "It was stopped: there is nothing more to follow." in led.content.decode()
    assert Follow.objects.get().confirmed_at is None
    with pytest.raises(Refused, match="It was stopped"):
        actions.confirm(follow=Follow.objects.get())


# --- Ending ---------------------------------------------------------------------------------------


def test_one_press_ends_it_and_the_address_is_gone(action, client, follows):
    _, letter = follows()
    happens(action)
    way_out = address_in(tell()[1], "stop")
    assert "No more letters?" in client.get(way_out).content.decode()
    assert Follow.objects.exists()
    assert "any more" in client.post(way_out).content.decode()
    assert not Follow.objects.exists()
    # Again, and by the letter that asked, it says the same.
    assert "any more" in client.post(way_out).content.decode()
    assert client.post(address_in(letter, "yes")).status_code == 404


def test_a_mail_program_ends_it_by_itself(action, client, follows):
    follows()
    happens(action)
    letter = tell()[1]
    headers = letter.extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way_out = headers["List-Unsubscribe"].strip("<>").split("/", 3)[3]
    from_elsewhere = Client(enforce_csrf_checks=True)
    answer = from_elsewhere.post(f"/{way_out}", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not Follow.objects.exists()


def test_everything_is_ended_at_once_but_nobody_elses(action, client, follows, consulted):
    follow, _ = follows()
    consultation = consulted()
    address = f"/follow/consultation/{consultation.code}/"
    client.post(address, typed())
    client.post(address, typed(email="other@example.org"))
    client.post("/" + actions.way_out(follow).split("/", 3)[3], {"everything": "yes"})
    assert [left.email for left in Follow.objects.all()] == ["other@example.org"]


def test_a_letter_that_waits_is_not_sent_to_who_has_ended_it(action, follows):
    follow, _ = follows()
    happens(action)
    telling.tell(timezone.now() + timedelta(minutes=5))
    actions.stop(follow=follow)
    assert len(sent()) == 1


@pytest.mark.parametrize("spoilt", ["", "0" * 64, "x"])
def test_a_key_that_is_not_ours_opens_nothing(client, follows, spoilt):
    follow, _ = follows()
    token = actions.way_out(follow).rstrip("/").split("/")[-1]
    tried = token[:33] + (spoilt or "0" * 32)
    assert "any more" in client.post(f"/follow/stop/{tried}/").content.decode()
    # The key that ends it does not begin it.
    assert client.get(f"/follow/yes/{token}/").status_code == 404
    assert Follow.objects.exists()


# --- What is kept ---------------------------------------------------------------------------------


def test_the_address_stands_nowhere_to_read(action, client, follows):
    follow, _ = follows()
    happens(action)
    tell()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM following_follow")
        assert WHO not in str(cursor.fetchall())
    for message in Message.objects.all():
        assert WHO not in f"{message.key} {message.subject}"
        assert action.title not in f"{message.key} {message.subject}"
        assert (message.body, message.to_email) == ("", "")
    assert WHO not in str(list(Event.objects.values_list("verb", "about_code", "detail")))
    assert WHO not in actions.way_out(follow)


def test_the_officer_deletes_an_address(sign_in, helen, maya, follows):
    follows()
    assert sign_in(maya).post("/desk/followers/", {"email": WHO}).status_code == 403
    page = sign_in(helen).post("/desk/followers/", {"email": WHO.upper()}, follow=True)
    assert "is deleted" in page.content.decode()
    assert not Follow.objects.exists()


# --- Each kind ------------------------------------------------------------------------------------


def news_of(kind, key, since):
    until = timezone.now() + timedelta(minutes=5)
    return [news.words for news in KINDS[kind].news(key, since, until)]


def test_a_pledge_tells_its_ledger_as_it_becomes_public(claimed, client):
    pledge, _ = claimed(20)
    begun = timezone.now() - timedelta(days=400)
    told = news_of("pledge", pledge.code, begun)
    assert len(told) == pledge.entries.count()
    assert news_of("pledge", pledge.code, timezone.now()) == []
    page = client.get(pledge.get_absolute_url()).content.decode()
    assert f'href="/follow/pledge/{pledge.code}/"' in page


def test_a_consultation_tells_that_it_opens_and_closes(consulted, client, today):
    before = timezone.now() - timedelta(days=2)
    consultation = consulted()
    told = news_of("consultation", consultation.code, before)
    assert told == ["It was published: read when it opens.", "It is open: answer now."]
    page = client.get(consultation.get_absolute_url()).content.decode()
    assert f'href="/follow/consultation/{consultation.code}/"' in page


def test_a_ward_tells_of_its_pledges_and_what_is_open(pledged, consulted, today):
    ward = Area.objects.create(code="castle", name="Castle")
    other = Area.objects.create(code="quay", name="Quay")
    pledge = pledged(statement="Plant forty trees.")
    type(pledge).objects.filter(pk=pledge.pk).update(area=ward)
    consulted()
    since = timezone.now() - timedelta(days=400)
    told = " ".join(news_of("ward", ward.code, since))
    assert "Plant forty trees." in told
    assert "The market square" in told
    assert "Plant forty trees." not in " ".join(news_of("ward", other.code, since))


# --- What can be followed is followed from its own page ------------------------------------------


@pytest.fixture
def public_pages(action, area, consulted, metric, pledged, sealed, theme):
    """By kind, one thing that is public."""
    pledge = pledged(area=area)
    return {
        "action": action.code,
        "budget": sealed().code,
        "consultation": consulted().code,
        "measure": pledge.measure.code,
        "metric": metric.code,
        "partner": pledge.partner.code,
        "pledge": pledge.code,
        "theme": theme.code,
        "ward": area.code,
    }


def test_each_page_of_what_can_be_followed_offers_it(client, public_pages):
    """A kind that is registered and has no page here is named by the first line."""
    assert set(public_pages) == set(KINDS)
    for kind, key in public_pages.items():
        thing = KINDS[kind].find(key)
        page = client.get(thing.address)
        assert page.status_code == 200, thing.address
        assert f'href="/follow/{kind}/{key}/"' in page.content.decode(), kind
        assert client.get(f"/follow/{kind}/{key}/").status_code == 200, kind
        # Nobody is told anything of what was there before.
        later = timezone.now() + timedelta(days=1)
        assert KINDS[kind].news(key, later, later + timedelta(days=1)) == [], kind


@pytest.mark.parametrize("kind", ["partner", "theme", "measure", "ward"])
def test_whoever_follows_what_a_pledge_belongs_to_hears_of_it(public_pages, asha, today, kind):
    # The ledger's clock has whole seconds.
    since = timezone.now() - timedelta(seconds=2)
    pledge = Pledge.objects.get()
    claim(pledge=pledge, figure=40, as_of=today, final=False, report="", by=asha)
    heard = KINDS[kind].news(public_pages[kind], since, timezone.now() + timedelta(minutes=1))
    assert any(news.words.endswith(TITLES[Kind.CLAIM]) for news in heard)
    assert all(pledge.statement in news.words for news in heard)
    later = timezone.now() + timedelta(days=3)
    assert KINDS[kind].news(public_pages[kind], later, later + timedelta(days=1)) == []


def test_a_ward_is_followed_where_nobody_is_asked_for_a_say(client, area, maya):
    switch(code="voice", on=False, by=maya)
    assert client.get(f"/follow/ward/{area.code}/").status_code == 200
