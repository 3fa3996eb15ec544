"""Lines of an own ledger are in no public page, in none that links to it, and in no download."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from unmarked import without_marks

from commonweal.spend import preparing

pytestmark = pytest.mark.django_db

HEAD = "Payment Date,Supplier Name,Net Amount,Invoice Ref\n"
# What only the lines of the ledger say: who, which invoice, how much, and what the file is called.
MARKS = ("Hushmoor", "SECRET-5", "91,050", "91050", "41,007", "41007", "disciplinary")


@pytest.fixture
def own_ledger(anchor: Any, taken: Any) -> Any:
    """An anchor's own ledger and the correction that replaced it, beside a published file."""
    taken(anchor, f"{HEAD}03/07/2026,Oakby Tiles Ltd,10.00,A1\n04/07/2026,Elm Joinery,5.00,A2\n")
    first = taken(
        anchor,
        f"{HEAD}03/07/2026,Hushmoor Mediation Ltd,41007.00,SECRET-5A\n"
        "05/07/2026,Oakby Tiles Ltd,20.00,SECRET-5C\n",
        "disciplinary-case.csv",
        route="ledger",
    )
    second = taken(
        anchor,
        f"{HEAD}03/07/2026,Hushmoor Mediation Ltd,91050.00,SECRET-5B\n"
        "05/07/2026,Oakby Tiles Ltd,20.00,SECRET-5C\n",
        "disciplinary-case-2.csv",
        route="ledger",
        replaces=first,
    )
    preparing.bring_up_to_date()
    return first, second


def test_no_public_page_says_a_line_of_an_own_ledger(client, own_ledger, every_address):
    """From every address without parts, with each way to ask for the own ledger, along all
    links."""
    first, second = own_ledger
    waiting = [(f"/{path}", "a pattern") for path in _paths_without_parts()]
    waiting += [(f"{path}?route=ledger", "a pattern") for path, _ in waiting if "spend" in path]
    waiting += [(release.get_absolute_url(), "a release") for release in (first, second)]
    seen: set[str] = set()
    while waiting and len(seen) < 600:
        address, whence = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address)
        if response.status_code != 200:
            continue
        body = _body(response)
        text = without_marks(body)
        for mark in MARKS:
            assert mark not in text, (mark, address, whence)
        if "html" in response.headers["Content-Type"]:
            waiting += [(link, address) for link in _links(body)]
    assert {first.get_absolute_url(), second.get_absolute_url()} <= seen
    assert any("route=ledger" in address for address in seen)


def _paths_without_parts() -> list[str]:
    from django.urls import get_resolver

    def walk(patterns: Any, before: str) -> Any:
        for pattern in patterns:
            path = before + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, path)
            elif "<" not in path and "(" not in path and "\\" not in path:
                yield path

    away = ("desk", "accounts", "space", "static", "demo")
    return [one for one in walk(get_resolver().url_patterns, "") if not one.startswith(away)]


def _links(body: str) -> list[str]:
    found = [unescape(link) for link in re.findall(r'href="(/[^"#]*)', body)]
    # Only what speaks of money: the rest of the town leads away from here.
    return [
        link
        for link in found
        if re.match(r"/(spend|data|payments|local-spend|partners)", urlsplit(link).path)
    ]


def _body(response: Any) -> str:
    whole = b"".join(response.streaming_content) if response.streaming else response.content
    return whole.decode("utf-8", "replace")


def test_an_analyst_reads_what_the_correction_changed(sign_in, yusuf, own_ledger):
    _, second = own_ledger
    page = sign_in(yusuf).get(second.get_absolute_url()).content.decode()
    assert "SECRET-5B" in page
    assert "disciplinary-case-2.csv" in page
