"""The parts of a statement beside its account: programme, metrics, risks, decisions."""

from __future__ import annotations

from typing import Any

from django.template.defaultfilters import pluralize

from commonweal.charter.models import Decision
from commonweal.design.words import many
from commonweal.places import formerly
from commonweal.places.clock import Clock
from commonweal.pledges import standing as st
from commonweal.pledges.models import plain
from commonweal.programme import measuring, reads
from commonweal.programme.models import Observation, Series
from commonweal.programme.status import Status

from . import implications
from .cutting import Books
from .models import CommitteePaper


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
    if late := book.late_entries:
        sentences.append(
            f"{many(late, 'ledger entry,ledger entries')} came after the books of an earlier "
            f"period were closed and {pluralize(late, 'is,are')} about that time: "
            f"{pluralize(late, 'it stands,they stand')} among the movements of this period."
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


REDEFINED = "A new definition: not comparable with the figure before."


def metrics(clock: Clock, books: Books) -> list[dict[str, Any]]:
    """Metrics as they stood on the last day, each figure with the day on which it came."""
    earlier, why = books.earlier, books.reasons
    was = {line["code"]: line for line in (earlier or {}).get("metrics", [])}
    return [
        _metric(line, was.get(line.metric.code), why.get(f"metric:{line.metric.code}", ""))
        for line in reads.metric_lines(clock.last, as_at=clock)
    ]


def _is_of_series(before: dict[str, Any] | None, series: Series | None) -> bool:
    """Whether a figure of before was measured by the same definition."""
    return before is not None and series is not None and before["series"] == series.number


def _until(newest: Observation | None) -> str:
    return newest.ends_on.isoformat() if newest else ""


def _metric(line: reads.MetricLine, before: dict[str, Any] | None, why: str) -> dict[str, Any]:
    """One metric, beside what the statement before said of it under the same definition."""
    series, newest, late = line.series, line.newest, line.late
    is_same = _is_of_series(before, series)
    was, was_value = line.was, _value(line.before)
    if before is not None and is_same:
        was, was_value = before["is"], before["value"]
    return {
        "code": line.metric.code,
        "name": line.metric.name,
        "series": series.number if series else 0,
        "unit": series.unit if series else "",
        "kind": line.metric.kind,
        "direction": line.metric.direction,
        "was": was,
        "was_value": was_value,
        "is": line.is_now,
        "value": _value(newest),
        "until": _until(newest),
        "released_on": _released(newest),
        "status": newest.get_status_display() if newest else "",
        "should_be": line.should_be,
        "target": plain(line.target),
        "state": line.state,
        "late_days": late.days if late else 0,
        "owner": late.owner if late else line.metric.owner_title,
        "note": "" if before is None or is_same else REDEFINED,
        "is_red": line.is_red,
        "why": why,
    }


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
    worded = formerly.as_at(Decision.objects.all(), clock.last, with_new=True)
    decisions = [d for d in worded if clock.first <= d.decided_on <= clock.last]
    effects = reads.counts_of_effects(decisions, upto=clock.last)
    return [
        {
            "code": decision.code,
            "title": decision.title,
            "body": decision.body,
            "decided_on": decision.decided_on.isoformat(),
            "minute": decision.minute,
            "effects": effects[decision.pk],
        }
        for decision in sorted(decisions, key=lambda d: (d.decided_on, d.title))
    ]


def decisions_asked(clock: Clock, books: Books) -> list[dict[str, str]]:
    """What the report asks the committee to decide: part of the draft, as its reasons are."""
    return [
        {"body": decision.body, "words": decision.words, "because": decision.because}
        for decision in books.period.asked.all()
    ]


def committee_paper(clock: Clock, books: Books) -> dict[str, Any] | None:
    """What the report's author wrote beside the figures: part of the draft, as its reasons are."""
    return implications.written(CommitteePaper.objects.filter(period=books.period).first())


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
