"""Making a statement: everything that it says, as plain data, and as canonical bytes.

What a statement says is read once, here, and never again: every page, PDF, Word file, CSV and
report of a closed period is made from its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from commonweal.charter.models import Decision, Theme
from commonweal.places.clock import Clock
from commonweal.places.models import Rules, the_town
from commonweal.pledges import ledger
from commonweal.pledges import standing as st
from commonweal.pledges.ledger import Entered, coded_pledges
from commonweal.pledges.models import Entry, Measure, Pledge, plain
from commonweal.programme import measuring, reads
from commonweal.programme.models import Observation
from commonweal.programme.status import Status

from .account import MOVEMENTS, Book, Cut, Position, Sums, add_up
from .models import Explanation, Period, Statement
from .panels import panels

FORMAT = "commonweal-statement/1"
COLUMNS = ("opening", *MOVEMENTS, "closing")
WORDS = {
    "opening": "Outstanding at the start",
    "made": "Made",
    "changed": "Increased or reduced",
    "verified": "Verified",
    "partly": "Met in part",
    "claimed": "Claimed only",
    "not_met": "Not met",
    "withdrawn": "Withdrawn",
    "lapsed": "Lapsed",
    "closing": "Outstanding at the end",
}


# For the heads of tables.
SHORT = {
    "opening": "Open at start", "made": "Made", "changed": "Changed", "verified": "Verified",
    "partly": "In part", "claimed": "Claimed", "not_met": "Not met", "withdrawn": "Withdrawn",
    "lapsed": "Lapsed", "closing": "Open at end",
}  # fmt: skip


def every_pledge(upto: int) -> Iterator[list[Entered]]:
    """The entries of each pledge up to a number: one pass over the ledger, a pledge at a time."""
    for _, lines in coded_pledges(upto):
        yield lines


# --- The cuts ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cuts:
    """Between which two cuts a period's account is kept, and by which days each was read."""

    opening: Cut
    closing: Cut
    opening_days: Rules
    closing_days: Rules
    opening_sha256: str

    @classmethod
    def of(cls, content: dict[str, Any]) -> Cuts:
        """As a statement has them."""
        return cls(
            Cut(content["opening"]["seq"], date.fromisoformat(content["opening"]["on"])),
            Cut(content["cut"]["seq"], date.fromisoformat(content["cut"]["on"])),
            _rules(content["opening_days"]),
            _rules(content["days"]),
            content["opening"]["statement"],
        )


def _rules(kept: dict[str, int]) -> Rules:
    """The rules of a statement; those closed before rules had editions were of the first."""
    return Rules(**({"edition": 1} | kept))


def cuts_for(period: Period, head: int, before: Statement | None) -> Cuts:
    """The cuts of a new statement: it opens exactly where the one before it closed."""
    days = the_town().rules
    closing = Cut(head, period.ends_on)
    if before is None:
        opening = Cut(head, period.starts_on - timedelta(days=1))
        return Cuts(opening, closing, days, days, "")
    said = load(before)
    earlier = Cuts.of(said)
    return Cuts(earlier.closing, closing, earlier.closing_days, days, before.sha256)


def head_at(clock: Clock) -> tuple[int, str]:
    """(number, hash) of the last entry about a day up to the clock's last that had been written
    by the moment until which it listens. What stands after it in the ledger counts nowhere."""
    about = Entry.objects.filter(happened_on__lte=clock.last, written_at__lte=clock.known)
    last = about.order_by("-seq").first()
    return (last.seq, last.hash) if last else (0, ledger.GENESIS)


def hash_at(seq: int) -> str:
    """The hash of an entry; empty when there is none of that number."""
    return Entry.objects.filter(seq=seq).values_list("hash", flat=True).first() or ""


def load(statement: Statement) -> dict[str, Any]:
    """What a closed statement says, read from its bytes."""
    content: dict[str, Any] = json.loads(bytes(statement.canonical or b"{}"))
    return content


