"""The joint action plan of section 5 of the Community Wealth Building (Scotland) Act 2026.

The Act (2026 asp 7) asks each council with its public bodies for a plan of measures for the
generation, circulation and retention of wealth. What such a plan must hold is a list here, as
far as the section could be read when this was written; ministers may prescribe its form. Each
item is filled from the programme, or named as empty: nothing is filled in by guessing.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date

from commonweal.design.signs import for_xml
from commonweal.places.models import the_town

from . import reads
from .reads import ActionLine
from .status import Status

SOURCE = "https://www.legislation.gov.uk/asp/2026/7/section/5"


@dataclass(frozen=True)
class Item:
    """One content item: what is asked for, and by which pillars and words it is recognised."""

    code: str
    title: str
    asks: str
    pillars: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


ITEMS = (
    Item("partnership", "The partnership", "The bodies that prepare the plan together."),
    Item("period", "The time that it covers", "From when to when the measures run."),
    Item("procurement", "Procurement", "Measures on buying by public bodies.", ("procurement",)),
    Item(
        "local-operators", "Helping local operators to reach public contracts",
        "Measures that let local firms, social enterprises and co-operatives bid.",
        ("procurement",), ("supplier", "small firm", "social enterprise", "bid", "lots"),
    ),
    Item(
        "employment", "Employment opportunity, workforce development, workplace equality",
        "Measures on fair work and ways into it.", ("fair-employment",),
    ),
    Item(
        "ownership", "Community ownership of land, energy and assets",
        "Measures by which communities own and decide.", ("ownership", "land"),
        ("community", "ownership", "energy", "asset"),
    ),
    Item(
        "land", "Land and property", "Measures on productive use of land and buildings.", ("land",)
    ),
    Item("finance", "Finance", "Measures that keep money and investment local.", ("finance",)),
    Item(
        "enterprise", "Plural ownership of enterprise",
        "Measures for co-operatives, mutuals, employee and social ownership.", ("ownership",),
    ),
    Item("measuring", "How progress is measured", "Measures with baseline and target."),
    Item("responsible", "Who is responsible for each measure", "An owner for every measure."),
)  # fmt: skip


@dataclass
class Section:
    """One content item with what the programme holds for it."""

    item: Item
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
        return [one for one in self.sections if one.is_empty]


def joint_plan(on: date) -> JointPlan:
    """The plan as the programme has it on a day; stopped actions are left out."""
    found = reads.programme(on)
    lines = [line for line in found.lines if line.status != Status.STOPPED]
    sections = [_section(item, lines, on) for item in ITEMS]
    return JointPlan(on, f"{the_town().name}: joint community wealth building plan", sections)


def _section(item: Item, lines: list[ActionLine], on: date) -> Section:
    match item.code:
        case "partnership":
            names = sorted({line.action.partner.name for line in lines if line.action.partner})
            return Section(item, facts=names)
        case "period":
            days = [d for x in lines for d in (x.action.starts_on, x.action.due_on) if d]
            said = f"{min(days):%-d %B %Y} to {max(days):%-d %B %Y}" if days else ""
            return Section(item, facts=[said] if said else [])
        case "measuring":
            facts = []
            for one in reads.metric_lines(on):
                if one.series is not None and one.series.baseline is not None:
                    start = one.series.write(one.series.baseline)
                    facts.append(f"{one.metric.name}: from {start}; {one.is_now} now")
            return Section(item, facts=facts)
        case "responsible":
            without = [line for line in lines if "owner" in line.lacks]
            if not lines or without:
                return Section(item)
            return Section(item, facts=[f"All {len(lines)} measures have an owner."])
    return Section(item, [line for line in lines if _belongs(item, line)])


def _belongs(item: Item, line: ActionLine) -> bool:
    if not any(pillar.code in item.pillars for pillar in line.pillars):
        return False
    said = f"{line.action.title} {line.action.description}".lower()
    return not item.words or any(word in said for word in item.words)


ROWS = ("item", "asks_for", "state", "measure", "owner", "starts_on", "due_on", "status")


def rows(plan: JointPlan) -> list[dict[str, str]]:
    """The plan as rows: an empty item is one row that says so."""
    found = []
    for section in plan.sections:
        head = {"item": section.item.title, "asks_for": section.item.asks}
        if section.is_empty:
            found.append(head | {"state": "EMPTY"})
        for fact in section.facts:
            found.append(head | {"state": "filled", "measure": fact})
        for line in section.lines:
            action = line.action
            owner = [action.owner_title, action.partner.name if action.partner else ""]
            found.append(
                head
                | {
                    "state": "filled",
                    "measure": action.title,
                    "owner": ", ".join(one for one in owner if one),
                    "starts_on": str(action.starts_on or ""),
                    "due_on": str(action.due_on or ""),
                    "status": line.words,
                }
            )
    return [{name: row.get(name, "") for name in ROWS} for row in found]


def word(plan: JointPlan) -> bytes:
    """The plan as a Word file: headings, one table an item, empty items named as such."""
    from docx import Document
    from docx.oxml import OxmlElement

    document = Document()
    document.core_properties.title = plan.title
    document.core_properties.language = "en-GB"
    document.add_heading(plan.title, 0)
    document.add_paragraph(
        f"As the programme stood on {plan.on:%-d %B %Y}. Community Wealth Building (Scotland) Act "
        f"2026, section 5 ({SOURCE})."
    )
    if plan.empty:
        names = "; ".join(section.item.title for section in plan.empty)
        document.add_paragraph(f"Still empty: {names}.")
    for section in plan.sections:
        document.add_heading(section.item.title, 1)
        document.add_paragraph(section.item.asks)
        if section.is_empty:
            document.add_paragraph("EMPTY: the programme holds nothing for this yet.")
        for fact in section.facts:
            document.add_paragraph(for_xml(fact), style="List Bullet")
        if section.lines:
            table = document.add_table(rows=1, cols=4)
            table.style = "Table Grid"
            for cell, words in zip(
                table.rows[0].cells, ("Measure", "Owner", "By", "Status"), strict=True
            ):
                cell.text = words
            # A header row, so that screen readers and page breaks know it.
            properties = table.rows[0]._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:tblHeader"))
            for line in section.lines:
                action = line.action
                owner = [action.owner_title, action.partner.name if action.partner else ""]
                due = f"{action.due_on:%-d %B %Y}" if action.due_on else "no date stated"
                said = (action.title, ", ".join(o for o in owner if o), due, line.words)
                for cell, words in zip(table.add_row().cells, said, strict=True):
                    cell.text = for_xml(words)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
