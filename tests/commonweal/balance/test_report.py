"""The committee report as councils write one: recommendation first, implications, four pages."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph
from pypdf import PdfReader

from commonweal.accounts.models import Event
from commonweal.balance import (
    actions,
    authoring,
    cutting,
    implications,
    papers,
    reads,
    render,
    report,
)
from commonweal.balance.models import CommitteePaper
from commonweal.office.errors import Refused
from commonweal.places.models import Town

pytestmark = pytest.mark.django_db
ANSWERS = {
    "author": "Charter manager",
    "contact": "charter@brackenford.example",
    "finance": "Nothing new is spent.",
    "legal": "The council may do this.",
    "equality": "",
    "climate": "",
    "none_of": ["climate"],
}


@pytest.fixture
def draft(told, period, maya, metric):
    metric.release_days = 1
    metric.save()
    told((150, "proposed", {}), (149, "accepted", {}), target=Decimal(80))
    return actions.prepare(period=period, by=maya)


@pytest.fixture
def closed(draft, period, maya, sign_in, close_books):
    actions.ask(
        period=period, body="Executive", question="Buy an oven.", because="It broke.", by=maya
    )
    sign_in(maya).post(f"/desk/balance/{period.code}/paper/", ANSWERS)
    return close_books(period)


def pdf_pages(statement, kind="report"):
    document = PdfReader(io.BytesIO(render.pdf(statement, kind=kind)))
    return [page.extract_text() for page in document.pages]


def word_text(statement, kind="report"):
    document = Document(io.BytesIO(render.word(statement, kind=kind)))
    texts = [section.footer.paragraphs[0].text for section in document.sections]
    for element in document.element.body:
        if element.tag.endswith("}p"):
            texts.append(Paragraph(element, document).text)
        elif element.tag.endswith("}tbl"):
            for row in Table(element, document).rows:
                texts += [cell.text for cell in row.cells]
    return "\n".join(texts)


def words(text):
    return set(re.findall(r"\w+", text))


# --- The author writes ------------------------------------------------------------------------


def test_author_and_implications_come_into_the_next_draft(sign_in, maya, draft, period):
    client = sign_in(maya)
    desk = client.get(f"/desk/balance/{period.code}/").content.decode()
    assert "Nobody has written them yet." in desk
    address = f"/desk/balance/{period.code}/paper/"
    assert f'href="{address}"' in desk
    assert client.post(address, ANSWERS).status_code == 302
    assert draft.content["paper"] is None
    content = actions.prepare(period=period, by=maya).content
    assert content["paper"]["author"] == "Charter manager"
    assert implications.in_words(content) == [
        ["Finance", "Nothing new is spent."],
        ["Legal", "The council may do this."],
        # Nobody said that there is none: nobody looked.
        ["Equality", "Not written."],
        ["Climate", "None stated."],
    ]
    event = Event.objects.get(verb="committee report written")
    assert "Nothing new" not in str(event.detail)


def test_what_was_typed_is_kept_where_words_and_none_contradict(sign_in, maya, draft, period):
    client = sign_in(maya)
    answers = ANSWERS | {"none_of": ["climate", "finance"], "contact": ""}
    page = client.post(f"/desk/balance/{period.code}/paper/", answers).content.decode()
    assert "You wrote something about finance, and ticked that there is none" in page
    assert "Say whom a reader can ask" in page
    assert "Nothing new is spent." in page
    assert not CommitteePaper.objects.exists()


def test_the_author_is_one_who_drafts(sign_in, idris, tom, asha, draft, period):
    for person in (idris, tom, asha):
        client = sign_in(person)
        assert client.get(f"/desk/balance/{period.code}/paper/").status_code == 403
    with pytest.raises(Refused, match="takes the role"):
        authoring.write_paper(period=period, answers=ANSWERS, none_of=[], by=tom)


def test_nothing_is_written_beside_books_that_are_closed(sign_in, maya, closed, period):
    client = sign_in(maya)
    answers = ANSWERS | {"equality": "It came too late."}
    page = client.post(f"/desk/balance/{period.code}/paper/", answers).content.decode()
    assert "Draft a restatement first." in page
    assert "It came too late." in page
    assert CommitteePaper.objects.get().equality == ""


def test_who_signs_is_told_what_is_not_written(sign_in, idris, maya, draft, period):
    address = f"/desk/balance/{period.code}/step/sign/"
    says = "The committee report has nothing yet on: "
    page = sign_in(idris).get(address).content.decode()
    assert f"{says}finance, legal, equality, climate." in page
    sign_in(maya).post(f"/desk/balance/{period.code}/paper/", ANSWERS)
    actions.prepare(period=period, by=maya)
    assert f"{says}equality." in sign_in(idris).get(address).content.decode()


# --- What it says -----------------------------------------------------------------------------


HEADINGS = ("Recommendations", "The period in short", "What is red, and why", "Implications")


def test_the_recommendation_comes_first_on_the_page_in_pdf_and_word(client, closed, period):
    page = client.get(f"/balance/{period.code}/1/report/").content.decode()
    for text in (page[page.index("<main") :], "\n".join(pdf_pages(closed)), word_text(closed)):
        places = [text.index(heading) for heading in HEADINGS]
        assert places == sorted(places)
        assert "Buy an oven." in text
        for said in (
            "Charter manager",
            "charter@brackenford.example",
            "Nothing new is spent.",
            "None stated.",
            "Not written.",
            "It rained.",
        ):
            assert said in " ".join(text.split()), said


def test_a_report_that_asks_for_nothing_says_so(draft):
    assert report.FOR_NOTING in " ".join(pdf_pages(draft)[0].split())
    assert report.FOR_NOTING in word_text(draft)


def test_a_red_line_has_its_figures_and_its_reason(closed):
    content = cutting.load(closed)
    [metric] = [line for line in content["metrics"] if line["is_red"]]
    [row] = report.of(content, "")["red"]
    assert row[0] == metric["name"]
    assert metric["is"] in row[1]
    assert metric["was"] in row[1]
    assert row[2:] == [metric["should_be"] or "-", "It rained."]


@pytest.mark.parametrize("kind", ["report", "statement"])
def test_that_a_town_is_fictional_stands_on_a_line_of_its_own(told, period, maya, town, kind):
    Town.objects.update(is_fictional=True)
    told((150, "proposed", {}), (149, "accepted", {}))
    [first, *_] = pdf_pages(actions.prepare(period=period, by=maya), kind)
    [line] = [line for line in first.splitlines() if "is a fictional town" in line]
    assert line.strip() == f"{town.name} is a fictional town: everything here is made up."


@pytest.mark.parametrize("kind", ["report", "statement"])
def test_pdf_and_word_say_the_same(closed, kind):
    printed, typed = words(" ".join(pdf_pages(closed, kind))), words(word_text(closed, kind))
    # Typst writes the words of the drawings as text; in Word they are pictures with a name.
    drawn = words(" ".join(re.sub(r"<[^>]+>", " ", plot["svg"]) for plot in _plots(closed, kind)))
    # Pages are numbered in both; in Word measures have a column, and a narrow heading is broken.
    layout = words("1 2 3 4 5 page Measure Withdrawn With drawn")
    assert typed - printed - layout == set()
    assert printed - typed - drawn - layout == set()


def _plots(statement, kind):
    from commonweal.balance import papers

    return papers.of_statement(statement, kind)[1]["plots"]


def test_the_fingerprint_stands_whole_once_and_short_at_the_foot(closed):
    pages = pdf_pages(closed)
    text = re.sub(r"\s", "", "".join(pages))
    assert text.count(closed.sha256) == 1
    assert cutting.load(closed)["cut"]["hash"] not in text
    for page in pages:
        assert f"fingerprint {closed.sha256[:12]}" in page


def test_the_themes_add_up_to_the_whole(closed):
    whole, *themes = report.of(cutting.load(closed), "")["themes"]
    assert themes
    for column in range(1, len(whole)):
        assert int(whole[column]) == sum(int(theme[column]) for theme in themes)


def test_a_report_of_before_there_were_implications_is_still_printed(client, closed, period):
    content = cutting.load(closed)
    del content["paper"]
    assert implications.in_words(content) == []
    assert implications.unwritten(content) == []
    assert ["Report of", ""] not in report.of(content, "")["front"]


# --- The demonstration's quarter --------------------------------------------------------------


@pytest.mark.alike
def test_the_demonstrations_report_has_four_pages_without_blanks(whole_village):
    """No page but the last leaves a third of itself blank."""
    document = PdfReader(io.BytesIO(render.pdf(reads.newest(), kind="report")))
    assert len(document.pages) <= 4
    for page in document.pages[:-1]:
        assert lowest_line(page) < float(page.mediabox.height) / 3


def lowest_line(page):
    """How high above the page's lower edge its last line stands, the foot left out."""
    heights: list[float] = []

    def note(text, cm, tm, font, size):
        if text.strip():
            heights.append(tm[5] * cm[3] + cm[5])

    page.extract_text(visitor_text=note)
    return min(height for height in heights if height > 75)


