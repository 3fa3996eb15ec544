"""Grants for tests: asked for, assessed, approved, paid, by the cast, as far as a test needs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.cases.models import Case
from commonweal.grants import actions as granting
from commonweal.grants.models import Award, Fund, PaymentRun

ACCOUNT = {"payee": "Z Quillfeather", "sort_code": "012345", "account": "00112233"}


class Desk:
    """The cast of the grants desk, with one act a method."""

    def __init__(self, fund: Fund, people: dict[str, Person], asks_for_help: Any) -> None:
        self.fund, self.people, self.asks_for_help = fund, people, asks_for_help
        self.count = 0

    def case(self, **person: Any) -> Case:
        """A case of a person who is like nobody before."""
        self.count += 1
        person = {
            "last_name": f"Person{self.count}",
            "first_name": f"Nr{self.count}",
            "address": f"{self.count} Sea Row",
            "phones": f"07700 9001{self.count:02}",
        } | person
        return self.asks_for_help("money", by=self.people["leah"], **person)

    def asked(self, amount: int = 80, *, case: Case | None = None, **values: Any) -> Award:
        case = case or self.case()
        payee = case.resident.full_name or ACCOUNT["payee"]
        account = ACCOUNT | {"payee": payee, "account": f"0011{self.count:04}"}
        return granting.apply(
            fund=self.fund,
            resident=case.resident,
            case=case,
            by=self.people["leah"],
            values={
                "category": "food",
                "reason": "GTIR010",
                "purpose": "GTIP070",
                "asked": Decimal(amount),
            }
            | account
            | values,
        )

    def assessed(self, amount: int = 80, *, words: str = "Mei's reasons.", **more: Any) -> Award:
        return granting.assess(
            award=self.asked(amount, **more),
            amount=Decimal(amount),
            words=words,
            by=self.people["mei"],
            knows_why=True,
        )

    def approved(self, amount: int = 80, **more: Any) -> Award:
        award = self.assessed(amount, **more)
        for name in ("robert", "wanda")[: self.fund.approvals_for(award.amount)]:
            award = granting.approve(award=award, by=self.people[name], knows_why=True)
        return award

    def run(self) -> PaymentRun:
        return granting.make_run(fund=self.fund, by=self.people["imran"])

    def read_back(self, run: PaymentRun, award: Award, state: str = "paid", **more: Any) -> None:
        amount = run.payments.get(award=award).amount
        on, because = more.get("on", timezone.localdate()), more.get("because", "Account closed")
        granting.reconcile(
            run=run,
            by=self.people["imran"],
            text=f"reference,state,amount,on,because\n{award.code},{state},{amount},{on},{because}\n",
        )

    def paid(self, amount: int = 80, **more: Any) -> Award:
        award = self.approved(amount, **more)
        self.read_back(self.run(), award)
        award.refresh_from_db()
        return award
