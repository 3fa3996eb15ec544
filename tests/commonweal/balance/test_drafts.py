"""The papers of a draft: read before the vote, marked on each page, and for nobody else."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal

import pytest
from docx import Document
from pypdf import PdfReader

from commonweal.balance import actions

pytestmark = pytest.mark.django_db
MARK = "Draft, not signed off. Not for publication."


@pytest.fixture
def draft(told, period, maya):
    told((150, "proposed", {}), (149, "accepted", {}), target=Decimal(80))
    return actions.prepare(period=period, by=maya)


def address(period, kind="report", ending="pdf"):
    return f"/desk/balance/{period.code}/draft-{kind}.{ending}"


def pages(answer):
    return [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]


@pytest.mark.parametrize("kind", ["report", "statement"])
def test_every_page_of_a_draft_says_that_it_is_one(sign_in, tom, draft, period, kind):
    answer = sign_in(tom).get(address(period, kind))
    assert answer["Content-Disposition"] == (
        f'attachment; filename="draft-{kind}-{period.code}-1.pdf"'
    )
    assert "no-store" in answer["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in answer
    assert pages(answer)
    for page in pages(answer):
        assert MARK in page
        assert "DRAFT" in page


def test_the_mark_says_how_far_the_draft_is(sign_in, tom, idris, draft, period):
    actions.sign_off(draft=draft, seen=draft.content_sha256, by=idris)
    [first, *_] = pages(sign_in(tom).get(address(period)))
    assert "Draft, signed off and not validated." in first
    actions.validate(draft=draft, seen=draft.content_sha256, by=tom)
    [first, *_] = pages(sign_in(tom).get(address(period)))
    assert "Draft, validated and not closed." in first


def test_the_word_file_of_a_draft_is_marked_too(sign_in, idris, draft, period):
    answer = sign_in(idris).get(address(period, ending="docx"))
    word = Document(io.BytesIO(answer.content))
    for section in word.sections:
        assert MARK in section.header.paragraphs[0].text
    headers = [
        zipfile.ZipFile(io.BytesIO(answer.content)).read(name).decode()
        for name in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        if re.search(r"word/header\d*\.xml", name)
    ]
    assert any('string="DRAFT"' in header for header in headers)


def test_a_towns_own_template_is_marked_in_each_of_its_headers(
    sign_in, maya, draft, period, settings, tmp_path
):
    settings.VAR = tmp_path
    (tmp_path / "templates").mkdir()
    own = Document()
    own.add_paragraph("{{ title }}")
    own.sections[0].header.paragraphs[0].text = "Borough council: {{ subtitle }}"
    own.sections[0].different_first_page_header_footer = True
    own.settings.odd_and_even_pages_header_footer = True
    own.add_section()
    own.save(str(tmp_path / "templates" / "committee.docx"))
    answer = sign_in(maya).get(address(period, ending="docx"))
    [first, *_] = Document(io.BytesIO(answer.content)).sections
    for header in (first.header, first.first_page_header, first.even_page_header):
        assert MARK in header.paragraphs[0].text
    assert first.header.paragraphs[1].text.startswith("Borough council: ")


def test_closed_papers_bear_no_mark(client, draft, period, close_books):
    close_books(period)
    for page in pages(client.get(f"/balance/{period.code}/1/report.pdf")):
        assert "raft, " not in page
        assert "DRAFT" not in page
    word = client.get(f"/balance/{period.code}/1/report.docx").content
    [section, *_] = Document(io.BytesIO(word)).sections
    assert MARK not in "".join(paragraph.text for paragraph in section.header.paragraphs)


def test_a_draft_paper_is_for_those_who_stand_for_it_alone(
    client, sign_in, asha, carys, draft, period
):
    assert client.get(address(period)).status_code == 302
    for person in (asha, carys):
        assert sign_in(person).get(address(period)).status_code == 403


def test_there_is_no_draft_paper_of_another_kind_or_of_closed_books(
    sign_in, maya, draft, period, close_books
):
    manager = sign_in(maya)
    assert manager.get(address(period, "poster")).status_code == 404
    assert manager.get(address(period, ending="odt")).status_code == 404
    close_books(period)
    assert sign_in(maya).get(address(period)).status_code == 404


def test_the_desk_offers_the_papers_of_a_draft(sign_in, tom, draft, period):
    page = sign_in(tom).get(f"/desk/balance/{period.code}/").content.decode()
    for kind in ("report", "statement"):
        for ending in ("pdf", "docx"):
            assert f'href="{address(period, kind, ending)}"' in page


def test_no_paper_writes_a_day_or_an_hour_as_a_machine_does(sign_in, tom, draft, period):
    """Its fingerprint stands last, after what a reader looks for."""
    paper = " ".join(" ".join(pages(sign_in(tom).get(address(period, "statement")))).split())
    assert not re.search(r"\d{4}-\d\d-\d\d(?:T|\b)", paper), paper
    told = re.search(r"Drafted on \d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d\.", paper)
    assert told
    assert paper.index("SHA-256") > told.start()
