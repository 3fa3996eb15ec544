"""The joint action plan of section 5 of the Community Wealth Building (Scotland) Act 2026.

The Act (2026 asp 7) asks each council with its public bodies for a plan of measures for the
generation, circulation and retention of wealth. What such a plan must hold is a list here, as
far as the section could be read when this was written; ministers may prescribe its form. Each
item is filled from the programme, or named as empty: nothing is filled in by guessing.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from commonweal.design.signs import for_xml
from commonweal.design.words import many
from commonweal.places.models import the_town

from . import reads
from .models import Action
from .reads import ActionLine
from .status import Status

SOURCE = "https://www.legislation.gov.uk/asp/2026/7/section/5"


@dataclass(frozen=True)
class Item:
    """One content item: what is asked for, and by which pillars and signs it is recognised."""

    code: str
    title: str
    asks: str
    pillars: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


def _items() -> tuple[Item, ...]:
    listed = tomllib.loads(Path(__file__).with_name("joint_plan.toml").read_text("utf-8"))
    return tuple(
        Item(**stated | {name: tuple(stated.get(name, ())) for name in ("pillars", "signs")})
        for stated in listed["items"]
    )


ITEMS = _items()


@dataclass
class Section:
    """One content item with what the programme holds for it."""

    topic: Item
    lines: list[ActionLine] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.lines and not self.facts


@dataclass
class JointPlan:
    on: date
    title: str
    sections: list[Section]

    @property
    def empty(self) -> list[Section]:
        return [section for section in self.sections if section.is_empty]


def joint_plan(on: date) -> JointPlan:
    """The plan as the programme has it on a day; stopped actions are left out."""
    programme = reads.programme(on)
    lines = [line for line in programme.lines if line.status != Status.STOPPED]
    sections = [_section(topic, lines, on) for topic in ITEMS]
    return JointPlan(on, f"{the_town().name}: joint community wealth building plan", sections)


def _section(topic: Item, lines: list[ActionLine], on: date) -> Section:
    match topic.code:
        case "partnership":
            return Section(topic, facts=_bodies(lines))
        case "period":
            return Section(topic, facts=_span(lines))
        case "measuring":
            return Section(topic, facts=_baselines(on))
        case "responsible":
            return Section(topic, facts=_owners(lines))
    return Section(topic, [line for line in lines if _belongs(topic, line)])


def _bodies(lines: list[ActionLine]) -> list[str]:
    return sorted({line.action.partner.name for line in lines if line.action.partner})


def _span(lines: list[ActionLine]) -> list[str]:
    dates = (day for line in lines for day in (line.action.starts_on, line.action.due_on))
    days = [day for day in dates if day]
    return [f"{min(days):%-d %B %Y} to {max(days):%-d %B %Y}"] if days else []


def _baselines(on: date) -> list[str]:
    facts = []
    for line in reads.metric_lines(on):
        if line.series is not None and line.series.baseline is not None:
            start = line.series.write(line.series.baseline)
            facts.append(f"{line.metric.name}: from {start}; {line.is_now} now")
    return facts


def _owners(lines: list[ActionLine]) -> list[str]:
    if not lines or any("owner" in line.lacks for line in lines):
        return []
    return [f"All have an owner: {many(len(lines), 'measure')}."]


def _belongs(topic: Item, line: ActionLine) -> bool:
    if not any(pillar.code in topic.pillars for pillar in line.pillars):
        return False
    text = f"{line.action.title} {line.action.description}".lower()
    return not topic.signs or any(sign in text for sign in topic.signs)


ROWS = ("item", "asks_for", "state", "measure", "owner", "starts_on", "due_on", "status")
HEADINGS = ("Measure", "Owner", "By", "Status")


def rows(plan: JointPlan) -> list[dict[str, str]]:
    """The plan as rows: an empty item is one row that says so."""
    filled = [
        {"item": section.topic.title, "asks_for": section.topic.asks, **row}
        for section in plan.sections
        for row in _rows_of(section)
    ]
    return [{name: row.get(name, "") for name in ROWS} for row in filled]


def _rows_of(section: Section) -> Iterator[dict[str, str]]:
    if section.is_empty:
        yield {"state": "EMPTY"}
    for fact in section.facts:
        yield {"state": "filled", "measure": fact}
    for line in section.lines:
        yield {
            "state": "filled",
            "measure": line.action.title,
            "owner": _owner(line.action),
            "starts_on": str(line.action.starts_on or ""),
            "due_on": str(line.action.due_on or ""),
            "status": line.status_words,
        }


def _owner(action: Action) -> str:
    names = (action.owner_title, action.partner.name if action.partner else "")
    return ", ".join(name for name in names if name)


# --- As a Word file ---------------------------------------------------------------------------


def word(plan: JointPlan) -> bytes:
    """The plan as a Word file: headings, one table an item, empty items named as such."""
    from docx import Document

    document = Document()
    document.core_properties.title = plan.title
    document.core_properties.language = "en-GB"
    document.add_heading(plan.title, 0)
    document.add_paragraph(
        f"As the programme stood on {plan.on:%-d %B %Y}. Community Wealth Building (Scotland) Act "
        f"2026, section 5 ({SOURCE})."
    )
    if plan.empty:
        names = "; ".join(section.topic.title for section in plan.empty)
        document.add_paragraph(f"Still empty: {names}.")
    for section in plan.sections:
        _write_section(document, section)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _write_section(document: Any, section: Section) -> None:
    document.add_heading(section.topic.title, 1)
    document.add_paragraph(section.topic.asks)
    if section.is_empty:
        document.add_paragraph("EMPTY: the programme holds nothing for this yet.")
    for fact in section.facts:
        document.add_paragraph(for_xml(fact), style="List Bullet")
    if section.lines:
        _write_table(document, section.lines)


def _write_table(document: Any, lines: list[ActionLine]) -> None:
    from docx.oxml import OxmlElement

    table = document.add_table(rows=1, cols=len(HEADINGS))
    table.style = "Table Grid"
    _fill(table.rows[0], HEADINGS)
    # A header row, so that screen readers and page breaks know it.
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
    for line in lines:
        action = line.action
        due = f"{action.due_on:%-d %B %Y}" if action.due_on else "no date stated"
        _fill(table.add_row(), (action.title, _owner(action), due, line.status_words))


def _fill(row: Any, texts: Iterable[str]) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        cell.text = for_xml(text)
