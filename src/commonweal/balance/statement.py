"""Making a statement: everything that it says, as plain data, and as canonical bytes.

What a statement says is read once, here, and never again: every page, PDF, Word file, CSV and
report of a closed period is made from its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from commonweal.charter.models import Theme
from commonweal.places import formerly
from commonweal.places.clock import Clock
from commonweal.pledges import ledger
from commonweal.pledges.ledger import Entered, coded_pledges
from commonweal.pledges.models import Measure, Pledge, plain

from . import columns
from .account import Book, Position, Sums, add_up
from .comparing import restated
from .cutting import Books, cuts_for, head_at, load
from .models import Period, Statement
from .panels import of_others, panels
from .parts import (
    carried,
    committee_paper,
    decisions,
    decisions_asked,
    measured,
    metrics,
    programme,
    risks,
)

# 2: what registers of other bodies list has an account of its own.
FORMAT = "commonweal-statement/2"


def every_pledge(upto: int) -> Iterator[list[Entered]]:
    """The entries of each pledge up to a number: one pass over the ledger, a pledge at a time."""
    for _, lines in coded_pledges(upto):
        yield lines


# --- The cuts ---------------------------------------------------------------------------------


# --- What it says -----------------------------------------------------------------------------


# A part of a statement: what it says, read by one clock. Nothing else tells it the time.
Section = Callable[[Clock, Books], Any]


def make(
    period: Period, *, number: int, because: str, before: Statement | None, at: datetime
) -> dict[str, Any]:
    """Everything that the statement of a period says, except who signed it.

    ``at`` is the moment until which it listens: entries and figures about the period that came
    later are not in it. What is about later days is in it in no case.
    """
    clock = Clock(period.starts_on, period.ends_on, at)
    head = head_at(clock)
    cuts = cuts_for(period, head[0], before)
    book = add_up(
        every_pledge(head[0]), cuts.opening, cuts.closing, cuts.opening_days, cuts.closing_days
    )
    town = formerly.town_on(clock.last)
    replaced = period.newest_closed()
    content: dict[str, Any] = {
        "format": FORMAT,
        "town": town.name,
        "ons_code": town.ons_code,
        "service": town.service_name,
        "is_fictional": town.is_fictional,
        "period": {
            "code": period.code,
            "title": period.title,
            "starts_on": period.starts_on.isoformat(),
            "ends_on": period.ends_on.isoformat(),
        },
        "number": number,
        "prepared_at": ledger.utc(at),
        "cut": {"seq": head[0], "hash": head[1], "on": period.ends_on.isoformat()},
        "opening": {
            "seq": cuts.opening.seq,
            "on": cuts.opening.on.isoformat(),
            "statement": cuts.opening_sha256,
        },
        "apart": {
            "before": sorted(cuts.opening.apart),
            "now": sorted(cuts.closing.apart),
        },
        "days": asdict(cuts.closing_days),
        "opening_days": asdict(cuts.opening_days),
        **account(book, clock.last),
        "others": account(book.others, clock.last) if book.others else None,
    }
    books = Books(period, load(before) if before else None, book)
    content |= {name: section(clock, books) for name, section in SECTIONS.items()}
    content["restates"] = restated(load(replaced), content, replaced, because) if replaced else None
    return content


def account(book: Book, on: date) -> dict[str, Any]:
    """The part of a statement that follows from the ledger; names are as they were on a day."""
    themes = {
        theme.code: (theme.order, theme.name)
        for theme in formerly.as_at(Theme.objects.all(), on, with_new=True)
    }
    measures = formerly.as_at(Measure.objects.all(), on, with_new=True)
    names = {measure.code: measure.name for measure in measures}
    ordered = sorted(
        book.lines.values(),
        key=lambda s: (themes.get(s.terms.theme, (999, "")), names.get(s.terms.measure, ""), s.key),
    )
    lines = [
        line(sums, lets_go=book.lets_go)
        | {
            "theme_name": themes.get(sums.terms.theme, (0, sums.terms.theme))[1],
            "measure_name": names.get(sums.terms.measure, sums.terms.measure),
        }
        for sums in ordered
    ]
    return {
        "entries": book.entries,
        "late_entries": book.late_entries,
        "standings": dict(sorted(book.standings.items())),
        "lines": lines,
        "totals": totals_of(lines, lets_go=book.lets_go),
    }


def totals_of(lines: Iterable[dict[str, Any]], *, lets_go: bool) -> dict[str, int]:
    """The promises of all lines by column."""
    counted = list(lines)
    return {
        name: sum(int(row["promises"][name]) for row in counted)
        for name in columns.names(lets_go=lets_go)
    }


def line(sums: Sums, *, lets_go: bool = False) -> dict[str, Any]:
    """A line of the account as data; with what stands apart from now on, where a line has that."""
    terms = sums.terms
    names = columns.names(lets_go=lets_go)
    return {
        "theme": terms.theme,
        "measure": terms.measure,
        "unit": terms.unit,
        "kind": terms.kind,
        "promises": {
            name: int(figure) for name, figure in figures(sums.opening, sums.closing, names).items()
        },
        "amount": {
            name: plain(figure)
            for name, figure in figures(sums.amount_opening, sums.amount_closing, names).items()
        }
        if terms.addable
        else None,
        "without_amount": sums.without_amount,
    }


def figures(opening: Position, closing: Position, names: Sequence[str]) -> dict[str, Decimal]:
    """What each column says of a line."""
    moved = closing - opening
    ends = {"opening": opening.outstanding, "closing": closing.outstanding}
    return {name: ends[name] if name in ends else getattr(moved, name) for name in names}


# In the order in which a statement has them.
SECTIONS: dict[str, Section] = {
    "carried": carried,
    "programme": programme,
    "metrics": metrics,
    "risks": risks,
    "decisions": decisions,
    "asked": decisions_asked,
    "paper": committee_paper,
    "measured": measured,
    "panels": lambda clock, books: of_others(books.book) + panels(clock),
}


# --- Restating --------------------------------------------------------------------------------


def pledges_of(codes: Sequence[str]) -> dict[str, Pledge]:
    pledges = Pledge.objects.filter(code__in=codes).select_related("partner", "measure")
    return {pledge.code: pledge for pledge in pledges}
