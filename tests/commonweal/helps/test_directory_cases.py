"""Files of services as people send them, through the desk's page and on the public one."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commonweal.services.models import Place, Service

from .services_brought import bring

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unpacked_here")]
ROOT = Path(__file__).resolve().parents[3]
CASES = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "cases"
real = pytest.mark.skipif(
    not CASES.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the cases to read are not beside this checkout",
)
# What the page says at its head and, of each case, somewhere below.
SHAPES = (
    "record 3 (“At null”): among its places is null, where Open Referral has an object",
    "record 12 (“Organization null”): it names no organisation",
    "record 13 (“Organization string”): its organisation is text (“Org One”)",
    "record 14 (“Phones strings”): among its telephones is text",
    "record 18: its web address can&#x27;t be read",
)
SAID: dict[str, tuple[str, ...]] = {
    "d01-schedules.json": ("12 services: 12 new", "0 refused"),
    "d02-shapes.json": (
        "27 services: 22 new",
        "5 refused",
        *SHAPES,
        "record 27: it is text (“just a string”), where a service is asked",
    ),
    "d02b-shapes-no-string.json": ("26 services: 22 new", "4 refused", *SHAPES),
    "d02c-at-null.json": ("1 service: 0 new", "record 1 (“At null”): among its places is null"),
    "d02c-organization-string.json": ("1 service: 0 new", "its organisation is text (“Org One”)"),
    "d02d-rest.json": ("23 services: 22 new", "record 11 (“Organization null”)"),
    "d03-table.csv": ("4 services: 3 new", "row 5: it has no name"),
    "d04-table-days.csv": ("2 services: 2 new", "0 refused"),
    "d05-geojson.json": (
        "5 services: 2 new",
        "feature 2: it has no name",
        "feature 3 (“Poly”): its shape is Polygon",
        "feature 4 (“Osgb”): its place lies outside these islands",
    ),
    "d06-bad.json": ("This is no JSON that can be read. It goes wrong in line 1, at sign 15.",),
    "d06b-ndjson.json": ("2 services: 2 new",),
    "d07-hsds.zip": ("1 service: 1 new",),
    "d07b-hsds-no-id-column.zip": (
        "1 service: 0 new",
        "services.csv, line 2 (“Club”): it has no id",
    ),
    "d07d-nested-folder.zip": ("1 service: 1 new",),
    "d07e-capital.zip": ("1 service: 1 new",),
}


@pytest.fixture
def brought(grace: Any, sign_in: Any) -> Callable[..., str]:
    """The page after a file was read by the desk manager."""

    def send(name: str, content: bytes) -> str:
        return bring(sign_in(grace), name, content, "cases")

    return send


def page_of(client: Any, name: str) -> str:
    """The public page of a service, as somebody reads it who has no account."""
    client.logout()
    page = client.get(Service.objects.get(name=name).get_absolute_url()).content.decode()
    return " ".join(page.split())


@real
@pytest.mark.parametrize("case", sorted(path.name for path in CASES.glob("d*")) or [""])
def test_each_case_is_taken_or_refused_by_record(brought, case):
    assert case in SAID, f"{case} is a case for which nothing is asserted here"
    page = brought(case, (CASES / case).read_bytes())
    for words in SAID[case]:
        assert words in page, words
    tried = brought(case, (CASES / case).read_bytes())
    assert ": 0 new, 0 changed" in tried or "d06-bad" in case


def expected() -> dict[str, str]:
    """The right answers, for what people will read of a directory."""
    if not (CASES / "expected.csv").exists():
        return {}
    with (CASES / "expected.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["input"].startswith("d")]
    return {row["input"]: row["right_answer"] for row in rows}


ANSWERS: dict[str, dict[str, str]] = {
    "1st and 3rd Monday; every 2nd Wednesday; 09:30 to 17:30": {
        "RRULE byday numbers": "1st and 3rd Monday of the month, 10:00 to 12:00",
        "Fortnight": "every 2nd Wednesday, 10:00 to 12:00",
        "Opens am pm": "Monday 09:30 to 17:30",
        "Lower full names": "Monday and Tuesday 10:00 to 12:00",
        "Monthly third": "on the 15th of the month, 10:00 to 12:00",
        "Wednesdays": "Wednesday and Thursday 10:00 to 12:00",
        "Ended": "ended on 1 January 2020",
    },
    "Monday and Tuesday 09:00 to 17:00": {
        "Club": "Monday and Tuesday 09:00 to 17:00",
        "Club two": "Tuesday 10:00 to 12:00",
    },
}


@real
@pytest.mark.parametrize("case", sorted(expected()) or [""])
def test_each_right_answer_stands_on_the_public_page(client, brought, case):
    answer = expected()[case]
    assert answer in ANSWERS, f"{case}: nothing is asserted here for “{answer}”"
    brought(case, (CASES / case).read_bytes())
    for name, words in ANSWERS[answer].items():
        assert words in page_of(client, name)


@real
def test_the_tables_of_an_archive_are_joined(brought):
    brought("d07-hsds.zip", (CASES / "d07-hsds.zip").read_bytes())
    service = Service.objects.get()
    assert (service.phone, service.organisation.name) == ("01632 960001", "Org One")
    assert service.opening_hours() == ["Monday 10:00 to 12:00"]
    assert str(Place.objects.get().postcode) == "BK1 1AA"
