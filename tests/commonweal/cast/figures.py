"""Figures of the local economy: a series, its release, a place beside the town, a ward."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from commonweal.economy.models import Comparator
from commonweal.economy.series import bringing
from commonweal.places.models import Area, Town


@pytest.fixture
def figures(town: Town, area: Area) -> dict[str, dict[str, Any]]:
    """For each address of the economy's figures, what stands in it."""
    release = bringing.bring_in(
        content=b"area,date,claimant count\ntown,2026-01,900\nnorthmoor,2026-01,90\n",
        name="claimants.csv",
        published_on=date(2026, 3, 1),
        by=None,
    )
    place = Comparator.objects.create(area_code="x", area_name="X", because="Its size", source="Us")
    series = {"code": "claimants-town"}
    of_release = {"code": release.code}
    return {
        **{name: series for name in ("series", "series-csv")},
        **{name: of_release for name in ("desk-series-release", "desk-series-undo")},
        "economy-ward": {"code": area.code},
        "desk-comparator-drop": {"pk": place.pk},
    }
