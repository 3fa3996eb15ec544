"""Run by test_grant_races.py in a process of its own: six people press the same button at once.

On a database of its own, SQLite or PostgreSQL; what can't happen one after the other must not
happen at once.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

SIX = 6


def at_once(acts: list[Callable[[], Any]]) -> list[str]:
    """Do all at once; what each was told, "" for done. Anything but a refusal ends the run."""
    from django.db import connection

    from commonweal.office.errors import Refused

    start, told, wrong = threading.Barrier(len(acts)), [], []

    def do(act: Callable[[], Any]) -> None:
        start.wait()
        try:
            act()
            told.append("")
        except Refused as refused:
            told.append(str(refused))
        except Exception as error:
            wrong.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong
    return told


class World:
    """A fund with £400, above £100 by two, and people for each step."""

    def __init__(self) -> None:
        from django.utils import timezone

        from commonweal.grants.models import Fund

        self.mark = uuid.uuid4().hex[:8]
        today = timezone.localdate()
        self.fund = Fund.objects.create(
            code=f"fund-{self.mark}",
            name="Fund",
            budget=Decimal(400),
            most=Decimal(300),
            starts_on=today - timedelta(days=9),
            ends_on=today + timedelta(days=9),
            window_days=0,
            approvals=[{"up_to": "100", "approvals": 1}, {"up_to": "300", "approvals": 2}],
        )
        self.handler = self.person("call_handler")
        self.assessor = self.person("grants_assessor")
        self.approvers = [self.person("grants_approver") for _ in range(SIX + 2)]
        self.finance = [self.person("finance_officer") for _ in range(SIX)]

    def person(self, role: str) -> Any:
        from django.utils import timezone

        from commonweal.accounts.models import Appointment, Person

        code = uuid.uuid4().hex[:10]
        person = Person.objects.create_user(f"{code}@example.org", name=f"P {code}")
        today = timezone.localdate()
        Appointment.objects.create(
            person=person,
            role=role,
            starts_on=today,
            ends_on=today + timedelta(days=9),
            because="x",
        )
        return person

    def case(self) -> Any:
        from commonweal.cases.models import Case
        from commonweal.residents.models import Resident

        resident = Resident.objects.create(last_name=uuid.uuid4().hex)
        return Case.objects.create(resident=resident, channel="phone")

    def ask(self, case: Any, amount: int = 90) -> Any:
        from commonweal.grants import actions as granting

        number = f"{uuid.uuid4().int % 10**8:08}"
        return granting.apply(
            fund=self.fund,
            resident=case.resident,
            case=case,
            by=self.handler,
            values={
                "category": "food",
                "reason": "GTIR010",
                "purpose": "GTIP070",
                "asked": Decimal(amount),
                "payee": case.resident.full_name,
                "sort_code": "012345",
                "account": number,
            },
        )

    def assessed(self, amount: int = 90) -> Any:
        from commonweal.grants import actions as granting

        return granting.assess(
            award=self.ask(self.case(), amount), amount=Decimal(amount), words="x", by=self.assessor
        )


def ask_once(world: World) -> None:
    case = world.case()
    told = at_once([lambda: world.ask(case)] * SIX)
    assert case.awards.count() == 1, case.awards.count()
    assert told.count("") == 1
    code = case.awards.get().code
    assert all(f"asked already for this case: {code}" in line for line in told if line), told


def approve_by_two(world: World) -> None:
    from commonweal.grants import actions as granting

    award = world.assessed(250)
    same = at_once([lambda: granting.approve(award=award, by=world.approvers[0])] * SIX)
    assert same.count("") == 1, same
    award.refresh_from_db()
    assert award.state == "assessed", "one approver six times"
    others = at_once(
        [lambda by=by: granting.approve(award=award, by=by) for by in world.approvers[1 : SIX + 1]]
    )
    assert others.count("") == 1, others
    award.refresh_from_db()
    assert award.state == "approved"
    assert award.decisions.filter(kind="approved").count() == 2
    granting.cancel(award=award, because="x", by=world.approvers[0])


def keep_the_budget(world: World) -> None:
    from commonweal.grants import actions as granting

    awards = [world.assessed(90) for _ in range(SIX)]
    told = at_once(
        [
            lambda a=a, by=by: granting.approve(award=a, by=by)
            for a, by in zip(awards, world.approvers, strict=False)
        ]
    )
    assert told.count("") == 4, told
    assert granting.balance(world.fund).committed == 360


def pay_once(world: World) -> None:
    from commonweal.grants import actions as granting
    from commonweal.grants.models import Payment, PaymentRun

    told = at_once(
        [lambda by=by: granting.make_run(fund=world.fund, by=by) for by in world.finance]
    )
    assert told.count("") == 1, told
    payments = Payment.objects.filter(award__fund=world.fund)
    assert payments.count() == 4, payments.count()
    read_back_against_closing(world, PaymentRun.objects.get(fund=world.fund))


def read_back_against_closing(world: World, run: Any) -> None:
    from django.utils import timezone

    from commonweal.grants import actions as granting

    def text(state: str) -> str:
        lines = [
            f"{p.award.code},{state},{p.amount},{timezone.localdate()},Closed"
            for p in run.payments.select_related("award")
        ]
        return "reference,state,amount,on,because\n" + "\n".join(lines)

    paid, cancelled = text("paid"), text("cancelled")
    told = at_once(
        [
            *[
                lambda by=by: granting.reconcile(run=run, text=paid, by=by)
                for by in world.finance[:2]
            ],
            *[
                lambda by=by: granting.reconcile(run=run, text=cancelled, by=by)
                for by in world.finance[2:4]
            ],
            *[lambda by=by: granting.close_run(run=run, by=by) for by in world.finance[4:]],
        ]
    )
    states = set(run.payments.values_list("state", flat=True))
    assert states in ({"paid"}, {"cancelled"}), (states, told)
    run.refresh_from_db()
    if run.closed_on is None:
        granting.close_run(run=run, by=world.finance[0])


def review_by_two(world: World) -> None:
    from commonweal.grants import actions as granting

    award = world.assessed(10)
    granting.refuse(award=award, words="No.", by=world.approvers[0])
    asked = at_once([lambda: granting.ask_review(award=award, words="", by=world.handler)] * SIX)
    assert asked.count("") == 1, asked
    review = award.reviews.get()

    def say(by: Any) -> Callable[[], Any]:
        return lambda: granting.decide_review(review=review, amount=Decimal(250), words="x", by=by)

    same = at_once([say(world.approvers[1])] * SIX)
    assert same.count("") == 1, same
    award.refresh_from_db()
    assert award.state == "refused", "one reviewer six times"
    others = at_once([say(by) for by in world.approvers[2 : SIX + 2]])
    assert others.count("") == 1, others
    award.refresh_from_db()
    assert (award.state, award.amount) == ("approved", 250)
    assert award.decisions.filter(kind="reviewed").count() == 2


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for race in (ask_once, approve_by_two, review_by_two):
        race(World())
        print(race.__name__, flush=True)
    world = World()
    for race in (keep_the_budget, pay_once):
        race(world)
        print(race.__name__, flush=True)


if __name__ == "__main__":
    main()
