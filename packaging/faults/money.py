"""Acts about hardship grants: asked for, assessed, approved, paid, read back, closed."""

from __future__ import annotations

from decimal import Decimal

from commonweal.cases.models import Case
from commonweal.grants import actions as granting
from commonweal.grants.models import Award, Fund, PaymentRun

from .acts import Act, Facts, Where, person

APPROVERS = ("robert", "wanda")


def begin_apply(where: Where) -> Facts | None:
    asked = Case.objects.filter(awards=None, resident__first_name__gt="").order_by("pk")
    first = asked.first()
    return {"case": first.code, "asked": where.chance.randint(20, 250)} if first else None


def apply(where: Where, facts: Facts) -> None:
    request = Case.objects.select_related("resident").get(code=facts["case"])
    values = {
        "asked": Decimal(facts["asked"]),
        "category": "food",
        "reason": "GTIR010",
        "purpose": "GTIP070",
        "payee": where.mark,
        "sort_code": "200000",
        "account": f"{10_000_000 + where.number}",
    }
    granting.apply(
        fund=Fund.objects.get(),
        resident=request.resident,
        values=values,
        by=person("leah"),
        case=request,
    )


def _first(state: str) -> Award | None:
    return Award.objects.filter(state=state).order_by("pk").first()


def begin_assess(where: Where) -> Facts | None:
    award = _first("asked")
    return {"award": award.code} if award else None


def assess(where: Where, facts: Facts) -> None:
    award = Award.objects.select_related("fund").get(code=facts["award"])
    granting.assess(
        award=award, amount=award.asked, words=where.mark, by=person("mei"), knows_why=True
    )


def begin_approve(where: Where) -> Facts | None:
    award = _first("assessed")
    if award is None:
        return None
    said = granting.standing_of(award).yes
    who = next(name for name in APPROVERS if person(name).pk not in said)
    return {"award": award.code, "by": who}


def approve(where: Where, facts: Facts) -> None:
    award = Award.objects.get(code=facts["award"])
    granting.approve(award=award, by=person(facts["by"]), knows_why=True)


def begin_pay(where: Where) -> Facts | None:
    return {} if any(not owed.why for owed in granting.owed_by(Fund.objects.get())) else None


def pay(where: Where, facts: Facts) -> None:
    granting.make_run(fund=Fund.objects.get(), by=person("imran"))


def begin_read_back(where: Where) -> Facts | None:
    open_run = PaymentRun.objects.filter(closed_on=None, payments__state="sent").first()
    if open_run is None:
        return None
    lines = ["reference,state,amount,on,because"]
    for payment in open_run.payments.select_related("award").order_by("pk"):
        ended = "cancelled,{},,no such account" if payment.pk % 5 == 0 else "paid,{},{},"
        day = open_run.made_on
        lines.append(f"{payment.award.code},{ended.format(payment.amount, day)}")
    return {"run": str(open_run.code), "text": "\n".join(lines)}


def read_back(where: Where, facts: Facts) -> None:
    payment_run = PaymentRun.objects.get(code=facts["run"])
    granting.reconcile(run=payment_run, text=facts["text"], by=person("imran"))


def begin_close_day(where: Where) -> Facts | None:
    done = PaymentRun.objects.filter(closed_on=None).exclude(payments__state="sent").first()
    return {"run": str(done.code)} if done else None


def close_day(where: Where, facts: Facts) -> None:
    payment_run = PaymentRun.objects.get(code=facts["run"])
    granting.close_run(run=payment_run, by=person("imran"))


GRANT = (
    Act("apply", begin_apply, apply),
    Act("assess", begin_assess, assess),
    Act("approve", begin_approve, approve),
    Act("approve", begin_approve, approve),
)
PAY = (
    Act("pay", begin_pay, pay),
    Act("read back", begin_read_back, read_back),
    Act("close day", begin_close_day, close_day),
)
