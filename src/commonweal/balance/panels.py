"""The panels of the balance sheet beside the account of promises.

Each part of the product that has something to say registers a function here. A part that does
not exist in this town yet is shown as *not yet measured*: never blank, never nought.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from commonweal.asks import figures as ask_figures
from commonweal.cases import figures as desk_figures
from commonweal.cases.held_back import HELD_BACK, held_back, unless_few
from commonweal.charter import reads as charter_reads
from commonweal.design.words import in_unit, many, part
from commonweal.economy.shocks import figures as shock_figures
from commonweal.partners.models import months_later
from commonweal.places import formerly, rooms
from commonweal.places.clock import Clock
from commonweal.spend import reads as spend_reads
from commonweal.volunteers.figures import hours_given

from . import columns
from .account import MOVEMENTS, Book, Position


@dataclass(frozen=True)
class Panel:
    """What one part of the town's work says about a period."""

    code: str
    title: str
    sentence: str
    rows: list[dict[str, str]] = field(default_factory=list)
    is_measured: bool = True

    def as_content(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "title": self.title,
            "is_measured": self.is_measured,
            "sentence": self.sentence,
            "rows": self.rows,
        }


NOT_YET = "Not yet measured: this town does not keep this part of its books here so far."
Work = Callable[[Clock], Panel]


def of_others(book: Book) -> list[dict[str, Any]]:
    """What registers of other bodies list, where any does: apart from all that the town counts."""
    if book.others is None:
        return []
    lines = book.others.lines.values()
    opening = sum((line.opening for line in lines), Position())
    closing = sum((line.closing for line in lines), Position())
    moved = closing - opening
    rows = [("Outstanding", f"{opening.outstanding:,}", f"{closing.outstanding:,}")]
    rows += [
        (columns.WORDS[name], "", f"{getattr(moved, name):+,}")
        for name in MOVEMENTS
        if getattr(moved, name)
    ]
    return [
        Panel(
            "others",
            "Registers of other bodies",
            f"They list {many(int(closing.made), 'promise')}, which were not made to the town and "
            "stand apart: no other figure counts them.",
            [
                {"name": name, "was": was, "is": now, "leads_to": "/pledges/?source=others"}
                for name, was, now in rows
            ],
        ).as_content()
    ]


def partners(clock: Clock) -> Panel:
    start, end = charter_reads.counts(clock.first), charter_reads.counts(clock.last)
    rows = [
        {"name": name, "was": str(was), "is": str(now), "leads_to": where}
        for name, was, now, where in (
            ("Partners reached", start.reached, end.reached, "/partners/"),
            ("Partners signed", start.signed, end.signed, "/partners/?show=signed"),
            ("Partners assessed", start.assessed, end.assessed, "/partners/?show=assessed"),
        )
    ]
    return Panel(
        "partners",
        "Who stands behind the charter",
        f"{many(end.signed, 'organisation')} had signed on the last day; "
        f"{end.assessed} held a tier. The three counts are never added.",
        rows,
    )


def help_given(clock: Clock) -> Panel:
    """Needs that came to the help desk, by what became of them; and asks with what answered them.

    Small counts are held back, as on the desk's own page.
    """
    title = "Help given, and need unmet"
    if not rooms.was_on("help", clock.last):
        return Panel("help", title, NOT_YET, is_measured=False)
    figures = desk_figures.help_given(clock)
    hours = hours_given(clock.first, clock.last)
    asks = ask_figures.asks(clock.first, clock.last)
    if not figures.cases and not figures.listed and not asks:
        return Panel("help", title, NOT_YET, is_measured=False)
    labels = {
        "met": "Needs met",
        "partly": "Needs met in part",
        "unmet": "Needs not met",
        "gone": "Needs that went away",
        "open": "Needs still open",
    }
    counts = held_back({name: figures.needs.get(name, 0) for name in labels})
    rows = [
        {
            "name": labels[name],
            "was": "",
            "is": part(n),
            "leads_to": "/help/figures/",
        }
        for name, n in counts.items()
    ]
    rows += [
        {
            "name": f"Asked for: {ask.title}",
            "was": f"{in_unit(ask.quantity, ask.unit)} asked",
            "is": f"{drawn} used of {offered} offered",
            "leads_to": ask.get_absolute_url(),
        }
        for ask, offered, drawn in asks
    ]
    requests, listed = _counted(figures.cases), _counted(figures.listed)
    volunteered = many(hours, "hour")
    besides = f", and {many(listed, 'person,people')} came on lists" if figures.listed else ""
    return Panel(
        "help",
        title,
        f"{many(requests, 'request')} for help came in{besides}; volunteers gave {volunteered}.",
        rows,
    )


