"""Pledges, claims, and ledgers that lie in the past."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.partners.models import Partner
from commonweal.pledges import actions, ledger, reviewing, terms
from commonweal.pledges.models import Draft, Measure, Pledge


@pytest.fixture
def pledged(asha: Person, maya: Person, measure: Measure, bakery: Partner, today: date) -> Any:
    """Make a pledge: by default accepted, 200 hours within 200 days."""

    def make(**more: Any) -> Pledge:
        accepted = more.pop("accepted", True)
        partner = more.pop("partner", bakery)
        by = more.pop("by", asha)
        values: dict[str, Any] = {
            "measure": measure,
            "statement": "We will give 200 hours.",
            "baseline": Decimal(0),
            "target": Decimal(200),
            "due_on": today + timedelta(days=200),
            "theme": measure.theme,
            "owner_title": "Owner",
            "who_benefits": "Neighbours",
        } | more
        draft = Draft.objects.create(partner=partner, by=by)
        pledge = actions.propose(draft=draft, terms=terms.Terms(**values), by=by)
        if accepted:
            actions.accept(pledge=pledge, by=maya)
        return pledge

    return make


@pytest.fixture
def claimed(pledged: Any, asha: Person, today: date) -> Any:
    """A pledge with a claim and evidence; returns (pledge, the claim's entry)."""

    def make(value: int = 120, *, final: bool = False, **more: Any) -> Any:
        by = more.get("by", asha)
        pledge = pledged(**more)
        claim = actions.claim(
            pledge=pledge,
            figure=Decimal(value),
            as_of=today,
            final=final,
            report="Our list.",
            by=by,
        )
        reviewing.attach_link(
            pledge=pledge, claim_seq=claim.seq, url="https://example.org/list", title="", by=by
        )
        pledge.refresh_from_db()
        return pledge, claim

    return make


@pytest.fixture
def made_earlier(pledged: Any) -> Any:
    """A pledge as if it had been made and accepted some days ago, due some days from today."""

    def make(*, ago: int, due_in: int, **more: Any) -> Pledge:
        pledge = pledged(**more)
        return rewritten(pledge, ago=ago, due_in=due_in)

    return make


def rewritten(pledge: Pledge, *, ago: int, due_in: int) -> Pledge:
    """Replace a pledge by one whose first entries lie in the past (the ledger itself can't be
    rewritten, so a new pledge takes its place)."""
    today = timezone.localdate()
    made = today - timedelta(days=ago)
    due = today + timedelta(days=due_in)
    first = pledge.entries.first()
    assert first is not None
    body = dict(first.body) | {"due_on": due.isoformat()}
    twin = Pledge.objects.create(
        partner=pledge.partner,
        measure=pledge.measure,
        statement=pledge.statement,
        theme=pledge.theme,
        baseline=pledge.baseline,
        target=pledge.target,
        due_on=due,
        made_on=made,
        owner=pledge.owner,
        owner_title=pledge.owner_title,
    )
    lines = [
        ledger.NewEntry(
            twin,
            kind,
            made,
            dict(said),
            twin.statement if said else "",
            by_role="partner",
            by_organisation=twin.partner.name,
        )
        for kind, said in ((ledger.st.Kind.PROPOSED, body), (ledger.st.Kind.ACCEPTED, {}))
    ]
    ledger.write(lines)
    ledger.bring_up_to_date([twin], on=today)
    actions.withdraw(pledge=pledge, because="Replaced in a test", by=pledge.made_by)
    return twin


@pytest.fixture
def told(bakery: Partner, measure: Measure, today: date) -> Any:
    """A pledge whose ledger is told as (days ago, kind, body); ``claim`` and ``review`` refer to
    the entry before them of the kind that they are about."""

    def tell(*said: tuple[int, str, dict[str, Any]], **more: Any) -> Pledge:
        target, about = more.pop("target", Decimal(200)), 0
        values = {"statement": "We will give hours.", "partner": bakery} | more
        made = today - timedelta(days=said[0][0])
        pledge = Pledge.objects.create(
            measure=measure,
            theme=measure.theme,
            baseline=Decimal(0),
            target=target,
            due_on=today + timedelta(days=100),
            made_on=made,
            owner_title="Owner",
            **values,
        )
        terms = {
            "theme": measure.theme.code,
            "measure": measure.code,
            "unit": measure.unit,
            "measure_kind": measure.kind,
            "direction": "up",
            "baseline": "0",
            "target": str(target),
            "due_on": pledge.due_on.isoformat(),
        }
        for ago, kind, body in said:
            if kind == "proposed":
                body = terms | body
            elif kind == "evidence":
                body = {"about": about, "title": "x"} | body
            elif kind == "review":
                body = {"about": about, "by": "x", "held_until": None} | body
            on = today - timedelta(days=ago)
            if kind == "claim":
                body = {"as_of": on.isoformat(), "final": False} | body
            words = pledge.statement if kind == "proposed" else ""
            [entry] = ledger.write(
                [
                    ledger.NewEntry(
                        pledge,
                        kind,
                        on,
                        body,
                        words,
                        by_role="partner",
                        by_organisation=pledge.partner.name,
                    )
                ]
            )
            about = entry.seq if kind == "claim" else about
        ledger.bring_up_to_date([pledge], on=today)
        pledge.refresh_from_db()
        return pledge

    return tell
