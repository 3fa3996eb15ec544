"""Make the Word template of the committee report, ``src/commonweal/balance/committee.docx``.

The template is a file, so that a committee can be given its own; this script is how ours was
made. Its fields are explained in ``docs/guides/committee-template.md``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

TARGET = Path(__file__).resolve().parent.parent / "src/commonweal/balance/committee.docx"


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


def main() -> None:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(10.5)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    style.element.get_or_add_rPr().append(language)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
        document.styles[name].font.color.rgb = RGBColor(0x1D, 0x5C, 0x5C)
        document.styles[name].font.name = "Arial"
    p = document.add_paragraph
    document.add_heading("{{ title }}", 0)
    p("{{ subtitle }}")
    p("{{ sentence }}")
    p("{%p if said.is_fictional %}")
    p("{{ said.town }} is a fictional town: everything here is made up.")
    p("{%p endif %}")
    p("{%p for plot in plots %}")
    document.add_heading("{{ plot.title }}", 2)
    p("{{ plot.picture }}")
    p("{%p endfor %}")
    document.add_heading("The account of promises", 1)
    p("{{ how }}")
    p("{%p for section in sections %}")
    document.add_heading("{{ section.title }}", 2)
    table(
        document,
        ["Measure", "Counted in", "Open at start", "Made", "Changed", "Verified", "In part",
         "Claimed", "Not met", "With-drawn", "Lapsed", "Open at end"],
        "row in section.table",
        [f"{{{{ row[{n}] }}}}" for n in range(12)],
        [33, 17, *[12] * 10],
        size=6.5,
    )  # fmt: skip
    p("{%p endfor %}")
    p("{%p for one in said.carried %}")
    document.add_paragraph("{{ one }}", style="List Bullet")
    p("{%p endfor %}")
    document.add_heading("Metrics: was, is, why", 1)
    table(
        document, ["Metric", "Was", "Is", "Should be", "State", "Why"], "row in metrics",
        ["{{ row[0] }}", "{{ row[1] }}", "{{ row[2] }}", "{{ row[3] }}", "{{ row[4] }}",
         "{{ row[5] }}"], [36, 23, 23, 23, 22, 43],
    )  # fmt: skip
    document.add_heading("The programme", 1)
    p("{{ programme.sentence }}")
    table(
        document, ["Pillar", "Actions", "Done"], "row in programme.pillars",
        ["{{ row[0] }}", "{{ row[1] }}", "{{ row[2] }}"], [110, 30, 30],
    )  # fmt: skip
    p("{%p if programme.red %}")
    document.add_heading("Late actions, and why", 2)
    table(
        document, ["Action", "Owner", "Was", "Is", "Why"], "row in programme.red",
        ["{{ row[0] }}", "{{ row[1] }}", "{{ row[2] }}", "{{ row[3] }}", "{{ row[4] }}"],
        [48, 35, 22, 20, 45],
    )  # fmt: skip
    p("{%p endif %}")
    p("{%p if is_report %}")
    document.add_heading("Decisions asked for", 1)
    p("{%p for one in said.asked %}")
    document.add_paragraph(
        "{{ one.body }}: {{ one.words }}{% if one.because %} ({{ one.because }}){% endif %}",
        style="List Number",
    )
    p("{%p endfor %}")
    p("{%p if not said.asked %}")
    p("None.")
    p("{%p endif %}")
    document.add_heading("Risks", 1)
    table(
        document, ["Risk", "Score", "Who watches it", "What is done", "Endangers"],
        "row in risks",
        ["{{ row[0] }}", "{{ row[1] }}", "{{ row[2] }}", "{{ row[3] }}", "{{ row[4] }}"],
        [35, 22, 30, 41, 42],
    )  # fmt: skip
    p("{%p endif %}")
    p("{%p for panel in said.panels %}")
    document.add_heading("{{ panel.title }}", 1)
    p("{{ panel.sentence }}")
    p("{%p for row in panel.rows %}")
    document.add_paragraph("{{ row.name }}: {{ row['was'] }}, then {{ row['is'] }}",
                           style="List Bullet")  # fmt: skip
    p("{%p endfor %}")
    p("{%p endfor %}")
    p("{%p if said.restates %}")
    document.add_heading("What this restates", 1)
    p("It replaces statement {{ said.restates.number }}. Why: {{ said.restates.because }}")
    table(
        document, ["Figure", "Was", "Is"], "row in differences",
        ["{{ row[0] }}", "{{ row[1] }}", "{{ row[2] }}"], [110, 30, 30],
    )  # fmt: skip
    p("{%p endif %}")
    document.add_heading("How we know", 1)
    table(
        document, ["Act", "Role", "Organisation", "Day"], "row in signoffs",
        ["{{ row[0] }}", "{{ row[1] }}", "{{ row[2] }}", "{{ row[3] }}"], [30, 50, 50, 40],
    )  # fmt: skip
    p("{{ proof }}")
    p("SHA-256 {{ sha256 }}")
    document.save(str(TARGET))


if __name__ == "__main__":
    main()
