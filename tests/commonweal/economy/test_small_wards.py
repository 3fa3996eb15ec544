"""A small count of a ward can't be worked out from the town's figure and the other wards."""

from __future__ import annotations

import html
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from commonweal.economy.models import SeriesFigure, SeriesRelease
from commonweal.economy.series import bringing
from commonweal.office.errors import Refused
from commonweal.places.models import Area

pytestmark = pytest.mark.django_db
HEAD = "series,unit,kind,of,area,period,value,source\n"
WARDS = ("Northmoor", "Oakby", "Quayside", "Elm Hill")


@pytest.fixture(autouse=True)
def wards(town: Any) -> None:
    for name in WARDS:
        Area.objects.create(code=name.lower().replace(" ", "-"), name=name)


def brought(counts: dict[str, int], *, period: str = "May 2021", unit: str = "household"):
    lines = "".join(
        f"Hardship requests,{unit},flow,,{area},{period},{count},Desk\n"
        for area, count in counts.items()
    )
    return bringing.bring_in(
        content=(HEAD + lines).encode(), name="own.csv", published_on=date(2021, 6, 30), by=None
    )


def shown() -> dict[str, tuple[Decimal | None, str]]:
    figures = SeriesFigure.objects.filter(release__undone_on=None).select_related("series")
    return {one.series.area_name: (one.number, one.mark) for one in figures}


def text_of(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_with_the_only_small_ward_goes_the_next_smallest(client):
    brought({"town": 103, "Northmoor": 3, "Oakby": 20, "Quayside": 30, "Elm Hill": 50})
    figures = shown()
    assert figures["Northmoor"] == (None, "small")
    assert figures["Oakby"] == (None, "held back")
    assert [figures[name][0] for name in ("Quayside", "Elm Hill", "Brackenford")] == [30, 50, 103]
    # Every page and file that has the figure.
    pages = [text_of(client.get("/economy/wards/")), text_of(client.get("/economy/wards/oakby/"))]
    assert "held back" in pages[0]
    series = SeriesFigure.objects.get(mark="held back").series
    pages.append(text_of(client.get(series.get_absolute_url())))
    answer = client.get(f"{series.get_absolute_url()}figures.csv")
    pages.append(b"".join(answer).decode())
    for page in pages:
        assert "held back" in page
        assert not re.search(r"\b20 households|,20,", page)


def test_nothing_is_left_where_all_others_would_tell():
    brought({"town": 8, "Northmoor": 3, "Oakby": 5, "Quayside": 0})
    figures = shown()
    assert figures["Northmoor"][1] == "small"
    assert figures["Oakby"] == (None, "held back")
    assert figures["Quayside"] == (0, "")


def test_without_a_small_ward_all_are_shown():
    brought({"town": 105, "Northmoor": 5, "Oakby": 20, "Quayside": 30, "Elm Hill": 50})
    assert not {mark for _, mark in shown().values()} - {""}


def test_each_period_is_looked_at_by_itself_and_shares_are_no_parts():
    brought({"Northmoor": 3, "Oakby": 20, "Quayside": 30})
    brought({"Northmoor": 30, "Oakby": 20, "Quayside": 30}, period="June 2021")
    june = SeriesFigure.objects.filter(first=date(2021, 6, 1))
    assert not june.filter(number=None).exists()


def test_a_small_ward_beside_what_an_earlier_file_made_public_is_refused():
    first = brought({"town": 53, "Oakby": 20, "Quayside": 30})
    with pytest.raises(Refused, match="bring in all wards in one"):
        brought({"Northmoor": 3})
    assert SeriesRelease.objects.count() == 1
    bringing.undo(release=first, because="In one file.", by=None)
    brought({"town": 53, "Northmoor": 3, "Oakby": 20, "Quayside": 30})
    assert shown()["Oakby"] == (None, "held back")
