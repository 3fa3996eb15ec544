"""Where money goes, drawn as ribbons from who pays to where it lands; attributes only."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .plots import INK, LINE, PHONE, TEAL, TINT, picture, text, twice


@dataclass(frozen=True)
class RibbonOf:
    """Pounds from one name on the left to one on the right. ``fill``: solid, tint, hatched."""

    left: str
    right: str
    pounds: Decimal
    fill: str = "tint"


FILLS = {"solid": TEAL, "tint": TINT, "line": LINE, "hatched": "url(#hatch)", "hollow": "#fff"}
TALL, NODE, LINE_HEIGHT = 300, 14, 19


@dataclass(frozen=True)
class Frame:
    """Where a picture has its two sides: names stand outside them on a desk, and above each bar on
    a phone, where no room is beside."""

    wide: int
    # Where the bars of the left side begin, and those of the right one.
    left: int
    right: int
    gap: int
    is_phone: bool = False

    def slot(self, size: float, name: str) -> float:
        """How much height a bar takes with its name, however thin its ribbon."""
        return size + self.above(name) if self.is_phone else max(size, 2.0 * LINE_HEIGHT)

    def above(self, name: str) -> float:
        """What stands above a bar: its name in lines that fit half of a phone, and its figure."""
        return (len(self.lines(name)) + 1) * LINE_HEIGHT if self.is_phone else 0

    def lines(self, name: str) -> list[str]:
        wide, most = (21, 2) if self.is_phone else (34, 1)
        return textwrap.wrap(name, wide, max_lines=most, placeholder="…") or [""]


ON_DESK = Frame(wide=928, left=300, right=614, gap=10)
ON_PHONE = Frame(wide=PHONE, left=1, right=PHONE - NODE - 1, gap=14, is_phone=True)
# Of each name on a side, in order: how tall it is and what it carries.
Side = dict[str, tuple[float, Decimal]]


def _ribbons(
    carried: Sequence[RibbonOf],
    scale: float,
    at_left: dict[str, float],
    at_right: dict[str, float],
    names: dict[str, str],
    frame: Frame,
) -> list[str]:
    """Ribbons one below the other, from where each side has come to."""
    drawn = []
    for ribbon in carried:
        size = float(ribbon.pounds) * scale
        begins = at_left[ribbon.left], at_right[ribbon.right]
        title = f"{names.get(ribbon.left, ribbon.left)}: {names.get(ribbon.right, ribbon.right)}"
        drawn.append(_ribbon(frame, begins, size, FILLS[ribbon.fill], title))
        at_left[ribbon.left] += size
        at_right[ribbon.right] += size
    return drawn


def _height(side: Side, names: dict[str, str], frame: Frame) -> float:
    return sum(
        frame.slot(size, names.get(code, code)) + frame.gap for code, (size, _) in side.items()
    )


def _nodes(
    side: Side,
    tops: dict[str, float],
    names: dict[str, str],
    shown: dict[str, str],
    frame: Frame,
    *,
    is_left: bool,
) -> Iterator[str]:
    """The bars of one side, each with its name and figure outside of it or above."""
    x = frame.left if is_left else frame.right
    if frame.is_phone:
        where, is_end = (0, False) if is_left else (frame.wide, True)
    else:
        where, is_end = (x - 8, True) if is_left else (x + NODE + 8, False)
    for code, (size, _) in side.items():
        top, lines = tops[code], frame.lines(names.get(code, code))
        yield _node(x, top, max(size, 1.5))
        y = top - frame.above(names.get(code, code)) + 14 if frame.is_phone else top + size / 2 - 3
        for line in lines:
            yield text(where, y, line, end=is_end, bold=True, is_over=frame.is_phone)
            y += LINE_HEIGHT
        yield text(where, y, shown.get(code, ""), end=is_end, is_over=frame.is_phone)


def flows(
    ribbons: Sequence[RibbonOf], shown: dict[str, str], *, label: str, names: dict[str, str]
) -> SafeString:
    """Ribbons as wide as what they carry; ``shown`` is the figure beside each name, ``names`` how
    it is written and in which order the right side stands. What is below nought (credits that
    outweigh payments) has no width."""
    carried = [ribbon for ribbon in ribbons if ribbon.pounds > 0]
    if not carried:
        return mark_safe("")

    def draw(wide: int) -> SafeString:
        frame = ON_PHONE if wide == PHONE else ON_DESK
        return _flows(carried, shown, frame, label=label, names=names)

    return twice(draw, desk=ON_DESK.wide)


def _flows(
    carried: Sequence[RibbonOf],
    shown: dict[str, str],
    frame: Frame,
    *,
    label: str,
    names: dict[str, str],
) -> SafeString:
    scale = TALL / float(sum((ribbon.pounds for ribbon in carried), Decimal(0)))
    order = list(names)
    left = _side([(ribbon.left, ribbon.pounds) for ribbon in carried], scale)
    right = _side(
        sorted(
            ((ribbon.right, ribbon.pounds) for ribbon in carried),
            key=lambda pair: order.index(pair[0]),
        ),
        scale,
    )
    tall = max(_height(left, names, frame), _height(right, names, frame))
    at_left, at_right = (_tops(side, tall, names, frame) for side in (left, right))
    parts = [
        *_nodes(left, at_left, names, shown, frame, is_left=True),
        *_nodes(right, at_right, names, shown, frame, is_left=False),
    ]
    # In the order of the right side, so that they cross as little as they can.
    ordered = sorted(carried, key=lambda ribbon: list(right).index(ribbon.right))
    drawn = _ribbons(ordered, scale, at_left, at_right, names, frame)
    return picture(frame.wide, int(tall) + 20, label, drawn + parts)


def _ribbon(frame: Frame, tops: tuple[float, float], size: float, fill: str, title: str) -> str:
    """A ribbon from the left side to the right, by where it begins on each."""
    a, b = tops
    start, end = frame.left + NODE, frame.right
    middle = (start + end) / 2
    return (
        f'<path d="M{start} {a:.1f}C{middle} {a:.1f} {middle} {b:.1f} {end} {b:.1f}'
        f"V{b + size:.1f}C{middle} {b + size:.1f} {middle} {a + size:.1f} {start} "
        f'{a + size:.1f}Z" fill="{fill}" fill-opacity="0.75" stroke="#fff" '
        f'stroke-width="0.6"><title>{escape(title)}</title></path>'
    )


def _side(carried: Sequence[tuple[str, Decimal]], scale: float) -> Side:
    """Of each name on a side, in order: how tall it is and what it carries."""
    total: dict[str, Decimal] = {}
    for name, pounds in carried:
        total[name] = total.get(name, Decimal(0)) + pounds
    return {name: (float(pounds) * scale, pounds) for name, pounds in total.items()}


def _tops(side: Side, tall: float, names: dict[str, str], frame: Frame) -> dict[str, float]:
    """Where each node begins: one under the other, the whole in the middle of the picture."""
    at, tops = 10 + (tall - _height(side, names, frame)) / 2, {}
    for code, (size, _) in side.items():
        name = names.get(code, code)
        slot = frame.slot(size, name)
        tops[code] = at + frame.above(name) if frame.is_phone else at + (slot - size) / 2
        at += slot + frame.gap
    return tops


def _node(x: float, y: float, size: float) -> str:
    return f'<rect x="{x}" y="{y:.1f}" width="{NODE}" height="{size:.1f}" fill="{INK}"/>'
