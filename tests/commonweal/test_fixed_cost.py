"""What every request costs before its page does anything, counted and not timed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.template.base import Node
from django.test import Client
from django.urls import URLPattern, URLResolver

COSTS = {
    "statements built": (SQLCompiler, "as_sql"),
    "patterns tried": (URLPattern, "resolve"),
    "addresses written": (URLResolver, "_reverse_with_prefix"),
    "parts drawn": (Node, "render_annotated"),
}


@pytest.fixture
def cost(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], Counter[str]]:
    """What is done for a request that was asked before, and which tables are asked."""

    def counted(ask: Callable[[], Any]) -> Counter[str]:
        ask()
        counts: Counter[str] = Counter()

        def counting(name: str, call: Any) -> Any:
            def counted_call(*args: Any, **kwargs: Any) -> Any:
                counts[name] += 1
                return call(*args, **kwargs)

            return counted_call

        def note(execute: Any, sql: str, *call: Any) -> Any:
            table = re.search(r'(?:FROM|INTO) "?(\w+)', sql)
            counts[table[1] if table else sql] += 1
            return execute(sql, *call)

        with monkeypatch.context() as patch:
            for name, (owner, called) in COSTS.items():
                patch.setattr(owner, called, counting(name, getattr(owner, called)))
            with connection.execute_wrapper(note):
                ask()
        return counts

    return counted


@pytest.fixture
def browser_of(settings: Any) -> Callable[[Any], Client]:
    """Signed in by a second factor that they have, outside the demonstration."""
    settings.DEMO = False

    def signed(person: Any) -> Client:
        factor = Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
        browser = Client()
        browser.force_login(person)
        session = browser.session
        for proof in session["account_authentication_methods"]:
            proof["id"] = factor.pk
        session.save()
        return browser

    return signed


WHO = dict.fromkeys(
    ("django_session", "accounts_person", "mfa_authenticator", "accounts_appointment"), 1
)
FRAME = {"places_room": 1, "places_town": 1}
STATE = {"pledges_ledgerhead": 1, "accounts_event": 1}


def tables(counts: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if name not in COSTS}


def test_a_page_of_words_asks_each_thing_once_and_builds_no_statement(
    client, town, maya, browser_of, cost
):
    signed_out = cost(lambda: client.get("/privacy/"))
    assert tables(signed_out) == STATE | FRAME
    browser = browser_of(maya)
    signed_in = cost(lambda: browser.get("/privacy/"))
    assert tables(signed_in) == WHO | FRAME
    for counts in (signed_out, signed_in):
        assert counts["statements built"] == 0
        assert counts["patterns tried"] <= 10
        assert counts["addresses written"] <= 5
        assert counts["parts drawn"] <= 150


@pytest.mark.parametrize("how", ["get", "post"])
def test_whoever_is_refused_costs_little_more(town, carys, browser_of, cost, how):
    browser = browser_of(carys)
    counts = cost(lambda: getattr(browser, how)("/desk/people/"))
    assert tables(counts) == WHO | FRAME | {"accounts_tally": 1, "accounts_event": 1}
    assert counts["patterns tried"] <= 15
    assert counts["addresses written"] <= 5


def test_whoever_is_sent_to_sign_in_costs_next_to_nothing(client, town, cost):
    counts = cost(lambda: client.get("/desk/charter/"))
    assert tables(counts) == {}
    assert counts["parts drawn"] == counts["statements built"] == 0
