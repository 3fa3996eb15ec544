"""The worked tables of docs/methods are what the code answers."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from commonweal.charter.models import Signature, TierAward
from commonweal.charter.reads import counts
from commonweal.design.bars import Bar
from commonweal.pledges import actions, ledger, reads, reviewing
from commonweal.pledges.models import Entry

METHODS = Path(__file__).parents[3] / "docs" / "methods"


def test_the_worked_hash_of_the_ledger_page():
    text = (METHODS / "ledger.md").read_text()
    said, digest = re.search(r"the entry `(\{.*?\})` has the hash `([0-9a-f]{64})`", text).groups()
    assert hashlib.sha256(("0" * 64 + said).encode()).hexdigest() == digest
    entry = Entry(
        seq=1,
        kind="accepted",
        happened_on=date(2026, 1, 1),
        body={},
        by_role="system",
        written_at=datetime(2026, 1, 1, 9, tzinfo=UTC),
        previous=ledger.GENESIS,
    )
    assert ledger.hash_of(entry, "ABCD2345") == digest


@pytest.mark.parametrize(
    (
        "baseline",
        "target",
        "verified",
        "claimed",
        "due",
        "today",
        "kind",
        "solid",
        "hatched",
        "tick",
    ),
    [
        (0, 200, 143, 163, date(2026, 12, 31), date(2026, 10, 20), "hours", 0.715, 0.815, 0.802),
        (300, 200, 250, 250, date(2026, 12, 31), date(2026, 7, 2), "count", 0.5, 0.5, 0.5),
        (0, 95, None, 97, None, None, "keep", 0, 1, None),
    ],
)
def test_the_worked_promise_bars(
    baseline, target, verified, claimed, due, today, kind, solid, hatched, tick
):
    bar = Bar(
        unit="hours",
        kind=kind,
        baseline=Decimal(baseline),
        target=Decimal(target),
        claimed=Decimal(claimed),
        verified=None if verified is None else Decimal(verified),
        from_on=due and date(2026, 1, 1),
        due_on=due,
        on=today,
    )
    assert round(bar.share(bar.verified) or 0, 3) == solid
    assert round(bar.share(bar.claimed), 3) == hatched
    assert (bar.time_share and round(bar.time_share, 3)) == tick


def test_the_promise_bars_sentence():
    bar = Bar(
        "hours",
        "hours",
        Decimal(0),
        Decimal(200),
        Decimal(163),
        Decimal(143),
        date(2026, 1, 1),
        date(2026, 12, 31),
        date(2026, 10, 20),
    )
    assert bar.sentence == "143 of 200 hours verified, 20 more claimed; 160 due by today."


@pytest.mark.parametrize(("baseline", "on"), [(0, date(2026, 1, 1)), (4, date(2026, 1, 2))])
def test_where_a_promise_began_is_nothing_that_was_due(baseline, on):
    began, ends = date(2026, 1, 1), date(2028, 12, 31)
    bar = Bar("hours", "hours", Decimal(baseline), Decimal(20), None, None, began, ends, on)
    assert "due by today" not in bar.sentence


def test_the_worked_counts(
    bakery, college, homes, new_partner, version, decision, tier, idris, tom, today
):
    new_partner("club", "Club", accepted_on=None)
    for partner, ended in ((bakery, None), (college, None), (homes, today - timedelta(days=30))):
        Signature.objects.create(
            partner=partner,
            version=version,
            signed_on=today - timedelta(days=90),
            capacity="x",
            terms_version="1",
            signed_name="x",
            ended_on=ended,
            ended_because="x" if ended else "",
        )
    for partner, review_on in (
        (bakery, today + timedelta(days=300)),
        (college, today - timedelta(days=1)),
    ):
        TierAward.objects.create(
            partner=partner,
            tier=tier,
            reasons="x",
            proposed_by=idris,
            confirmed_by=tom,
            proposed_on=today - timedelta(days=80),
            confirmed_on=today - timedelta(days=80),
            review_on=review_on,
        )
    found = counts(today)
    assert (found.reached, found.signed, found.assessed) == (3, 2, 1)


def test_the_worked_totals_by_measure(pledged, asha, idris, theme, today):
    rows = (
        ("a", 0, 200, 163, 143),
        ("b", 50, 100, 60, None),
        ("c", 0, 500, None, None),
        ("d", 10, 20, 5, 5),
    )
    for name, baseline, target, claimed, verified in rows:
        pledge = pledged(statement=name, baseline=Decimal(baseline), target=Decimal(target))
        for value in (verified, claimed if claimed != verified else None):
            if value is None:
                continue
            claim = actions.claim(
                pledge=pledge, figure=Decimal(value), as_of=today, final=False, report="", by=asha
            )
            if value == verified:
                reviewing.attach_link(
                    pledge=pledge, claim_seq=claim.seq, url="https://e.org/", title="", by=asha
                )
                reviewing.review(
                    pledge=pledge,
                    claim_seq=claim.seq,
                    verdict="upheld",
                    figure=None,
                    reasons="x",
                    by=idris,
                )
        if name == "c":
            actions.withdraw(pledge=pledge, because="x", by=asha)
    (total,) = reads.measure_totals(theme, today)
    assert (total.count, total.promised, total.claimed, total.verified) == (3, 260, 173, 143)


@pytest.mark.parametrize(
    ("on", "is_inactive"), [(date(2026, 11, 23), False), (date(2026, 11, 24), True)]
)
def test_the_worked_days_of_silence(bakery, on, is_inactive):
    bakery.last_update_on = date(2025, 11, 23)
    assert bakery.is_inactive(on=on, cycle_months=6) is is_inactive


def test_a_table_of_many_screens_is_folded_and_a_short_one_is_not(client, town):
    page = client.get("/methods/standing/").content.decode()
    [folded] = re.findall(r"<details class=\"govuk-details fold\">.*?</details>", page, re.DOTALL)
    assert re.search(r"The table, \d\d rows", folded)
    assert "sent, not yet accepted" in folded
    short = client.get("/methods/local-share/").content.decode()
    assert "<table" in short
    assert "<details" not in short
