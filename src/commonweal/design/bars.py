"""The promise bar and the standings bar: drawn as SVG, always with their sentence.

One horizontal bar from baseline to target: the verified part solid, the claimed part hatched, a
tick where today should be. The same drawing serves register, partner, theme, home and badge.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from .amounts import in_pounds
from .words import of_one

WIDTH = 540


def written(figure: Decimal | None, unit: str, kind: str = "") -> str:
    """A figure with its unit: £1,250 or 30% or 143 hours; done or not done."""
    if figure is None:
        return "not stated"
    if kind == "yes_no":
        return "done" if figure else "not done"
    if kind == "money":
        return in_pounds(figure)
    text = f"{figure:,.2f}" if figure != figure.to_integral_value() else f"{figure:,.0f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if kind == "share" or unit == "%":
        return f"{text}%"
    return f"{text} {of_one(unit) if text == '1' else unit}".strip()


@dataclass(frozen=True)
class Bar:
    """What a promise bar shows; figures in the measure's unit, None when not known."""

    unit: str
    kind: str
    baseline: Decimal | None
    target: Decimal | None
    claimed: Decimal | None
    verified: Decimal | None
    from_on: date | None
    due_on: date | None
    on: date | None
    # What was first promised, where the target asks for less now.
    first_target: Decimal | None = None
    # The day that the newest report is about.
    claimed_for: date | None = None
    # Whether what verified it can no longer be reached.
    is_gone: bool = False

    def share(self, figure: Decimal | None) -> float | None:
        """How far a value lies from baseline (0) to target (1), cut at both ends."""
        if figure is None or self.target is None:
            return None
        base = self.baseline or Decimal(0)
        if self.kind == "keep" or self.target == base:
            base = Decimal(0)
        if self.target == base:
            return 1.0 if figure >= self.target else 0.0
        return max(0.0, min(1.0, float((figure - base) / (self.target - base))))

    @property
    def time_share(self) -> float | None:
        """How much of the time has gone: where the figure should be if it grew evenly."""
        if not (self.from_on and self.due_on and self.on) or self.due_on <= self.from_on:
            return None
        gone = (self.on - self.from_on).days / (self.due_on - self.from_on).days
        return max(0.0, min(1.0, gone))

    @property
    def sentence(self) -> str:
        """What the bar says, in words: the same for eye and ear."""
        said = self._sentence()
        if self.is_gone:
            said += " What showed it can no longer be reached."
        if self.first_target is None:
            return said
        first = written(self.first_target, self.unit, self.kind)
        return f"{said} First promised: {first}; the target was moved since."

    def _whether_done(self) -> str:
        if self.verified:
            return "Done, and verified."
        return "Done, says the partner; not verified yet." if self.claimed else "Not done yet."

    def _sentence(self) -> str:
        if self.target is None:
            return "No target in figures was stated."
        target = written(self.target, self.unit, self.kind)
        if self.kind == "yes_no":
            return self._whether_done()
        if self.kind == "keep":
            return self._kept(f"{target}{_until(self.due_on)}")
        text = ", ".join(self._said(target))
        due_by_today = self._due_by_today()
        reached = self.share(self.verified) == 1.0
        if due_by_today is not None and not reached:
            text += f"; {_bare(due_by_today, self.kind)} due by today"
        return text + "."

    def _kept(self, target_until: str) -> str:
        """What was reported of a figure that is to stay, and for which day: it may be lost by its
        date, so that it is said where nothing was reported for that."""
        if self.claimed is None:
            return f"To stay at or above {target_until}; nothing reported yet."
        state = "verified" if self.verified == self.claimed else "claimed"
        about = f" for {_day(self.claimed_for)}" if self.claimed_for else ""
        lacks = "; nothing reported for that day yet" if self._lacks_its_date() else ""
        figure = written(self.claimed, self.unit, self.kind)
        return f"{figure} {state}{about}, to stay at or above {target_until}{lacks}."

    def _lacks_its_date(self) -> bool:
        """Whether its date has passed, and the newest report is about a day before it."""
        if self.due_on is None or self.on is None or self.claimed_for is None:
            return False
        return self.claimed_for < self.due_on < self.on

    def _said(self, target: str) -> list[str]:
        """What was verified, and what is claimed beyond it."""
        verified, kind = self.verified, self.kind
        if self.baseline:
            # Only with both ends does a figure in between say how far it has come.
            start = f"From {_bare(self.baseline, kind)} to {target}: "
            head = (
                f"{_bare(verified, kind)} verified" if verified is not None else "none verified yet"
            )
        else:
            start = ""
            head = (
                f"{_bare(verified, kind)} of {target} verified"
                if verified is not None
                else f"Nothing of {target} verified yet"
            )
        parts = [start + head]
        if self.claimed is None or self.claimed == verified:
            return parts
        beyond = self.claimed - (verified or Decimal(0))
        if verified is None or self.baseline:
            parts.append(f"{_bare(self.claimed, kind)} claimed")
        elif beyond > 0:
            parts.append(f"{_bare(beyond, kind)} more claimed")
        else:
            parts.append(f"{_bare(self.claimed, kind)} claimed since")
        return parts

    def _due_by_today(self) -> Decimal | None:
        """Where the figure should be today; None where that is where it began."""
        share = self.time_share
        if share is None or self.target is None or self.kind in {"keep", "yes_no"}:
            return None
        base = self.baseline or Decimal(0)
        due_by_today = (base + (self.target - base) * Decimal(str(share))).quantize(Decimal(1))
        return None if due_by_today == base else due_by_today

    def svg(self, *, height: int = 16) -> SafeString:
        """The drawing alone. It is hidden from screen readers, which have the sentence."""
        if self.target is None:
            return mark_safe("")
        verified = round((self.share(self.verified) or 0) * WIDTH, 1)
        claimed = round((self.share(self.claimed) or 0) * WIDTH, 1)
        tick = self.time_share
        parts = [
            f'<svg class="bar" viewBox="0 0 {WIDTH + 2} {height + 6}" aria-hidden="true" '
            'focusable="false">'
            f'<rect class="bar-frame" x="1" y="3" width="{WIDTH}" height="{height}" rx="2"/>'
        ]
        if claimed > verified:
            parts.append(_hatched("bar-claimed", verified, claimed, height))
        if verified and self.is_gone:
            parts.append(_hatched("bar-gone", 0, verified, height))
        elif verified:
            parts.append(
                f'<rect class="bar-verified" x="1" y="3" width="{verified}" height="{height}"/>'
            )
        if tick is not None:
            x = round(1 + tick * WIDTH, 1)
            parts.append(f'<path class="bar-today" d="M{x} 0v{height + 6}"/>')
        parts.append("</svg>")
        return mark_safe("".join(parts))

    def __str__(self) -> SafeString:
        """Drawing and sentence together: what a template shows."""
        return format_html(
            '<div class="promise">{}<p class="promise-words">{}</p></div>',
            self.svg(),
            self.sentence,
        )


