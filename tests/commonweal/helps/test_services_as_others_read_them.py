"""Services in the shape that others read, and how far each is from a postcode: by points, by
wards, by map, and by what says nothing."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

import pytest

from commonweal.places.models import Area
from commonweal.services import nearby
from commonweal.services.models import Organisation, Place, Schedule, Service
from commonweal.services.open_referral import as_hsds, page_of
from commonweal.spend import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered() -> Any:
    owner = Organisation.objects.create(name="Round Again")

    def make(name: str = "Furniture", **columns: Any) -> Service:
        return Service.objects.create(organisation=owner, name=name, **columns)

    return make


# In the shape of Open Referral


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        ({"url": "https://example.org/a"}, {"url": "https://example.org/a"}),
        ({"email": "a@example.org"}, {"email": "a@example.org"}),
        ({"eligibility": "Over 18"}, {"eligibility_description": "Over 18"}),
        ({"minimum_age": 0, "maximum_age": 25}, {"minimum_age": 0, "maximum_age": 25}),
        ({"minimum_age": None}, {}),
        ({"application_process": "Ring."}, {"application_process": "Ring."}),
        ({"fees": "£2"}, {"fees": "£2"}),
        ({"wait_time": "A week"}, {"wait_time": "A week"}),
        ({"alert": "Closed on Friday"}, {"alert": "Closed on Friday"}),
        ({"assured_on": date(2026, 11, 2)}, {"assured_date": "2026-11-02"}),
        ({"status": "inactive"}, {"status": "inactive"}),
        ({"status": "temporarily closed"}, {"status": "temporarily closed"}),
        ({"ended_on": date(2026, 11, 2)}, {"status": "defunct"}),
    ],
)
def test_what_is_known_is_shown_and_nothing_else_has_a_line(
    offered: Any, columns: dict[str, Any], shown: dict[str, Any]
) -> None:
    plain, full = as_hsds(offered()), as_hsds(offered(**columns))
    different = {name for name in full if name not in plain or plain[name] != full[name]}
    assert different - {"id", "last_modified"} == set(shown)
    assert {name: full[name] for name in shown} == shown
    assert json.loads(json.dumps(full)) == full


def test_a_description_stands_although_it_is_empty_and_an_organisation_has_one(
    offered: Any,
) -> None:
    shown = as_hsds(offered())
    assert shown["description"] == ""
    assert shown["organization"]["description"] == shown["organization"]["name"] == "Round Again"
    Organisation.objects.update(description="Second hand.", website="https://example.org")
    organisation = as_hsds(Service.objects.get())["organization"]
    assert organisation["description"] == "Second hand."
    assert organisation["website"] == "https://example.org"


def test_whoever_assured_it_stands_nowhere(offered: Any) -> None:
    service = offered(assurer_email="zoe.webb@example.org", assured_on=date(2026, 11, 2))
    assert "zoe" not in json.dumps(as_hsds(service))


@pytest.mark.parametrize(("phone", "numbers"), [("", []), ("01632 960000", ["01632 960000"])])
def test_a_telephone_stands_once_or_not_at_all(
    offered: Any, phone: str, numbers: list[str]
) -> None:
    phones = as_hsds(offered(phone=phone))["phones"]
    assert [line["number"] for line in phones] == numbers


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (
            {"freq": "WEEKLY", "days": "MO,TU", "opens_at": time(9), "closes_at": time(17)},
            {"freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00:00", "closes_at": "17:00:00"},
        ),
        # Days without a rhythm are those of each week.
        ({"days": "MO"}, {"freq": "WEEKLY", "byday": "MO"}),
        ({}, {"freq": None, "byday": ""}),
        ({"all_day": True}, {"opens_at": None, "closes_at": "23:59:00"}),
        ({"freq": "WEEKLY", "interval": 2}, {"interval": 2}),
        ({"freq": "MONTHLY", "month_days": "1,-1"}, {"bymonthday": "1,-1"}),
        ({"freq": "YEARLY", "months": "5,6"}, {"bymonth": "5,6"}),
        (
            {"valid_from": date(2026, 1, 2), "valid_to": date(2026, 3, 4)},
            {"valid_from": "2026-01-02", "valid_to": "2026-03-04"},
        ),
        ({"words": "Ring first."}, {"description": "Ring first."}),
    ],
)
def test_a_line_of_hours(offered: Any, columns: dict[str, Any], shown: dict[str, Any]) -> None:
    service = offered()
    Schedule.objects.create(service=service, **columns)
    [schedule] = as_hsds(service)["schedules"]
    if columns.get("all_day"):
        shown = shown | {"opens_at": "00:00:00"}
    assert {name: schedule[name] for name in shown} == shown
    new = {"interval", "bymonthday", "bymonth"}
    assert new & set(schedule) == new & set(shown)


def test_a_place_is_called_by_its_name_or_its_address(offered: Any) -> None:
    service = offered()
    Place.objects.create(service=service, name="Hall", address="1 Mill Lane", postcode="BF1 2AG")
    Place.objects.create(service=service, address="2 Mill Lane", latitude=51.5, longitude=-0.1)
    first, second = (at["location"] for at in as_hsds(service)["service_at_locations"])
    assert (first["name"], second["name"]) == ("Hall", "2 Mill Lane")
    assert (first["latitude"], second["latitude"]) == (None, 51.5)
    [address] = first["addresses"]
    assert (address["address_1"], address["postal_code"]) == ("1 Mill Lane", "BF1 2AG")


def test_each_part_is_called_the_same_again_and_no_two_are(offered: Any) -> None:
    one, two = offered(phone="01632 960000"), offered("Other", phone="01632 960001")
    for service in (one, two):
        Place.objects.create(service=service, name="Hall")
        Place.objects.create(service=service, name="House")
        Schedule.objects.create(service=service, days="MO")
    assert as_hsds(one) == as_hsds(Service.objects.get(pk=one.pk))
    ids: list[str] = []

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            ids.extend([part["id"]] if "id" in part else [])
            for inner in part.values():
                collect(inner)
        elif isinstance(part, list):
            for inner in part:
                collect(inner)

    for service in (one, two):
        collect({name: p for name, p in as_hsds(service).items() if name != "organization"})
    assert len(ids) == len({*ids}) == 2 * (1 + 1 + 1 + 2 * 3)


@pytest.mark.parametrize(
    ("page", "per_page", "total", "pages", "is_first", "is_last"),
    [
        (1, 10, 0, 1, True, True),
        (1, 10, 1, 1, True, True),
        (1, 10, 10, 1, True, True),
        (1, 10, 11, 2, True, False),
        (2, 10, 11, 2, False, True),
        (3, 10, 11, 2, False, True),
        (2, 10, 30, 3, False, False),
    ],
)
def test_a_page_says_where_it_stands(
    page: int, per_page: int, total: int, pages: int, is_first: bool, is_last: bool
) -> None:
    shown = page_of([], page=page, per_page=per_page, total=total)
    assert (shown["total_pages"], shown["page_number"]) == (pages, page)
    assert (shown["first_page"], shown["last_page"]) == (is_first, is_last)
    assert (shown["total_items"], shown["size"], shown["empty"]) == (total, 0, True)


def test_a_page_has_its_services_in_their_order(offered: Any) -> None:
    services = [offered(name) for name in ("B", "A")]
    shown = page_of(services, page=1, per_page=10, total=2)
    assert [one["name"] for one in shown["contents"]] == ["B", "A"]
    assert (shown["size"], shown["empty"]) == (2, False)


# How far it is

POINTS = {"AA11AA": (1000.0, 1000.0), "AA11AB": (1300.0, 1400.0), "AA11AC": (1000.0, 4000.0)}
WARDS = {"AA11AA": "W1", "AA11AB": "W1", "AA11AC": "W2", "AA11AD": "W1"}


@pytest.fixture
def lookup(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A lookup of a few postcodes; a test takes out what it has not."""
    has: dict[str, Any] = {"points": dict(POINTS), "wards": dict(WARDS)}

    def of(name: str) -> Any:
        return lambda codes: {c: has[name][c] for c in codes if c in has[name]}

    monkeypatch.setattr(files, "points_of", of("points"))
    monkeypatch.setattr(files, "wards_of", of("wards"))
    return has


