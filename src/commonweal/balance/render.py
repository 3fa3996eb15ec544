"""A closed statement as PDF (Typst), Word and CSV, each made from its bytes and nothing else."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.defaultfilters import pluralize

from commonweal.design import csvs
from commonweal.design.bars import written
from commonweal.design.signs import all_for_xml
from commonweal.design.words import many

from . import columns, cutting, pictures
from .models import Statement
from .reads import in_words
from .typefaces import FONTS, compiler, printable

HERE = Path(__file__).resolve().parent
KINDS = ("statement", "report")
HOW = (
    "Every promise is, at any moment, divided without rest: verified, met in part, claimed only, "
    "not met, withdrawn, lapsed, or outstanding. What stood open, with what moved, makes what "
    "stands open, for every line and to the unit. A movement below nought went the other way."
)
# A change of a target moves an amount; the promise stays one.
OF_PROMISES = tuple(name for name in columns.COLUMNS if name != "changed")


def day(text: str) -> str:
    return f"{date.fromisoformat(text):%-d %B %Y}" if text else ""


def shown(content: dict[str, Any], sha256: str, *, kind: str) -> dict[str, Any]:
    """Everything that a printed statement shows beside the content itself: headings, tables as
    rows of text, pictures. The same for PDF and Word."""
    period = content["period"]
    name = "Committee report" if kind == "report" else "Community Balance Sheet"
    number = f", statement {content['number']}" if content["number"] > 1 else ""
    return {
        "title": f"{content['town']}: {name}, {period['title']}",
        "author": content["town"],
        "subtitle": f"{day(period['starts_on'])} to {day(period['ends_on'])}{number}",
        "sentence": in_words(content),
        "footer": f"{content['town']}, {name}, {period['title']}{number}",
        "sha256": sha256,
        "how": HOW,
        "plots": _plots(content, kind),
        "proof": _proof(content, sha256),
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
            "width": 165 if plot == "metrics" else 100,
        }
        for plot, title, svg in pictures.all_three(content)[:shown_count]
    ]


def _metric_row(metric: dict[str, Any]) -> list[str]:
    return [
        metric["name"],
        metric["was"],
        with_its_day(metric),
        metric["should_be"],
        metric["state"],
        " ".join(part for part in (metric["why"], metric["note"]) if part) or "-",
    ]


def _risk_row(risk: dict[str, Any]) -> list[str]:
    return [
        risk["title"],
        f"{risk['score']} ({risk['likelihood']} × {risk['impact']})",
        risk["owner"],
        risk["mitigation"] or "-",
        "; ".join(risk["endangers"]) or "-",
    ]


def _difference_rows(content: dict[str, Any]) -> list[list[str]]:
    """What a restatement says otherwise; nothing where it is none."""
    return [
        [difference["where"], difference["old"], difference["new"]]
        for difference in (content["restates"] or {}).get("differences", [])
    ]


def _tables(content: dict[str, Any]) -> dict[str, Any]:
    """The rows of each table, as text."""
    return {
        "totals": {
            "head": ["Promises", *(columns.SHORT[name] for name in OF_PROMISES)],
            "rows": [["All themes", *(f"{content['totals'][name]:,}" for name in OF_PROMISES)]],
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
            [signoff["act"], signoff["role"], signoff["organisation"] or "-", day(signoff["on"])]
            for signoff in content["signoffs"]
        ],
    }


def _proof(content: dict[str, Any], sha256: str) -> str:
    cut = content["cut"]
    address = f"{settings.ADDRESS}/balance/{content['period']['code']}/{content['number']}/"
    return (
        f"Made from {many(content['entries'], 'ledger entry,ledger entries')}, up to number "
        f"{cut['seq']:,} with the hash {cut['hash']}. Closed at {content['closed_at']}. "
        f"The SHA-256 of this statement's bytes is {sha256}. Anybody can compare them: {address}"
    )


def with_its_day(metric: dict[str, Any]) -> str:
    """A metric's figure with the day on which it came: that may be after the period's last."""
    released = day(metric.get("released_on", ""))
    return f"{metric['is']}, given on {released}" if released else str(metric["is"])


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
    for measure_line in content["lines"]:
        themes.setdefault(measure_line["theme_name"], []).append(_line(measure_line))
    head = ["Counted in", *(columns.SHORT[name] for name in columns.COLUMNS)]
    return [
        {
            "title": theme,
            "head": head,
            "lines": lines,
            "table": [[line["title"], *row] for line in lines for row in line["rows"]],
        }
        for theme, lines in themes.items()
    ]


def _line(line: dict[str, Any]) -> dict[str, Any]:
    rows = [["promises", *(f"{line['promises'][name]:,}" for name in columns.COLUMNS)]]
    if line["amount"] is not None:
        unit = "£" if line["kind"] == "money" else line["unit"]
        shown = [
            "split" if name == "partly" else written(Decimal(line["amount"][name]), "")
            for name in columns.COLUMNS
        ]
        rows.append([unit, *shown])
    note = ""
    if without := line["without_amount"]:
        note = (
            f"{without} of its promises {pluralize(without, 'has,have')} no figure and "
            f"count{pluralize(without, 's,')} as promises only."
        )
    return {"title": line["measure_name"], "rows": rows, "note": note}


def programme(content: dict[str, Any]) -> dict[str, Any]:
    progress = content["programme"]
    counts = ", ".join(
        f"{status['count']} {status['words'].lower()}" for status in progress["statuses"]
    )
    return {
        "sentence": f"{many(len(progress['all']), 'action')}: {counts}. "
        f"{progress['per_cent']}% of the whole is done ({progress['weighting']})."
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
                action["why"] or "-",
            ]
            for action in progress["all"]
            if action["is_red"]
        ],
    }


# --- PDF --------------------------------------------------------------------------------------


def pdf(statement: Statement, *, kind: str) -> bytes:
    """The statement as tagged PDF. Typst checks PDF/UA-1 and refuses what breaks it."""
    content = cutting.load(statement)
    context = printable(shown(content, statement.sha256, kind=kind))
    document: bytes = compiler().compile(
        str(HERE / "statement.typ"),
        format="pdf",
        pdf_standards=["ua-1"],
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={
            "said": json.dumps(printable(content), ensure_ascii=False),
            "more": json.dumps(context, ensure_ascii=False),
            "kind": kind,
        },
    )
    return document


def png(svg: str) -> bytes:
    """A drawing as pixels, for Word, which reads no SVG everywhere."""
    source = (
        "#set page(width: auto, height: auto, margin: 4pt)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", alt: "plot")'
    )
    image: bytes = compiler().compile(
        source.encode(),
        format="png",
        ppi=160.0,
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"svg": svg},
    )
    return image


# --- Word -------------------------------------------------------------------------------------


def template() -> Path:
    """The committee's own template where the town has put one, else ours."""
    committee = settings.VAR / "templates" / "committee.docx"
    return committee if committee.exists() else HERE / "committee.docx"


