"""The map of wards and a page a ward: outlines loaded, small numbers marked, the wrong file
refused."""

from __future__ import annotations

import html
import io
import json
import os
import re
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.text import slugify

from commonweal.accounts.models import Event
from commonweal.economy.models import WardShape
from commonweal.economy.series import bringing, wards
from commonweal.office.errors import Refused
from commonweal.places.models import Area

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "data" / "geo"
SQUARE = [[-0.2, 51.9], [-0.19, 51.9], [-0.19, 51.91], [-0.2, 51.91], [-0.2, 51.9]]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stevenage(town):
    town.name, town.ons_code = "Stevenage", "E07000243"
    town.save(update_fields=["name", "ons_code"])
    for code, name in (
        ("E05015624", "Almond Hill"),
        ("E05015626", "Bedwell"),
        ("E05015627", "Chells"),
    ):
        Area.objects.create(code=slugify(name), name=name, ons_code=code, boundaries_year=2025)


def outlines(*codes: str, year: int = 25, ring=SQUARE) -> bytes:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {f"WD{year}CD": code, f"WD{year}NM": f"Ward {code}"},
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [[[x + 0.01 * at, y] for x, y in ring]],
                    },
                }
                for at, code in enumerate(codes)
            ],
        }
    ).encode()


def text_of(client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def figures() -> None:
    bringing.bring_in(
        content=b"area_code,area_name,date,claimant count\n"
        b"E05015624,Almond Hill,2021-04,310\nE05015626,Bedwell,2021-04,20\n"
        b"E05015627,Chells,2021-04,*\nE07000243,Stevenage,2021-04,3100\n"
        b"E05015624,Almond Hill,2020-04,200\n",
        name="wards.csv",
        published_on=date(2021, 6, 1),
        by=None,
    )


def test_the_map_marks_small_and_missing_and_the_table_says_the_same(client):
    figures()
    assert "outlines have not been loaded" in text_of(client, "/economy/wards/")
    wards.load(
        content=outlines("E05015624", "E05015626", "E05015627"),
        name="w.geojson",
        source="ONS, May 2025",
        by=None,
    )
    page = client.get("/economy/wards/").content.decode()
    # Bedwell is small and Chells not known: both have a broken outline, Almond Hill has none.
    assert page.count('stroke-dasharray="4 4"') == 2
    words = text_of(client, "/economy/wards/?measure=claimants")
    assert "Claimants, Apr 2021" in words
    assert "2 Bedwell 20 claimants a small number" in words
    assert "3 Chells suppressed" in words
    assert "Stevenage 3,100 claimants as published, not the sum" in words
    assert "Boundaries of 2025: ONS, May 2025" in words
    assert client.get("/economy/wards/?measure=nothing").status_code == 404


def test_a_page_a_ward_stands_beside_the_town(client):
    figures()
    words = text_of(client, "/economy/wards/E05015624/")
    assert "Claimants Apr 2021 310 claimants 3,100 claimants" in words
    assert "That is 110 more (55%) than in April 2020." in words
    assert "Apr 2021 suppressed 3,100 claimants" in text_of(client, "/economy/wards/E05015627/")
    assert "How firm" not in words
    small = text_of(client, "/economy/wards/E05015626/")
    assert "Apr 2021 20 claimants small number 3,100 claimants" in small
    assert client.get("/economy/wards/E05999999/").status_code == 404


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "can't be read"),
        (b"not json", "can't be read"),
        (b"[1]", "it has no features"),
        (b'{"features": [{"properties": {"LSOA21CD": "E01"}}]}', "names no wards"),
        (outlines("E05004711", year=16), r"wards of 2016, such as E05004711 .* of 2025. Expected"),
        (outlines("E05015624", ring=[[524000, 225000], [524100, 225100]]), "no longitudes"),
        (b'{"features": [{"properties": {"WD25CD": "E05015624"}}]}', "no outline"),
    ],
)
def test_the_wrong_file_is_refused_by_what_was_expected(content, why):
    wards.load(content=outlines("E05015626"), name="w.geojson", source="x", by=None)
    with pytest.raises(Refused, match=why):
        wards.load(content=content, name="w.geojson", source="x", by=None)
    assert WardShape.objects.get().code == "E05015626"


def test_the_desk_loads_outlines(sign_in, yusuf, carys):
    desk = sign_in(yusuf)
    file = io.BytesIO(outlines("E05015624", "E05015626", "E05999999"))
    file.name = "w.geojson"
    page = desk.post("/desk/economy/wards/", {"file": file, "source": "ONS"}, follow=True)
    assert "2 wards can be drawn on the map now." in html.unescape(page.content.decode())
    assert Event.objects.filter(verb="ward boundaries loaded", detail__count=2).exists()
    bad = io.BytesIO(b"x")
    bad.name = "w.geojson"
    page = desk.post("/desk/economy/wards/", {"file": bad, "source": "My source"})
    assert "My source" in page.content.decode()
    assert sign_in(carys).get("/desk/economy/wards/").status_code == 403


@pytest.mark.skipif(not SHARED.exists(), reason="the shared folder is not beside the checkout")
def test_the_published_boundaries_of_stevenage_are_drawn(client):
    call_command(
        "series",
        "wards",
        str(SHARED / "boundaries" / "ward_E07000243.geojson"),
        "--source",
        "ONS, May 2025, OGL v3.0",
    )
    assert WardShape.objects.count() == 3
    assert client.get("/economy/wards/E05015624/").content.decode().count("<path") == 3
