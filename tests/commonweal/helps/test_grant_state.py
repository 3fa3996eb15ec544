"""Where a grant stands: the truth table of docs/methods/grants.md, and what holds of any acts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.grants.state import Act, standing

ROOT = Path(__file__).parents[3]
PEOPLE = ("Leah", "Mei", "Robert", "Wanda", "Nils", "Imran")
ACT = re.compile(
    r"(?:(?P<by>[A-Z]\w+) )?(?P<kind>[a-z][a-z ]*?)(?: (?P<amount>\d+))?"
    r"(?: of (?P<needed>\d))?"
)
KINDS = {"account given": "account", "account seen": "account_seen", "review asked": "review_asked"}


def rows_of_the_page() -> list[list[str]]:
    text = (ROOT / "docs/methods/grants.md").read_text()
    table = text.split("| acts | paid |")[1].split("\n\n")[0]
    return [[c.strip() for c in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def act(words: str) -> Act:
    read = ACT.fullmatch(words)
    assert read, words
    kind = KINDS.get(read["kind"], read["kind"])
    return Act(
        kind,
        by=PEOPLE.index(read["by"]) if read["by"] else None,
        amount=Decimal(read["amount"]) if read["amount"] else None,
        needed=int(read["needed"] or 1),
    )


@pytest.mark.parametrize("row", rows_of_the_page(), ids=lambda row: row[0])
def test_the_truth_table_of_the_methods_page(row):
    acts, paid, state, amount, agreed, seen = row
    now = standing([act(words) for words in acts.split("; ")], paid=Decimal(paid))
    assert (now.state, str(now.amount if now.amount is not None else ""), len(now.yes)) == (
        state,
        amount,
        int(agreed),
    )
    assert now.account_is_seen == (seen == "yes")


@pytest.mark.parametrize(("decision", "amount", "day"), [("approved", 150, 2), ("refused", 50, 3)])
def test_a_review_decides_anew_only_what_was_not_awarded(decision, amount, day):
    days = [datetime(2026, 11, number, tzinfo=UTC) for number in range(1, 4)]
    now = standing(
        [
            Act("asked", by=1),
            Act("assessed", by=2, amount=Decimal(100), at=days[0]),
            Act(decision, by=3, amount=Decimal(100), at=days[1]),
            Act("review_asked", by=1),
            Act("reviewed", by=4, amount=Decimal(amount), at=days[2]),
        ]
    )
    assert (now.state, now.amount, now.decided_by) == ("approved", amount, 4)
    assert now.decided_at == days[day - 1]


def test_the_table_has_each_kind_of_act_and_each_state():
    rows = rows_of_the_page()
    kinds = {act(words).kind for row in rows for words in row[0].split("; ")}
    assert kinds == {
        "asked",
        "assessed",
        "held",
        "released",
        "approved",
        "refused",
        "withdrawn",
        "cancelled",
        "review_asked",
        "reviewed",
        "account",
        "account_seen",
        "returned",
    }
    assert {row[2] for row in rows} == {
        "asked",
        "assessed",
        "held",
        "approved",
        "paid",
        "refused",
        "withdrawn",
        "cancelled",
    }


ACTS = some.builds(
    Act,
    kind=some.sampled_from(
        [
            "asked",
            "assessed",
            "held",
            "released",
            "approved",
            "refused",
            "withdrawn",
            "cancelled",
            "review_asked",
            "reviewed",
            "account",
            "account_seen",
            "returned",
        ]
    ),
    by=some.integers(0, 5),
    amount=some.sampled_from([Decimal(n) for n in (0, 50, 200)]),
    needed=some.just(2),
)


@given(some.lists(ACTS, max_size=25))
def test_no_order_of_acts_awards_money_by_fewer_than_it_takes(acts):
    """Whatever is written down in whatever order: £ stand by two who said the same amount, and
    neither assessed it."""
    now = standing(acts)
    if now.awarded:
        agreed = {
            a.by for a in acts if a.kind in ("approved", "reviewed") and a.amount == now.amount
        }
        assert len(agreed - {now.assessed_by}) >= 2
        assert now.decided_by != now.assessed_by


@given(some.lists(ACTS, max_size=25))
def test_an_account_is_seen_by_somebody_who_did_not_give_it(acts):
    now = standing(acts)
    if now.account_is_seen:
        assert not now.came_back
        given_at = max((i for i, a in enumerate(acts) if a.kind in ("asked", "account")), default=0)
        assert {a.by for a in acts[given_at:]} != {now.account_by}
