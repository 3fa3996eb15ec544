"""Make the Word templates of the papers, ``committee.docx`` (the balance sheet) and
``report.docx`` (the committee report) in ``src/commonweal/balance``.

A template is a file, so that a committee can be given its own; this script is how ours were
made. Their fields are explained in ``docs/guides/committee.md``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

BALANCE = Path(__file__).resolve().parent.parent / "src/commonweal/balance"


def table(
    document: Any,
    head: list[str],
    loop: str,
    cells: list[str],
    widths: list[float],
    *,
    size: float = 8.5,
) -> None:
    """A table with a header row and one row for each of a list (docxtpl's row tags)."""
    made = document.add_table(rows=4, cols=len(head))
    made.style = "Table Grid"
    made.autofit = False
    # Narrow margins within the cells: there are twelve columns.
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "45")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    made._tbl.tblPr.append(margins)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    for cell, words in zip(made.rows[0].cells, head, strict=True):
        cell.text = words
        cell.paragraphs[0].runs[0].bold = True
    # A header row, so that screen readers and page breaks know it.
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    made.rows[1].cells[0].text = f"{{%tr for {loop} %}}"
    for cell, words in zip(made.rows[2].cells, cells, strict=True):
        cell.text = words
    made.rows[3].cells[0].text = "{%tr endfor %}"
    for row in made.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                for run in paragraph.runs:
                    run.font.size = Pt(size)
    document.add_paragraph()


OF_PROMISES = [
    "Promises",
    "Open at start",
    "Made",
    "Verified",
    "In part",
    "Claimed",
    "Not met",
    "Withdrawn",
    "Lapsed",
    "Open at end",
]