# --- What it says -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Books:
    """What the sections of a statement are made from, beside the clock."""

    period: Period
    earlier: dict[str, Any] | None
    book: Book

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Why what is red is red, by what it is about."""
        found = Explanation.objects.filter(period=self.period)
        return dict(found.values_list("about", "words"))


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
    town = the_town()
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
        "days": asdict(cuts.closing_days),
        "opening_days": asdict(cuts.opening_days),
        **account(book),
    }
    books = Books(period, load(before) if before else None, book)
    content |= {name: section(clock, books) for name, section in SECTIONS.items()}
    content["restates"] = restated(load(replaced), content, replaced, because) if replaced else None
    return content


def account(book: Book) -> dict[str, Any]:
    """The part of a statement that follows from the ledger alone; `verify` makes it again."""
    themes = {one.code: (one.order, one.name) for one in Theme.objects.all()}
    names = dict(Measure.objects.values_list("code", "name"))
    ordered = sorted(
        book.lines.values(),
        key=lambda s: (themes.get(s.terms.theme, (999, "")), names.get(s.terms.measure, ""), s.key),
    )
    lines = [
        line(sums)
        | {
            "theme_name": themes.get(sums.terms.theme, (0, sums.terms.theme))[1],
            "measure_name": names.get(sums.terms.measure, sums.terms.measure),
        }
        for sums in ordered
    ]
    totals = {name: sum(int(one["promises"][name]) for one in lines) for name in COLUMNS}
    return {
        "entries": book.entries,
        "late_entries": book.late_entries,
        "standings": dict(sorted(book.standings.items())),
        "lines": lines,
        "totals": totals,
    }


def line(sums: Sums) -> dict[str, Any]:
    terms = sums.terms
    return {
        "theme": terms.theme,
        "measure": terms.measure,
        "unit": terms.unit,
        "kind": terms.kind,
        "promises": {
            name: int(value) for name, value in figures(sums.opening, sums.closing).items()
        },
        "amount": {
            name: plain(value)
            for name, value in figures(sums.amount_opening, sums.amount_closing).items()
        }
        if terms.addable
        else None,
        "without_amount": sums.without_amount,
    }


def figures(opening: Position, closing: Position) -> dict[str, Decimal]:
    moved = closing - opening
    return {
        "opening": opening.outstanding,
        **{name: getattr(moved, name) for name in MOVEMENTS},
        "closing": closing.outstanding,
    }


def carried(clock: Clock, books: Books) -> list[str]:
    """What is not settled at the end and is carried as such, each by its rule, in words."""
    book = books.book
    counts = book.standings
    said = []
    if n := counts.get(st.Standing.CLAIMED, 0):
        said.append(
            f"{n} promise{'s' if n > 1 else ''} claimed as done and not reviewed yet: carried as "
            "claimed only, never as verified."
        )
    if n := counts.get(st.Standing.DISPUTED, 0):
        said.append(
            f"{n} promise{'s' if n > 1 else ''} whose review the partner contests: carried as "
            "claimed only until a second reviewer has decided."
        )
    if n := counts.get(st.Standing.UNAVAILABLE, 0):
        said.append(
            f"{n} promise{'s' if n > 1 else ''} whose evidence can't be reached any more: moved "
            "back from verified to claimed only."
        )
    if book.late_entries:
        said.append(
            f"{book.late_entries} ledger entries came after the books of an earlier period were "
            "closed and are about that time: they stand among the movements of this period."
        )
    return said


def programme(clock: Clock, books: Books) -> dict[str, Any]:
    earlier, why = books.earlier, books.reasons
    found = reads.programme(clock.last, as_at=clock)
    was = {one["code"]: one["words"] for one in (earlier or {}).get("programme", {}).get("all", [])}
    part = [
        {"name": p.name, "code": p.code, "per_cent": p.per_cent, "weighting": p.weighting,
         "actions": len(p.counted)}
        for p in found.pillars if p.lines
    ]  # fmt: skip
    return {
        "per_cent": found.whole.per_cent,
        "weighting": found.whole.weighting,
        "pillars": part,
        "statuses": [
            {"code": status.value, "words": words, "count": n}
            for status, words, n in found.statuses
        ],
        "all": [
            {
                "code": one.action.code,
                "title": one.action.title,
                "owner": _owner(one),
                "words": one.words,
                "was": was.get(one.action.code, "new" if earlier else "no earlier statement"),
                "per_cent": one.per_cent,
                "due_on": one.action.due_on.isoformat() if one.action.due_on else "",
                "is_red": one.status == Status.LATE,
                "why": why.get(f"action:{one.action.code}", ""),
            }
            for one in found.lines
        ],
        "not_yet_actionable": [
            {"code": one.action.code, "title": one.action.title, "lacks": one.lacks}
            for one in found.not_yet_actionable
        ],
    }


def _owner(line: reads.ActionLine) -> str:
    action = line.action
    return ", ".join(
        one for one in (action.owner_title, action.partner.name if action.partner else "") if one
    )


def metrics(clock: Clock, books: Books) -> list[dict[str, Any]]:
    """Metrics as they stood on the last day, each figure with the day on which it came."""
    earlier, why = books.earlier, books.reasons
    was = {one["code"]: one for one in (earlier or {}).get("metrics", [])}
    said = []
    for one in reads.metric_lines(clock.last, as_at=clock):
        before = was.get(one.metric.code)
        series = one.series
        same = before is not None and series is not None and before["series"] == series.number
        said.append(
            {
                "code": one.metric.code,
                "name": one.metric.name,
                "series": series.number if series else 0,
                "unit": series.unit if series else "",
                "kind": one.metric.kind,
                "direction": one.metric.direction,
                "was": before["is"] if before and same else one.was,
                "was_value": before["value"] if before and same else _value(one.before),
                "is": one.is_now,
                "value": _value(one.newest),
                "until": one.newest.ends_on.isoformat() if one.newest else "",
                "released_on": _released(one.newest),
                "status": one.newest.get_status_display() if one.newest else "",
                "should_be": one.should_be,
                "target": plain(one.target),
                "state": one.state,
                "late_days": one.late.days if one.late else 0,
                "owner": one.late.owner if one.late else one.metric.owner_title,
                "note": "A new definition: not comparable with the figure before."
                if before and not same
                else "",
                "is_red": one.is_red,
                "why": why.get(f"metric:{one.metric.code}", ""),
            }
        )
    return said


def _value(one: Any) -> str | None:
    return plain(one.value) if one is not None and one.value is not None else None


def _released(one: Observation | None) -> str:
    return one.released_on.isoformat() if one is not None and one.released_on else ""


def risks(clock: Clock, books: Books) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "title": one.title,
            "likelihood": one.likelihood,
            "impact": one.impact,
            "score": one.score,
            "owner": one.owner_title,
            "mitigation": one.mitigation,
            "endangers": [action.title for action in one.actions.all()]
            + [f"{pledge.partner.name}: {pledge.statement[:80]}" for pledge in one.pledges.all()],
        }
        for one in reads.risks(clock.last, as_at=clock)
    ]


def decisions(clock: Clock, books: Books) -> list[dict[str, Any]]:
    """Decisions of the period, with how much each made or changed by its last day."""
    found = Decision.objects.filter(decided_on__range=(clock.first, clock.last))
    effects = reads.counts_of_effects(list(found), upto=clock.last)
    return [
        {
            "code": one.code,
            "title": one.title,
            "body": one.body,
            "decided_on": one.decided_on.isoformat(),
            "minute": one.minute,
            "effects": effects[one.pk],
        }
        for one in found.order_by("decided_on", "title")
    ]


def asked(clock: Clock, books: Books) -> list[dict[str, str]]:
    """What the report asks the committee to decide: part of the draft, as its reasons are."""
    return [
        {"body": one.body, "words": one.words, "because": one.because}
        for one in books.period.asked.all()
    ]


def measured(clock: Clock, books: Books) -> list[dict[str, str]]:
    """Measured pledges whose partner reports something else, beyond the tolerance."""
    return [
        {
            "pledge": one.pledge.code,
            "partner": one.pledge.partner.name,
            "statement": one.pledge.statement[:200],
            "sentence": one.sentence,
        }
        for one in measuring.differences(as_at=clock)
    ]


# In the order in which a statement has them.
SECTIONS: dict[str, Section] = {
    "carried": carried,
    "programme": programme,
    "metrics": metrics,
    "risks": risks,
    "decisions": decisions,
    "asked": asked,
    "measured": measured,
    "panels": lambda clock, books: panels(clock),
}


def red_lines(content: dict[str, Any]) -> list[tuple[str, str]]:
    """(metric:CODE or action:CODE, its name) of everything red that nobody has explained."""
    found = [("metric", one) for one in content["metrics"]]
    found += [("action", one) for one in content["programme"]["all"]]
    return [
        (f"{kind}:{one['code']}", one.get("name") or one["title"])
        for kind, one in found
        if one["is_red"] and not one["why"]
    ]


# --- Restating --------------------------------------------------------------------------------


def restated(
    old: dict[str, Any], new: dict[str, Any], replaced: Statement, because: str
) -> dict[str, Any]:
    return {
        "number": replaced.number,
        "sha256": replaced.sha256,
        "because": because,
        "differences": differences(old, new),
    }


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, str]]:
    """Every figure of the account and of the metrics that differs: where, old, new."""
    found = []
    before, after = _flat(old), _flat(new)
    for where in [*before, *(one for one in after if one not in before)]:
        was, became = before.get(where, "not there"), after.get(where, "not there")
        if was != became:
            found.append({"where": where, "old": was, "new": became})
    return found


def _flat(content: dict[str, Any]) -> dict[str, str]:
    flat = {f"All promises, {WORDS[n].lower()}": str(v) for n, v in content["totals"].items()}
    for one in content["lines"]:
        where = f"{one['theme_name']}, {one['measure_name']}"
        for name, value in one["promises"].items():
            flat[f"{where}, promises, {WORDS[name].lower()}"] = str(value)
        for name, value in (one["amount"] or {}).items():
            flat[f"{where}, {one['unit']}, {WORDS[name].lower()}"] = str(value)
    for one in content["metrics"]:
        flat[f"Metric {one['name']}"] = one["is"]
    return flat


def pledges_of(codes: Sequence[str]) -> dict[str, Pledge]:
    found = Pledge.objects.filter(code__in=codes).select_related("partner", "measure")
    return {one.code: one for one in found}
