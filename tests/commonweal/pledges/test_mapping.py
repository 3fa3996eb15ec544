"""An unknown list of pledges is told column by column in the browser, and remembered."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone

from commonweal.bringing import holding
from commonweal.bringing.models import HeldFile, Mapping
from commonweal.pledges.models import Measure, Pledge

from .test_import import FIRST, brought_in, chosen

pytestmark = pytest.mark.django_db
# Ten columns, none called as ours, below a title.
LINES = [
    ["Compact of 2026, as exported", *[""] * 9],
    [
        "Nr",
        "Member body",
        "Kind of body",
        "Our word",
        "Type of good",
        "Now",
        "Aim",
        "Until",
        "Post",
        "Remark",
    ],
    [
        "7",
        "Willow Café",
        "Business",
        "We feed 40 pupils",
        "Hours given",
        "0",
        "40",
        "31/03/2029",
        "Manager",
        "a",
    ],
    [
        "8",
        "Reed Trust",
        "charity",
        "We lend, teach and mend",
        "Hours given",
        "1,5",
        "60",
        "1 May 2029",
        "Head",
        "",
    ],
]
TOLD = [
    "reference",
    "partner",
    "sector",
    "statement",
    "measure",
    "baseline",
    "target",
    "due_on",
    "owner_title",
    "",
]


def as_csv(lines, separator=";"):
    return "\n".join(separator.join(line) for line in lines) + "\n"


def as_workbook(lines, sheet="Answers"):
    book = openpyxl.Workbook()
    book.active.append(["Read me"])
    table = book.create_sheet(sheet)
    for line in lines:
        table.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def told(page, columns=TOLD, **more):
    """What a browser sends of the page of columns."""
    understood = page.context["understood"]
    answers = {f"column-{number}": meaning for number, meaning in enumerate(columns)}
    return {
        "heading": understood.heading,
        "sheet": understood.sheet,
        "save": "1",
        "shown": f"{understood.heading} {understood.sheet}",
        **answers,
        **more,
    }


@pytest.fixture
def client_of_maya(sign_in, maya, measure):
    return sign_in(maya)


def answered(client, page, **said):
    return client.post(page.request["PATH_INFO"], {"do": "look", **said}, follow=True)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (as_csv(LINES), "compact.csv"),
        (as_workbook(LINES), "compact.xlsx"),
        (as_csv(LINES).encode("cp1252"), "Zusage “№1”/..\\a'b<i>.csv"),
        (as_csv(LINES, "\t"), "a.txt"),
    ],
)
def test_an_unknown_list_is_told_asked_about_and_brought_in(client_of_maya, content, name):
    client = client_of_maya
    page = chosen(client, content, name=name, sender="Town Compact")
    shown = page.content.decode()
    assert page.resolver_match.url_name == "desk-import-columns"
    assert page.context["understood"].heading == 2
    assert "We feed 40 pupils; We lend, teach and mend" in shown
    page = client.post(page.request["PATH_INFO"], told(page), follow=True)
    assert "What is counted where the file says “Hours given”?" in page.content.decode()
    assert "Bring it in" not in page.content.decode()
    page = answered(client, page, **{"answer-0": "hours"})
    brought_in(client, page)
    cafe, trust = Pledge.objects.order_by("target")
    assert (cafe.partner.name, cafe.partner.sector, cafe.source) == (
        "Willow Café",
        "private",
        "Town Compact",
    )
    assert (trust.baseline, trust.due_on, trust.partner.sector) == (
        Decimal("1.5"),
        date(2029, 5, 1),
        "voluntary",
    )
    assert cafe.owner_title == "Manager"


def test_the_next_file_of_the_same_layout_needs_no_telling(client_of_maya):
    client = client_of_maya
    page = chosen(client, as_csv(LINES), sender="Town Compact")
    page = client.post(page.request["PATH_INFO"], told(page), follow=True)
    brought_in(client, answered(client, page, **{"answer-0": "hours"}))
    # Another title and one line more above, another year's rows; the sender in other letters.
    later = [
        ["Compact of 2027", *[""] * 9],
        [""] * 10,
        *LINES[1:],
        [*LINES[2][:5], "0", "50", *LINES[2][7:]],
    ]
    later[4] = [*LINES[3][:3], "We teach a lot more", *LINES[3][4:]]
    page = chosen(client, as_csv(later), sender="town  compact")
    assert page.resolver_match.url_name == "desk-import-held"
    assert page.context["preview"].counts | {"blank": 0} == {
        "rows": 3,
        "new": 1,
        "changed": 1,
        "unchanged": 1,
        "rejected": 0,
        "blank": 0,
        "removed": 0,
    }
    # Of another sender nothing is known.
    page = chosen(client, as_csv(LINES), sender="Somebody else")
    assert page.resolver_match.url_name == "desk-import-columns"


@pytest.mark.parametrize(
    ("columns", "because"),
    [
        ([""] * 10, "Say which column is “Organisation”"),
        (["partner", "partner", *TOLD[2:]], "Two columns are said to be “Organisation”"),
        ([*TOLD[:7], "", *TOLD[8:]], "Say which column is “Due date”"),
    ],
)
def test_what_is_not_told_is_asked_again_and_what_was_told_is_kept(
    client_of_maya, columns, because
):
    client = client_of_maya
    page = chosen(client, as_csv(LINES))
    page = client.post(page.request["PATH_INFO"], told(page, columns, **{"fixed-sector": "public"}))
    assert because in page.content.decode()
    form = page.context["form"]
    assert [form[f"column-{n}"].value() for n in range(10)] == columns
    assert form["fixed-sector"].value() == "public"
    assert not Mapping.objects.exists()


def test_the_same_for_all_rows_may_be_told(client_of_maya):
    client = client_of_maya
    page = chosen(client, as_csv(LINES))
    columns = [*TOLD[:2], "", "statement", "", *TOLD[5:]]
    said = {"fixed-sector": "public", "fixed-measure": "hours"}
    page = client.post(page.request["PATH_INFO"], told(page, columns, **said), follow=True)
    brought_in(client, page)
    assert {p.partner.sector for p in Pledge.objects.all()} == {"public"}
    assert {p.measure.code for p in Pledge.objects.all()} == {"hours"}


def test_another_line_and_another_sheet_can_be_said(client_of_maya):
    client = client_of_maya
    page = chosen(client, as_workbook(LINES))
    understood = page.context["understood"]
    assert [name for name, _ in understood.sheets] == ["Sheet", "Answers"]
    moved = {**told(page), "heading": "1"}
    page = client.post(page.request["PATH_INFO"], moved)
    assert "These are the columns of the line that you chose" in page.content.decode()
    assert page.context["understood"].columns[0].heading == "Compact of 2026, as exported"
    for heading, because in (("x", "Write the line as a number"), ("999", "has no line 999")):
        page = client.post(page.request["PATH_INFO"], {**told(page), "heading": heading})
        assert because in page.content.decode()
    page = client.post(page.request["PATH_INFO"], {**told(page), "sheet": "Sheet", "heading": "1"})
    assert page.context["understood"].sheet == "Sheet"
    assert not Mapping.objects.exists()


def test_headings_that_stand_twice_are_told_one_by_one(client_of_maya):
    client = client_of_maya
    lines = [
        "partner,statement,measure,target,due_on,due_on",
        "Acorn Ltd,We give,hours,10,2029-03-31,2030-03-31",
    ]
    page = chosen(client, "\n".join(lines))
    assert page.resolver_match.url_name == "desk-import-columns"
    understood = page.context["understood"]
    assert [column.meaning for column in understood.columns][-2:] == ["", ""]
    columns = ["partner", "statement", "measure", "target", "", "due_on"]
    page = client.post(page.request["PATH_INFO"], told(page, columns), follow=True)
    assert page.context["preview"].new[0].due_on == date(2030, 3, 31)


def test_a_file_waits_encrypted_and_is_forgotten(
    client_of_maya, settings, django_capture_on_commit_callbacks
):
    client = client_of_maya
    page = chosen(client)
    held = HeldFile.objects.get()
    path = Path(settings.VAR) / "held" / str(held.code)
    assert b"Toy Library" not in path.read_bytes()
    assert holding.content_of(held) == FIRST.encode()
    with django_capture_on_commit_callbacks(execute=True):
        brought_in(client, page)
    assert not path.exists()
    assert not HeldFile.objects.exists()
    page = chosen(client, FIRST + "x")
    client.post(page.request["PATH_INFO"], {"do": "away"})
    assert not list(path.parent.iterdir())
    chosen(client, FIRST + "y")
    HeldFile.objects.update(held_at=timezone.now() - timedelta(days=8))
    assert holding.forget_old() == 1
    assert not list(path.parent.iterdir())


def test_refused_rows_go_out_with_their_cells_and_come_back_corrected(client_of_maya):
    client = client_of_maya
    lines = [
        *LINES,
        ["9", "Elm Ltd", "odd kind", "-> We plant", "Hours given", "0", "5", "soon", "", ""],
    ]
    page = chosen(client, as_csv(lines), sender="Compact")
    page = client.post(page.request["PATH_INFO"], told(page), follow=True)
    page = answered(client, page, **{"answer-0": "hours"})
    early = client.get(f"{page.request['PATH_INFO']}refused/").content.decode()
    page = brought_in(client, page)
    run = page.context["run"]
    sheet = client.get(f"/desk/charter/imports/{run.pk}/refused/").content.decode()
    assert sheet == early
    assert "Elm Ltd" in sheet
    assert "the sector 'odd kind' is none of public" in sheet
    mended = sheet.replace("odd kind", "private").replace("soon", "2029-03-31")
    page = chosen(client, mended, sender="Compact")
    assert page.resolver_match.url_name == "desk-import-held"
    brought_in(client, page)
    assert Pledge.objects.get(partner__name="Elm Ltd").statement == "-> We plant"


def test_a_refused_row_speaks_the_words_of_its_file(client_of_maya):
    client = client_of_maya
    lines = [
        *LINES,
        ["9", "Elm Ltd", "private", "We plant", "Hours given", "0", "5", "in spring", "", ""],
        ["10", "Elm Ltd", "private", "We dig", "Hours given", "0", "plenty", "2029-03-31", "", ""],
        ["11", "Elm Ltd", "private", "We rest", "Hours given", "0", "5", "", "", ""],
    ]
    page = chosen(client, as_csv(lines), sender="Compact")
    page = client.post(page.request["PATH_INFO"], told(page), follow=True)
    shown = unescape(page.content.decode())
    assert "Row 5: Until: 'in spring' is no date" in shown
    assert "Row 6: Aim: 'plenty' is no number" in shown
    assert "Row 7: Until is missing" in shown
    assert "due_on:" not in shown
    # A heading that is empty is called as the page of columns calls it.
    lines[1] = [*lines[1][:7], "", *lines[1][8:]]
    page = chosen(client, as_workbook(lines), name="another.xlsx", sender="Another")
    page = client.post(page.request["PATH_INFO"], told(page), follow=True)
    assert "row 5: Due date: 'in spring' is no date" in unescape(page.content.decode())


def test_the_preview_shows_what_is_counted_and_from_where_to_where(client_of_maya):
    client = client_of_maya
    page = chosen(client, as_csv(LINES), sender="Compact")
    page = client.post(page.request["PATH_INFO"], told(page), follow=True)
    asked = page.content.decode()
    assert "asked on this page" in asked
    assert "not known yet" in asked
    page = answered(client, page, **{"answer-0": "hours"})
    counted = Measure.objects.get(code="hours")
    shown = page.content.decode()
    assert f">{counted.name}</td>" in shown
    assert f"{counted.write(Decimal('1.5'))} to {counted.write(Decimal(60))}" in shown
    assert "not known yet" not in shown
    # It is public for good: whoever carries it out has read it before.
    assert "a post, not a person’s name" in shown
    assert ">Manager</td>" in shown
    assert ">Head</td>" in shown


def test_a_line_of_totals_and_what_was_left_out_are_called_so(client_of_maya):
    lines = [*LINES, ["Total", *[""] * 9]]
    page = chosen(client_of_maya, as_csv(lines), sender="Compact")
    page = client_of_maya.post(page.request["PATH_INFO"], told(page), follow=True)
    page = answered(client_of_maya, page, **{"answer-0": "leave-out"})
    reasons = [because for _, because in sorted(page.context["preview"].rejected)]
    assert reasons == [
        *["left out, as was answered: there is no measure 'Hours given' on the town's menu"] * 2,
        "it is a line of totals",
    ]


def test_the_empty_list_can_be_brought_in_as_it_is(client_of_maya):
    client = client_of_maya
    sheet = client.get("/desk/charter/import/template/").content
    page = chosen(client, sheet, name="pledges.csv")
    assert page.context["preview"].counts["new"] == 1
    brought_in(client, page)
    assert Pledge.objects.get().measure == Measure.objects.get()


@pytest.mark.parametrize(
    ("content", "name", "because"),
    [
        (b"", "a.csv", "The file is empty"),
        (b"PK\x03\x04broken", "a.xlsx", "damaged"),
        (b"a,b\n", "a.pdf", "kind of file"),
        (b"\xff\xfe\x00\xd8", "a.csv", "encoding"),
        (b"<html><table>", "a.xls", "web page"),
        (b",\n,\n", "a.csv", "holds no table"),
    ],
)
def test_what_is_no_table_is_refused_where_it_was_chosen(client_of_maya, content, name, because):
    page = chosen(client_of_maya, content, name=name, sender="Town Compact")
    assert page.resolver_match.url_name == "desk-import"
    assert because in page.content.decode()
    assert 'value="Town Compact"' in page.content.decode()
    assert not HeldFile.objects.exists()


def test_two_tabs_each_have_their_file(client_of_maya):
    client = client_of_maya
    first, second = chosen(client), chosen(client, FIRST.replace("300", "310"))
    brought_in(client, second)
    answer = brought_in(client, first)
    assert "The register has changed since you looked" in answer.content.decode()
    assert Pledge.objects.filter(target=310).exists()
