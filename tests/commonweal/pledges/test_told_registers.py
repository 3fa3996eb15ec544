"""A register's file of a layout that nobody knows yet is told on the page: no TOML is needed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from commonweal.bringing.models import Mapping
from commonweal.pledges import carrying, importing, proving
from commonweal.pledges.layout import layout_named
from commonweal.pledges.models import Pledge

from .test_import import brought_in, chosen
from .test_mapping import answered
from .test_mapping import told as told_page

pytestmark = pytest.mark.django_db
# As it is known: a row a target.
KNOWN = """Company Name,Action,Commitment Type,Target Value,Target Year,Target Wording,\
Date Published
Acorn Ltd,Target,,0.6,2025,Acorn cuts 60 %,2023-01-31
Birch Ltd,Target,,0.3,2030,Birch cuts 30 %,2023-01-31
"""
# The next year: a row a company, under other names.
NEXT = """Dashboard export 2024,,,,,
Firm,Kind of firm,Pledge text,Cut,Until,Region
ACORN Limited,private,Acorn cuts 83 %,0.83,2032,Europe
Cedar Ltd,private,Cedar cuts 40 %,40%,FY2035,Asia
Dell Ltd,private,Dell says no more,,,Asia
"""
TOLD = ["partner", "sector", "statement", "target", "due_on", ""]
SAID = {"fixed-measure": "sbti-target"}
DAY = {"as_at_0": "1", "as_at_1": "3", "as_at_2": "2024"}


@pytest.fixture
def client_of_maya(sign_in, maya, theme):
    plan = importing.plan(
        KNOWN.encode(), "sbti.csv", layout=layout_named("sbti-2023"), as_at=date(2023, 8, 31)
    )
    carrying.carry_out(plan, by=None)
    return sign_in(maya)


def next_year(client, text=NEXT, **said):
    return chosen(client, text, layout="sbti-2023", **DAY, **said)


def test_the_next_years_file_is_told_and_each_promise_goes_on(client_of_maya):
    client = client_of_maya
    page = next_year(client)
    assert page.resolver_match.url_name == "desk-import-columns"
    # Registers of others have promises without a target or a date.
    assert page.context["needed"] == ["Organisation", "What is promised", "What is counted"]
    measures = dict(page.context["form"].fields["fixed-measure"].choices)
    assert set(measures) == {"", "sbti-target", "sbti-commitment"}
    page = client.post(page.request["PATH_INFO"], told_page(page, TOLD, **SAID), follow=True)
    plan = page.context["preview"]
    assert plan.counts | {"blank": 0} == {
        "rows": 3,
        "new": 2,
        "changed": 1,
        "unchanged": 0,
        "rejected": 0,
        "blank": 0,
        "removed": 0,
    }
    # Another layout lists other things: nobody goes by not being named.
    assert plan.unlisted == []
    assert "What its columns mean" in page.content.decode()
    brought_in(client, page)
    acorn = Pledge.objects.get(partner__name="Acorn Ltd")
    assert (acorn.target, acorn.due_on, acorn.source) == (Decimal(83), date(2032, 12, 31), "sbti")
    cedar = Pledge.objects.get(partner__name="Cedar Ltd")
    assert (cedar.target, cedar.due_on) == (Decimal(40), date(2035, 12, 31))
    assert Pledge.objects.get(partner__name="Dell Ltd").target is None
    assert Pledge.objects.get(partner__name="Birch Ltd").standing != "lapsed"
    assert proving.verify().broken is None


def test_it_is_remembered_by_its_register(client_of_maya):
    client = client_of_maya
    page = next_year(client)
    page = client.post(page.request["PATH_INFO"], told_page(page, TOLD, **SAID), follow=True)
    brought_in(client, page)
    assert Mapping.objects.get().sender == "sbti"
    page = next_year(client, NEXT.replace("Dashboard export 2024,,,,,\n", ""))
    assert page.resolver_match.url_name == "desk-import-held"
    assert page.context["preview"].does_nothing
    # The layout that is known goes on being read by itself.
    assert next_year(client, KNOWN).resolver_match.url_name == "desk-import-held"


def test_what_a_register_leaves_open_is_asked(client_of_maya):
    client = client_of_maya
    page = next_year(client)
    columns = ["partner", "", "statement", "target", "due_on", "measure"]
    page = client.post(page.request["PATH_INFO"], told_page(page, columns), follow=True)
    shown = page.content.decode()
    assert "What is counted where the file says “Europe”?" in shown
    assert "Which sector is “Cedar Ltd” of?" in shown
    asked = list(page.context["preview"].questions.asked)
    said = {"measure:europe": "sbti-target", "measure:asia": "leave-out"}
    answers = {f"answer-{n}": said.get(key, "private") for n, key in enumerate(asked)}
    page = answered(client, page, **answers)
    assert page.context["preview"].counts["rejected"] == 2
    assert "there is no measure" in page.content.decode()


def test_a_file_that_is_no_table_is_refused_where_it_was_chosen(client_of_maya):
    page = next_year(client_of_maya, b"%PDF-1.7 nothing", name="a.pdf")
    assert page.resolver_match.url_name == "desk-import"
    assert not Mapping.objects.exists()
