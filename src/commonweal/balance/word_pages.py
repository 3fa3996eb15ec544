"""What a paper in Word needs and its template can't say: rows that are not torn by the end of a
page, its language, and the number of each page."""

from __future__ import annotations

import io
from typing import Any


def finished(filled: bytes) -> bytes:
    """The same document, mended. A committee's own template that numbers its pages keeps its
    numbers, and one without a foot gets none."""
    from docx import Document

    document = Document(io.BytesIO(filled))
    document.core_properties.language = "en-GB"
    for table in document.tables:
        for row in table.rows:
            _keep_whole(row)
    for section in document.sections:
        if not section.footer.is_linked_to_previous:
            _number(section.footer)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _keep_whole(row: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = row._tr.get_or_add_trPr()
    if properties.find(qn("w:cantSplit")) is None:
        properties.append(OxmlElement("w:cantSplit"))


def _number(footer: Any) -> None:
    if "PAGE" in footer._element.xml:
        return
    line = footer.paragraphs[-1]
    for before, field in ((", page ", "PAGE"), (" of ", "NUMPAGES")):
        line.add_run(before)
        line._p.append(_field(field))


def _field(instruction: str) -> Any:
    """A figure that Word works out; 1 stands where nobody does."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field, run, text = (OxmlElement(name) for name in ("w:fldSimple", "w:r", "w:t"))
    field.set(qn("w:instr"), instruction)
    text.text = "1"
    run.append(text)
    field.append(run)
    return field
