"""The town is set up on pages: its name, its colours, its logo, its notices."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from commonweal.accounts.models import Event
from commonweal.partners.models import Partner
from commonweal.places.models import Former, Logo, Town
from commonweal.setup import townfile

pytestmark = pytest.mark.django_db

TOWN = {"name": "Brackenford", "service_name": "Charter", "council_name": "Borough Council"}
LOOK = {"brand_colour": "#1d5c5c", "link_colour": "#0b5c8a", "tint_colour": "#eef5f2"}
NOTICES = {
    "controller": "Borough Council, Guildhall",
    "data_protection_officer": "dpo@example.org",
    "privacy_contact": "01632 960 100",
    "retention_words": "Six years.\nThen it goes.",
    "help_desk_words": "A name and what somebody needs.",
    "accessibility_status": "partial",
    "accessibility_gaps": "Maps.",
    "accessibility_contact": "access@example.org",
    "accessibility_checked_on_0": "1",
    "accessibility_checked_on_1": "11",
    "accessibility_checked_on_2": "2026",
}


def text(response):
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def picture(kind="PNG", **more):
    drawn = io.BytesIO()
    Image.new("RGB", (900, 300), "#123456").save(drawn, kind, **more)
    return drawn.getvalue()


def test_what_the_town_is_called_is_changed_and_recorded(daniel, sign_in, client):
    page = sign_in(daniel).post(
        "/desk/town/name/", TOWN | {"name": "Brackenham", "contact_email": "ask@example.org"}
    )
    assert page.status_code == 302
    home = client.get("/").content.decode()
    assert "Brackenham: Charter" in home
    assert "ask@example.org" in home
    [line] = Event.objects.filter(verb="town settings changed")
    assert line.by_code == daniel.code
    assert line.as_role == "administrator"
    # Which settings, and not what they say.
    assert line.detail == {"settings": ["contact_email", "name"]}
    assert Former.objects.get(kind="places.Town").was["name"] == "Brackenford"


def test_nothing_changed_is_said_and_writes_nothing(daniel, sign_in):
    page = sign_in(daniel).post("/desk/town/name/", TOWN, follow=True)
    assert "Nothing was changed." in text(page)
    assert not Event.objects.filter(verb="town settings changed").exists()


def test_the_council_becomes_the_first_partner(daniel, sign_in):
    assert not Partner.objects.exists()
    sign_in(daniel).post("/desk/town/name/", TOWN | {"strapline": "New"})
    assert Partner.objects.get().is_council
    sign_in(daniel).post("/desk/town/name/", TOWN | {"council_name": "City Council"})
    assert Partner.objects.count() == 1


def test_a_town_keeps_a_name_and_what_was_typed(daniel, sign_in):
    page = sign_in(daniel).post("/desk/town/name/", TOWN | {"name": " ", "ons_code": "E0700O243"})
    assert "Enter the name of the town" in text(page)
    assert "Did you mean E07000243?" in text(page)
    assert 'value="E0700O243"' in page.content.decode()
    assert Town.objects.get().ons_code == ""


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        (
            "brand_colour",
            "#ffff00",
            "White letters on the main colour would be too faint to read. Choose",
        ),
        ("link_colour", "#7f9fbf", "Links on white would be too faint"),
        ("tint_colour", "#0b5c8a", "Links on the pale colour would be too faint"),
        ("brand_colour", "green", "Write a colour as # and six signs"),
    ],
)
def test_a_colour_that_could_not_be_read_is_refused(daniel, sign_in, name, typed, words):
    page = sign_in(daniel).post("/desk/town/look/", LOOK | {name: typed})
    assert words in text(page)
    assert f'value="{typed}"' in page.content.decode()
    assert Town.objects.get().brand_colour == "#1d5c5c"


def test_colours_that_can_be_read_are_used(daniel, sign_in, client):
    sign_in(daniel).post("/desk/town/look/", LOOK | {"brand_colour": "#4a154b"})
    # Kept for minutes by browsers, so new colours have a new address.
    address = re.search(r'href="(/town\.css[^"]*)"', client.get("/").content.decode())[1]
    assert address == "/town.css?v=4a154b-0b5c8a-eef5f2"
    assert b"--town-brand:#4a154b" in client.get(address).content


def test_a_logo_is_drawn_anew_and_shown(daniel, sign_in, client):
    exif = Image.Exif()
    exif[0x010E] = "Drawn by Ada"
    sent = SimpleUploadedFile("logo.jpg", picture("JPEG", exif=exif))
    assert b"Drawn by Ada" in picture("JPEG", exif=exif)
    assert sign_in(daniel).post("/desk/town/logo/", {"file": sent}).status_code == 302
    shown = re.search(r'src="(/town\.png\?v=\w{16})"', client.get("/").content.decode())
    picture_sent = client.get(shown[1])
    assert picture_sent["Content-Type"] == "image/png"
    assert b"Drawn by Ada" not in picture_sent.content
    with Image.open(io.BytesIO(picture_sent.content)) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (480, 160))
    assert sign_in(daniel).post("/desk/town/logo/off/").status_code == 302
    assert b"/town.png" not in client.get("/").content
    assert client.get("/town.png").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("logo.png", b"\x89PNG\r\n\x1a\nbroken", "The picture is damaged"),
        ("logo.png", b"<svg onload='x'/>", "The file is not what its name says"),
        ("logo.svg", b"<svg/>", "A file of this kind can't be taken"),
        ("logo.txt", b"no picture", "A logo is a picture. Send a PNG or a JPEG."),
        ("logo.png", b"x" * (5 * 1024 * 1024 + 1), "The file is larger than 5 MB."),
    ],
)
def test_what_is_no_picture_is_refused(daniel, sign_in, name, content, words):
    page = sign_in(daniel).post("/desk/town/logo/", {"file": SimpleUploadedFile(name, content)})
    assert words in text(page)
    assert not Logo.objects.exists()


def test_there_is_no_logo_to_take_off(daniel, sign_in):
    page = sign_in(daniel).post("/desk/town/logo/off/", follow=True)
    assert "The town has no logo." in text(page)


def test_the_notices_say_who_answers_for_peoples_data(daniel, sign_in, client):
    desk = sign_in(daniel).get("/desk/town/notices/")
    assert "Not said yet: who answers for people's data (the controller)" in text(desk)
    assert sign_in(daniel).post("/desk/town/notices/", NOTICES).status_code == 302
    privacy, access = (text(client.get(path)) for path in ("/privacy/", "/accessibility/"))
    for words in ("Guildhall", "dpo@example.org", "01632 960 100", "Then it goes.", "A name and"):
        assert words in privacy
    for words in ("partially compliant", "Maps.", "access@example.org", "1 November 2026"):
        assert words in access
    assert "Not said yet" not in text(sign_in(daniel).get("/desk/town/notices/"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("controller", "who answers for people's data"),
        ("accessibility_gaps", "what is not accessible, and why"),
        ("help_desk_words", "what the help desk keeps about people"),
        ("accessibility_checked_on_2", ""),
    ],
)
def test_an_open_town_cannot_lose_its_notices(daniel, sign_in, name, words):
    sign_in(daniel).post("/desk/town/notices/", NOTICES)
    kept = Town.objects.values().get()
    page = sign_in(daniel).post(
        "/desk/town/notices/", NOTICES | {name: "", "privacy_contact": "Room 5"}
    )
    assert page.status_code == 200
    assert f"must go on saying {words}" in text(page) or not words
    assert "Room 5" in page.content.decode()
    assert Town.objects.values().get() == kept


def test_nor_does_its_file_take_them_out(daniel, sign_in):
    sign_in(daniel).post("/desk/town/notices/", NOTICES)
    content = {"town": {"name": "Brackenford"}, "notices": {"controller": ""}}
    with pytest.raises(townfile.Refused, match="must go on saying who answers"):
        townfile.apply(content)


def test_a_file_that_does_not_name_a_setting_keeps_what_a_page_set(daniel, sign_in):
    sign_in(daniel).post("/desk/town/notices/", NOTICES)
    sign_in(daniel).post("/desk/town/name/", TOWN | {"contact_phone": "01632 960 100"})
    townfile.apply({"town": {"name": "Brackenham"}})
    town = Town.objects.get()
    assert (town.name, town.contact_phone) == ("Brackenham", "01632 960 100")
    assert town.controller == "Borough Council, Guildhall"
