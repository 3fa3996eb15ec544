"""What a printed paper of the books says: headings, tables as rows of text, pictures, proof.

The same for PDF and Word, and for the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.template.defaultfilters import pluralize
from django.utils import timezone

from commonweal.design.bars import written
from commonweal.design.words import many

from . import columns, cutting, pictures, report
from .models import Statement
from .reads import in_words
from .report import day, with_its_day

KINDS = ("statement", "report")
HOW = (
    "Every part of a promise stands, at any moment, in one place alone: verified, met in part, "
    "claimed only, not met, withdrawn, lapsed or outstanding. What stood open at the start, with "
    "what moved, makes what stands open at the end, in every line and to the unit. A figure with a "
    "minus went the other way: -2 under Claimed is two that no longer stand as claimed only, as "
    "they were checked or taken back."
)
# What stands on every page of a paper that is not closed yet, by where the statement stands.
DRAFT_MARKS = {
    Statement.State.DRAFT: "Draft, not signed off. Not for publication.",
    Statement.State.SIGNED: "Draft, signed off and not validated. Not for publication.",
    Statement.State.VALIDATED: "Draft, validated and not closed. Not for publication.",
}


def of_statement(statement: Statement, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a statement says, closed or in draft, and what its paper shows beside that."""
    content = cutting.says(statement)
    if statement.is_closed:
        return content, shown(content, statement.sha256, kind=kind)
    mark = DRAFT_MARKS[Statement.State(statement.state)]
    return content, shown(content, statement.content_sha256, kind=kind, draft=mark)


def shown(content: dict[str, Any], sha256: str, *, kind: str, draft: str = "") -> dict[str, Any]:
    """Everything that a printed statement shows beside the content itself: headings, tables as
    rows of text, pictures. The same for PDF and Word.

    ``draft`` is what stands on every page of one that is not closed.
    """
    period = content["period"]
    name = "Committee report" if kind == "report" else "Community Balance Sheet"
    number = f", statement {content['number']}" if content["number"] > 1 else ""
    return {
        "title": f"{content['town']}: {name}, {period['title']}",
        "author": content["town"],
        "subtitle": f"{day(period['starts_on'])} to {day(period['ends_on'])}{number}",
        "sentence": in_words(content),
        "draft": draft,
        "footer": f"{content['town']}, {name}, {period['title']}{number}, "
        f"fingerprint {sha256[:12]}",
        "sha256": sha256,
        "how": HOW,
        "plots": _plots(content, kind),
        **(report.of(content, draft) if kind == "report" else {}),
        "fingerprint": _fingerprint(content, sha256),
        "proof": _proof(content, sha256),
        "closed_on": content["closed_at"] and _moment(content["closed_at"]),
        **_tables(content),
    }


