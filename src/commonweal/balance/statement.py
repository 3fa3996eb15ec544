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
    "opening": "Open at start",
    "made": "Made",
    "changed": "Changed",
    "verified": "Verified",
    "partly": "In part",
    "claimed": "Claimed",
    "not_met": "Not met",
    "withdrawn": "Withdrawn",
    "lapsed": "Lapsed",
    "closing": "Open at end",
}


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


def _rules(figures: dict[str, int]) -> Rules:
    """The rules of a statement; those closed before rules had editions were of the first."""
    return Rules(**({"edition": 1} | figures))


def cuts_for(period: Period, head: int, before: Statement | None) -> Cuts:
    """The cuts of a new statement: it opens exactly where the one before it closed."""
    days = the_town().rules
    closing = Cut(head, period.ends_on)
    if before is None:
        opening = Cut(head, period.starts_on - timedelta(days=1))
        return Cuts(opening, closing, days, days, "")
    content = load(before)
    earlier = Cuts.of(content)
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
        explanations = Explanation.objects.filter(period=self.period)
        return dict(explanations.values_list("about", "words"))


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
    themes = {theme.code: (theme.order, theme.name) for theme in Theme.objects.all()}
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
    totals = {name: sum(int(row["promises"][name]) for row in lines) for name in COLUMNS}
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
            name: int(figure) for name, figure in figures(sums.opening, sums.closing).items()
        },
        "amount": {
            name: plain(figure)
            for name, figure in figures(sums.amount_opening, sums.amount_closing).items()
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
    sentences = []
    if n := counts.get(st.Standing.CLAIMED, 0):
        sentences.append(
            f"{n} promise{'s' if n > 1 else ''} claimed as done and not reviewed yet: carried as "
            "claimed only, never as verified."
        )
    if n := counts.get(st.Standing.DISPUTED, 0):
        sentences.append(
            f"{n} promise{'s' if n > 1 else ''} whose review the partner contests: carried as "
            "claimed only until a second reviewer has decided."
        )
    if n := counts.get(st.Standing.UNAVAILABLE, 0):
        sentences.append(
            f"{n} promise{'s' if n > 1 else ''} whose evidence can't be reached any more: moved "
            "back from verified to claimed only."
        )
    if book.late_entries:
        sentences.append(
            f"{book.late_entries} ledger entries came after the books of an earlier period were "
            "closed and are about that time: they stand among the movements of this period."
        )
    return sentences


def programme(clock: Clock, books: Books) -> dict[str, Any]:
    earlier, why = books.earlier, books.reasons
    progress = reads.programme(clock.last, as_at=clock)
    was = {
        line["code"]: line["words"] for line in (earlier or {}).get("programme", {}).get("all", [])
    }
    part = [
        {
            "name": p.name,
            "code": p.code,
            "per_cent": p.per_cent,
            "weighting": p.weighting,
            "actions": len(p.counted),
        }
        for p in progress.pillars
        if p.lines
    ]
    return {
        "per_cent": progress.overall.per_cent,
        "weighting": progress.overall.weighting,
        "pillars": part,
        "statuses": [
            {"code": status.value, "words": label, "count": n}
            for status, label, n in progress.statuses
        ],
        "all": [
            {
                "code": line.action.code,
                "title": line.action.title,
                "owner": _owner(line),
                "words": line.status_words,
                "was": was.get(line.action.code, "new" if earlier else "no earlier statement"),
                "per_cent": line.per_cent,
                "due_on": line.action.due_on.isoformat() if line.action.due_on else "",
                "is_red": line.status == Status.LATE,
                "why": why.get(f"action:{line.action.code}", ""),
            }
            for line in progress.lines
        ],
        "not_yet_actionable": [
            {"code": line.action.code, "title": line.action.title, "lacks": line.lacks}
            for line in progress.not_yet_actionable
        ],
    }


def _owner(line: reads.ActionLine) -> str:
    action = line.action
    return ", ".join(
        name for name in (action.owner_title, action.partner.name if action.partner else "") if name
    )


def metrics(clock: Clock, books: Books) -> list[dict[str, Any]]:
    """Metrics as they stood on the last day, each figure with the day on which it came."""
    earlier, why = books.earlier, books.reasons
    was = {line["code"]: line for line in (earlier or {}).get("metrics", [])}
    rows = []
    for line in reads.metric_lines(clock.last, as_at=clock):
        before = was.get(line.metric.code)
        series = line.series
        same = before is not None and series is not None and before["series"] == series.number
        rows.append(
            {
                "code": line.metric.code,
                "name": line.metric.name,
                "series": series.number if series else 0,
                "unit": series.unit if series else "",
                "kind": line.metric.kind,
                "direction": line.metric.direction,
                "was": before["is"] if before and same else line.was,
                "was_value": before["value"] if before and same else _value(line.before),
                "is": line.is_now,
                "value": _value(line.newest),
                "until": line.newest.ends_on.isoformat() if line.newest else "",
                "released_on": _released(line.newest),
                "status": line.newest.get_status_display() if line.newest else "",
                "should_be": line.should_be,
                "target": plain(line.target),
                "state": line.state,
                "late_days": line.late.days if line.late else 0,
                "owner": line.late.owner if line.late else line.metric.owner_title,
                "note": "A new definition: not comparable with the figure before."
                if before and not same
                else "",
                "is_red": line.is_red,
                "why": why.get(f"metric:{line.metric.code}", ""),
            }
        )
    return rows


def _value(observation: Any) -> str | None:
    if observation is None or observation.value is None:
        return None
    return plain(observation.value)


def _released(observation: Observation | None) -> str:
    if observation is None or not observation.released_on:
        return ""
    return observation.released_on.isoformat()


def risks(clock: Clock, books: Books) -> list[dict[str, Any]]:
    return [
        {
            "code": risk.code,
            "title": risk.title,
            "likelihood": risk.likelihood,
            "impact": risk.impact,
            "score": risk.score,
            "owner": risk.owner_title,
            "mitigation": risk.mitigation,
            "endangers": [action.title for action in risk.actions.all()]
            + [f"{pledge.partner.name}: {pledge.statement[:80]}" for pledge in risk.pledges.all()],
        }
        for risk in reads.risks(clock.last, as_at=clock)
    ]


def decisions(clock: Clock, books: Books) -> list[dict[str, Any]]:
    """Decisions of the period, with how much each made or changed by its last day."""
    decisions = Decision.objects.filter(decided_on__range=(clock.first, clock.last))
    effects = reads.counts_of_effects(list(decisions), upto=clock.last)
    return [
        {
            "code": decision.code,
            "title": decision.title,
            "body": decision.body,
            "decided_on": decision.decided_on.isoformat(),
            "minute": decision.minute,
            "effects": effects[decision.pk],
        }
        for decision in decisions.order_by("decided_on", "title")
    ]


def decisions_asked(clock: Clock, books: Books) -> list[dict[str, str]]:
    """What the report asks the committee to decide: part of the draft, as its reasons are."""
    return [
        {"body": decision.body, "words": decision.words, "because": decision.because}
        for decision in books.period.asked.all()
    ]


def measured(clock: Clock, books: Books) -> list[dict[str, str]]:
    """Measured pledges whose partner reports something else, beyond the tolerance."""
    return [
        {
            "pledge": measured.pledge.code,
            "partner": measured.pledge.partner.name,
            "statement": measured.pledge.statement[:200],
            "sentence": measured.sentence,
        }
        for measured in measuring.differences(as_at=clock)
    ]


# In the order in which a statement has them.
SECTIONS: dict[str, Section] = {
    "carried": carried,
    "programme": programme,
    "metrics": metrics,
    "risks": risks,
    "decisions": decisions,
    "asked": decisions_asked,
    "measured": measured,
    "panels": lambda clock, books: panels(clock),
}


def red_lines(content: dict[str, Any]) -> list[tuple[str, str]]:
    """(metric:CODE or action:CODE, its name) of everything red that nobody has explained."""
    lines = [("metric", line) for line in content["metrics"]]
    lines += [("action", line) for line in content["programme"]["all"]]
    return [
        (f"{kind}:{line['code']}", line.get("name") or line["title"])
        for kind, line in lines
        if line["is_red"] and not line["why"]
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
    changes = []
    before, after = _flat(old), _flat(new)
    for where in [*before, *(new_line for new_line in after if new_line not in before)]:
        was, became = before.get(where, "not there"), after.get(where, "not there")
        if was != became:
            changes.append({"where": where, "old": was, "new": became})
    return changes


def _flat(content: dict[str, Any]) -> dict[str, str]:
    flat = {f"All promises, {WORDS[n].lower()}": str(v) for n, v in content["totals"].items()}
    for line in content["lines"]:
        where = f"{line['theme_name']}, {line['measure_name']}"
        for name, figure in line["promises"].items():
            flat[f"{where}, promises, {WORDS[name].lower()}"] = str(figure)
        for name, figure in (line["amount"] or {}).items():
            flat[f"{where}, {line['unit']}, {WORDS[name].lower()}"] = str(figure)
    for line in content["metrics"]:
        flat[f"Metric {line['name']}"] = line["is"]
    return flat


def pledges_of(codes: Sequence[str]) -> dict[str, Pledge]:
    pledges = Pledge.objects.filter(code__in=codes).select_related("partner", "measure")
    return {pledge.code: pledge for pledge in pledges}