def _hatched(name: str, start: float, end: float, height: int) -> str:
    """Hatching by lines, so that it is told from what is verified without colour."""
    width = round(end - start, 1)
    lines = "".join(f"M{x} 3l-7 {height}" for x in range(int(1 + start) + 8, int(1 + end) + 1, 8))
    drawn = f'<rect class="{name}" x="{1 + start}" y="3" width="{width}" height="{height}"/>'
    return drawn + (f'<path class="bar-hatch" d="{lines}"/>' if lines else "")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _until(day: date | None) -> str:
    return f" until {_day(day)}" if day else ""


def _bare(figure: Decimal | None, kind: str) -> str:
    return written(figure, "", kind if kind in {"money", "share"} else "")


def stacked(counts: Sequence[Any], *, label: str) -> SafeString:
    """One bar cut by standing, each part with its own pattern class; its table stands beside it.

    Each of ``counts`` has ``standing``, ``words``, ``count`` and ``share``.
    """
    parts = [
        f'<svg class="stacked" viewBox="0 0 800 44" role="img" aria-label="{escape(label)}" '
        'preserveAspectRatio="none">'
    ]
    x = 0.0
    for part in counts:
        width = part.share * 800
        parts.append(
            f'<rect class="part part--{part.standing}" x="{x:.1f}" y="0" width="{width:.1f}" '
            f'height="44"><title>{escape(part.words)}: {part.count}</title></rect>'
        )
        x += width
    parts.append("</svg>")
    return mark_safe("".join(parts))


def badge(town: str, label: str, state: str, *, holds: bool) -> str:
    """A partner's badge as a whole SVG document: the state of today, or that there is none."""
    fill = "#1d5c5c" if holds else "#505a5f"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="84" viewBox="0 0 320 84" '
        f'role="img" aria-label="{escape(f"{town}: {label}. {state}")}">'
        f'<rect width="320" height="84" rx="6" fill="{fill}"/>'
        '<g fill="#fff" font-family="Verdana,Arial,sans-serif">'
        f"{_badge_lines(town, label, state)}"
        "</g></svg>"
    )


def _badge_lines(town: str, label: str, state: str) -> str:
    """The three things that a badge says. A name that would be too small on one line takes several,
    so that a partner finds its whole name there."""
    if len(label) * LETTER_BOLD * NAME_SMALLEST <= BADGE_ROOM:
        return f"{_line(26, town, 13)}{_line(50, label, 18, bold=True)}{_line(71, state, 12)}"
    for size, most in ((11.0, 3), (SMALLEST, NAME_LINES)):
        letters = int(BADGE_ROOM / (LETTER_BOLD * size))
        lines = textwrap.wrap(
            label, letters, max_lines=NAME_LINES, placeholder="…", break_on_hyphens=False
        )
        if len(lines) <= most:
            break
    names = "".join(
        _line(29 + place * int(size + 2), line, size, bold=True) for place, line in enumerate(lines)
    )
    return f"{_line(15, town, 10)}{names}{_line(79, state, 9)}"


# The room for a line of a badge, in its own units; a letter's width as part of its height; below
# so small nobody reads it.
BADGE_ROOM, LETTER, LETTER_BOLD, SMALLEST = 288, 0.62, 0.72, 9.0
# From so small on a name is broken into lines, and so many have room.
NAME_SMALLEST, NAME_LINES = 11.0, 4


def _line(y: int, text: str, size: float, *, bold: bool = False) -> str:
    """A line of a badge, smaller where it is long, and cut with a sign where that is no help."""
    letter = LETTER_BOLD if bold else LETTER
    fitting = BADGE_ROOM / (letter * max(1, len(text)))
    if fitting >= size:
        exact = ""
    else:
        size = max(fitting, SMALLEST)
        if fitting < SMALLEST:
            text = f"{text[: int(BADGE_ROOM / (letter * size)) - 1].rstrip()}…"
        # Whatever typeface is there.
        exact = f' textLength="{BADGE_ROOM}" lengthAdjust="spacingAndGlyphs"'
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="16" y="{y}" font-size="{size:g}"{weight}{exact}>{escape(text)}</text>'
