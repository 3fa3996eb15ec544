"""The register: page, CSV and JSON hold the same rows, and every count leads to its rows."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonweal.pledges import actions, reads, terms
from commonweal.pledges.models import Draft, Entry, Pledge


def csv_rows(client, query=""):
    text = client.get(f"/pledges.csv{query}").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def page_codes(client, query):
    codes, number = [], 1
    while True:
        joiner = "&" if query else "?"
        html = client.get(f"/pledges/{query}{joiner}page={number}").content.decode()
        found = re.findall(
            r'<h[23] class="govuk-heading-s">\s*<a\s+class="govuk-link"\s+href="/pledges/(\w+)/',
            html,
        )
        if not found or found[0] in codes:
            return codes
        codes += found
        number += 1


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?standing=overdue",
        "?standing=open&sort=partner",
        "?sector=voluntary&sort=made",
        "?theme=fair-work&standing=verified",
        "?q=hours",
        "?unanswered=yes",
        "?area=northmoor",
        "?measure=volunteer-hours&sort=standing",
    ],
)
def test_csv_json_and_page_hold_the_same_rows_in_the_same_order(whole_village, client, query):
    from_page = page_codes(client, query)
    from_csv = [row["code"] for row in csv_rows(client, query)]
    from_json = [row["code"] for row in json.loads(client.get(f"/pledges.json{query}").getvalue())]
    assert from_page == from_csv == from_json
    assert len(set(from_page)) == len(from_page)


def count_links(html):
    """(address, number) of every number on a page that is a link into the register."""
    for href, text in re.findall(r'href="(/pledges/\?[^"]*)"[^>]*>([\d,]+)<', html):
        yield unescape(href), int(text.replace(",", ""))


@pytest.mark.parametrize("address", ["/", "/themes/fair-work/", "/partners/"])
def test_every_number_leads_to_the_rows_that_it_counts(whole_village, client, address):
    found = list(count_links(client.get(address).content.decode()))
    if address != "/themes/fair-work/":
        assert found
    for href, number in found:
        assert len(csv_rows(client, href.removeprefix("/pledges/"))) == number, href


def test_the_standings_add_up_to_all(whole_village, client, today):
    html = client.get("/").content.decode()
    table = re.search(r"All pledges by standing.*?</table>", html, re.S).group()
    numbers = [int(n.replace(",", "")) for n in re.findall(r'number">(?:<strong>)?([\d,]+)', table)]
    assert sum(numbers[:-1]) == numbers[-1] == Pledge.objects.public().count()
    themes = reads.themes(today)
    assert sum(line.total for line in themes) == numbers[-1]


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/pledges/",
        "/pledges/?standing=open&q=we",
        "/partners/",
        "/themes/neighbours/",
        "/charter/",
        "/ledger/",
        "/feed.atom",
        "/charter/decisions/",
        "/partners/brackenford-borough-council/",
        "/data/",
    ],
)
def test_the_number_of_queries_does_not_grow_with_the_town(whole_village, client, today, address):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    queries()
    before = queries()
    model = Pledge.objects.filter(partner__is_council=True, accepted_on__isnull=False).first()
    person = model.partner.memberships.first().person
    for number in range(30):
        draft = Draft.objects.create(partner=model.partner, by=person)
        promised = terms.Terms(
            measure=model.measure,
            statement=f"We will do {number}.",
            baseline=model.baseline,
            target=model.target,
            due_on=today + timedelta(days=50 + number),
            theme=model.theme,
            decision=model.decision,
        )
        pledge = actions.propose(draft=draft, terms=promised, by=person)
        actions.accept(pledge=pledge, by=person)
    assert queries() <= before
    assert before <= 30


@pytest.mark.parametrize(
    "query",
    [
        "?theme=nothing",
        "?standing=great&sector=secret",
        "?page=-4",
        "?page=99999999999999999999",
        "?page=x",
        "?sort=DROP",
        "?q=%00%27%3B--",
        "?q=" + "x" * 5000,
        "?partner=../../",
    ],
)
def test_a_strange_address_gives_a_page(whole_village, client, query):
    assert client.get(f"/pledges/{query}").status_code == 200
    assert client.get(f"/pledges.json{query}").status_code == 200


def test_an_unknown_filter_is_named(whole_village, client):
    assert "no such theme" in client.get("/pledges/?theme=nothing").content.decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_csv_is_a_formula(pledged, client, start):
    pledged(statement=f"{start}HYPERLINK(1)", owner_title="=cmd|' /C calc'!A0")
    (row,) = csv_rows(client)
    assert not row["statement"].startswith(start)
    assert row["owner_title"].startswith("'=")
    assert row["target"] == "200"


def test_a_negative_figure_stays_a_figure(pledged, client, measure):
    from decimal import Decimal

    pledged(baseline=Decimal(-5))
    (row,) = csv_rows(client)
    assert row["baseline"] == "-5"


def test_the_feed_is_atom_and_leads_to_entries(whole_village, client):
    root = ET.fromstring(client.get("/feed.atom").content)
    space = {"a": "http://www.w3.org/2005/Atom"}
    entries = root.findall("a:entry", space)
    assert 20 < len(entries) <= 50
    assert "#entry-" in entries[0].find("a:link", space).get("href")
    assert root.find("a:updated", space) is not None


def test_the_export_streams(whole_village, client):
    response = client.get("/ledger.csv")
    assert response.streaming
    lines = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert len(lines) == Entry.objects.count() > 300


def test_the_page_on_data_leads_to_methods_and_names_no_file(client, town):
    """A reader of the page has no folder of this software."""
    page = client.get("/data/").content.decode()
    for method in ("standing", "ledger", "programme", "consultations"):
        assert f'href="/methods/{method}/"' in page
        assert client.get(f"/methods/{method}/").status_code == 200
    assert ".md" not in page


@pytest.mark.parametrize("name", ["pledges", "partners"])
def test_it_names_what_gives_the_rows_of_other_registers(client, town, name):
    page = " ".join(client.get("/data/").content.decode().split())
    [part] = [part for part in page.split("<h2") if f'id="{name}"' in part]
    assert "<code>?source=others</code>" in part
    assert "<code>?source=all</code>" in part
    assert f'href="/{name}.csv?source=others"' in part
    for source in ("others", "all"):
        assert client.get(f"/{name}.csv?source={source}").status_code == 200
