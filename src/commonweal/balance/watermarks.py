"""What marks a Word file as a draft on each of its pages, whatever template it was made from."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

# The shape that Word itself makes for a watermark: words on a slope, behind the text.
_SHAPE = (
    '<w:pict xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml">'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" path="m@7,l@8,m@5,21600l@6,21600e">'
    '<v:path textpathok="t"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="draft{number}" type="#_x0000_t136" alt="Draft" style="position:absolute;'
    "width:420pt;height:140pt;rotation:315;z-index:-1;"
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" '
    'fillcolor="#e3e3e3" stroked="f"><v:textpath style="font-family:Arial;font-size:1pt" '
    'string="DRAFT"/></v:shape></w:pict>'
)


def marked(document: bytes, sentence: str) -> bytes:
    """A Word file with the sentence, and DRAFT on a slope behind the text, in each of its headers.

    The file is read anew: what fills a template puts other headers in the place of those that it
    read.
    """
    from docx import Document
    from docx.oxml import parse_xml

    draft = Document(io.BytesIO(document))
    for number, header in enumerate(_headers(draft)):
        paragraph = header.paragraphs[0].insert_paragraph_before()
        paragraph.add_run(sentence).bold = True
        paragraph.add_run()._r.append(parse_xml(_SHAPE.format(number=number)))
    out = io.BytesIO()
    draft.save(out)
    return out.getvalue()


def _headers(document: Any) -> Iterator[Any]:
    """The headers that stand on pages: one that is taken from the section before is not its own."""
    for number, section in enumerate(document.sections):
        used = [section.header]
        if section.different_first_page_header_footer:
            used.append(section.first_page_header)
        if document.settings.odd_and_even_pages_header_footer:
            used.append(section.even_page_header)
        yield from (header for header in used if not number or not header.is_linked_to_previous)
