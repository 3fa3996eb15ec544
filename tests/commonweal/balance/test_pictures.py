"""The plots of a statement are honest: bars from where the last one ended, axes from nought."""

from __future__ import annotations

import re
from typing import Any

import pytest

from commonweal.balance import pictures

TOTALS = {
    "opening": 50,
    "made": 10,
    "changed": 0,
    "verified": 4,
    "partly": 0,
    "claimed": -2,
    "not_met": 1,
    "withdrawn": 0,
    "lapsed": 7,
    "closing": 50,
}
NAMES = [name for name in TOTALS if name != "changed"]


def bars(drawing: str, kind: str) -> list[tuple[float, float]]:
    """(left, right) of each bar of a kind, from the top."""
    drawn = re.findall(rf'<rect class="{kind}" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawing)
    return [(float(x), float(x) + float(width)) for x, width in drawn]


def test_each_bar_begins_where_the_last_one_ended():
    drawing = pictures.promises({"totals": TOTALS})
    drawn = bars(drawing, "step")
    assert len(drawn) == len(NAMES)
    nought, level = drawn[0]
    a_promise = (level - nought) / TOTALS["opening"]
    for name, (left, right) in zip(NAMES[1:-1], drawn[1:-1], strict=True):
        moved = TOTALS[name] if name == "made" else -TOTALS[name]
        start, level = level, level + moved * a_promise
        assert left == pytest.approx(min(start, level), abs=0.2), name
        # What did not move is a line, so that it is seen.
        assert right == pytest.approx(max(start, level, left + 1.5), abs=0.2), name
    assert drawn[-1] == pytest.approx((nought, level), abs=0.2)


def test_each_bar_bears_its_figure_with_its_sign():
    drawing = pictures.promises({"totals": TOTALS})
    shown = re.findall(r'font-weight="bold">([^<]*)<', drawing)
    assert shown == ["50", "+10", "-4", "0", "+2", "-1", "0", "-7", "50"]


def test_an_account_with_nothing_in_it_is_drawn():
    drawing = pictures.promises({"totals": dict.fromkeys(TOTALS, 0)})
    assert len(bars(drawing, "step")) == len(NAMES)


def metric(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Kept",
        "was_value": "72.1",
        "value": "71.8",
        "target": "75",
        "is": "71.8%",
        "was": "72.1%",
        "should_be": "75%",
        "unit": "%",
    } | changes


def test_per_cent_stand_on_one_axis_from_nought_to_a_hundred():
    drawing = pictures.metrics({"metrics": [metric(), metric(value="20", target=None)]})
    (left, right), _ = axes = bars(drawing, "axis")
    # The legend has a ring too; both metrics have the one axis.
    assert axes[0] == axes[1]
    for (start, end), value in zip(bars(drawing, "now"), (71.8, 20), strict=True):
        assert start == left
        assert (end - start) / (right - left) == pytest.approx(value / 100, abs=0.005)
    _, ring, _ = re.findall(r'class="was" cx="([\d.]+)"', drawing)
    assert (float(ring) - left) / (right - left) == pytest.approx(0.721, abs=0.005)


def test_other_units_begin_at_nought_too():
    drawing = pictures.metrics(
        {"metrics": [metric(unit="jobs", was_value="30", value="40", target=None)]}
    )
    [axis], [now] = bars(drawing, "axis"), bars(drawing, "now")
    assert now == axis
    _, ring = re.findall(r'class="was" cx="([\d.]+)"', drawing)
    assert (float(ring) - axis[0]) / (axis[1] - axis[0]) == pytest.approx(0.75, abs=0.01)


def test_what_was_not_measured_has_no_axis():
    drawing = pictures.metrics({"metrics": [metric(was_value=None, value=None, target=None)]})
    assert "not yet measured" in drawing
    assert not bars(drawing, "axis")


@pytest.mark.parametrize(
    ("unit", "written"),
    [
        ("members", "1,482 members (was 1,470, should be 1,494)"),
        ("households on the waiting list", "1,482 (was 1,470, should be 1,494)"),
    ],
)
def test_what_is_written_of_a_metric_is_not_cut(unit, written):
    figures = {"is": f"1,482 {unit}", "was": f"1,470 {unit}", "should_be": f"1,494 {unit}"}
    drawing = pictures.metrics({"metrics": [metric(unit=unit, **figures)]})
    assert f">{written}<" in drawing
