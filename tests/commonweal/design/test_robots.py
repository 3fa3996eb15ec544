"""What search engines are asked to leave alone, held against what nobody can read anyway."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

TABLE = Path(__file__).parents[1] / "permissions.txt"
# Anybody may open them, and they are for one person alone: a form, a link of one's own.
FOR_ONE = {
    "invitation",
    "demo",
    "follow",
    "follow-confirm",
    "follow-stop",
    "help-resume",
    "own-sent",
    "pledge-ask",
    "spend-survey",
    "typed",
}
# In the table's town they are not there; what stands at such an address is public once it is.
PUBLIC_WHERE_THERE_IS_ONE = {"evidence", "evidence-small", "pulse-csv", "security-txt", "town-png"}


def rules(text):
    """(allows, pattern) of each line, as RFC 9309 reads * and $."""
    for line in text.splitlines():
        key, _, path = (part.strip() for part in line.partition(":"))
        if key in {"Allow", "Disallow"}:
            body = re.escape(path.rstrip("$")).replace(r"\*", ".*")
            yield key == "Allow", len(path), re.compile(body + ("$" if path.endswith("$") else ""))


def may_fetch(text, address):
    """The longest line that fits counts; of two equally long ones the one that allows."""
    fitting = [(length, allows) for allows, length, regex in rules(text) if regex.match(address)]
    return max(fitting)[1]


def addresses():
    def walk(patterns, before):
        for pattern in patterns:
            here = before + re.sub(r"<[^>]+>", "x1", str(pattern.pattern))
            if isinstance(pattern, URLPattern):
                yield pattern.name, f"/{here}"
            else:
                yield from walk(pattern.url_patterns, here)

    return dict(walk(get_resolver().url_patterns, ""))


def readable():
    """Each address's name, and what nobody in particular gets there."""
    for line in TABLE.read_text().splitlines():
        cells = line.split()
        if len(cells) > 3 and cells[1] == "GET":
            yield cells[0], cells[2]


@pytest.fixture
def told(client, db):
    answer = client.get("/robots.txt")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return answer.content.decode()


def test_search_engines_are_led_to_what_is_public_and_to_nothing_else(told):
    at = addresses()
    open_to_all = {name for name, answer in readable() if answer == "200"} - FOR_ONE
    closed = {name for name, answer in readable()} - open_to_all - PUBLIC_WHERE_THERE_IS_ONE
    assert len(open_to_all) > 50 < len(closed)
    assert [name for name in sorted(open_to_all) if not may_fetch(told, at[name])] == []
    assert [name for name in sorted(closed) if may_fetch(told, at[name])] == []


def test_signing_in_and_every_desk_are_left_alone(told):
    at = addresses()
    theirs = [name for name in at if name.startswith(("account_", "mfa_", "desk"))]
    assert len(theirs) > 50
    assert [name for name in theirs if may_fetch(told, at[name])] == []


def test_every_line_is_about_an_address_that_there_is(told):
    for allows, _, regex in rules(told):
        assert allows or any(regex.match(address) for address in addresses().values()), regex
