"""What a file does not name is left alone; what it says badly keeps what it had."""

from __future__ import annotations

from datetime import date

import pytest

from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.pledges import carrying, importing
from commonweal.pledges.layout import layout_named, mapped
from commonweal.pledges.models import Entry, ImportRun, Pledge

from .test_import import brought_in, chosen

pytestmark = pytest.mark.django_db
HEAD = "partner,sector,reference,statement,measure,baseline,target,due_on,claimed,claimed_on"
DAY, LATER = date(2026, 9, 1), date(2026, 10, 1)


def row(
    partner,
    reference,
    *,
    target="10",
    due="2029-03-31",
    sector="private",
    baseline="0",
    statement="We give hours",
    claimed="",
    claimed_on="",
):
    cells = (
        partner,
        sector,
        reference,
        statement,
        "hours",
        baseline,
        target,
        due,
        claimed,
        claimed_on,
    )
    return ",".join(cells)


def table(*rows):
    return "\n".join([HEAD, *rows]) + "\n"


def plan(*rows, as_at=DAY, layout=None, **said):
    layout = layout or layout_named("commonweal")
    return importing.plan(table(*rows).encode(), "list.csv", layout=layout, as_at=as_at, **said)


def carried(*rows, as_at=DAY, **said):
    return carrying.carry_out(plan(*rows, as_at=as_at, **said), by=None)


@pytest.fixture(autouse=True)
def _menu(measure):
    """The town's menu has the measure that the files name."""


def standings():
    return {p.source_row["base_key"].split("|")[1]: p.standing for p in Pledge.objects.all()}


def test_a_file_adds_and_updates_and_takes_nothing_off():
    carried(row("Acorn Ltd", "1"), row("Birch Ltd", "2"))
    planned = plan(row("Cedar Ltd", "3"), as_at=LATER)
    assert [pledge.partner.name for pledge in planned.unlisted] == ["Acorn Ltd", "Birch Ltd"]
    assert planned.removed == []
    carrying.carry_out(planned, by=None)
    assert standings() == {"1": "active", "2": "active", "3": "active"}
    assert not Entry.objects.filter(kind="removed").exists()


def test_a_file_of_headings_alone_says_nothing_of_anybody(sign_in, maya, client):
    carried(row("Acorn Ltd", "1"))
    planned = plan(as_at=LATER)
    assert (planned.unlisted, planned.does_nothing) == ([], True)
    with pytest.raises(Refused, match="no longer lists 0 pledges"):
        plan(as_at=LATER, removes=1)
    sign_in(maya)
    page = chosen(client, table()).content.decode()
    assert "nothing is done" in page
    assert "Bring it in" not in page


def test_a_row_with_a_cell_too_many_is_refused_and_not_cut():
    """A comma too many moves what stands behind it; the end must not be lost without a word."""
    planned = plan(row("Acorn Ltd", "1") + ",,said too", row("Birch Ltd", "2") + ",,")
    assert [wanted.partner_name for wanted in planned.new] == ["Birch Ltd"]
    [(number, because)] = planned.rejected
    assert (number, "'said too' stands beyond the last" in because) == (2, True)


def test_a_refused_row_keeps_what_it_had():
    carried(row("Acorn Ltd", "1"), row("Birch Ltd", "2"))
    planned = plan(row("Acorn Ltd", "1", due="soon"), as_at=LATER)
    assert [pledge.partner.name for pledge in planned.unlisted] == ["Birch Ltd"]
    carrying.carry_out(plan(row("Acorn Ltd", "1", due="soon"), as_at=LATER, removes=1), by=None)
    assert standings() == {"1": "active", "2": "lapsed"}


def test_nothing_is_taken_off_while_nobody_knows_whose_a_refused_row_is():
    carried(row("Acorn Ltd", "1"), row("Birch Ltd", "2"))
    with pytest.raises(Refused, match=r"whose promise row 3 is"):
        plan(row("Acorn Ltd", "1"), row("", "2"), as_at=LATER, removes=1)


def test_another_layout_of_a_source_takes_nothing_off():
    own = layout_named("commonweal")
    carried(row("Acorn Ltd", "1"))
    other = mapped(own, "", {"columns": ["partner"]})
    planned = plan(row("Birch Ltd", "2"), as_at=LATER, layout=other)
    assert planned.layout.source == own.source
    assert planned.unlisted == []


def test_taking_off_is_chosen_by_name_and_its_number_is_typed(sign_in, maya, client):
    carried(row("Acorn Ltd", "1"), row("Birch Ltd", "2"))
    sign_in(maya)
    page = chosen(client, table(row("Acorn Ltd", "1")))
    shown = page.content.decode()
    assert "Nothing would be done" in shown
    assert "Birch Ltd" in shown
    asked = brought_in(client, page, removes="on", count="7")
    assert "Write 1, or leave the box above unticked" in asked.content.decode()
    assert 'value="7"' in asked.content.decode()
    assert standings()["2"] == "active"
    brought_in(client, page, removes="on", count="1")
    assert standings() == {"1": "active", "2": "lapsed"}
    assert ImportRun.objects.first().counts["removed"] == 1


