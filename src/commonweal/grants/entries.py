"""The rows of a grant's decisions: writing one, reading where the grant stands from all of them."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person, Role
from commonweal.office.errors import Refused
from commonweal.residents.unwritten import refuse_codes

from . import awaiting
from . import state as grant_state
from .models import Award, AwardReview, Fund, GrantDecision, Payment

Kind = GrantDecision.Kind
State = Award.State
PENNY = Decimal("0.01")
# Approved money, whether it has gone out or not.
SPENT = (State.APPROVED, State.PAID)
# With these a grant ends, and somebody decides what is done next for the need under it.
ENDS = (State.REFUSED, State.CANCELLED, State.WITHDRAWN, State.PAID)
# Columns of a grant that repeat where it stands.
KEPT = ("state", "amount", "assessed_by", "assessed_at", "decided_by", "decided_at")


def needs_role(by: Person, role: Role) -> None:
    if role not in roles_of(by):
        raise Refused(f"This takes the role of {role.label.lower()}.")


def needs_money_role(by: Person) -> None:
    if roles_of(by).isdisjoint({Role.FINANCE_OFFICER, Role.GRANTS_APPROVER}):
        raise Refused("This takes a finance officer or a grants approver.")


def needs_words(text: str, otherwise: str) -> None:
    if not text.strip():
        raise Refused(otherwise)


def needs_pounds(amount: Decimal) -> None:
    amount = Decimal(amount)
    if not amount.is_finite() or amount < 0 or amount != amount.quantize(PENNY):
        raise Refused("Enter pounds and pence.")


def locked_fund(award: Award) -> Fund:
    """The fund's row, held until the transaction ends, so that two can't spend the same pound.
    It is held before any grant's row, so that nobody waits in a circle."""
    return Fund.objects.select_for_update().get(pk=award.fund_id)


def locked(award: Award) -> Award:
    """The grant as it is now, held until the transaction ends."""
    rows = Award.objects.select_for_update(of=("self",)).select_related("fund", "resident")
    return rows.get(pk=award.pk)


def account_mark(award: Award) -> str:
    """The account that a page shows, as a mark that goes along with its buttons."""
    text = json.dumps([award.method, *(getattr(award, column) for column in Award.DETAILS)])
    return salted_hmac("commonweal.shown", text, algorithm="sha256").hexdigest()[:40]


def needs_the_account_shown(award: Award, shown: str | None) -> None:
    """Refuse to look at one account and say yes to another. ``shown``: the mark that came along;
    None where nothing says what was looked at."""
    if shown is not None and not constant_time_compare(shown, account_mark(award)):
        raise Refused("Somebody changed the account while you looked. Look at the new one first.")


def reasons_mark(award: Award) -> str:
    """The reasons for which a grant is held, as a mark that goes along with the page of them."""
    text = json.dumps(award.held)
    return salted_hmac("commonweal.shown", text, algorithm="sha256").hexdigest()[:40]


def needs_the_reasons_shown(award: Award, shown: str | None) -> None:
    """Refuse to let a grant go on for which a reason has come that nobody looked at. ``shown``: as
    with the account."""
    if shown is not None and not constant_time_compare(shown, reasons_mark(award)):
        raise Refused(
            f"Why it is held has changed since you looked. Now it is: {'; '.join(award.held)}. "
            "Look at that first."
        )


def standing_of(award: Award) -> grant_state.GrantState:
    """Where a grant stands, from its rows and its payments."""
    # Its words, which are encrypted, are not looked at.
    acts = [entry.act for entry in award.decisions.order_by("id").defer("words")]
    return grant_state.standing(acts, paid=Payment.objects.filter(award=award).settled().total())


def enter(
    award: Award,
    kind: str,
    *,
    by: Person | None,
    text: str = "",
    amount: Decimal | None = None,
    needed: int | None = None,
    review: AwardReview | None = None,
    payment: Payment | None = None,
) -> grant_state.GrantState:
    """Write one act down, and where the grant stands after it."""
    refuse_codes(award.resident, text)
    GrantDecision.objects.create(
        award=award,
        kind=kind,
        by=by,
        words=text.strip(),
        amount=amount,
        needed=needed,
        review=review,
        payment=payment,
        at=timezone.now(),
    )
    return keep(award)


def keep(award: Award) -> grant_state.GrantState:
    """Bring the columns that repeat where a grant stands into line with its rows."""
    now, before = standing_of(award), award.state
    figures = asdict(now)
    columns: dict[str, Any] = {
        f"{name}_id" if name.endswith("_by") else name: figures[name] for name in KEPT
    }
    if now.state not in Award.OPEN:
        columns["asked_once"] = None
    Award.objects.filter(pk=award.pk).update(**columns)
    for name, figure in columns.items():
        setattr(award, name, figure)
    if now.state != before and now.state in ENDS:
        awaiting.grant_ended(award, f"grant_{now.state}", by=None)
    return now


def last_decision(award: Award) -> GrantDecision | None:
    """The act that the letter is about: the yes, the no or the review that stands now."""
    final: GrantDecision | None = None
    acts: list[grant_state.Act] = []
    before = grant_state.GrantState()
    for entry in award.decisions.select_related("by", "review").order_by("id"):
        acts.append(entry.act)
        after = grant_state.standing(acts)
        decides = after.state != before.state and after.state in (
            "approved",
            "refused",
            "cancelled",
        )
        if decides or (before.review == "open" and after.review == "decided"):
            final = entry
        before = after
    return final
