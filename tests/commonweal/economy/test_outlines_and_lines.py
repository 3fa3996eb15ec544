"""Outlines of wards as files have them; series in words; waves of the pulse, a verb at a time."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.accounts.models import Event, Person
from commonweal.economy.models import (
    ASKED_OF,
    PulseAnswer,
    PulseWave,
    Series,
    SeriesFigure,
    WardShape,
    Who,
)
from commonweal.economy.pulse import actions as pulse
from commonweal.economy.series import sentences, wards
from commonweal.economy.series.lines import SMALL, Line, Point
from commonweal.office.errors import Refused
from commonweal.places.models import Area

D = Decimal
SQUARE = [[-0.2, 51.9], [-0.19, 51.9], [-0.19, 51.91], [-0.2, 51.91], [-0.2, 51.9]]


# Outlines


@pytest.fixture
def bedwell(town: Any) -> Area:
    return Area.objects.create(
        code="bedwell", name="Bedwell", ons_code="E05015626", boundaries_year=2025
    )


def feature(code: Any = "E05015626", geometry: Any = None, **properties: Any) -> dict[str, Any]:
    outline = {"type": "Polygon", "coordinates": [SQUARE]} if geometry is None else geometry
    return {"properties": {"WD25CD": code, "WD25NM": "Bedwell"} | properties, "geometry": outline}


def load(*features: Any, name: str = "w.geojson") -> int:
    content = json.dumps({"features": list(features)}).encode()
    packed = gzip.compress(content) if name.endswith(".gz") else content
    return wards.load(content=packed, name=name, source="ONS", by=None)


def test_an_outline_is_taken_with_its_year_and_replaces_the_one_before(bedwell: Area) -> None:
    assert load(feature(), feature("E05000001"), name="w.geojson.gz") == 1
    shape = WardShape.objects.get()
    assert (shape.code, shape.name, shape.year, shape.source) == (
        "E05015626",
        "Bedwell",
        2025,
        "ONS",
    )
    assert shape.rings == [SQUARE]
    event = Event.objects.get(verb="ward boundaries loaded")
    assert (event.as_role, event.detail) == ("import", {"count": 1})
    load({"properties": {"ward23cd": "E05015626"}, "geometry": feature()["geometry"]})
    shape = WardShape.objects.get()
    # A name that the file lacks is the code.
    assert (shape.year, shape.name) == (2023, "E05015626")


def test_a_ward_in_several_parts_is_one(bedwell: Area) -> None:
    """Its second feature was the same code again, which the database refused with an error."""
    island = [[x + 1, y] for x, y in SQUARE]
    assert load(feature(), feature(geometry={"type": "Polygon", "coordinates": [island]})) == 1
    assert WardShape.objects.get().rings == [SQUARE, island]
    several = {"type": "MultiPolygon", "coordinates": [[SQUARE, island], [island]]}
    assert load(feature(geometry=several)) == 1
    assert WardShape.objects.get().rings == [SQUARE, island, island]


def test_without_codes_wards_are_known_by_name(bedwell: Area) -> None:
    Area.objects.update(ons_code="")
    assert load(feature("E05999999", WD25NM="BEDWELL")) == 1
    assert WardShape.objects.get().code == "bedwell"


def test_points_that_no_map_tells_apart_are_one(bedwell: Area) -> None:
    near = [[-0.2, 51.9], [-0.20001, 51.90001], [-0.1, 51.9], [-0.1, 52.123456789], [-0.2, 51.9]]
    load(feature(geometry={"type": "Polygon", "coordinates": [near]}))
    assert WardShape.objects.get().rings == [
        [[-0.2, 51.9], [-0.1, 51.9], [-0.1, 52.12346], [-0.2, 51.9]]
    ]


@pytest.mark.parametrize(
    "odd",
    [
        *(1, "x", None, [], [feature()]),
        *(
            {"properties": [1]},
            feature(geometry="Polygon"),
            feature(geometry=[1]),
        ),
        *(
            feature(geometry={"type": "Polygon", "coordinates": c})
            for c in (1, "x", [1], [[1]], [["x"]])
        ),
        *(
            feature(geometry={"type": "Polygon", "coordinates": c})
            for c in ([[[]]], [[[1]]], [[["a", "b"]]])
        ),
        *(
            feature(geometry={"type": "MultiPolygon", "coordinates": c})
            for c in ([[1]], [[[[None, 1]]]])
        ),
        feature(geometry={"type": "Polygon", "coordinates": [[[float("nan"), 51.9]]]}),
    ],
)
def test_an_outline_that_is_none_is_refused_in_a_sentence(bedwell: Area, odd: Any) -> None:
    load(feature())
    with pytest.raises(Refused, match=r"^The file(’s|'s)? "):
        load(feature(), odd)
    assert WardShape.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"geometry": {"type": "Point", "coordinates": [1, 2]}}, "E05015626 has no outline"),
        ({"geometry": {}}, "E05015626 has no outline"),
        ({"code": "E" * 61}, "its code has 61 signs"),
        ({"WD25NM": "B" * 121}, "its ward's name has 121 signs"),
    ],
)
def test_a_ward_that_does_not_fit_is_named(
    bedwell: Area, changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        load(feature(**changed))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["properties", "geometry", "type", "coordinates", "WD25CD"]), inner
        ),
    ),
    max_leaves=12,
)


@pytest.mark.django_db
@settings(max_examples=60)
@given(JSON)
def test_no_file_breaks_it(parsed: Any) -> None:
    content = json.dumps({"features": [parsed]}).encode()
    with pytest.raises(Refused):
        wards.load(content=content, name="w.json", source="x", by=None)


# Series in words


def series(**more: Any) -> Series:
    usual: dict[str, Any] = {
        **{"measure": "claimants", "title": "Claimants", "unit": "claimant", "kind": "stock"},
        **{"area_name": "Stevenage", "rounded_to": 5},
    }
    return Series(**(usual | more))


def point(
    last: str, number: Any, *, first: str = "", earlier: tuple[Any, ...] = (), mark: str = ""
) -> Point:
    def figure_of(count: Any) -> SeriesFigure:
        return SeriesFigure(
            first=date.fromisoformat(first or last),
            last=date.fromisoformat(last),
            number=None if count is None else D(str(count)),
            mark=mark,
        )

    return Point(figure_of(number), [figure_of(count) for count in earlier])


@pytest.mark.parametrize(
    ("first", "last", "words", "short"),
    [
        ("2021-07-31", "2021-07-31", "on 31 July 2021", "31 Jul 2021"),
        ("2026-10-01", "2026-10-31", "in October 2026", "Oct 2026"),
        ("2019-01-01", "2019-12-31", "in 2019", "1 Jan 2019 to 31 Dec 2019"),
        ("2019-04-01", "2020-03-31", "from April 2019 to March 2020", "1 Apr 2019 to 31 Mar 2020"),
        (
            "2018-01-01",
            "2019-12-31",
            "from January 2018 to December 2019",
            "1 Jan 2018 to 31 Dec 2019",
        ),
    ],
)
def test_a_period_in_words(first: str, last: str, words: str, short: str) -> None:
    at = point(last, 5, first=first)
    assert (sentences.when(at), sentences.period_of(at)) == (words, short)


@pytest.mark.parametrize(
    ("more", "before", "now", "sentence"),
    [
        ({}, 200, 310, "That is 110 more (55%) than on 30 April 2020."),
        ({}, 310, 200, "That is 110 fewer (35%) than on 30 April 2020."),
        ({}, 99, 90, "That is 9 fewer than on 30 April 2020."),
        ({}, 90, 90, "That is the same as on 30 April 2020."),
        (
            {"unit": "percent", "of": "residents"},
            4,
            5.5,
            "That is 1.5 percentage points higher than",
        ),
        ({"unit": "percent", "of": "residents"}, 5, 4, "That is 1 percentage point lower than"),
        ({"unit": "pounds a week"}, 700, 702.5, "That is £2.50 more than on 30 April 2020."),
        ({"unit": "pounds a week"}, 702, 700, "That is £2 less than on 30 April 2020."),
    ],
)
def test_a_change_within_a_year_is_said_by_how_much(
    more: dict[str, Any], before: float, now: float, sentence: str
) -> None:
    line = Line(series(**more), [point("2020-04-30", before), point("2021-04-30", now)])
    assert sentence in sentences.what_changed(line)


def test_what_changed_names_the_newest_the_year_before_and_the_highest() -> None:
    line = Line(
        series(), [point("2019-01-31", 900), point("2020-04-30", 200), point("2021-04-30", 310)]
    )
    assert sentences.what_changed(line) == (
        "Claimants in Stevenage numbered 310 on 30 April 2021. That is 110 more (55%) than on "
        "30 April 2020. The highest of these figures is 900 claimants, on 31 January 2019."
    )
    assert sentences.what_changed(Line(series(), [])) == "No figure is given for Stevenage."
    # What only grows has its highest at its end.
    assert "highest" not in sentences.what_changed(Line(series(kind="cumulative"), line.points))
    by_day = Line(series(kind="cumulative"), [point("2020-06-30", 12400)])
    assert "numbered 12,400 by 30 June 2020." in sentences.what_changed(by_day)


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([point("2021-04-30", 310)], "There is no figure of a year before to hold it against."),
        (
            [point("2020-04-30", 305), point("2021-04-30", 310)],
            "The change is not larger than the rounding",
        ),
        (
            [point("2020-04-30", 200), point("2021-04-30", 260, earlier=(200,))],
            "The change is not larger than earlier revisions",
        ),
        ([point("2021-04-30", SMALL - 1)], "It is a small number"),
        ([point("2021-04-30", 310, mark="provisional")], "Its publisher calls it provisional."),
        ([point("2021-04-30", 310)], "Figures are rounded to 5."),
        ([point("2021-04-30", 310)], "No later release has revised a figure here yet."),
        ([point("2021-04-30", 310, earlier=(310,))], "Later releases have changed no figure."),
        ([point("2021-04-30", 310, earlier=(290,))], "moved a figure by at most 20."),
    ],
)
def test_how_sure_a_figure_is(points: list[Point], sentence: str) -> None:
    assert sentence in sentences.how_sure(Line(series(), points))


def test_a_figure_that_is_not_there_says_why() -> None:
    line = Line(series(), [point("2020-04-30", 40), point("2021-04-30", None, mark="small")])
    assert [line.shown(at) for at in line.points] == ["40 claimants", "too small to show"]
    assert [line.is_small(at) for at in line.points] == [False, True]
    assert line.newest is line.latest is line.points[0]
    only = Line(series(), [point("2021-04-30", None, mark="suppressed")])
    assert (only.newest, only.shown(only.points[0])) == (None, "suppressed")
    assert only.latest is only.points[0]
    assert sentences.how_sure(only) == ""
    assert Line(series(), []).latest is None


def test_a_year_before_is_the_very_month() -> None:
    points = [point("2020-03-31", 1), point("2020-04-30", 2), point("2021-04-30", 3)]
    assert Line(series(), points).year_before is points[1]
    assert Line(series(), points[::2]).year_before is None


def test_places_beside_are_of_the_same_period() -> None:
    line = Line(series(), [point("2021-04-30", 310)])
    other = Line(series(area_name="Luton"), [point("2021-04-30", 900)])
    late = Line(series(area_name="Luton"), [point("2021-05-31", 900)])
    assert sentences.elsewhere(line, [other]) == "Beside it, on 30 April 2021: Luton 900 claimants."
    assert sentences.elsewhere(line, [late]).startswith("No place beside has a figure")
    assert sentences.elsewhere(line, []) == ""


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=1, max_size=8))
def test_every_series_can_be_said(numbers: list[int | None]) -> None:
    months = [date(2019 + n // 4, n % 4 * 3 + 1, 28) for n in range(len(numbers))]
    points = [point(str(day), number) for day, number in zip(months, numbers, strict=True)]
    line = Line(series(), points)
    assert sentences.what_changed(line).endswith(".")
    assert (line.newest is None) == (not any(number is not None for number in numbers))
    if line.highest:
        assert line.highest.number == max(n for n in numbers if n is not None)


# Waves of the pulse


@pytest.fixture
def wave_of(town: Any, yusuf: Person, today: date) -> Callable[[int, int], PulseWave]:
    def made_wave(opens: int, closes: int) -> PulseWave:
        return pulse.make(
            opens_on=today + timedelta(days=opens),
            closes_on=today + timedelta(days=closes),
            by=yusuf,
        )

    return made_wave


@pytest.mark.parametrize(
    ("opens", "closes", "sentence"),
    [
        (-1, 5, "It can't have opened on a day that is gone"),
        (5, 4, "The last day would come before the first"),
        (0, 62, "A wave is open for 62 days at most"),
        (20, 30, "Another wave is open from"),
        (10, 30, "Another wave is open from"),
        (5, 40, "Another wave is open from"),
    ],
)
def test_a_wave_whose_days_cant_be_is_not_made(
    wave_of: Callable[[int, int], PulseWave], opens: int, closes: int, sentence: str
) -> None:
    wave_of(10, 20)
    with pytest.raises(Refused, match=sentence):
        wave_of(opens, closes)
    assert PulseWave.objects.count() == 1


def test_waves_stand_end_to_end(wave_of: Callable[[int, int], PulseWave]) -> None:
    waves = [wave_of(*days) for days in ((10, 20), (21, 30), (0, 9), (31, 92))]
    assert len({wave.code for wave in waves}) == 4
    assert Event.objects.filter(verb="pulse wave made").count() == 4


@pytest.mark.parametrize(
    ("state", "opens", "closes", "sentence"),
    [
        ("open", 1, 9, "Its first day is gone"),
        ("open", 0, -1, "The last day can't be a day that is gone"),
        ("open", 0, 62, "A wave is open for 62 days at most"),
        ("to come", -1, 9, "Its first day is gone"),
        ("to come", 12, 11, "The last day would come before the first"),
        ("closed", 0, 9, "It is closed"),
    ],
)
def test_days_of_a_wave_that_cant_be_are_refused(
    wave_of: Callable[[int, int], PulseWave],
    yusuf: Person,
    today: date,
    state: str,
    opens: int,
    closes: int,
    sentence: str,
) -> None:
    wave = wave_of(10, 20) if state == "to come" else wave_of(0, 5)
    if state == "closed":
        pulse.close(wave=wave, by=yusuf)
    with pytest.raises(Refused, match=sentence):
        pulse.change(
            wave=wave,
            opens_on=today + timedelta(days=opens),
            closes_on=today + timedelta(days=closes),
            by=yusuf,
        )
    assert not Event.objects.filter(verb="pulse wave changed").exists()


def test_a_wave_may_change_its_days_into_its_own(
    wave_of: Callable[[int, int], PulseWave], yusuf: Person, today: date
) -> None:
    wave = wave_of(10, 20)
    later = [today + timedelta(days=days) for days in (12, 25)]
    pulse.change(wave=wave, opens_on=later[0], closes_on=later[1], by=yusuf)
    wave.refresh_from_db()
    assert [wave.opens_on, wave.closes_on] == later


def test_a_wave_closes_once_and_one_to_come_goes(
    wave_of: Callable[[int, int], PulseWave], yusuf: Person, today: date
) -> None:
    wave, to_come = wave_of(0, 5), wave_of(10, 20)
    pulse.close(wave=to_come, by=yusuf)
    assert not PulseWave.objects.filter(pk=to_come.pk).exists()
    pulse.close(wave=wave, by=yusuf)
    with pytest.raises(Refused, match="It is closed"):
        pulse.close(wave=wave, by=yusuf)
    # Another may open the same day.
    wave_of(0, 3)
    verbs = Event.objects.filter(verb__startswith="pulse wave c").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "pulse wave called off",
        "pulse wave closed",
    ]


@pytest.mark.parametrize("state", ["open", "to come", "closed"])
def test_only_an_open_wave_takes_answers(
    wave_of: Callable[[int, int], PulseWave], yusuf: Person, state: str
) -> None:
    wave = wave_of(10, 20) if state == "to come" else wave_of(0, 5)
    if state == "closed":
        pulse.close(wave=wave, by=yusuf)
    helps = ASKED_OF[Who.RESIDENT][0]
    answers = {"who": "resident", "now": "same", "ahead": "same", "help_most": helps, "area": None}
    for by in (None, yusuf):
        if state == "open":
            pulse.answer(wave=wave, by=by, **answers)
        else:
            with pytest.raises(Refused, match="your answer was not taken"):
                pulse.answer(wave=wave, by=by, **answers)
    assert PulseAnswer.objects.count() == (2 if state == "open" else 0)
    # Only what staff typed in has a line, as that line would say when somebody answered.
    typed = Event.objects.filter(verb="pulse answer typed in").count()
    assert typed == (1 if state == "open" else 0)
