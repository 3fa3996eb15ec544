"""What the analyst did: decided who payees are, checked a sample, asked suppliers."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from commonweal.accounts.models import Person
from commonweal.spend import (
    payees,
    surveying,
)
from commonweal.spend.models import Decided, Payee, Verdict

from ..words import FIRST, LAST


def _matched(waiting: list[Payee]) -> list[Payee]:
    return [payee for payee in waiting if payee.likeliest and payee.probability > 0.3]


def _without_entry(waiting: list[Payee]) -> list[Payee]:
    """Schools and associations: they stand in none of the demo's registers."""
    return [payee for payee in waiting if "School" in payee.name or "Association" in payee.name]


def decide(analyst: Person) -> None:
    waiting = list(payees.queue()[:40])
    matched = _matched(waiting)
    persons = Payee.objects.paid().filter(name__in=[f"{f} {n}" for f in FIRST for n in LAST])
    done = 0
    for payee in matched[:2]:
        payees.decide(
            payee=payee,
            verdict=Verdict.ENTRY,
            entry=payee.likeliest,
            by=analyst,
            role="analyst",
            because="Its invoice gives this company's number.",
        )
        done += 1
    for payee in _without_entry(waiting)[:2]:
        payees.decide(
            payee=payee,
            verdict=Verdict.NONE,
            by=analyst,
            role="analyst",
            because="Known to the council; stands in none of the registers that are loaded.",
        )
    for payee in persons[:1]:
        payees.decide(
            payee=payee,
            verdict=Verdict.PERSON,
            by=analyst,
            role="analyst",
            because="A childminder who trades under her own name.",
        )
    if done == 2:
        again = Decided.objects.filter(verdict=Verdict.ENTRY).last()
        assert again is not None
        payees.take_back(
            decided=again,
            by=analyst,
            role="analyst",
            because="The invoice was of another firm; looking again.",
        )


def sample(analyst: Person) -> None:
    """Most of a sample of sixty is checked: by the very names that the story was made from."""
    drawing = payees.draw(by=analyst, role="analyst", size=60, seed=3)
    for number, check in enumerate(drawing.checks.select_related("payee")):
        if number < 48:
            like = check.payee.name.split()[0].casefold()[:4]
            is_right = like in check.register_name.casefold()
            payees.check(check=check, is_right=is_right, by=analyst, role="analyst")


def survey(analyst: Person, today: date, draw: random.Random) -> None:
    """Six in ten suppliers of the town answered what they spend there again."""
    opened = surveying.open_survey(
        title="What you spend in Brackenford again",
        by=analyst,
        role="analyst",
        closes_on=today + timedelta(days=30),
    )
    for page in opened.answers.all():
        if draw.random() < 0.6:
            surveying.answer(
                page=page,
                again=Decimal(draw.randint(15, 80)),
                basis=draw.choice(["accounts", "estimate"]),
            )