@pytest.mark.parametrize("typed", ["AA1 1AA", "aa11aa", " aa1 1aa "])
def test_a_start_is_where_its_postcode_is(lookup: dict[str, Any], typed: str) -> None:
    start = nearby.start_of(typed)
    assert (start.point, start.ward, start.is_known) == ((1000.0, 1000.0), "W1", True)
    assert start.postcode == typed


@pytest.mark.parametrize(
    ("typed", "point", "ward"), [("AA1 1AD", None, "W1"), ("ZZ9 9ZZ", None, None), ("", None, None)]
)
def test_a_start_of_which_less_is_known(
    lookup: dict[str, Any], typed: str, point: Any, ward: str | None
) -> None:
    start = nearby.start_of(typed)
    assert (start.point, start.ward) == (point, ward)
    assert start.is_known is (ward is not None)


def away(start: str) -> dict[str, float]:
    pairs = nearby.by_distance(Service.objects.all(), nearby.start_of(start))
    names = dict(Service.objects.values_list("pk", "name"))
    return {names[key]: metres for key, metres in pairs}


def test_the_nearest_place_of_each_counts_and_the_nearest_service_is_first(
    lookup: dict[str, Any], offered: Any
) -> None:
    far, near, nowhere = offered("Far"), offered("Near"), offered("Anywhere")
    Place.objects.create(service=far, postcode="AA1 1AC")
    Place.objects.create(service=near, postcode="aa1 1ac")
    Place.objects.create(service=near, postcode="AA1 1AB")
    Place.objects.create(service=near, postcode="ZZ9 9ZZ")
    assert nowhere.places.count() == 0
    distances = away("AA1 1AA")
    assert [*distances.items()] == [("Near", 500.0), ("Far", 3000.0), ("Anywhere", nearby.ANYWHERE)]