def _plots(content: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    shown_count = 3 if kind == "report" else 1
    return [
        {
            "title": title,
            "svg": str(svg),
            "alt": f"{title}. {_alt(content, plot)}",
            # In millimetres on a page of A4.
            "width": 80,
        }
        for plot, title, svg in pictures.all_three(content)[:shown_count]
    ]


def _no_reason(line: dict[str, Any]) -> str:
    """What stands where nobody has written why something is red; "" where it is not."""
    return report.NO_REASON if line["is_red"] else ""


def _metric_row(metric: dict[str, Any]) -> list[str]:
    return [
        metric["name"],
        metric["was"],
        with_its_day(metric),
        metric["should_be"],
        metric["state"],
        " ".join(part for part in (metric["why"] or _no_reason(metric), metric["note"]) if part)
        or "-",
    ]


def _risk_row(risk: dict[str, Any]) -> list[str]:
    return [
        risk["title"],
        f"{risk['score']} ({risk['likelihood']} × {risk['impact']})",
        risk["owner"],
        risk["mitigation"] or "-",
        # What a risk endangers is named by whole sentences too.
        "; ".join(words.rstrip(".") for words in risk["endangers"]) or "-",
    ]


def _difference_rows(content: dict[str, Any]) -> list[list[str]]:
    """What a restatement says otherwise; nothing where it is none."""
    return [
        [difference["where"], difference["old"], difference["new"]]
        for difference in (content["restates"] or {}).get("differences", [])
    ]


def _tables(content: dict[str, Any]) -> dict[str, Any]:
    """The rows of each table, as text."""
    of_promises = columns.of_promises(content)
    return {
        "totals": {
            "head": ["Promises", *(columns.SHORT[name] for name in of_promises)],
            "rows": [["All themes", *(f"{content['totals'][name]:,}" for name in of_promises)]],
        },
        "sections": sections(content),
        "metrics": [_metric_row(metric) for metric in content["metrics"]],
        "programme": programme(content),
        "risks": [_risk_row(risk) for risk in content["risks"]],
        "decisions": [
            [
                decision["title"],
                decision["body"],
                day(decision["decided_on"]),
                decision["minute"] or "-",
            ]
            for decision in content["decisions"]
        ],
        "differences": _difference_rows(content),
        "signoffs": [
            [
                signoff["act"],
                signoff["role"],
                signoff["organisation"] or "acts for none",
                day(signoff["on"]),
            ]
            for signoff in content["signoffs"]
        ],
    }


def _address(content: dict[str, Any]) -> str:
    return f"{settings.ADDRESS}/balance/{content['period']['code']}/{content['number']}/"


def _fingerprint(content: dict[str, Any], sha256: str) -> str:
    """What a report is held against, in one line."""
    if not content["closed_at"]:
        return f"SHA-256 of this draft: {sha256}. It may change until it is closed."
    return f"SHA-256 of the statement: {sha256}. How to compare it: {_address(content)}"


def _moment(written: str) -> str:
    """A moment as the content has it, for readers: 28 November 2026, 17:10, by the town's clock."""
    local = timezone.localtime(datetime.fromisoformat(written))
    return f"{day(local.date().isoformat())}, {local:%H:%M}"


def _proof(content: dict[str, Any], sha256: str) -> str:
    cut = content["cut"]
    made_from = f"Made from {many(content['entries'], 'ledger entry,ledger entries')}, up to number"
    if not content["closed_at"]:
        return (
            f"{made_from} {cut['seq']:,}. Drafted on {_moment(content['prepared_at'])}. It is not "
            "closed: it may change, and nobody should rely on it. Its fingerprint, by which two "
            f"copies can be told apart (SHA-256): {sha256}"
        )
    return (
        f"{made_from} {cut['seq']:,}. Closed on {_moment(content['closed_at'])}. "
        f"Fingerprint of the statement (SHA-256): {sha256}. Hash of the last entry: "
        f"{cut['hash']}. Anybody can compare them: {_address(content)}"
    )


def _alt(content: dict[str, Any], plot: str) -> str:
    if plot == "promises":
        return in_words(content)
    if plot == "actions":
        return ", ".join(
            f"{line['words']}: {line['count']}" for line in content["programme"]["statuses"]
        )
    return "; ".join(
        f"{line['name']}: {line['is']}, was {line['was']}" for line in content["metrics"]
    )


def sections(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Themes with their lines, each line a small table: in promises, and in its unit."""
    themes: dict[str, list[dict[str, Any]]] = {}
    names = columns.names_in(content)
    for measure_line in content["lines"]:
        themes.setdefault(measure_line["theme_name"], []).append(_line(measure_line, names))
    head = ["Counted in", *(columns.SHORT[name] for name in names)]
    return [
        {
            "title": theme,
            "head": head,
            "lines": lines,
            "table": [[line["title"], *row] for line in lines for row in line["rows"]],
        }
        for theme, lines in themes.items()
    ]


def _line(line: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    rows = [["promises", *(f"{line['promises'][name]:,}" for name in names)]]
    if line["amount"] is not None:
        unit = "£" if line["kind"] == "money" else line["unit"]
        shown = [
            "split" if name == "partly" else written(Decimal(line["amount"][name]), "")
            for name in names
        ]
        rows.append([unit, *shown])
    note = ""
    if without := line["without_amount"]:
        note = (
            f"{without} of its promises {pluralize(without, 'has,have')} no figure and "
            f"count{pluralize(without, 's,')} as promises only."
        )
    return {"title": line["measure_name"], "rows": rows, "note": note}


IN_SEVERAL = "An action of several pillars counts in each: they add up to more than all actions."


def _several(progress: dict[str, Any]) -> str:
    """Why the pillars add up to more than the actions, behind what is said before; "" where they
    do not."""
    in_pillars = sum(pillar["actions"] for pillar in progress["pillars"])
    return f" {IN_SEVERAL}" if in_pillars > len(progress["all"]) else ""


def programme(content: dict[str, Any]) -> dict[str, Any]:
    progress = content["programme"]
    counts = ", ".join(
        f"{status['count']} {status['words'].lower()}" for status in progress["statuses"]
    )
    several = _several(progress)
    return {
        "several": several,
        "sentence": f"{many(len(progress['all']), 'action')}: {counts}. "
        f"{progress['per_cent']}% of the whole is done ({progress['weighting']})."
        f"{several}"
        if progress["all"]
        else "Not yet measured: the programme holds no action.",
        "pillars": [
            [pillar["name"], str(pillar["actions"]), f"{pillar['per_cent']}%"]
            for pillar in progress["pillars"]
        ],
        "red": [
            [
                action["title"],
                action["owner"] or "-",
                action["was"],
                action["words"],
                action["why"] or report.NO_REASON,
            ]
            for action in progress["all"]
            if action["is_red"]
        ],
    }
