"""Codes that an issuer gives: kept encrypted when they come back, shown to whoever hands one over.

A code is money for whoever reads it. It stands in no file of ours, no mail, log, address or
sentence, and is forgotten with the account.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.cases import named
from commonweal.cases.access import HANDLERS
from commonweal.cases.models import Case
from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash

from . import awaiting
from .entries import locked
from .models import Award, IssuedCode
from .models.payments import Payment
from .payment_files import Line
from .returned import SOON, owner_of

GIVE = "The code has come. Read it on the page of the grant and give it to them."


def code_key(code: str) -> str:
    return keyed_hash("code:" + "".join(sign for sign in code if sign.isalnum()))


def refuse_doubles(lines: Iterable[Line]) -> None:
    """Refuse a code that two rows of one file have; the sentence says which rows."""
    rows: dict[str, int] = {}
    for line in lines:
        if line.state != "paid" or not line.code:
            continue
        first = rows.setdefault(code_key(line.code), line.number)
        if first != line.number:
            raise Refused(
                f"Row {line.number}: row {first} has this code already. Ask the issuer which "
                "grant it is for."
            )


def check_code(line: Line, payment: Payment) -> None:
    """Refuse what was issued without a code, with one that another grant has, or with another one
    than was read before."""
    if line.state != "paid":
        return
    if not line.code:
        raise Refused(f"Row {line.number}: what was issued needs its code.")
    key = code_key(line.code)
    earlier = IssuedCode.objects.filter(payment=payment).first()
    if earlier is not None and earlier.code_key != key:
        raise Refused(f"Row {line.number}: another code was read back for this payment already.")
    if IssuedCode.objects.filter(code_key=key).exclude(payment=payment).exists():
        raise Refused(
            f"Row {line.number}: another grant has this code. Ask the issuer which is right."
        )


def keep_code(line: Line, payment: Payment, *, by: Person) -> None:
    """Keep the code of a payment that was just read back as paid; nothing where none came. Whoever
    has the case gives it to the person."""
    if not line.code:
        return
    IssuedCode.objects.create(payment=payment, code=line.code, code_key=code_key(line.code))
    award = payment.award
    if awaiting.has_code_to_give(award):
        awaiting.do_next(award, sentence=GIVE, within=SOON, owner=owner_of(award), by=by)


def code_of(award: Award) -> IssuedCode | None:
    """The code of a grant whose payment did not come back: what waits to be handed over first,
    else the newest."""
    settled = award.payments.settled()
    codes = IssuedCode.objects.filter(payment__in=settled).exclude(code="")
    codes = codes.select_related("handed_by").order_by(F("handed_at").desc(nulls_first=True))
    return codes.first()


def to_hand_over(case: Case | None = None) -> list[Award]:
    """Grants whose code has come and was not handed over yet, oldest first; of one case, or all."""
    waiting = IssuedCode.objects.waiting()
    if case is not None:
        waiting = waiting.filter(payment__award__case=case)
    rows = waiting.select_related(
        "payment__award__case__assigned_to", "payment__award__fund", "payment__award__assessed_by"
    )
    return list(dict.fromkeys(issued.payment.award for issued in rows.order_by("id")))


def to_hand_over_by(person: Person) -> list[Award]:
    """Those of the cases that somebody has."""
    waiting = IssuedCode.objects.waiting().filter(payment__award__case__assigned_to=person)
    closed = Case.objects.filter(named.closed_to(person)).order_by()
    waiting = waiting.exclude(payment__award__case__in=closed)
    rows = waiting.select_related("payment__award__case").order_by("id")
    return list(dict.fromkeys(issued.payment.award for issued in rows))


@transaction.atomic
def hand_over(*, award: Award, by: Person) -> None:
    """A handler has given the person their code.

    Raises
    ------
    Refused
        There is none, or it was handed over already; the person was reported dead.
    """
    if not roles_of(by) & set(HANDLERS):
        raise Refused("This takes a place at the help desk.")
    award = locked(award)
    if award.resident.is_dead:
        raise Refused("This person was reported dead: no code is handed over.")
    issued = code_of(award)
    if issued is None:
        raise Refused("No code has come for this grant.")
    handed = IssuedCode.objects.filter(pk=issued.pk, handed_at=None).update(
        handed_at=timezone.now(), handed_by=by
    )
    if not handed:
        raise Refused("Somebody has handed this code over already.")
    record("grant code handed over", about=award, by=by)
    awaiting.grant_ended(award, "grant_paid", by=by)
