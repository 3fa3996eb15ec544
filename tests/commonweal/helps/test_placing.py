"""The area of somebody, from their postcode where nobody said it."""

from __future__ import annotations

import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from commonweal import spend
from commonweal.cases.models import Case
from commonweal.residents import people, placing
from commonweal.spend import files, lookups

pytestmark = pytest.mark.django_db
WARD = "E05000001"


@pytest.fixture
def lookup(area, settings, tmp_path):
    """A lookup in which BF1 2AG lies in the area, and BF2 4DJ in a ward of another town."""
    settings.SPEND_FOLDER = tmp_path
    type(area).objects.filter(pk=area.pk).update(ons_code=WARD)
    place = files.folder("postcodes.parquet")
    place.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"postcode": ["BF12AG", "BF24DJ"], "ward": [WARD, "E05999999"]}), place)
    return area


def test_the_area_is_that_of_the_postcode_where_nobody_said_one(lookup, asks_for_help, leah):
    case = asks_for_help(by=leah, postcode="bf1 2ag")
    assert case.resident.area == lookup
    assert Case.objects.get(pk=case.pk).area == lookup


@pytest.mark.parametrize(
    "values",
    [
        {"postcode": "BF2 4DJ"},
        {"postcode": "BF9 9ZZ"},
        {"postcode": ""},
        {"postcode": "BF1 2AG", "lives": "refuge"},
    ],
)
def test_it_stays_unknown_where_it_is_not_known_or_not_to_be_shown(
    lookup, asks_for_help, leah, values
):
    assert asks_for_help(by=leah, **values).resident.area is None


def test_what_somebody_said_stays(lookup, asks_for_help, leah):
    other = type(lookup).objects.create(code="other", name="Other")
    resident = asks_for_help(by=leah, area=other).resident
    people.change(resident=resident, values={"postcode": "BF1 2AG"}, by=leah)
    resident.refresh_from_db()
    assert resident.area == other


def test_a_postcode_that_comes_later_says_it(lookup, asks_for_help, leah):
    resident = asks_for_help(by=leah, postcode="").resident
    people.change(resident=resident, values={"postcode": "BF1 2AG", "area": None}, by=leah)
    resident.refresh_from_db()
    assert resident.area == lookup


def test_what_reads_a_lookup_is_read_in_only_where_one_is_loaded(monkeypatch, tmp_path, settings):
    """It takes most of a second, for which whoever takes a first call would wait."""
    settings.SPEND_FOLDER = tmp_path
    monkeypatch.setitem(sys.modules, "commonweal.spend.files", None)
    monkeypatch.delattr(spend, "files", raising=False)
    assert placing.areas_of(["BF1 2AG"]) == {}
    (tmp_path / lookups.POSTCODES).touch()
    assert placing.areas_of([""]) == {}
    with pytest.raises(ImportError):
        placing.areas_of(["BF1 2AG"])
