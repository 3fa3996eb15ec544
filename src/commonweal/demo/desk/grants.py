"""Awards of the last half-year, with who decided them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from commonweal.accounts.models import Person
from commonweal.cases.models import Case
from commonweal.grants import actions as granting
from commonweal.grants.models import Award, Fund, GrantDecision, Payment, PaymentRun

from .scene import Scene


def funds(scene: Scene) -> Fund:
    """Last year's fund, and the one of this year, which is returned."""
    steps = [{"up_to": "150", "approvals": 1}, {"up_to": "500", "approvals": 2}]
    starts = scene.today - timedelta(days=200)
    fund = Fund.objects.create(
        code="household-support",
        name="Household Support Fund",
        budget=Decimal(60_000),
        starts_on=starts,
        ends_on=scene.today + timedelta(days=150),
        approvals=steps,
        description="For food, energy and essentials. What is left at the end goes back.",
    )
    Fund.objects.create(
        code="winter-before",
        name="Winter fund, last year",
        budget=Decimal(20_000),
        starts_on=starts - timedelta(days=200),
        ends_on=starts - timedelta(days=1),
        approvals=steps,
    )
    return fund


def decided(award: Award, assessor: Person, approvers: list[Person]) -> list[GrantDecision]:
    """The acts by which a grant of the past was asked for, assessed and approved."""
    needed = 2 if award.asked > 150 else 1
    assessed_at, decided_at = award.assessed_at, award.decided_at
    assert assessed_at is not None
    assert decided_at is not None
    return [
        GrantDecision(award=award, kind="asked", amount=award.asked, at=assessed_at),
        GrantDecision(
            award=award,
            kind="assessed",
            amount=award.asked,
            by=assessor,
            at=assessed_at,
            words="No money until the next payment; nothing else could bridge it.",
        ),
        # Whose yes came last is who decided.
        *(
            GrantDecision(
                award=award,
                kind="approved",
                amount=award.asked,
                by=approver,
                needed=needed,
                at=decided_at,
            )
            for approver in approvers[:needed][::-1]
        ),
    ]


def grants(scene: Scene, fund: Fund, requests: list[Case]) -> None:
    """Awards of the last half-year, paid in closed runs; repeats and fresh ones of today."""
    since = fund.starts_on + timedelta(days=5)
    wanted = [
        case
        for case in requests
        if case.state == "closed" and case.closed_at and case.closed_at.date() >= since
    ]
    chosen = scene.random.sample(wanted, min(len(wanted), max(8, scene.size // 14)))
    by_month: dict[tuple[int, int], list[Award]] = {}
    seen: set[int] = set()
    for request in sorted(chosen, key=lambda case: case.opened_at):
        if request.resident_id in seen or request.closed_at is None:
            continue
        seen.add(request.resident_id)
        month = (request.closed_at.year, request.closed_at.month)
        by_month.setdefault(month, []).append(_award(scene, fund, request))
    for awards in by_month.values():
        _pay(scene, fund, awards)


def _award(scene: Scene, fund: Fund, case: Case) -> Award:
    """A grant that was paid when its case was closed."""
    pounds = Decimal(scene.random.choice([49, 60, 80, 100, 120, 150, 200, 250]))
    resident = case.resident
    return Award(
        fund=fund,
        resident=resident,
        case=case,
        category=scene.random.choice(["food", "energy", "essentials"]),
        reason=scene.random.choice(["GTIR010", "GTIR010", "GTIR030", "GTIR100"]),
        purpose=scene.random.choice(["GTIP070", "GTIP050", "GTIP020"]),
        asked=pounds,
        state="paid",
        asked_on=case.opened_at.date(),
        amount=pounds,
        payee=resident.full_name,
        sort_code="200000",
        account="55779911",
        assessed_by=scene.people["grants-assessor"],
        assessed_at=case.opened_at,
        decided_by=scene.people["grants-approver"],
        decided_at=case.closed_at,
        account_key=granting.account_key("200000", f"{resident.pk:08}"),
    )


def _pay(scene: Scene, fund: Fund, awards: list[Award]) -> None:
    """The awards of a month, in one closed run, with who decided them."""
    assessor, finance = scene.people["grants-assessor"], scene.people["finance-officer"]
    approvers = [scene.people["grants-approver"], scene.people["second-approver"]]
    Award.objects.bulk_create(awards)
    day = max(a.decided_at.date() for a in awards if a.decided_at)
    run = PaymentRun.objects.create(
        fund=fund, made_on=day, made_by=finance, total=sum(a.asked for a in awards)
    )
    Payment.objects.bulk_create(
        Payment(award=a, run=run, amount=a.asked, state="paid", paid_on=day) for a in awards
    )
    PaymentRun.objects.filter(pk=run.pk).update(closed_on=day, closed_by=finance)
    GrantDecision.objects.bulk_create(
        entry for a in awards for entry in decided(a, assessor, approvers)
    )
