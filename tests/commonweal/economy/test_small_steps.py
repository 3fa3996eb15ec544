"""What came between two figures of how many there have ever been is a count too: one to four of it
can't be worked out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from unmarked import without_marks

from commonweal.economy.models import SeriesFigure
from commonweal.economy.series import bringing
from commonweal.places.models import Area
from localwealth.sources.statistics.reading import Told

pytestmark = pytest.mark.django_db
HEAD = "series,unit,kind,of,area,period,value,source\n"
FURLOUGH = "ONS code,Local authority,Date,Employments furloughed\n"


def brought(counts: dict[str, int], *, area: str = "town", kind: str = "cumulative", day: int = 1):
    lines = "".join(
        f"Jobs ever lost,job,{kind},,{area},{period},{count},Desk\n"
        for period, count in counts.items()
    )
    return bringing.bring_in(
        content=(HEAD + lines).encode(), name="own.csv", published_on=date(2021, 9, day), by=None
    )


def shown() -> list[tuple[int | None, str]]:
    figures = SeriesFigure.objects.filter(release__undone_on=None).order_by("release_id", "last")
    return [(None if one.number is None else int(one.number), one.mark) for one in figures]


def test_two_releases_do_not_subtract_to_a_few_people(client: Any):
    brought({"June 2021": 1200})
    brought({"July 2021": 1203}, day=2)
    assert shown() == [(1200, ""), (None, "held back")]
    series = SeriesFigure.objects.first().series
    for address in ("/economy/", "/economy/series/", series.get_absolute_url()):
        assert "1,203" not in without_marks(client.get(address).content)
    for address in ("/economy/figures.csv", f"{series.get_absolute_url()}figures.csv"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "1203" not in without_marks(b"".join(answer))


@pytest.mark.parametrize(
    ("counts", "numbers"),
    [
        # What is next is held against what is shown, not against what is held back.
        ((1200, 1203, 1206), [1200, None, 1206]),
        ((1200, 1203, 1204), [1200, None, None]),
        ((1200, 1200, 1205), [1200, 1200, 1205]),
        ((1200, 1300, 1296), [1200, 1300, None]),
    ],
)
def test_steps_within_a_file(counts, numbers):
    brought(dict(zip(("June 2021", "July 2021", "August 2021"), counts, strict=True)))
    assert [number for number, _ in shown()] == numbers


def test_a_revision_by_a_few_is_a_step_as_well():
    brought({"June 2021": 1200})
    brought({"June 2021": 1203}, day=2)
    assert shown() == [(1200, ""), (None, "held back")]


def test_what_is_no_count_since_the_beginning_is_shown():
    brought({"June 2021": 1200, "July 2021": 1203}, kind="stock")
    assert shown() == [(1200, ""), (1203, "")]


def test_a_release_that_was_undone_stands_in_no_ones_way():
    bringing.undo(release=brought({"June 2021": 1200}), because="Wrong.", by=None)
    brought({"July 2021": 1203}, day=2)
    assert shown() == [(1203, "")]


def test_so_it_is_with_what_others_publish():
    text = "".join(f"E07000243,Stevenage,2020-{m:02},{n}\n" for m, n in ((6, 12400), (7, 12402)))
    bringing.bring_in(
        content=(FURLOUGH + text).encode(),
        name="hmrc.csv",
        published_on=date(2021, 9, 1),
        by=None,
        told=Told("furlough-ever"),
    )
    assert shown() == [(12400, ""), (None, "held back")]


def test_the_town_less_the_other_wards_does_not_tell_it():
    for name in ("Northmoor", "Oakby", "Quayside"):
        Area.objects.create(code=name.lower(), name=name)
    for period, counts, day in (
        ("June 2021", {"Northmoor": 100, "Oakby": 200, "Quayside": 300, "town": 600}, 1),
        ("July 2021", {"Northmoor": 103, "Oakby": 220, "Quayside": 340, "town": 663}, 2),
    ):
        lines = "".join(
            f"Jobs ever lost,job,cumulative,,{area},{period},{count},Desk\n"
            for area, count in counts.items()
        )
        bringing.bring_in(
            content=(HEAD + lines).encode(), name="x.csv", published_on=date(2021, 9, day), by=None
        )
    july = SeriesFigure.objects.filter(first=date(2021, 7, 1)).select_related("series")
    numbers = {one.series.area_name: one.number for one in july}
    assert numbers["Northmoor"] is numbers["Oakby"] is None
    assert numbers["Quayside"] == 340
