"""Pictures whose lengths are figures: what is twice as much is twice as long, nothing leaves its
frame, whoever sees no colour can read them, and nobody's words become part of the drawing."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from commonweal.design.bars import badge, stacked
from commonweal.design.flows import NODE, ON_DESK, RibbonOf, flows
from commonweal.design.narrow import (
    LEFT,
    ROOM,
    WIDTH,
    BulletOf,
    StepOf,
    bullets,
    named_bars,
    waterfall,
)
from commonweal.design.plots import FILLS, PHONE, BarOf, PointOf, bars, picture, series, twice

D = Decimal
DANGER = "<script>\"&'</script>"
NS = {"s": "http://www.w3.org/2000/svg"}
FIGURES = st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=8)
COUNTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=8)


def drawing(svg):
    return etree.fromstring(str(svg))


def both(svg):
    """The drawing for a desk and the one for a phone."""
    return etree.fromstring(f"<div>{svg}</div>").xpath(".//s:svg", namespaces=NS)


def all_of(tree, path):
    return tree.xpath(f".//s:{path}", namespaces=NS)


def number(element, name):
    return float(element.get(name))


def rects(tree, name="step"):
    return all_of(tree, f"rect[@class='{name}']")


def shown(tree):
    return ["".join(element.itertext()) for element in all_of(tree, "text")]


# What every picture has


@pytest.mark.parametrize("label", ["Pledges by standing", DANGER, "Ünï", ""], ids=ascii)
def test_a_picture_has_a_name_for_who_does_not_see_it(label):
    tree = drawing(picture(100, 50, label, []))
    assert tree.get("aria-label") == label
    assert tree.get("viewBox") == "0 0 100 50"
    assert tree.get("role") == "img"
    assert drawing(picture(100, 50, label, [], role="group")).get("role") == "group"


def test_a_picture_is_drawn_for_both_and_each_has_its_own_hatching():
    widths = []

    def draw(width):
        widths.append(width)
        return picture(width, 10, "Drawn", ['<rect fill="url(#hatch)"/>'])

    desk, phone = both(twice(draw, desk=800))
    assert sorted(widths) == [PHONE, 800]
    assert [desk.get("width"), phone.get("width")] == ["800", str(PHONE)]
    for tree in (desk, phone):
        [pattern] = all_of(tree, "pattern")
        assert all_of(tree, "rect[starts-with(@fill, 'url')]")[0].get("fill") == (
            f"url(#{pattern.get('id')})"
        )
    assert all_of(desk, "pattern")[0].get("id") != all_of(phone, "pattern")[0].get("id")


DRAWN = {
    "bars": lambda name: bars([BarOf(name, 5)], label=name),
    "named bars": lambda name: named_bars([BarOf(name, 5)], label=name),
    "waterfall": lambda name: waterfall([StepOf(name, 0, 5, "solid", name)], label=name),
    "bullets": lambda name: bullets([BulletOf(name, D(1), D(2), D(3), name)], label=name),
    "badge": lambda name: badge(name, name, name, holds=True),
    "stacked": lambda name: stacked(
        [SimpleNamespace(standing="met", words=name, count=3, share=1.0)], label=name
    ),
}


@pytest.mark.parametrize("kind", list(DRAWN))
def test_nobodys_words_are_part_of_the_drawing(kind):
    tree = drawing(DRAWN[kind](DANGER))
    assert not all_of(tree, "script")
    assert tree.get("aria-label").startswith(DANGER)
    assert DANGER in "".join(tree.itertext())


# Bars from a common line


@given(FIGURES)
def test_a_bar_is_as_long_as_its_figure_and_none_leaves_its_frame(figures):
    tree = drawing(
        bars([BarOf(f"bar {at}", figure) for at, figure in enumerate(figures)], label="x")
    )
    drawn = all_of(tree, "rect[@height='18']")
    assert len(drawn) == len(figures)
    scale = 280 / (max(1, *figures, 0) - min(0, *figures, 0))
    zero = 2 - min([0, *figures]) * scale
    for rect, figure in zip(drawn, figures, strict=True):
        x, width = number(rect, "x"), number(rect, "width")
        assert width == pytest.approx(max(abs(figure) * scale, 1), abs=0.06)
        assert (x if figure >= 0 else x + abs(figure) * scale) == pytest.approx(zero, abs=0.11)
        assert x >= 1.9
        assert x + width <= PHONE


@given(COUNTS)
def test_counts_begin_at_nought_and_the_highest_fills_the_room(counts):
    tree = drawing(named_bars([BarOf("x", count) for count in counts], label="x"))
    drawn = rects(tree)
    assert {number(rect, "x") for rect in drawn} == {LEFT}
    for rect, count in zip(drawn, counts, strict=True):
        length = count / max(1, *counts, 0) * ROOM
        assert number(rect, "width") == pytest.approx(max(length, 1.5), abs=0.06)
    assert all(upper.get("y") != lower.get("y") for upper, lower in pairwise(drawn))


@pytest.mark.parametrize("draw", [bars, named_bars])
def test_each_bar_has_its_name_and_its_figure(draw):
    listed = [BarOf("On track", 1250), BarOf("Late", 3, "hatched", "fewer than 5"), BarOf("New", 0)]
    assert shown(drawing(draw(listed, label="x"))) == [
        *("On track", "1,250", "Late", "fewer than 5", "New", "0")
    ]


@pytest.mark.parametrize("fill", list(FILLS))
def test_parts_are_told_apart_without_colour(fill):
    [rect] = rects(drawing(named_bars([BarOf("x", 1, fill)], label="x")))
    assert rect.get("fill") == FILLS[fill]
    assert rect.get("stroke")
    assert len(set(FILLS.values())) == len(FILLS)


@pytest.mark.parametrize("draw", [bars, named_bars, waterfall, bullets])
def test_a_picture_of_nothing_is_still_a_picture(draw):
    assert drawing(draw([], label="Nothing yet")).get("aria-label") == "Nothing yet"


# A waterfall


def steps_of(figures):
    ends = [0]
    for figure in figures:
        ends.append(ends[-1] + figure)
    return [StepOf(f"step {at}", *pair, "solid", "") for at, pair in enumerate(pairwise(ends))]


@given(FIGURES)
def test_each_step_begins_where_the_one_before_it_ended(figures):
    steps = steps_of(figures)
    drawn = rects(drawing(waterfall(steps, label="x")))
    places = [0, *(step.end for step in steps)]
    lowest, highest = min(places), max([1, *places])

    def at(figure):
        return LEFT + (figure - lowest) * ROOM / (highest - lowest)

    for rect, step in zip(drawn, steps, strict=True):
        left, right = sorted((at(step.start), at(step.end)))
        assert number(rect, "x") == pytest.approx(left, abs=0.06)
        assert number(rect, "width") == pytest.approx(max(right - left, 1.5), abs=0.06)
        assert number(rect, "x") >= LEFT - 0.1
        assert number(rect, "x") + number(rect, "width") <= LEFT + ROOM + 1.6


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_line_joins_each_step_with_the_next(count):
    tree = drawing(waterfall(steps_of([1] * count), label="x"))
    assert len(all_of(tree, "path[@stroke-dasharray]")) == count - 1


# Metrics


def bullet(was, now, target, ends_at=None):
    return drawing(bullets([BulletOf("Local spend", was, now, target, "30%", ends_at)], label="x"))


@pytest.mark.parametrize(
    ("was", "now", "target", "signs"),
    [
        (None, None, None, (0, 0, 0)),
        (D(1), None, None, (1, 0, 0)),
        (None, D(1), None, (0, 1, 0)),
        (None, None, D(1), (0, 0, 1)),
        (D(1), D(2), D(3), (1, 1, 1)),
        (D(0), D(0), D(0), (1, 1, 1)),
        (D(-4), D(-2), D(0), (1, 1, 1)),
    ],
)
def test_only_what_is_known_has_a_sign(was, now, target, signs):
    tree = bullet(was, now, target)
    # The legend has a ring and a diamond as well.
    rings = len(all_of(tree, "circle[@class='was']")) - 1
    diamonds = len(all_of(tree, "path[@stroke-width='2']")) - 1
    assert (rings, len(rects(tree, "now")), diamonds) == signs
    assert ("not yet measured" in shown(tree)) is (signs == (0, 0, 0))
    assert ("30%" in shown(tree)) is (signs != (0, 0, 0))


@pytest.mark.parametrize(
    ("now", "ends_at", "share"),
    [(D(50), D(100), 0.5), (D(100), D(100), 1.0), (D(0), D(100), 0.0), (D(7), None, 1.0)],
)
def test_an_axis_begins_at_nought(now, ends_at, share):
    tree = bullet(None, now, None, ends_at)
    [axis], [bar] = rects(tree, "axis"), rects(tree, "now")
    assert number(bar, "x") == number(axis, "x")
    length = max(number(axis, "width") * share, 1.5)
    assert number(bar, "width") == pytest.approx(length, abs=0.11)


@given(*[st.none() | st.integers(-500, 500).map(D)] * 3, st.none() | st.just(D(100)))
def test_no_sign_of_a_metric_leaves_its_axis(was, now, target, ends_at):
    tree = bullet(was, now, target, ends_at)
    for axis in rects(tree, "axis"):
        begins, ends = number(axis, "x"), number(axis, "x") + number(axis, "width")
        assert (begins, ends) == (pytest.approx(LEFT + 10, abs=0.1), pytest.approx(348, abs=0.2))
        for bar in rects(tree, "now"):
            assert begins - 0.2 <= number(bar, "x")
            assert number(bar, "x") + number(bar, "width") <= ends + 1.6
        for ring in all_of(tree, "circle[@class='was']")[1:]:
            assert begins - 0.2 <= number(ring, "cx") <= ends + 0.2
    assert number(tree, "width") == WIDTH


@pytest.mark.parametrize(("length", "drawn"), [(48, 48), (49, 48), (200, 48)])
def test_a_name_that_is_too_long_says_so(length, drawn):
    tree = drawing(bullets([BulletOf("n" * length, None, None, None, "")], label="x"))
    [name] = [text for text in shown(tree) if text.startswith("nn")]
    assert len(name) == drawn
    assert name.endswith("…") is (length > 48)


# A series


def points_of(figures):
    begin = date(2027, 1, 31)
    return [
        PointOf(begin + timedelta(days=91 * at), D(figure), f"{figure:,}", at % 2 == 1)
        for at, figure in enumerate(figures)
    ]


@given(COUNTS)
def test_a_figure_that_is_higher_stands_higher_and_a_later_one_further_right(figures):
    for tree in both(series(points_of(figures), [], label="x")):
        spots = [(number(spot, "cx"), number(spot, "cy")) for spot in all_of(tree, "circle")]
        assert len(spots) == len(figures)
        assert all(x1 < x2 for (x1, _), (x2, _) in pairwise(spots))
        for (_, y1), (_, y2) in pairwise(sorted(zip(figures, spots, strict=True))):
            assert y1[1] >= y2[1] - 0.11
        assert all(0 <= x <= number(tree, "width") for x, _ in spots)


@given(COUNTS, st.none() | st.just(D(100)))
def test_a_series_rises_from_nought(figures, ends_at):
    """A figure that is twice as much stands twice as high above the line of its axis."""
    for tree in both(series(points_of(figures), [], label="x", ends_at=ends_at)):
        [nought] = [float(e.get("y")) + 4 for e in all_of(tree, "text") if e.text == "0"][:1]
        highest = max([*figures, int(ends_at or 0)])
        for spot, figure in zip(all_of(tree, "circle"), figures, strict=True):
            above = nought - number(spot, "cy")
            assert above == pytest.approx((nought - 34) * figure / max(highest, 1), abs=0.2)
        assert ("100%" in shown(tree)) is (ends_at is not None)


@given(
    st.lists(st.integers(0, 100), min_size=2, max_size=8),
    st.sampled_from(["%", " organisations of it"]),
)
def test_the_figures_of_a_series_are_whole_and_on_no_line(figures, unit):
    begin = date(2027, 1, 31)
    points = [
        PointOf(begin + timedelta(days=91 * at), D(figure), f"{figure:,}{unit}")
        for at, figure in enumerate(figures)
    ]
    for tree in both(series(points, [], label="x", ends_at=D(100))):
        spots = [(number(spot, "cx"), number(spot, "cy")) for spot in all_of(tree, "circle")]
        for name in all_of(tree, "text[@stroke]"):
            wide = len(name.text) * 8.6
            begins = number(name, "x") - (wide if name.get("text-anchor") else 0)
            assert begins >= 0
            assert begins + wide <= number(tree, "width")
            x = number(name, "x") + (-12 if name.get("text-anchor") else 12)
            [at] = [at for at, spot in enumerate(spots) if abs(spot[0] - x) < 0.2]
            beside = spots[
                max(at - 1, 0) if name.get("text-anchor") else min(at + 1, len(spots) - 1)
            ]
            is_under = number(name, "y") > spots[at][1]
            # Near the axis there is no room under it.
            assert is_under is (beside[1] < spots[at][1] and spots[at][1] + 24 < 210)


def test_what_is_provisional_is_a_ring():
    for tree in both(series(points_of([1, 2, 3]), [], label="x")):
        fills = [spot.get("fill") for spot in all_of(tree, "circle")]
        assert fills[1] == "#fff"
        assert fills[0] == fills[2] != "#fff"


@pytest.mark.parametrize(("targets", "lines"), [(0, 0), (1, 0), (2, 1), (4, 3)])
def test_a_path_leads_from_target_to_target(targets, lines):
    path = [(date(2027 + at, 12, 31), D(10 * at)) for at in reversed(range(targets))]
    for tree in both(series(points_of([1, 2]), path, label="x")):
        assert len(all_of(tree, "path[@stroke-dasharray]")) == lines
        assert ("target" in shown(tree)) is bool(lines)


def test_one_figure_alone_and_figures_that_are_all_alike_are_drawn():
    for figures in ([7], [0], [7, 7, 7]):
        for tree in both(series(points_of(figures), [], label="x")):
            assert len(all_of(tree, "circle")) == len(figures)
            assert f"{figures[0]:,}" in shown(tree)


# Where money goes


RIBBONS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(-50, 5000)), max_size=9
)
NAMES = dict.fromkeys("abcxyz", "A name")


def ribbons_of(listed):
    return [RibbonOf(left, right, D(pounds)) for left, right, pounds in listed]


@given(RIBBONS)
def test_every_pound_that_is_paid_leaves_and_lands(listed):
    carried = [entry for entry in listed if entry[2] > 0]
    trees = both(flows(ribbons_of(listed), {}, label="x", names=NAMES))
    assert len(trees) == (2 if carried else 0)
    for tree in trees:
        assert len(all_of(tree, "path")) == len(carried)
        nodes = all_of(tree, f"rect[@width='{NODE}']")
        sides = {left for left, _, _ in carried}, {right for _, right, _ in carried}
        assert len(nodes) == sum(map(len, sides))
        bottom = number(tree, "height")
        assert all(0 <= number(node, "y") <= bottom - number(node, "height") for node in nodes)


@given(st.lists(st.integers(100, 5000), min_size=1, max_size=6))
def test_what_is_paid_and_what_lands_is_as_tall(pounds):
    listed = [(f"payer {at}", "town", amount) for at, amount in enumerate(pounds)]
    names = {left: left for left, _, _ in listed} | {"town": "The town"}
    desk, phone = both(flows(ribbons_of(listed), {}, label="x", names=names))
    for tree, right in ((desk, ON_DESK.right), (phone, PHONE - NODE - 1)):
        nodes = all_of(tree, f"rect[@width='{NODE}']")
        paid = [number(node, "height") for node in nodes if number(node, "x") != right]
        [landed] = [number(node, "height") for node in nodes if number(node, "x") == right]
        assert landed == pytest.approx(300, abs=0.1)
        assert sum(paid) == pytest.approx(landed, abs=0.1 * len(paid))
        for tall, amount in zip(paid, pounds, strict=True):
            assert tall == pytest.approx(300 * amount / sum(pounds), abs=0.06)


def test_a_ribbon_says_from_whom_to_whom():
    tree = both(
        flows(ribbons_of([("a", "x", 5)]), {"a": "£5"}, label="x", names={"a": DANGER, "x": "Here"})
    )[0]
    assert [title.text for title in all_of(tree, "title")] == [f"{DANGER}: Here"]
    assert "£5" in shown(tree)


# A badge, and a bar cut by standing


@pytest.mark.parametrize("length", [0, 1, 20, 36, 37, 60, 120, 400])
def test_a_badge_holds_a_name_of_any_length(length):
    name = ("Brackenford " * 40)[:length].strip()
    tree = drawing(badge("Brackenford", name, "Holds today", holds=True))
    assert tree.get("aria-label") == f"Brackenford: {name}. Holds today"
    texts = all_of(tree, "text")
    assert all(float(element.get("font-size")) >= 9 for element in texts)
    assert all(0 < number(element, "y") <= 82 for element in texts)
    heights = [number(element, "y") for element in texts]
    assert heights == sorted(heights)
    if length <= 60:
        drawn = " ".join(shown(tree)[1:-1])
        assert drawn == name


@pytest.mark.parametrize(("holds", "fill"), [(True, "#1d5c5c"), (False, "#505a5f")])
def test_a_badge_that_holds_no_more_is_grey_and_says_so(holds, fill):
    drawn = badge("Brackenford", "Bakery", "No longer", holds=holds)
    assert re.findall(r'rx="6" fill="([^"]+)"', drawn) == [fill]
    assert "No longer" in drawn


@given(st.lists(st.integers(1, 50), min_size=1, max_size=9))
def test_a_bar_cut_by_standing_is_whole(counts):
    parts = [
        SimpleNamespace(
            standing=f"s{at}", words=f"part {at}", count=count, share=count / sum(counts)
        )
        for at, count in enumerate(counts)
    ]
    tree = drawing(stacked(parts, label="x"))
    drawn = tree.findall("rect")
    assert [rect[0].text for rect in drawn] == [f"{part.words}: {part.count}" for part in parts]
    assert number(drawn[0], "x") == 0
    for left, right in pairwise(drawn):
        assert number(left, "x") + number(left, "width") == pytest.approx(
            number(right, "x"), abs=0.11
        )
    assert number(drawn[-1], "x") + number(drawn[-1], "width") == pytest.approx(800, abs=0.11)
