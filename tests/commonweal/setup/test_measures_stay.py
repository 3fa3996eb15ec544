"""A pledge is changed by its ledger alone: not by a town's file that counts otherwise."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import escape

from commonweal.office.errors import Refused
from commonweal.pledges import menu
from commonweal.pledges.models import Measure
from commonweal.programme import starting
from commonweal.programme.models import Metric, Observation
from commonweal.setup import townfile

pytestmark = pytest.mark.django_db

# Another value for every field of a measure; a new field fails until it is said what a promise
# rests on.
OTHERWISE: dict[str, Any] = {
    "kind": "count",
    "unit": "days",
    "direction": "down",
    "name": "Hours lent",
    "how": "By the driver's own diary.",
    "theme": "a-green-town",
    "evidence_hint": "A list",
    "examples": [{"sector": "", "size": "", "text": "We lend a van."}],
    "on_menu": False,
}


def file_of(measure: Measure, **more: Any) -> dict[str, Any]:
    return {
        "town": {"name": "Brackenford"},
        "themes": [{"code": "a-green-town", "name": "A green town"}],
        "measures": [
            {
                "code": measure.code,
                "name": measure.name,
                "theme": measure.theme.code,
                "kind": measure.kind,
                "unit": measure.unit,
                "direction": measure.direction,
                "how": measure.how,
            }
            | more
        ],
    }


def test_every_field_of_a_measure_is_fixed_kept_or_free():
    names = {field.name for field in Measure._meta.fields} - {"id", "code"}
    assert sorted((*menu.FIXED, *menu.KEPT, *menu.FREE)) == sorted(names)
    assert set(OTHERWISE) == names


@pytest.mark.parametrize("name", menu.FIXED)
def test_what_is_promised_is_not_counted_otherwise(client, pledged, name):
    pledge = pledged(target=Decimal(200))
    page = client.get(pledge.get_absolute_url()).content
    with pytest.raises(Refused, match="pledges are made by it") as refused:
        townfile.apply(file_of(pledge.measure, **{name: OTHERWISE[name]}), fictional=True)
    assert pledge.measure.code in str(refused.value)
    assert "code of its own" in str(refused.value)
    measure = Measure.objects.get(pk=pledge.measure.pk)
    assert getattr(measure, name) == getattr(pledge.measure, name)
    assert b"200 hours" in page
    assert b"200 hours" in client.get(pledge.get_absolute_url()).content


@pytest.mark.parametrize("name", menu.FIXED)
def test_a_measure_that_nobody_promised_by_may_still_be_set_right(measure, name):
    townfile.apply(file_of(measure, **{name: OTHERWISE[name]}), fictional=True)
    measure.refresh_from_db()
    assert getattr(measure, name) == OTHERWISE[name]


@pytest.mark.parametrize("name", menu.KEPT)
def test_words_of_a_measure_stay_beside_what_was_promised_by_them(
    client, pledged, measure, idris, sign_in, claimed, today, name
):
    """Somebody who promised hours by a rota is not reviewed by a diary."""
    Measure.objects.filter(pk=measure.pk).update(how="By the charity's rota.")
    measure.refresh_from_db()
    pledge, claim = claimed()
    type(pledge).objects.filter(pk=pledge.pk).update(made_on=today - timedelta(days=9))
    townfile.apply(file_of(measure, **{name: OTHERWISE[name]}), fictional=True)
    page = client.get(pledge.get_absolute_url()).content.decode()
    review = sign_in(idris).get(reverse("desk-review-claim", args=[claim.seq])).content.decode()
    for shown in (page, review):
        assert escape(getattr(measure, name)) in shown
    assert escape(OTHERWISE[name]) in page


@pytest.mark.parametrize("name", [*menu.KEPT, *menu.FREE])
def test_words_and_hints_may_change_where_something_is_promised(pledged, name):
    pledge = pledged()
    measure, theme = pledge.measure, pledge.theme
    townfile.apply(file_of(measure, **{name: OTHERWISE[name]}), fictional=True)
    measure = Measure.objects.get(pk=measure.pk)
    now = measure.theme.code if name == "theme" else getattr(measure, name)
    assert now == OTHERWISE[name]
    assert measure.pledges.first().theme == theme


def metrics_file(metric: Metric, **more: Any) -> dict[str, Any]:
    plain = {"code": metric.code, "name": metric.name, "kind": metric.kind, "unit": "apprentices"}
    return {"metrics": [plain | {"definition": "Those who began.", "direction": "up"} | more]}


@pytest.mark.parametrize(
    ("name", "other"),
    [("kind", "money"), ("direction", "down"), ("computed", "partners-signed")],
)
def test_figures_that_stand_are_not_counted_otherwise(metric, today, name, other):
    assert set(starting.FIXED) == {"kind", "direction", "computed"}
    starting.apply(metrics_file(metric, **{name: other}), on=today)
    starting.apply(metrics_file(metric), on=today)
    series = metric.series.get()
    Observation.objects.create(
        series=series,
        value=Decimal(12),
        starts_on=series.starts_on,
        ends_on=series.starts_on + timedelta(days=89),
        recorded_on=today,
        status="final",
    )
    with pytest.raises(Refused, match="code of its own"):
        starting.apply(metrics_file(metric, **{name: other}), on=today)
    assert getattr(Metric.objects.get(pk=metric.pk), name) == getattr(metric, name)
