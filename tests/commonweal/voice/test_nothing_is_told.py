"""While voting is open, no address tells anything of the ballots: two towns with as many receipts
and other ballots answer alike, byte for byte, and ask the database as often."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from commonweal.accounts import sessions
from commonweal.voice.models import OpenBallot, Round
from commonweal.voice.rounds import letters, reads
from commonweal.voice.ways import slips

from ..cast.rounds import put

pytestmark = pytest.mark.django_db
# What another request would draw anew, and what no town has twice.
DRAWN = re.compile(
    r'name="(?:once_key|csrfmiddlewaretoken|token)" value="[^"]*"|'
    r'<updated>[^<]*</updated>|nonce="[^"]*"|nonce-[\w+/=-]+'
)
# Staff are asked what has to do with rounds, and whoever comes by all there is.
OWN = "budget"
ONE, OTHER = [[1], [1, 2], [1]], [[4, 3], [2, 3, 4], [3]]


Told = dict[tuple[str, str], tuple[int, str, int]]


def answers(clients: dict[str, Client], addresses: dict[str, str], *, of: Any = None) -> Told:
    """For each address and person (of some of them alone): status, text, and how often the
    database was asked."""
    told: Told = {}
    every = [(who, name) for who in clients for name in addresses if who == "nobody" or OWN in name]
    for who, name in of or every:
        asked: list[str] = []

        def count(execute: Any, sql: str, *rest: Any, asked: list[str] = asked) -> Any:
            asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            answer = clients[who].get(addresses[name])
            body = answer.getvalue() if answer.streaming else answer.content
        text = DRAWN.sub("", body.decode("utf-8", "replace"))
        told[who, name] = (answer.status_code, text, len(asked))
    return told


@pytest.fixture(autouse=True)
def _nothing_is_noted_by_the_clock(monkeypatch: Any) -> None:
    """Every fifteen seconds a session writes down that somebody is there: on a slow machine that
    falls between the two towns, and is three statements that say nothing of ballots."""
    monkeypatch.setattr(sessions, "SEEN_EVERY_S", 10**9)


@pytest.fixture
def every_room_address(voted: Any, every_address: Any, rounds: Any, town: Any, nadia: Any) -> Any:
    """A round with three ballots in its box and a fourth on paper; every address of the product
    that takes no part, or a round's code, with it."""
    budget_round, codes, _ = voted(ballots=[[], [], []], takes_paper=True, takes_telephone=True)
    [of_paper] = letters.make(budget_round=budget_round, count=1, by=nadia)
    slips.take(budget_round=budget_round, typed=of_paper)
    addresses = {}
    for name, parts in every_address:
        if not parts:
            addresses[name] = reverse(name)
        elif tuple(parts) == ("code",) and name in rounds:
            addresses[name] = reverse(name, args=[budget_round.code])
    return budget_round, codes, addresses


def fill(budget_round: Round, codes: list[str], ballots: list[list[int]]) -> None:
    """Put other ballots in, by the same codes: the receipts stay what they are."""
    for code, choices in zip(codes, ballots, strict=True):
        put(budget_round, code, choices)


def tells(
    budget_round: Round, codes: list[str], clients: dict[str, Client], addresses: dict[str, str]
) -> list[tuple[str, str]]:
    """(who, address) of what answers otherwise where ballots are others. What differs is asked
    once more, as some of what is looked up is kept by whoever asks first."""
    left: Any = None
    for _ in range(2):
        fill(budget_round, codes, ONE)
        told = answers(clients, addresses, of=left)
        fill(budget_round, codes, OTHER)
        again = answers(clients, addresses, of=left)
        left = [key for key in told if told[key] != again[key]]
        if not left:
            break
    return list(left)


def test_two_towns_with_equal_receipts_and_other_ballots_answer_alike(every_room_address, nadia):
    budget_round, codes, addresses = every_room_address
    clients = {"nobody": Client(), "nadia": Client()}
    clients["nadia"].force_login(nadia)
    assert len(addresses) > 100
    assert {"budget", "budget-vote", "desk-budget", "budget-sheet"} <= set(addresses)
    assert {"desk-papers", "budget-slip", "budget-telephone", "budget-paper"} <= set(addresses)
    assert tells(budget_round, codes, clients, addresses) == []


def test_a_planted_leak_is_caught(every_room_address, monkeypatch):
    budget_round, codes, addresses = every_room_address
    shown = reads.projects_shown

    def by_votes(of: Round) -> list[Any]:
        """What a leak looks like: the list of projects in the order of their votes."""
        box = "".join(ballot.choices for ballot in OpenBallot.objects.filter(round=of))
        return sorted(shown(of), key=lambda project: -box.count(f"[{project.number},"))

    monkeypatch.setattr(reads, "projects_shown", by_votes)
    clients, chosen = {"nobody": Client()}, {"budget": addresses["budget"]}
    assert tells(budget_round, codes, clients, chosen) == [("nobody", "budget")]
