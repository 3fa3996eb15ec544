"""A pledge is changed by its ledger alone: not by a town's file that counts otherwise."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal.office.errors import Refused
from commonweal.pledges.models import Measure
from commonweal.setup import townfile

pytestmark = pytest.mark.django_db


def file_of(measure: Measure, **more: str) -> dict[str, object]:
    return {
        "town": {"name": "Brackenford"},
        "measures": [
            {"code": measure.code, "name": measure.name, "theme": measure.theme.code,
             "kind": measure.kind, "unit": measure.unit, "direction": measure.direction} | more
        ],
    }  # fmt: skip


@pytest.mark.parametrize("more", [{"kind": "share"}, {"direction": "down"}, {"kind": "yes_no"}])
def test_what_is_promised_is_not_counted_otherwise(client, pledged, more):
    pledge = pledged(target=Decimal(200))
    page = client.get(pledge.get_absolute_url()).content
    with pytest.raises(Refused, match="pledges are made by it") as refused:
        townfile.apply(file_of(pledge.measure, **more), fictional=True)
    assert pledge.measure.code in str(refused.value)
    assert "code of its own" in str(refused.value)
    measure = Measure.objects.get(pk=pledge.measure.pk)
    assert (measure.kind, measure.direction) == (pledge.measure.kind, pledge.measure.direction)
    assert b"200 hours" in page
    assert b"200 hours" in client.get(pledge.get_absolute_url()).content


def test_a_measure_that_nobody_promised_by_may_still_be_set_right(measure):
    townfile.apply(file_of(measure, kind="count", direction="down"), fictional=True)
    measure.refresh_from_db()
    assert (measure.kind, measure.direction) == ("count", "down")


def test_names_and_hints_may_change_where_something_is_promised(pledged):
    measure = pledged().measure
    townfile.apply(file_of(measure, name="Hours lent", evidence_hint="A list"), fictional=True)
    measure.refresh_from_db()
    assert (measure.name, measure.evidence_hint) == ("Hours lent", "A list")
