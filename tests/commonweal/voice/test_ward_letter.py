"""A ward's letter: promised, done, late, open for a say, how to take part without e-mail."""

from __future__ import annotations

import html
import re

import pytest

from commonweal.places.models import Area, Room
from commonweal.pledges.models import Pledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(town):
    return Area.objects.create(code="castle-hill", name="Castle Hill")


@pytest.fixture
def standing(ward, pledged):
    """A pledge in the ward that stands so."""

    def make(code, statement):
        pledge = pledged(statement=statement)
        Pledge.objects.filter(pk=pledge.pk).update(area=ward, standing=code)
        return pledge

    return make


def words_of(client, address="/have-your-say/wards/castle-hill/"):
    page = client.get(address)
    assert page.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def test_what_is_promised_done_and_late_stands_apart(standing, pledged, client):
    standing("active", "Plant trees.")
    standing("verified_met", "Mend the roof.")
    standing("overdue", "Paint the hall.")
    standing("withdrawn", "Build a pier.")
    pledged(statement="Elsewhere in town.")
    words = words_of(client)
    promised, rest = words.split("Done, and checked by others")
    done, rest = rest.split(" Late ")
    late, rest = rest.split("Open for your say")
    assert "Plant trees." in promised
    assert "Mend the roof." in done
    assert "Paint the hall." in late
    assert "Build a pier." not in words
    assert "Elsewhere in town." not in words


def test_what_is_not_public_is_not_told(ward, pledged, client):
    proposed = pledged(accepted=False, statement="Not yet public.")
    Pledge.objects.filter(pk=proposed.pk).update(area=ward)
    words = words_of(client)
    assert "Not yet public." not in words
    assert "Nothing is promised just now." in words


def test_many_pledges_stay_on_one_page(standing, client):
    for number in range(8):
        standing("active", f"Plant tree {number}.")
    words = words_of(client)
    assert words.count("Plant tree") == 5
    assert "And 3 more pledges." in words


def test_what_is_open_and_how_to_take_part_without_mail(ward, consulted, town, client):
    consulted(title="Open now")
    consulted(title="Over", ago=25)
    consulted(title="Only a draft", published=False)
    type(town).objects.update(contact_phone="01632 960123", council_name="Brackenford Council")
    words = words_of(client)
    assert "Open now : until" in words
    assert "Over" not in words
    assert "Only a draft" not in words
    assert "Ring 01632 960123" in words
    assert "write to Brackenford Council" in words


def test_each_ward_is_listed_and_none_is_made_up(ward, client):
    assert "Castle Hill" in words_of(client, "/have-your-say/wards/")
    assert client.get("/have-your-say/wards/nowhere/").status_code == 404
    assert "A letter for each ward" in words_of(client, "/have-your-say/")


def test_a_room_that_is_off_has_no_letter(ward, client):
    Room.objects.create(code="voice", is_on=False)
    assert client.get("/have-your-say/wards/castle-hill/").status_code == 404
