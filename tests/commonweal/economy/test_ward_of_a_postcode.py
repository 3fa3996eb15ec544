"""The wards on the first page: a map, a list, and a box that leads from a postcode to its ward."""

from __future__ import annotations

import html
import json
import os
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from django.test import Client

from commonweal.accounts import limits
from commonweal.economy.models import WardShape
from commonweal.economy.series import wards
from commonweal.economy.series.views import POSTCODES
from commonweal.places.actions import switch
from commonweal.places.models import Area
from commonweal.spend import files

SHARED = Path(os.environ.get("COMMONWEAL_SHARED", Path(__file__).parents[4] / "shared"))
LOOKUP = (
    "pcds,oslaua,osward\nZB1 1AA,X07000001,E05000001\nZB1 2BB,X07000001,E05000009\n"
    "ZC3 3CC,X07000002,E05000007\n"
)
SQUARE = [[-0.2, 51.9], [-0.19, 51.9], [-0.19, 51.91], [-0.2, 51.91], [-0.2, 51.9]]
FIND = "/economy/wards/yours/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def of_its_own(town, tmp_path, settings):
    settings.SPEND_FOLDER = tmp_path / "spend"
    town.ons_code = "X07000001"
    town.save(update_fields=["ons_code"])
    Area.objects.create(code="elm", name="Elm & Ash", ons_code="E05000001", boundaries_year=2025)
    Area.objects.create(code="old-mills", name="Old Mills")


@pytest.fixture
def lookup(tmp_path):
    place = tmp_path / "lookup.csv"
    place.write_text(LOOKUP)
    files.keep_postcodes([place])


@pytest.fixture
def outlined():
    features = [
        {
            "type": "Feature",
            "properties": {"WD25CD": code, "WD25NM": name},
            "geometry": {"type": "Polygon", "coordinates": [[[x + at, y] for x, y in SQUARE]]},
        }
        for code, name, at in (("E05000001", "Elm & Ash", 0), ("", "Old Mills", 0.01))
    ]
    content = json.dumps({"features": features}).encode()
    wards.load(content=content, name="w.geojson", source="ONS, May 2025", by=None)


def words_of(response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def found(client, typed: str):
    return client.post(FIND, {"postcode": typed})


@pytest.mark.parametrize("typed", ["ZB1 1AA", "zb11aa", "  zb1  1aa ", "ZB1 lAA"])
def test_a_postcode_leads_to_its_ward_however_it_is_typed(client, lookup, typed):
    answer = found(client, typed)
    assert (answer.status_code, answer["Location"]) == (302, "/economy/wards/E05000001/")
    assert "Elm & Ash" in words_of(client.get(answer["Location"]))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type your postcode"),
        ("High Street", "“High Street” is no postcode. Type it like ZB1 1AA"),
        ("Z" * 40, "That is too long for a postcode"),
        ("ZB9 9ZZ", "ZB9 9ZZ is not in our list of postcodes"),
        ("zc33cc", "ZC3 3CC is in none of the wards of Brackenford"),
        ("ZB1 2BB", "ZB1 2BB is in Brackenford, but our list of postcodes names wards of another"),
    ],
)
def test_what_leads_nowhere_is_said_and_kept_as_typed(client, lookup, typed, sentence):
    answer = found(client, typed)
    assert answer.status_code == 200
    assert sentence in words_of(answer)
    assert f'value="{typed}"' in answer.content.decode() or not typed
    # The way on stands below it.
    assert "/economy/wards/E05000001/" in answer.content.decode()


def test_a_postcode_is_in_no_address_and_needs_no_secret_of_a_form(town, lookup, tmp_path):
    # What the box gives as an example is another one.
    example = tmp_path / "example.csv"
    example.write_text("pcds,oslaua,osward\nQX9 1ZZ,X07000001,E05000001\n")
    files.keep_postcodes([example])
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/")
    box = re.search(r"<form[^>]*wards/yours.*?</form>", page.content.decode(), re.DOTALL)[0]
    assert 'method="post"' in box
    # The first page is the same for everybody, so that it can be kept: it sets no cookie.
    assert not page.cookies
    answer = found(strict, "ZB1 1AA")
    assert answer.status_code == 302
    assert not {"ZB1", "zb1"} & set(re.findall(r"\w+", answer["Location"]))
    # What stands in the address is not read.
    assert "ZB1" not in strict.get(f"{FIND}?postcode=ZB1 1AA").content.decode().split("<main")[1]


def test_each_ward_is_a_link_on_the_map_and_in_the_list(client, lookup, outlined):
    page = client.get("/").content.decode().split('id="wards"')[1]
    for name, address in (
        ("Elm &amp; Ash", "/economy/wards/E05000001/"),
        ("Old Mills", "/economy/wards/old-mills/"),
    ):
        assert f'<a href="{address}" aria-label="{name}"><path' in page
        assert re.search(rf'href="{address}"\s*>{name}</a>', page)
        assert client.get(address).status_code == 200
    # An image may hold no links.
    assert 'role="group" aria-label="Map of the wards' in page
    assert "Boundaries of 2025: ONS, May 2025." in page


