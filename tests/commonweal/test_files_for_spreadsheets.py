"""No file that a spreadsheet opens holds a formula that somebody typed: every cell of every CSV
passes one guard, and nothing writes a table but through it."""

from __future__ import annotations

import ast
import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from commonweal.balance.actions import open_period
from commonweal.design import csvs
from commonweal.economy.models import PulseWave

pytestmark = pytest.mark.django_db
SOURCES = Path(__file__).parents[2] / "src/commonweal"
# What writes tables: to write with one of these past the guard fails the test.
WRITERS = {"writer", "DictWriter", "Workbook", "to_csv", "to_excel", "write_csv"}
# The demo makes the files that towns would send us, as they would be.
MAY_WRITE = {"design/csvs.py", "demo/spend/layouts.py", "demo/spend/story.py", "demo/generate.py"}


def test_nothing_writes_a_table_but_through_the_guard():
    found = set()
    for path in SOURCES.rglob("*.py"):
        text = path.read_text()
        if not any(name in text for name in WRITERS):
            continue
        for node in ast.walk(ast.parse(text)):
            function = node.func if isinstance(node, ast.Call) else None
            if isinstance(function, ast.Attribute) and function.attr in WRITERS:
                found.add(str(path.relative_to(SOURCES)))
    assert found <= MAY_WRITE, found - MAY_WRITE
    assert "design/csvs.py" in found


def csv_addresses() -> set[str]:
    """The name of every address that ends in .csv."""

    def walk(patterns: Any, before: str = "") -> Any:
        for one in patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLPattern):
                if route.rstrip("/$").endswith(".csv"):
                    yield one.name
            else:
                yield from walk(one.url_patterns, route)

    return set(walk(get_resolver().url_patterns))


@pytest.fixture
def people(request) -> dict[str, Client]:
    clients = {"nobody": Client()}
    for name in ("maya", "grace", "imran", "yusuf"):
        person = request.getfixturevalue(name)
        clients[name] = Client()
        clients[name].force_login(person)
        Authenticator.objects.create(user=person, type="webauthn", data={})
    return clients


def body(response: Any) -> str:
    data = b"".join(response.streaming_content) if response.streaming else response.content
    return data.decode("utf-8-sig")


def test_each_cell_of_each_csv_passes_the_guard(
    planted, told, close_books, maya, today, people, monkeypatch, metric, action, asked_of_all
):
    told((300, "proposed", {}), (299, "accepted", {}))
    period = open_period(
        code="closed",
        title="Closed",
        by=maya,
        ends_on=today - timedelta(days=101),
        starts_on=today - timedelta(days=200),
    )
    statement = close_books(period)
    PulseWave.objects.create(
        code="closed",
        opens_on=today - timedelta(days=20),
        closes_on=today - timedelta(days=1),
        made_by=maya,
    )
    samples = (
        planted
        | asked_of_all
        | {"statement-csv": {"code": "closed", "number": statement.number}}
        | {"pulse-csv": {"code": "closed"}}
    )
    monkeypatch.setattr(csvs, "safe", lambda cell: "GUARDED")
    with_rows = set()
    for name in csv_addresses():
        address = reverse(name, kwargs=samples.get(name, {}))
        answers = [client.get(address) for client in people.values()]
        given = [answer for answer in answers if answer.status_code == 200]
        assert given, (name, [answer.status_code for answer in answers])
        _, *rows = csv.reader(io.StringIO(body(given[0])))
        cells = {cell for row in rows for cell in row}
        assert cells <= {"GUARDED"}, (name, sorted(cells)[:3])
        if rows:
            with_rows.add(name)
    assert {"run-file", "list-results", "statement-csv", "pledges-csv", "ledger-csv"} <= with_rows


@pytest.mark.parametrize(
    "cell", ['=HYPERLINK("http://x")', "@SUM(A1)", "+1+1", "-2+3", "\t=1", "\r=1"]
)
def test_what_begins_a_formula_begins_with_an_apostrophe(cell):
    text = csvs.csv_text(["a"], [{"a": cell}])
    assert (
        next(csv.reader(io.StringIO(text.removeprefix("\ufeff").split("\r\n", 1)[1], newline="")))[
            0
        ]
        == "'" + cell
    )


@pytest.mark.parametrize("cell", ["-12.50", "00112233", "Zoë", "a=b", "", -3, 0])
def test_figures_and_plain_words_stay_as_they_are(cell):
    text = csvs.csv_text(["a", "b"], [{"a": cell, "b": "x"}])
    assert text.splitlines()[1] == f"{cell},x"
