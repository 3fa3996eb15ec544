"""The timeline of a programme, drawn as SVG with attributes only, for a desk and for a phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .plots import INK, PHONE, TEAL, picture, rule, text, twice

# On a desk the names stand beside the bars, and what each comes to after them.
NAMES, STATUSES, ON_DESK = 330, 190, 1040


@dataclass(frozen=True)
class SpanOf:
    """One action in the timeline."""

    name: str
    starts_on: date | None
    due_on: date | None
    share: float
    status: str
    steps: Sequence[tuple[date, bool]] = ()


# How many letters of a name a line has, beside its bar on a desk and above it on a phone; a status
# stands in the same line there. How high a line is; no name has more of them.
ON_A_LINE, LINE, LINES_MOST = {ON_DESK: 40, PHONE: 43}, 18, 3


def _lines_of(span: SpanOf, wide: int) -> list[str]:
    """The name of an action in lines: each word of it is read, where it is not of a book's size."""
    room = ON_A_LINE[wide] - (len(span.status) + 2 if wide == PHONE else 0)
    return wrap(span.name, room, max_lines=LINES_MOST, placeholder="…") or [""]


def _bar(span: SpanOf, y: int, start: float, end: float) -> Iterator[str]:
    """The bar of an action, as far filled as it is done."""
    size = max(end - start, 3)
    yield (
        f'<rect x="{start:.1f}" y="{y}" width="{size:.1f}" height="18" fill="#fff" '
        f'stroke="{TEAL}" stroke-width="1.5"><title>{escape(span.name)}: {escape(span.status)}'
        "</title></rect>"
    )
    if span.share:
        yield (
            f'<rect x="{start:.1f}" y="{y}" width="{size * span.share:.1f}" height="18" '
            f'fill="{TEAL}"/>'
        )


def _words(span: SpanOf, y: int, wide: int) -> list[str]:
    """Name and status of an action: before and after its bar, or above it on a phone, where lines
    of the calendar pass behind them."""
    lines = _lines_of(span, wide)
    if wide == PHONE:
        first = y - 5 - LINE * (len(lines) - 1)
        status = text(PHONE - 2, first, span.status, end=True, is_over=True)
    else:
        first = y + 14 - LINE * (len(lines) - 1) // 2
        status = text(wide - STATUSES + 14, y + 14, span.status)
    name = [text(0, first + LINE * n, line, is_over=wide == PHONE) for n, line in enumerate(lines)]
    return [*name, status]


def _places(dated: Sequence[SpanOf], wide: int) -> Iterator[int]:
    """Where the bar of each action stands, and last where the picture ends: lines of names take
    their room."""
    top = 16 if wide == PHONE else 4
    for span in dated:
        more = LINE * (len(_lines_of(span, wide)) - 1)
        yield top + (more + 34 if wide == PHONE else more // 2 + 30)
        top += more + (46 if wide == PHONE else 30)
    yield top + 30


def _milestone(x: float, y: int, is_done: bool) -> str:
    fill = INK if is_done else "#fff"
    return (
        f'<path d="M{x:.1f} {y + 2}l7 7l-7 7l-7 -7z" fill="{fill}" stroke="{INK}" '
        'stroke-width="1.5"/>'
    )


def _days_of(spans: Sequence[SpanOf]) -> list[date]:
    return [day for span in spans for day in (span.starts_on, span.due_on) if day]


def _first_day(span: SpanOf, on: date) -> date:
    """From where its bar goes: what has no beginning is shown at its end."""
    return span.starts_on or span.due_on or on


def timeline(spans: Sequence[SpanOf], *, on: date, label: str) -> SafeString:
    """A bar an action from its beginning to its end, the part that is done filled; milestones are
    diamonds, filled when done; today is a line. Each says its status in words."""
    dated = [span for span in spans if span.starts_on or span.due_on]
    if not dated:
        return mark_safe("")
    return twice(lambda wide: _timeline(dated, wide, on=on, label=label), desk=ON_DESK)


def _timeline(dated: Sequence[SpanOf], wide: int, *, on: date, label: str) -> SafeString:
    days = [*_days_of(dated), on]
    first, last = min(days), max(days)
    room = max((last - first).days, 1)
    is_phone = wide == PHONE
    left, width = (8, PHONE - 16) if is_phone else (NAMES, 520)

    def at(day: date) -> float:
        return left + (min(max(day, first), last) - first).days / room * width

    *places, height = _places(dated, wide)
    parts = []
    for tick in _ticks(first, last, is_phone=is_phone):
        parts += _marked(tick, at(tick), height, is_end=at(tick) > wide - 70)
    for span, y in zip(dated, places, strict=True):
        parts += _bar(span, y, at(_first_day(span, on)), at(span.due_on or last))
        parts += [_milestone(at(day), y, is_done) for day, is_done in span.steps]
    parts.append(
        f'<path d="M{at(on):.1f} 24V{height - 4}" stroke="{INK}" stroke-width="2.4" fill="none"/>'
    )
    for span, y in zip(dated, places, strict=True):
        parts += _words(span, y, wide)
    return picture(wide, height, label, parts)


def _marked(tick: date, x: float, height: int, *, is_end: bool) -> list[str]:
    """A line of the calendar, and its month beside it: before it where the picture ends."""
    month = text(x + (-3 if is_end else 3), 16, f"{tick:%b %Y}", end=is_end)
    return [rule(x, 24, x, height - 6, dashed=True), month]


def _ticks(first: date, last: date, *, is_phone: bool) -> list[date]:
    """Each half year of a span, or each year where that is too close for a phone."""
    halves = list(_half_years(first, last))
    return [tick for tick in halves if tick.month == 1] if is_phone and len(halves) > 3 else halves


def _half_years(first: date, last: date) -> Iterator[date]:
    """Each January and July that begins within a span."""
    for year in range(first.year, last.year + 1):
        for month in (1, 7):
            if first <= (tick := date(year, month, 1)) <= last:
                yield tick