def test_a_ward_that_is_looked_for_opens_by_its_code(client):
    page = client.get("/search/?q=elm").content.decode()
    assert 'href="/economy/wards/E05000001/"' in page


def test_without_outlines_there_is_the_list_and_the_box(client, lookup):
    page = client.get("/").content.decode().split('id="wards"')[1]
    assert "Your postcode" in page
    assert "Old Mills</a>" in page
    assert "<svg" not in page
    assert "Boundaries of" not in page


def test_no_box_stands_where_no_lookup_knows_wards(client):
    # As it was kept before wards were read from lookups.
    columns = ("postcode", "district", "county", "region", "nation")
    files.keep_places(pa.table({name: pa.array(["ZB11AA"], pa.string()) for name in columns}))
    page = client.get("/").content.decode().split('id="wards"')[1]
    assert "Your postcode" not in page
    assert "Old Mills</a>" in page
    assert "Nobody has told this site yet which postcode lies where" in words_of(client.get(FIND))
    answer = found(client, "ZB1 1AA")
    assert answer.status_code == 200
    assert "Choose your ward from the list" in words_of(answer)


def test_a_lookup_takes_the_place_of_one_from_before_and_leaves_what_it_lacks(lookup, tmp_path):
    columns = ("postcode", "district", "county", "region", "nation")
    files.keep_places(pa.table({name: pa.array(["ZD44DD"], pa.string()) for name in columns}))
    call_command("spend", "load", str(tmp_path / "lookup.csv"))
    kept = pq.read_table(files.folder("postcodes.parquet")).to_pylist()
    assert {row["postcode"]: row["ward"] for row in kept} == {
        "ZB11AA": "E05000001",
        "ZB12BB": "E05000009",
        "ZC33CC": "E05000007",
        "ZD44DD": None,
    }


def test_the_wards_go_with_their_room(client, lookup, daniel):
    switch(code="economy", on=False, by=daniel)
    assert 'id="wards"' not in client.get("/").content.decode()
    assert client.get(FIND).status_code == 404


def test_a_town_without_wards_shows_none(client, lookup):
    Area.objects.all().delete()
    assert 'id="wards"' not in client.get("/").content.decode()


def test_home_with_its_wards_asks_the_database_little(
    client, lookup, outlined, settings, django_assert_max_num_queries
):
    place = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = settings.CACHES | {"figures": {"BACKEND": place, "LOCATION": "wards"}}
    client.get("/")
    with django_assert_max_num_queries(12):
        assert "ward-map" in client.get("/").content.decode()


@pytest.mark.skipif(not (SHARED / "data" / "geo").exists(), reason="shared data are not there")
def test_real_postcodes_lie_in_their_wards(client):
    WardShape.objects.all().delete()
    files.keep_postcodes([SHARED / "data" / "geo" / "codepoint_2014" / "sg.csv.gz"])
    Area.objects.create(code="manor", name="Manor", ons_code="E05004813", boundaries_year=2014)
    assert found(client, "SG1 1AA")["Location"] == "/economy/wards/E05004813/"
    assert "none of the wards" in words_of(found(client, "SG1 1AB"))


def test_who_asks_for_one_postcode_after_the_other_is_led_to_the_list(client, lookup):
    for _ in range(POSTCODES.most):
        limits.spend(POSTCODES, "203.0.113.9")
    page = client.post(FIND, {"postcode": "ZB1 1AA"}, REMOTE_ADDR="203.0.113.9")
    assert page.status_code == 429
    assert "choose the ward from the list" in words_of(page)
    assert client.post(FIND, {"postcode": "ZB1 1AA"}, REMOTE_ADDR="203.0.113.10").status_code == 302


def test_the_example_is_a_postcode_of_this_town_or_none(client, town, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("pcds,oslaua,osward\nZC3 3CC,X07000002,E05000007\n")
    files.keep_postcodes([other])
    assert "For example" not in words_of(client.get(FIND))
    assert "is no postcode. Type it whole" in words_of(found(client, "High Street"))
    ours = tmp_path / "ours.csv"
    ours.write_text(LOOKUP.replace("ZB1 1AA", "QX9 1ZZ"))
    files.keep_postcodes([ours])
    for address in ("/", FIND):
        assert "For example QX9 1ZZ. We keep it nowhere." in words_of(client.get(address))
    assert found(client, "QX9 1ZZ").status_code == 302


def test_a_ward_is_followed_from_its_page_whichever_rooms_are_on(client, town, maya):
    switch(code="voice", on=False, by=maya)
    for address, area in (("E05000001", "elm"), ("old-mills", "old-mills")):
        page = client.get(f"/economy/wards/{address}/").content.decode()
        assert f'href="/follow/ward/{area}/"' in page
        assert client.get(f"/follow/ward/{area}/").status_code == 200


def test_a_ward_leads_to_what_was_promised_in_it(client, town, maya):
    switch(code="voice", on=False, by=maya)
    for address, area in (("E05000001", "elm"), ("old-mills", "old-mills")):
        page = client.get(f"/economy/wards/{address}/").content.decode()
        assert f'href="/pledges/?area={area}"' in page
        assert "Area: " in client.get(f"/pledges/?area={area}").content.decode()
