"""Who helps: the list says whom to ring, whether it is open and how far it is; and national
numbers are there whatever else is."""

from __future__ import annotations

from datetime import time

import pyarrow as pa
import pytest
from django.test import Client

from commonweal.accounts.models import Event
from commonweal.places import helplines
from commonweal.places.models import Area
from commonweal.services import nearby
from commonweal.services.models import Organisation, Service
from commonweal.spend import files

from .world import words_of

pytestmark = pytest.mark.django_db
# A postcode, its ward and its point: the second is a mile north of the first, the third far.
LOOKUP = (
    ("BK11AA", "E05000001", 524_000, 224_000),
    ("BK12BB", "E05000002", 524_000, 225_609),
    ("BK99ZZ", "E05000009", 524_000, 240_000),
)


@pytest.fixture
def lookup(settings, tmp_path):
    """A lookup of three postcodes, with points or without."""
    settings.SPEND_FOLDER = str(tmp_path)

    def load(*, with_points: bool = True):
        rows = [
            {
                "postcode": code,
                "district": "E07000243",
                "ward": ward,
                "easting": east if with_points else None,
                "northing": north if with_points else None,
            }
            for code, ward, east, north in LOOKUP
        ]
        files.keep_places(pa.Table.from_pylist(rows, files.PLACES))

    return load


@pytest.fixture
def offered(kinds):
    def make(name: str, postcode: str = "", kind: str = "food", **more):
        organisation = Organisation.objects.create(name=f"{name} trust")
        made = Service.objects.create(organisation=organisation, name=name, **more)
        made.help_types.add(kinds[kind])
        if postcode:
            made.places.create(address="1 High Street", postcode=postcode)
        return made

    return make


def near(client, postcode: str, **more) -> str:
    return words_of(client.post("/help/services/near/", {"postcode": postcode, **more}))


def test_the_list_says_whom_to_ring_and_whether_it_is_open(client, offered):
    larder = offered("Larder", phone="01632 960 111")
    larder.schedules.create(freq="DAILY", all_day=True)
    closed = offered("Kitchen", phone="01632 960 112 or 113")
    closed.schedules.create(
        freq="YEARLY", month_days="30", months="2", opens_at=time(9), closes_at=time(10)
    )
    page = words_of(client.get("/help/services/"))
    assert 'href="tel:01632960111"' in page
    assert "Open now, day and night" in page
    assert "01632 960 112 or 113" in page
    assert 'href="tel:01632960112' not in page
    assert "Closed now" in page


def test_of_what_is_not_offered_nothing_says_that_it_is_open(client, offered):
    for name, more in {"Larder": {"status": "temporarily closed"}, "Kitchen": {}}.items():
        offered(name, **more).schedules.create(freq="DAILY", all_day=True)
    assert words_of(client.get("/help/services/")).count("Open now") == 1


def test_the_nearest_comes_first_and_says_how_far(client, offered, lookup):
    lookup()
    offered("A far one", "BK9 9ZZ")
    offered("B near one", "BK1 1AA")
    offered("C a mile on", "BK1 2BB")
    offered("D nowhere")
    page = near(client, "bk1 1aa")
    places = [page.index(name) for name in ("B near", "C a mile", "A far", "D nowhere")]
    assert places == sorted(places)
    assert "Less than 0.2 miles away" in page
    assert "About 1 mile away" in page
    assert "About 9.9 miles away" in page


def test_without_points_the_ward_says_what_is_near(client, offered, lookup):
    lookup(with_points=False)
    offered("A far one", "BK9 9ZZ")
    offered("B near one", "BK1 1AA")
    page = near(client, "BK1 1AA")
    assert page.index("B near") < page.index("A far")
    assert "In your ward" in page
    assert "miles away" not in page


def test_what_serves_the_ward_is_near_though_it_has_no_place(client, offered, lookup):
    lookup(with_points=False)
    offered("A far one", "BK9 9ZZ")
    ward = Area.objects.create(code="mill", name="Mill", ons_code="E05000001")
    offered("B by telephone").areas.add(ward)
    page = near(client, "BK1 1AA")
    assert page.index("B by telephone") < page.index("A far")


def test_a_postcode_stands_in_no_address_and_is_kept_nowhere(client, offered, lookup):
    lookup()
    for number in range(30):
        offered(f"Service {number:02}", "BK1 2BB")
    before = Event.objects.count()
    answer = client.post("/help/services/near/", {"postcode": "BK1 1AA", "help": "food"})
    page = words_of(answer)
    assert answer.status_code == 200
    assert "BK1" not in str(dict(client.session.items()))
    assert not [href for href in page.split('href="')[1:] if "BK1" in href.split('"')[0]]
    assert Event.objects.count() == before
    again = near(client, "BK1 1AA", help="food", page="2")
    assert "Service 29" in again
    assert "Service 29" not in page
    assert client.get("/help/services/near/").status_code == 405


@pytest.mark.parametrize("typed", ["", "BK1", "nowhere"])
def test_what_is_no_postcode_is_said_beside_it_and_kept(client, offered, lookup, typed):
    lookup()
    offered("Larder", "BK1 1AA")
    page = near(client, typed, help="food")
    assert "govuk-error-message" in page
    assert f'value="{typed}"' in page or not typed
    assert "Larder" in page


def test_a_postcode_that_no_lookup_has_is_said(client, offered, lookup):
    offered("Larder", "BK1 1AA")
    assert "does not know the place of BK1 1AA" in near(client, "BK1 1AA")


def test_it_is_said_where_no_service_has_a_place(client, offered, lookup):
    """The list stood there as before, and whoever typed a postcode learned nothing."""
    lookup()
    offered("Larder", "ZZ9 9ZZ")
    says = "Of none of these can we say how far it is from BK1 1AA."
    assert says in near(client, "BK1 1AA")
    offered("Kitchen", "BK1 1AA")
    assert says not in near(client, "BK1 1AA")


@pytest.mark.parametrize("has_local", [True, False])
def test_national_numbers_of_a_need_are_always_there(client, kinds, offered, has_local):
    for code, kind in kinds.items():
        if has_local:
            offered(f"Local {code}", kind=code)
        page = words_of(client.get(f"/help/services/?help={code}"))
        expected = helplines.lines_for(code, kind.name, "")
        assert expected
        for line in expected:
            assert f'href="tel:{line.tel}"' in page, (code, line.name)


def test_without_a_kind_the_towns_own_numbers_are_there(client, town, offered):
    offered("Larder")
    assert "116 123" in words_of(client.get("/help/services/"))


def test_every_need_has_a_number_in_every_nation(kinds):
    for nation in helplines.NATIONS:
        for code, kind in kinds.items():
            assert helplines.lines_for(code, kind.name, f"{nation}07000001"), (nation, code)


def test_a_point_of_a_map_lies_where_its_postcode_does():
    """Stevenage station, by both systems: within a quarter of a mile."""
    east, north = nearby.on_grid(51.9017, -0.2071)
    assert abs(east - 523_500) < 400
    assert abs(north - 224_100) < 400


def test_the_page_asks_for_no_script(offered, lookup):
    """A plain form with its guard against forgery."""
    lookup()
    offered("Larder", "BK1 1AA")
    client = Client(enforce_csrf_checks=True)
    token = client.get("/help/services/").cookies["csrftoken"].value
    sent = {"postcode": "BK1 1AA", "csrfmiddlewaretoken": token}
    assert client.post("/help/services/near/", sent).status_code == 200