def _counted(count: int) -> str:
    is_few = unless_few(count) is None
    return HELD_BACK if is_few else f"{count:,}"


def kept_local(clock: Clock) -> Panel:
    """What of each anchor's payments in the period stayed in the town, as a range. Anchors are
    never added up here: their files have different thresholds.

    Files about the period come after it: the day of the newest one read stands beside them."""
    title = "Money kept local"
    shares = (
        spend_reads.kept_local(clock.first, clock.last) if rooms.was_on("spend", clock.last) else []
    )
    if not shares:
        return Panel("local-money", title, NOT_YET, is_measured=False)
    earlier = _as_long_before(clock.first, clock.last)
    before = dict(spend_reads.kept_local(*earlier))
    formerly.as_at([anchor for anchor, _ in shares], clock.last)
    shares.sort(key=lambda pair: pair[0].name)
    rows = [
        {
            "name": anchor.name,
            "was": before[anchor].percentages if anchor in before else "",
            "is": share.percentages,
            "leads_to": f"/spend/?anchor={anchor.code}",
        }
        for anchor, share in shares
    ]
    count = len(shares)
    read = spend_reads.read_until(earlier[0], clock.last)
    placed = spend_reads.placed_on()
    until = (
        f" Read from the files that had come by {read:%-d %B %Y}, each supplier placed as was "
        f"known on {placed:%-d %B %Y}."
        if read and placed
        else ""
    )
    return Panel(
        "local-money",
        title,
        f"What {count} anchor{'s' if count > 1 else ''} paid to suppliers whose registered office "
        "is in the town, as a share of all payments; a range where it is not known where some "
        f"went.{until}",
        rows,
    )


def shocks_told(clock: Clock) -> Panel:
    """Closures and the like that everybody could know of on the last day, and what came of each."""
    title = "Shocks told, and what came of each"
    if not rooms.was_on("economy", clock.last):
        return Panel("shocks", title, NOT_YET, is_measured=False)
    figures = shock_figures.told_in(clock)
    if not figures.lines:
        return Panel("shocks", title, NOT_YET, is_measured=False)
    rows = [
        {
            "name": f"{line.kind}, told on {line.told_on:%-d %B %Y}",
            "was": f"jobs: {line.people}",
            "is": line.ended,
            "leads_to": "/economy/#shocks",
        }
        for line in figures.lines
    ]
    return Panel(
        "shocks",
        title,
        f"Partners told of {many(figures.told, 'shock')} that everybody may know of; "
        f"{many(figures.closed, 'case')} had been closed by the last day. What was told in "
        "confidence is not counted here.",
        rows,
    )


def _as_long_before(first: date, last: date) -> tuple[date, date]:
    """The period of as many days, or whole months, that ended the day before."""
    end = first - timedelta(days=1)
    after = last + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    if first.day == 1 and after.day == 1:
        return months_later(first, -months), end
    return first - (last - first) - timedelta(days=1), end


def missing(code: str, title: str) -> Work:
    def work(clock: Clock) -> Panel:
        return Panel(code, title, NOT_YET, is_measured=False)

    return work


# In the order in which they stand on the page.
PANELS: list[Work] = [
    partners,
    help_given,
    kept_local,
    shocks_told,
    missing("participation", "Participation"),
]


def panels(clock: Clock) -> list[dict[str, Any]]:
    return [work(clock).as_content() for work in PANELS]