def blank() -> Any:
    """A page of A4 in the house's type, with its title, and the page's number at the foot."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(10)
    style.paragraph_format.space_after = Pt(5)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    style.element.get_or_add_rPr().append(language)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
        document.styles[name].font.color.rgb = RGBColor(0x1D, 0x5C, 0x5C)
        document.styles[name].font.name = "Arial"
    document.styles["Title"].font.size = Pt(20)
    section.footer.paragraphs[0].text = "{{ footer }}"
    document.add_heading("{{ title }}", 0)
    paragraphs(
        document,
        "{{ subtitle }}",
        "{%p if said.is_fictional %}",
        "{{ said.town }} is a fictional town: everything here is made up.",
        "{%p endif %}",
    )
    return document


def paragraphs(document: Any, *texts: str) -> None:
    for text in texts:
        document.add_paragraph(text)


def listed(document: Any, loop: str, words: str, style: str = "List Bullet") -> None:
    """A list with a line for each."""
    document.add_paragraph(f"{{%p for {loop} %}}")
    document.add_paragraph(words, style=style)
    document.add_paragraph("{%p endfor %}")


def rows(document: Any, head: list[str], loop: str, widths: list[float], **more: Any) -> None:
    """A table whose rows are lists of text."""
    cells = [f"{{{{ row[{number}] }}}}" for number in range(len(head))]
    table(document, head, loop, cells, widths, **more)


def carried(document: Any) -> None:
    document.add_paragraph("{%p if said.carried %}")
    document.add_heading("Carried, not settled", 2)
    document.add_paragraph("{%p endif %}")
    listed(document, "one in said.carried", "{{ one }}")


def pillars(document: Any) -> None:
    document.add_heading("The programme", 1)
    document.add_paragraph("{{ programme.sentence }}")
    document.add_paragraph("{%p if programme.pillars %}")
    rows(document, ["Pillar", "Actions", "Done"], "row in programme.pillars", [110, 30, 30])
    document.add_paragraph("{%p endif %}")


def decided(document: Any) -> None:
    document.add_paragraph("{%p if said.decisions %}")
    document.add_heading("Decisions of the period", 1)
    rows(document, ["Decision", "Body", "Day", "Minute"], "row in decisions", [80, 35, 27, 28])
    document.add_paragraph("{%p endif %}")


def end(document: Any, proof: str) -> None:
    """What it restates, who stood for it, and its proof."""
    document.add_paragraph("{%p if said.restates %}")
    document.add_heading("What this restates", 1)
    document.add_paragraph(
        "It replaces statement {{ said.restates.number }}. Why: {{ said.restates.because }}"
    )
    document.add_paragraph("{%p if differences %}")
    rows(document, ["Figure", "Was", "Is"], "row in differences", [110, 30, 30])
    paragraphs(document, "{%p else %}", "No figure differs.", "{%p endif %}", "{%p endif %}")
    document.add_heading("How we know", 1)
    rows(document, ["Act", "Role", "Organisation", "Day"], "row in signoffs", [30, 50, 50, 40])
    document.add_paragraph(proof)


def statement() -> Any:
    document = blank()
    paragraphs(document, "{{ sentence }}", "{%p for plot in plots %}")
    document.add_heading("{{ plot.title }}", 2)
    paragraphs(document, "{{ plot.picture }}", "{%p endfor %}")
    document.add_heading("The account of promises", 1)
    document.add_paragraph("{{ how }}")
    rows(
        document,
        OF_PROMISES,
        "row in totals.rows",
        [42, 14, 12, 15, 13, 15, 14, 18, 13, 14],
        size=7,
    )
    document.add_paragraph("{%p for section in sections %}")
    document.add_heading("{{ section.title }}", 2)
    head = [
        "Measure",
        "Counted in",
        "Open at start",
        "Made",
        "Changed",
        "Verified",
        "In part",
        "Claimed",
        "Not met",
        "With-drawn",
        "Lapsed",
        "Open at end",
    ]
    rows(document, head, "row in section.table", [33, 17, *[12] * 10], size=6.5)
    document.add_paragraph("{%p endfor %}")
    carried(document)
    document.add_heading("Metrics", 1)
    rows(
        document,
        ["Metric", "Was", "Is", "Should be", "State", "Why"],
        "row in metrics",
        [36, 23, 23, 23, 22, 43],
    )
    pillars(document)
    document.add_paragraph("{%p if programme.red %}")
    document.add_heading("Late actions, and why", 2)
    rows(
        document,
        ["Action", "Owner", "Was", "Is", "Why"],
        "row in programme.red",
        [48, 35, 22, 20, 45],
    )
    paragraphs(document, "{%p endif %}", "{%p for panel in said.panels %}")
    document.add_heading("{{ panel.title }}", 1)
    document.add_paragraph("{{ panel.sentence }}")
    document.add_paragraph("{%p if panel.rows %}")
    head = ["What", "At the start", "At the end"]
    cells = ["{{ row.name }}", "{{ row['was'] }}", "{{ row['is'] }}"]
    table(document, head, "row in panel.rows", cells, [100, 35, 35])
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")
    decided(document)
    end(document, "{{ proof }}")
    return document


def report() -> Any:
    document = blank()
    listed(document, "row in front", "{{ row[0] }}: {{ row[1] }}", "Normal")
    document.add_heading("Recommendations", 1)
    paragraphs(document, "{%p if for_noting %}", "{{ for_noting }}", "{%p endif %}")
    listed(document, "one in recommendations", "{{ one.body }}: {{ one.words }}", "List Number")
    document.add_heading("The period in short", 1)
    document.add_paragraph("{{ sentence }}")
    beside = document.add_table(rows=1, cols=2)
    for number, cell in enumerate(beside.rows[0].cells):
        there = f"{{% if plots|length > {number} %}}"
        cell.text = f"{there}{{{{ plots[{number}].picture }}}}{{% endif %}}"
        cell.add_paragraph(f"{there}{{{{ plots[{number}].title }}}}{{% endif %}}")
    document.add_paragraph()
    carried(document)
    document.add_heading("What is red, and why", 1)
    document.add_paragraph("{%p if red %}")
    rows(
        document,
        ["What", "Where it stands", "Should be", "Why, and what is done"],
        "row in red",
        [40, 46, 26, 58],
    )
    paragraphs(document, "{%p else %}", "Nothing is red.", "{%p endif %}")
    document.add_heading("Implications", 1)
    listed(document, "row in implications", "{{ row[0] }}: {{ row[1] }}", "Normal")
    paragraphs(
        document,
        "{%p if not implications %}",
        "They were not asked for when this was drafted.",
        "{%p endif %}",
    )
    document.add_heading("The other metrics", 1)
    document.add_paragraph("{%p if other_metrics %}")
    rows(
        document,
        ["Metric", "Was", "Is", "Should be", "State"],
        "row in other_metrics",
        [54, 28, 34, 27, 27],
    )
    paragraphs(document, "{%p else %}", "None.", "{%p endif %}")
    document.add_heading("Promises by theme", 1)
    rows(document, OF_PROMISES, "row in themes", [42, 14, 12, 15, 13, 15, 14, 18, 13, 14], size=7)
    pillars(document)
    document.add_paragraph("{{ lacking }}")
    document.add_heading("Risks", 1)
    document.add_paragraph("{%p if risks %}")
    rows(
        document,
        ["Risk", "Score", "Who watches it", "What is done", "Endangers"],
        "row in risks",
        [35, 22, 30, 41, 42],
    )
    paragraphs(document, "{%p else %}", "None is open.", "{%p endif %}")
    document.add_heading("Beside the promises", 1)
    listed(document, "one in found", "{{ one }}")
    document.add_paragraph("{{ not_measured }}")
    decided(document)
    end(document, "{{ fingerprint }}")
    return document


def main() -> None:
    statement().save(str(BALANCE / "committee.docx"))
    report().save(str(BALANCE / "report.docx"))


if __name__ == "__main__":
    main()