def word(statement: Statement, *, kind: str) -> bytes:
    """The statement in the committee's Word template.

    The fields that a template may use stand in ``docs/guides/committee.md``.
    """
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage

    content = all_for_xml(cutting.load(statement))
    context = all_for_xml(shown(content, statement.sha256, kind=kind))
    document = DocxTemplate(str(template()))
    plots = [
        {
            "title": plot["title"],
            "picture": InlineImage(document, io.BytesIO(png(plot["svg"])), width=Mm(plot["width"])),
        }
        for plot in context["plots"]
    ]
    document.render(
        {"said": content, **context, "plots": plots, "is_report": kind == "report"},
        autoescape=True,
    )
    for shape, plot in zip(document.docx.inline_shapes, context["plots"], strict=False):
        shape._inline.docPr.set("descr", plot["alt"])
    properties = document.docx.core_properties
    properties.title, properties.author = context["title"], content["town"]
    out = io.BytesIO()
    document.save(out)
    return still(out.getvalue())


def still(document: bytes) -> bytes:
    """The same archive without the moment of its making, so that it is the same every time."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


# --- CSV --------------------------------------------------------------------------------------

CSV_COLUMNS = ("period", "number", "theme", "measure", "counted_in", *columns.COLUMNS, "sha256")


def csv_rows(statement: Statement) -> Iterator[dict[str, str]]:
    """One row a line and unit of the account: first in promises, then in the measure's unit."""
    content = cutting.load(statement)
    for line in content["lines"]:
        head = {
            "period": content["period"]["code"],
            "number": str(content["number"]),
            "theme": line["theme"],
            "measure": line["measure"],
            "sha256": statement.sha256,
        }
        yield head | {"counted_in": "promises"} | {n: str(v) for n, v in line["promises"].items()}
        if line["amount"] is not None:
            yield head | {"counted_in": line["unit"]} | line["amount"]


def as_csv(statements: list[Statement]) -> str:
    rows = [
        {name: row.get(name, "") for name in CSV_COLUMNS}
        for statement in statements
        for row in csv_rows(statement)
    ]
    return csvs.csv_text(CSV_COLUMNS, rows)