def test_without_points_it_is_the_ward(lookup: dict[str, Any], offered: Any) -> None:
    lookup["points"].clear()
    for name, postcode in (("Zoo", "AA1 1AB"), ("Away", "AA1 1AC"), ("Lost", "ZZ9 9ZZ")):
        Place.objects.create(service=offered(name), postcode=postcode)
    assert [*away("AA1 1AA").items()] == [
        ("Zoo", nearby.SAME_WARD),
        ("Away", nearby.ELSEWHERE),
        ("Lost", nearby.ANYWHERE),
    ]


def test_what_is_as_near_stands_by_its_name_in_any_case(
    lookup: dict[str, Any], offered: Any
) -> None:
    for name in ("beta", "Alpha", "Gamma", "alpha"):
        Place.objects.create(service=offered(name), postcode="AA1 1AB")
    pairs = nearby.by_distance(Service.objects.all(), nearby.start_of("AA1 1AA"))
    names = dict(Service.objects.values_list("pk", "name"))
    assert [names[key] for key, _ in pairs] == ["Alpha", "alpha", "beta", "Gamma"]


def test_a_point_of_a_map_counts_where_no_postcode_does(
    lookup: dict[str, Any], offered: Any
) -> None:
    lookup["points"]["AA11AA"] = nearby.on_grid(51.5, -0.1)
    Place.objects.create(service=offered("On the map"), latitude=51.5, longitude=-0.1)
    Place.objects.create(service=offered("Half"), latitude=51.5, longitude=None)
    Place.objects.create(service=offered("Both"), postcode="AA1 1AC", latitude=51.5, longitude=-0.1)
    distances = away("AA1 1AA")
    assert distances["On the map"] == 0
    assert distances["Half"] == nearby.ANYWHERE
    # Its postcode says more surely where it is.
    assert distances["Both"] > 100_000


def test_a_service_for_an_area_is_in_the_ward_where_no_place_says_more(
    lookup: dict[str, Any], offered: Any, area: Area
) -> None:
    Area.objects.filter(pk=area.pk).update(ons_code="E05000009")
    lookup["wards"]["AA11AA"] = "E05000009"
    whole, placed = offered("For the area"), offered("Placed")
    for service in (whole, placed):
        service.areas.add(area)
    Place.objects.create(service=placed, postcode="AA1 1AC")
    assert away("AA1 1AA") == {"For the area": nearby.SAME_WARD, "Placed": 3000.0}


def test_rows_are_by_name_or_by_distance(lookup: dict[str, Any], offered: Any) -> None:
    for name, postcode in (("B", "AA1 1AB"), ("A", "AA1 1AC")):
        Place.objects.create(service=offered(name), postcode=postcode)
    services = Service.objects.all()
    assert [(one.name, words) for one, words in nearby.rows_of(services, None)] == [
        ("A", ""),
        ("B", ""),
    ]
    rows = nearby.rows_of(services, nearby.start_of("AA1 1AA"))
    assert [(one.name, words) for one, words in rows] == [
        ("B", "About 0.3 miles away"),
        ("A", "About 1.9 miles away"),
    ]
