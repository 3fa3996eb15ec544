"""A town is prepared behind a page that says so, and opened when all that it needs is there."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.management import CommandError
from django.test import Client
from django.utils import timezone

from commonweal.accounts.models import Appointment, Event, Role
from commonweal.charter.models import CharterVersion, Clause
from commonweal.partners.models import Partner
from commonweal.places import opening, rooms
from commonweal.places.models import Area, Room, Town
from commonweal.pledges.models import Measure
from commonweal.setup import reads
from commonweal.setup.forms import TownForm
from commonweal.setup.management.commands.init import Command

from .test_town_at_the_desk import NOTICES

pytestmark = pytest.mark.django_db


def text(response):
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.fixture
def prepared(town):
    """A town that is not open yet."""
    Town.objects.update(contact_email="ask@example.org", contact_phone="01632 960 100")
    opening.prepare()
    return town


@pytest.fixture
def complete(prepared, daniel, maya, helen, council, area, version, measure, sign_in):
    """The same, with all that it needs."""
    for kind in rooms.SWITCHABLE:
        Room.objects.create(code=kind.code, is_on=False)
    # Who was invited counts once they have come.
    for person in (maya, helen):
        person.last_login = timezone.now()
        person.save(update_fields=["last_login"])
    sign_in(daniel).post("/desk/town/notices/", NOTICES)
    return prepared


def test_everybody_else_reads_that_it_is_being_prepared(prepared, client):
    page = client.get("/")
    assert page.status_code == 200
    assert "Brackenford is being prepared" in text(page)
    assert "Ask by e-mail: ask@example.org" in text(page)
    assert "Ask by telephone: 01632 960 100" in text(page)
    for path in ("/partners/", "/pledges/", "/feed/", "/data/", "/search/", "/nothing/here/"):
        kept_back = client.get(path)
        assert (kept_back.status_code, text(kept_back)) == (404, text(page)), path
    assert client.post("/join/", {}).status_code == 404


def test_its_page_links_to_nothing_that_is_not_there(prepared, client):
    links = set(re.findall(r'href="(/[^"#?]*)', client.get("/").content.decode()))
    assert "/privacy/" in links
    answers = {path: client.get(path).status_code for path in links if "/static/" not in path}
    assert {path for path, status in answers.items() if status not in (200, 302)} == set()


def test_whoever_has_a_role_or_acts_for_a_partner_sees_the_site(
    prepared, tom, asha, carys, sign_in
):
    for person in (tom, asha):
        page = sign_in(person).get("/charter/")
        assert page.status_code == 200
        assert "is not open yet: only its people" in page.content.decode()
    assert sign_in(carys).get("/charter/").status_code == 404


def test_an_open_town_says_nothing_of_it(town, daniel, sign_in, client):
    assert "being prepared" not in client.get("/").content.decode()
    page = sign_in(daniel).get("/desk/town/")
    assert "not open yet" not in page.content.decode()
    assert "desk/town/open" not in page.content.decode()


@pytest.mark.parametrize("path", ["/space/", "/desk/"])
def test_the_administrator_lands_on_what_is_to_do(prepared, daniel, tom, sign_in, path):
    assert sign_in(daniel).get(path)["Location"] == "/desk/town/"
    assert sign_in(tom).get(path).headers.get("Location") != "/desk/town/"
    opening.open_to_all()
    assert sign_in(daniel).get(path).headers.get("Location") != "/desk/town/"


def test_the_list_says_what_is_missing_and_leads_there(prepared, daniel, sign_in):
    page = sign_in(daniel).get("/desk/town/")
    for words in (
        "Not said yet: who answers for people's data (the controller)",
        "Nobody is charter manager or data protection officer yet.",
        "Nobody works in Help, Programme, Local spend",
        "(Help: desk manager; Programme: programme lead; Local spend: analyst",
        "None is adopted yet.",
        "Still to be done before it can open: 7.",
    ):
        assert words in text(page)
    for path in re.findall(r'href="(/desk/town/[^"]+)"', page.content.decode()):
        assert sign_in(daniel).get(path).status_code == 200, path
    assert "Open the town" not in text(page)


def test_a_town_with_gaps_is_not_opened(prepared, daniel, sign_in, client):
    page = sign_in(daniel).get("/desk/town/open/")
    assert "It lacks: Privacy and accessibility notices: Not said yet" in text(page)
    assert "Open it" not in text(page)
    refused = sign_in(daniel).post("/desk/town/open/", {"sent": "1"})
    assert "The town can’t open yet. Privacy and accessibility notices" in text(refused)
    assert not opening.is_open()


def test_what_can_wait_keeps_nothing_closed(complete):
    can_wait = [step.title for step in reads.steps() if not step.is_done]
    assert can_wait == ["Colours", "Logo", "A second administrator"]
    assert reads.missing() == []


def test_it_is_opened_once_all_is_there(complete, daniel, sign_in, client):
    listed = sign_in(daniel).get("/desk/town/")
    assert "All that it needs is there." in text(listed)
    check = sign_in(daniel).get("/desk/town/open/")
    assert "It can’t be closed again." in text(check)
    assert sign_in(daniel).post("/desk/town/open/", {"sent": "1"})["Location"] == "/"
    assert Client().get("/partners/").status_code == 200
    line = Event.objects.get(verb="town opened")
    assert (line.by_code, line.as_role) == (daniel.code, "administrator")
    again = sign_in(daniel).post("/desk/town/open/", {"sent": "1"})
    assert "The town is open already." in text(again)
    assert "Open it" not in text(again)
    assert Event.objects.filter(verb="town opened").count() == 1


def test_who_was_invited_and_never_came_does_not_open_it(complete, maya):
    maya.last_login = None
    maya.save(update_fields=["last_login"])
    [step] = reads.missing()
    assert step.state == ("Nobody is charter manager yet. Whoever was invited has not signed in.")


def test_whoever_has_no_name_is_asked_for_it(prepared, daniel, sign_in):
    client = sign_in(daniel)
    assert "Say your name" not in text(client.get("/desk/town/"))
    daniel.name = ""
    daniel.save(update_fields=["name"])
    page = client.get("/desk/town/")
    assert "You have no name here yet. Say your name" in text(page)
    assert 'href="/accounts/you/"' in page.content.decode()


def test_what_was_saved_half_says_what_is_missing(prepared, daniel, sign_in):
    desk = sign_in(daniel)
    half = desk.post("/desk/town/notices/", NOTICES | {"controller": ""}, follow=True)
    assert "Saved. Still missing: who answers for people's data (the controller)." in text(half)
    whole = desk.post("/desk/town/notices/", NOTICES, follow=True)
    assert "Saved. Read the two pages as everybody sees them." in text(whole)
    settings = {"name": "Brackenford", "service_name": "Charter", "council_name": ""}
    named = desk.post("/desk/town/name/", settings, follow=True)
    assert "Saved. Still missing: the name of the council, an e-mail address" in text(named)


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        (lambda: Town.objects.update(council_name=""), "the name of the council"),
        (lambda: Town.objects.update(contact_email="", contact_phone=""), "a telephone number"),
        (lambda: Town.objects.update(privacy_contact=""), "where one asks what is kept"),
        (lambda: Appointment.objects.filter(role="charter_manager").delete(), "charter manager"),
        (lambda: Area.objects.all().delete(), "None yet."),
        (lambda: Measure.objects.all().delete(), "None yet."),
        (
            lambda: (Clause.objects.all().delete(), CharterVersion.objects.all().delete()),
            "None is adopted yet.",
        ),
        (lambda: Partner.objects.update(accepted_on=None), "None yet. The charter manager"),
        (lambda: Room.objects.filter(code="help").update(is_on=True), "Nobody works in Help"),
    ],
)
def test_each_fact_is_looked_at(complete, taken, words):
    taken()
    assert any(words in step.state for step in reads.missing())


def test_an_open_town_cannot_lose_its_last_administrator(town, daniel, sign_in):
    held = Appointment.objects.get(person=daniel, role=Role.ADMINISTRATOR)
    page = sign_in(daniel).post(f"/desk/people/{held.pk}/end/", follow=True)
    assert "This is the last administrator who has signed in. Appoint another one first" in text(
        page
    )
    held.refresh_from_db()
    assert held.ended_at is None


def test_who_never_came_is_no_other_administrator(town, daniel, sign_in, new_person, today):
    """The address of the second one may be mistyped: then nobody would get in."""
    other = new_person("hal", "Hal", role="administrator")
    held = Appointment.objects.get(person=daniel, role=Role.ADMINISTRATOR)
    client = sign_in(daniel)
    page = client.post(f"/desk/people/{held.pk}/end/", follow=True)
    assert "wait until they have come" in text(page)
    other.last_login = timezone.now()
    other.save(update_fields=["last_login"])
    client.post(f"/desk/people/{held.pk}/end/")
    held.refresh_from_db()
    assert held.ended_at is not None


@pytest.mark.parametrize(
    ("emptied", "words"),
    [
        ({"council_name": ""}, "it must keep the name of the council"),
        ({"contact_email": "", "contact_phone": ""}, "an e-mail address or a telephone number"),
    ],
)
def test_an_open_town_keeps_its_name_and_a_way_to_reach_it(
    complete, daniel, sign_in, emptied, words
):
    client = sign_in(daniel)
    kept = {name: getattr(Town.objects.get(), name) for name in TownForm.base_fields}
    client.post("/desk/town/open/", {"sent": "1"})
    assert words in text(client.post("/desk/town/name/", kept | emptied))
    assert {name: getattr(Town.objects.get(), name) for name in emptied} == {
        name: kept[name] for name in emptied
    }


def test_an_open_town_offers_no_opening(complete, daniel, sign_in):
    client = sign_in(daniel)
    assert "Open it" in text(client.get("/desk/town/open/"))
    client.post("/desk/town/open/", {"sent": "1"})
    page = client.get("/desk/town/open/", follow=True)
    assert "The town is open: everybody sees it." in text(page)
    assert "Open it" not in text(page)


def test_a_town_is_made_by_its_name_alone(db, client):
    content = Command().content_of(None, " Newton ")
    Command().make(content, "ada@example.org", "Ada")
    assert Town.objects.get().name == "Newton"
    assert rooms.off() == {*rooms.CODES, opening.SITE}
    assert "Newton is being prepared" in text(client.get("/"))
    current = Appointment.objects.current(timezone.localdate()).get()
    assert (current.person.email, current.role) == ("ada@example.org", Role.ADMINISTRATOR)


@pytest.mark.parametrize(
    ("path", "name", "words"),
    [
        (None, " ", "Give the town's name"),
        ("a.toml", "Newton", "the file says the name"),
        (None, "N" * 101, "longer than 100 letters"),
    ],
)
def test_what_init_can_not_make_is_said(db, path, name, words):
    options = {"settings": path, "name": name, "admin": "ada@example.org", "admin_name": ""}
    with pytest.raises(CommandError, match=words):
        Command().handle(**options)
    assert not Town.objects.exists()
