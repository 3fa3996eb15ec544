"""The papers in Word, as whoever prints them or hears them has them."""

from __future__ import annotations

import io

import pytest
from docx import Document
from docx.oxml.ns import qn
from PIL import Image

from commonweal.balance import render

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(told, period, close_books):
    told((150, "proposed", {}), (149, "accepted", {}))
    return close_books(period)


def made(statement, kind="report"):
    return Document(io.BytesIO(render.word(statement, kind=kind)))


def fields(footer):
    return [field.get(qn("w:instr")) for field in footer._element.iter(qn("w:fldSimple"))]


@pytest.mark.parametrize("kind", ["report", "statement"])
def test_a_paper_is_numbered_and_tears_no_row(closed, kind):
    paper = made(closed, kind)
    for section in paper.sections:
        assert fields(section.footer) == ["PAGE", "NUMPAGES"]
        assert "fingerprint" in section.footer.paragraphs[-1].text
    assert paper.core_properties.language == "en-GB"
    assert paper.core_properties.title.startswith("Brackenford: ")
    tables = [table for table in paper.tables if len(table.rows) > 1]
    assert tables
    for table in tables:
        head, *_ = table.rows
        assert head._tr.trPr.find(qn("w:tblHeader")) is not None
        for row in table.rows:
            assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    for picture in paper.inline_shapes:
        assert picture._inline.docPr.get("descr")
    names = [picture._inline.docPr.get("name") for picture in paper.inline_shapes]
    inside = [shape._inline.graphic.graphicData.pic.nvPicPr for shape in paper.inline_shapes]
    assert names == [part.cNvPr.get("name") for part in inside]
    assert names == ["Promises in the period"]


def test_what_comes_first_in_the_report_is_the_recommendation(closed):
    headings = [p.text for p in made(closed).paragraphs if p.style.name == "Heading 1"]
    assert headings[0] == "Recommendations"
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize("foot", ["numbered", "bare"])
def test_a_committees_own_template_keeps_its_foot(closed, settings, tmp_path, foot):
    settings.VAR = tmp_path
    (tmp_path / "templates").mkdir()
    own = Document()
    own.add_paragraph("{{ title }}")
    if foot == "numbered":
        line = own.sections[0].footer.paragraphs[0]
        line.add_run("Leaf ")
        field = line._p.makeelement(qn("w:fldSimple"), {qn("w:instr"): "PAGE"})
        line._p.append(field)
    own.save(str(tmp_path / "templates" / "committee.docx"))
    [section] = made(closed).sections
    if foot == "bare":
        assert section.footer.is_linked_to_previous
    else:
        assert fields(section.footer) == ["PAGE"]


def test_a_picture_of_a_committees_own_template_keeps_its_name(closed, settings, tmp_path):
    settings.VAR = tmp_path
    (tmp_path / "templates").mkdir()
    own, arms = Document(), io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(arms, "PNG")
    own.add_picture(arms)
    own.inline_shapes[0]._inline.docPr.set("name", "Arms")
    own.add_paragraph("{{ plots[0].picture }}")
    own.save(str(tmp_path / "templates" / "committee.docx"))
    properties = [shape._inline.docPr for shape in made(closed).inline_shapes]
    assert [part.get("name") for part in properties] == ["Arms", "Promises in the period"]
    assert [bool(part.get("descr")) for part in properties] == [False, True]
