"""What stands beside a link to a page of the site, where somebody passes it on."""

from __future__ import annotations

import html
import io
import re

import pytest
from django.conf import settings
from PIL import Image

from commonweal.places import drawing
from commonweal.pledges.models import Pledge

pytestmark = pytest.mark.django_db


def said(client, address: str) -> dict[str, str]:
    page = client.get(address).content.decode()
    head = page.split("</head>")[0]
    named = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', head)
    return {name: html.unescape(words) for name, words in named}


def test_a_pledge_says_whose_it_is_and_what_was_promised(client, town, pledged):
    pledge = pledged()
    words = 'Lend "forty" <hours> & more'
    Pledge.objects.filter(pk=pledge.pk).update(statement=words)
    card = said(client, f"{pledge.get_absolute_url()}?from=q%3Dx")
    assert card["og:title"] == f"{pledge.partner.name}: {pledge.measure.name}"
    assert card["og:description"] == card["description"] == f"{words} {pledge.standing_words}."
    assert card["og:site_name"].startswith(town.name)
    assert card["og:url"] == f"{settings.ADDRESS}{pledge.get_absolute_url()}"
    assert card["og:image"] == f"{settings.ADDRESS}/share.png"


def test_every_public_page_says_something_short(client, action, bakery, service, consulted, theme):
    for address in (
        "/",
        "/pledges/",
        "/partners/",
        bakery.get_absolute_url(),
        action.get_absolute_url(),
        service.get_absolute_url(),
        consulted().get_absolute_url(),
        theme.get_absolute_url(),
    ):
        card = said(client, address)
        assert card["og:title"]
        assert 10 < len(card["description"]) <= 200, address
        titles = re.findall("<title>", client.get(address).content.decode().split("</head>")[0])
        assert len(titles) == 1


def test_pages_of_work_and_of_oneself_say_nothing(sign_in, maya):
    client = sign_in(maya)
    for address in ("/desk/charter/near/", "/accounts/you/"):
        page = client.get(address)
        assert page.status_code == 200
        assert "og:" not in page.content.decode().split("</head>")[0]


def test_the_picture_has_the_town_s_name_and_colour(client, town):
    answer = client.get("/share.png")
    assert answer["Content-Type"] == "image/png"
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == (1200, 630)
    town.name, town.brand_colour = "Elsewhere", "#123456"
    town.save()
    another = client.get("/share.png").content
    assert another != answer.content
    assert Image.open(io.BytesIO(another)).getpixel((2, 2)) == (0x12, 0x34, 0x56)


@pytest.mark.parametrize("name", ["X", "Llanfair" * 12, "A very long name of a town " * 8, "城"])
def test_a_name_of_any_length_is_drawn(name):
    assert Image.open(io.BytesIO(drawing.card(name, name, "#1d5c5c"))).size == (1200, 630)