def test_few_of_many_are_taken_off_without_typing(sign_in, maya, client):
    rows = [row("Acorn Ltd", str(number), statement=f"We give {number}") for number in range(20)]
    carried(*rows)
    sign_in(maya)
    page = chosen(client, table(*rows[1:]))
    assert 'name="count"' not in page.content.decode()
    brought_in(client, page, removes="on")
    assert list(standings().values()).count("lapsed") == 1


def test_done_is_never_said_where_nothing_was_done(sign_in, maya, client):
    carried(row("Acorn Ltd", "1"), as_at=LATER)
    sign_in(maya)
    page = chosen(client, table(row("Acorn Ltd", "1")))
    assert "Nothing would be done" in page.content.decode()
    answer = brought_in(client, page)
    assert "Nothing would be done, so nothing was" in answer.content.decode()
    assert "brought in." not in answer.content.decode()
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"target": "-5"}, "the target must be more than nothing"),
        ({"baseline": "300", "target": "200"}, "must be higher than where you start"),
        ({"due": "31/03/2227"}, "no date"),
        ({"due": "31/03/0027"}, "no date"),
        ({"due": "2019-03-31"}, "no day after it was made"),
        ({"due": "2099-03-31"}, "within the next 30 years"),
        ({"claimed": "5", "claimed_on": "2030-01-01"}, "a day to come"),
    ],
)
def test_what_the_page_refuses_a_file_may_not_say(said, because):
    planned = plan(row("Acorn Ltd", "1", **said))
    assert planned.new == []
    ((number, reason),) = planned.rejected
    assert number == 2
    assert because in reason


def test_a_date_that_has_passed_may_stay(today):
    carried(row("Acorn Ltd", "1", due="2026-10-15"))
    planned = plan(row("Acorn Ltd", "1", due="2026-10-15", target="20"), as_at=date(2026, 11, 1))
    assert (len(planned.changed), planned.rejected) == (1, [])


def test_an_organisation_is_one_however_its_name_is_written():
    names = [
        "GUM  LTD",
        "Gum Limited",
        "Gum Ltd.",
        "O’Neill & Co",
        "O'Neill and Co",
        "Café CIC",
        "Café C.I.C.",
    ]
    carried(*(row(name, str(number), statement=name) for number, name in enumerate(names)))
    assert sorted(Partner.objects.filter(source="list").values_list("name", flat=True)) == [
        "Café CIC",
        "GUM  LTD".replace("  ", " "),
        "O’Neill & Co",
    ]
    again = plan(
        *(row(name.swapcase(), str(n), statement=name) for n, name in enumerate(names)), as_at=LATER
    )
    assert again.does_nothing
    assert again.renamed == {}


def test_a_name_that_is_nearly_anothers_is_asked_about_not_joined(sign_in, maya, client):
    carried(row("Brackenford Joinery Ltd", "1"))
    sign_in(maya)
    page = chosen(client, table(row("Brackenford Joinary Ltd", "2")))
    shown = page.content.decode()
    assert "Which organisation is “Brackenford Joinary Ltd”?" in shown
    assert "Bring it in" not in shown
    code = Partner.objects.get(source="list").code
    page = client.post(page.request["PATH_INFO"], {"do": "look", "answer-0": code}, follow=True)
    brought_in(client, page)
    assert Partner.objects.filter(source="list").count() == 1
    assert Pledge.objects.count() == 2


def test_a_sector_that_is_not_said_is_asked_of_new_organisations_alone(sign_in, maya, client):
    carried(row("Acorn Ltd", "1"))
    planned = plan(row("Acorn Ltd", "1", sector=""), row("Cedar Club", "2", sector=""))
    assert [question.rows for question in planned.questions.open] == [[3]]
    with pytest.raises(Refused, match="1 question must be answered"):
        carrying.carry_out(planned, by=None)
    sign_in(maya)
    page = chosen(client, table(row("Cedar Club", "2", sector="")))
    assert "Bring it in" not in page.content.decode()
    page = client.post(
        page.request["PATH_INFO"], {"do": "look", "answer-0": "voluntary"}, follow=True
    )
    brought_in(client, page)
    assert Partner.objects.get(name="Cedar Club").sector == "voluntary"


def test_what_changed_since_somebody_looked_is_shown_before_anything_is_done(sign_in, maya, client):
    carried(row("Acorn Ltd", "1"))
    sign_in(maya)
    page = chosen(client, table(row("Acorn Ltd", "1", target="20"), row("Birch Ltd", "2")))
    carried(row("Acorn Ltd", "1", target="15"), as_at=LATER)
    answer = brought_in(client, page)
    assert "The register has changed since you looked" in answer.content.decode()
    assert Pledge.objects.count() == 1
    brought_in(client, answer)
    assert Pledge.objects.get(partner__name="Acorn Ltd").target == 20


def test_names_that_differ_by_a_number_are_not_near():
    carried(row("1st Brackenford Scouts", "1"))
    assert plan(row("2nd Brackenford Scouts", "2")).questions.asked == {}
