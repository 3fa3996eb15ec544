"""Awards of the last half-year, with who decided them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.cases.models import Case
from commonweal.grants import actions as granting
from commonweal.grants.handing_over import code_key
from commonweal.grants.methods import METHODS
from commonweal.grants.models import (
    Award,
    Fund,
    GrantDecision,
    IssuedCode,
    Payment,
    PaymentRun,
)
from commonweal.grants.models.grants import HOUSEHOLDS
from commonweal.residents.models import Resident

from .scene import Scene

# By which way one grant after the other goes: half of them by the bank.
IN_TURN = ("transfer", "voucher", "transfer", "topup", "transfer", "supplier", "goods", "cash")


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
        methods=list(METHODS),
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
    by_file: dict[tuple[int, int, str], list[Award]] = {}
    seen: set[int] = set()
    for request in sorted(chosen, key=lambda case: case.opened_at):
        if request.resident_id in seen or request.closed_at is None:
            continue
        seen.add(request.resident_id)
        method = IN_TURN[len(seen) % len(IN_TURN)]
        file = (request.closed_at.year, request.closed_at.month, method)
        by_file.setdefault(file, []).append(_award(scene, fund, request, method))
    for (_, _, method), awards in by_file.items():
        _pay(scene, fund, awards, method)


def _known(resident: Resident, method: str) -> dict[str, str]:
    """What is known of a grant that goes by a way: where, to whom, of which meter or bill."""
    account = {"payee": resident.full_name, "sort_code": "200000", "account": "55779911"}
    return {
        "transfer": account,
        "voucher": {"through": "Any food shop"},
        "topup": {"through": "North Energy", "number": f"9826{resident.pk:010}"},
        "supplier": account | {"payee": "North Water", "number": f"NW-{resident.pk:06}"},
        "goods": {"through": "Round Again", "goods": "A cooker, delivered and fitted"},
        "cash": {"payee": resident.full_name, "through": "Customer centre"},
    }[method]


def _award(scene: Scene, fund: Fund, case: Case, method: str) -> Award:
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
        household_type=HOUSEHOLDS[resident.pk % len(HOUSEHOLDS)][0],
        asked=pounds,
        state="paid",
        asked_on=case.opened_at.date(),
        amount=pounds,
        method=method,
        **_known(resident, method),
        assessed_by=scene.people["grants-assessor"],
        assessed_at=case.opened_at,
        decided_by=scene.people["grants-approver"],
        decided_at=case.closed_at,
        account_key=granting.account_key("200000", f"{resident.pk:08}"),
    )


def _pay(scene: Scene, fund: Fund, awards: list[Award], method: str) -> None:
    """The awards of a month by one way, in one closed run, with who decided them."""
    assessor, finance = scene.people["grants-assessor"], scene.people["finance-officer"]
    approvers = [scene.people["grants-approver"], scene.people["second-approver"]]
    Award.objects.bulk_create(awards)
    day = max(a.decided_at.date() for a in awards if a.decided_at)
    run = PaymentRun.objects.create(
        fund=fund, method=method, made_on=day, made_by=finance, total=sum(a.asked for a in awards)
    )
    payments = Payment.objects.bulk_create(
        Payment(award=a, run=run, amount=a.asked, state="paid", paid_on=day) for a in awards
    )
    if METHODS[method].brings_code:
        _hand_over(scene, payments)
    PaymentRun.objects.filter(pk=run.pk).update(closed_on=day, closed_by=finance)
    GrantDecision.objects.bulk_create(
        entry for a in awards for entry in decided(a, assessor, approvers)
    )


def _hand_over(scene: Scene, payments: list[Payment]) -> None:
    """The codes that the issuer gave, handed over by the desk."""
    handler = scene.people["call-handler"]
    codes = [(payment, f"FICT-{payment.pk:04}-{payment.award_id:04}") for payment in payments]
    IssuedCode.objects.bulk_create(
        IssuedCode(
            payment=payment,
            code=code,
            code_key=code_key(code),
            came_at=payment.award.decided_at or timezone.now(),
            handed_at=payment.award.decided_at or timezone.now(),
            handed_by=handler,
        )
        for payment, code in codes
    )