# --- No leftovers -----------------------------------------------------------------------------


def test_what_a_risk_endangers_is_one_list(closed):
    content = cutting.says(closed)
    risk = {
        "title": "Flood",
        "score": 4,
        "likelihood": 2,
        "impact": 2,
        "owner": "Clerk",
        "mitigation": "",
        "endangers": ["We give 9 meals.", "Ovens"],
    }
    shown = papers.shown(content | {"risks": [risk]}, "0" * 64, kind="report")
    assert shown["risks"][0][-1] == "We give 9 meals; Ovens"


def test_a_validator_of_no_organisation_is_said_to_act_for_none(closed):
    _, shown = papers.of_statement(closed, "statement")
    assert {row[2] for row in shown["signoffs"] if row[0] == "validated"} == {"acts for none"}


@pytest.mark.parametrize("claimed", [-2, 2])
def test_a_minus_is_explained_where_one_stands(closed, claimed):
    content = cutting.says(closed)
    totals = content["totals"] | {"claimed": claimed}
    note = report.of(content | {"totals": totals}, "")["themes_note"]
    assert bool(note) == (claimed < 0)
    shown = papers.shown(content | {"totals": totals}, "0" * 64, kind="report")
    assert shown["themes_note"] == note


@pytest.mark.parametrize("kind", ["report", "statement"])
def test_the_address_to_compare_with_is_a_link(closed, kind):
    document = PdfReader(io.BytesIO(render.pdf(closed, kind=kind)))
    links = {
        annotation.get_object()["/A"]["/URI"]
        for page in document.pages
        for annotation in page.get("/Annots", [])
    }
    assert any(link.endswith(f"/balance/{closed.period.code}/1/") for link in links)
