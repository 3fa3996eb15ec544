"""Grants: what was asked for and decided, its approvals, reviews and payments."""

from __future__ import annotations

from commonweal.residents.belongings import (
    CHOICE,
    CODE,
    MACHINE,
    STAYS,
    Belonging,
    belongs,
    set_aside,
)
from commonweal.residents.belongs import FREE, STAFF

from .models import (
    Award,
    AwardReview,
    Fund,
    FundBefore,
    FundReturn,
    GrantDecision,
    IssuedCode,
    Payment,
    PaymentRun,
    ReturnedPayment,
)

belongs(
    Belonging(
        Award,
        by=("resident", "case__resident"),
        title="Grant",
        words=Award.PERSONAL,
        plain={
            "code": CODE,
            "held": MACHINE,
            "account_key": CODE,
            "address_key": CODE,
            "household_code": CODE,
            "asked_once": CODE,
            "category": CHOICE,
            "reason": CHOICE,
            "purpose": CHOICE,
            "method": CHOICE,
        },
        moves="resident",
        along_with="case",
        named_by=lambda award: f"Grant {award.code}, asked for on {award.asked_on:%-d %B %Y}",
        remains="its code, fund, amounts, dates and outcome; keyed hashes that find repeats",
        holds=(
            {"state__in": ["asked", "assessed", "held", "approved"]},
            "A grant is not settled yet.",
        ),
        gives=(
            ("code", "Reference"),
            ("fund.name", "Fund"),
            ("category", "For what"),
            ("reason", "Reason"),
            ("asked", "Asked for, in pounds"),
            ("amount", "Amount, in pounds"),
            ("state", "State"),
            ("held", "Why it was held"),
            ("household_type", "Kind of household"),
            ("method", "By which way"),
            ("payee", "Payee"),
            ("sort_code", "Sort code"),
            ("account", "Account"),
            ("through", "Shop, supplier or counter"),
            ("number", "Number of the meter, card or bill"),
            ("goods", "Goods"),
            ("assessed_by.name", "Assessed by"),
            ("decided_by.name", "Decided by"),
            ("decided_at", "Decided"),
        ),
        at="asked_on",
        thirds={
            "payee": "the account may be somebody else's",
            "assessed_by.name": STAFF,
            "decided_by.name": STAFF,
        },
    )
)

belongs(
    Belonging(
        GrantDecision,
        by=("award__resident",),
        title="What was done about a grant",
        words=("words",),
        plain={"kind": CHOICE},
        remains="who did what, when and with which amount",
        gives=(
            ("award.code", "Grant"),
            ("kind", "What"),
            ("amount", "Amount, in pounds"),
            ("words", "Reasons"),
            ("by.name", "By"),
        ),
        at="at",
        thirds={"words": FREE, "by.name": STAFF},
    )
)

belongs(
    Belonging(
        AwardReview,
        by=("award__resident",),
        title="Review of a grant",
        erased=STAYS,
        remains="its dates and amounts",
        gives=(
            ("award.code", "Grant"),
            ("due_on", "Due"),
            ("was", "It was, in pounds"),
            ("amount", "It became, in pounds"),
            ("decided_on", "Decided"),
            ("decided_by.name", "Decided by"),
        ),
        at="asked_on",
        thirds={"decided_by.name": STAFF},
    )
)

belongs(
    Belonging(
        Payment,
        by=("award__resident",),
        title="Payment",
        erased=STAYS,
        remains="its amount, state and day",
        gives=(
            ("award.code", "Grant"),
            ("amount", "Amount, in pounds"),
            ("state", "State"),
            ("paid_on", "Paid"),
        ),
        at="run.made_on",
    )
)

belongs(
    Belonging(
        IssuedCode,
        by=("payment__award__resident",),
        title="Code of a voucher",
        words=IssuedCode.PERSONAL,
        plain={"code_key": CODE},
        remains="when it came and was handed over, by whom; a keyed hash, so that no two have it",
        gives=(
            ("payment.award.code", "Grant"),
            ("handed_at", "Handed over"),
            ("handed_by.name", "By"),
        ),
        withheld={"code": "money for whoever reads it: the desk hands it over"},
        at="came_at",
        thirds={"handed_by.name": STAFF},
    )
)

belongs(
    Belonging(
        ReturnedPayment,
        by=("payment__award__resident",),
        title="Payment that came back",
        words=("because",),
        remains="that it came back, when, and who saw the new account",
        holds=({"state": "asked"}, "A payment that came back is not settled yet."),
        gives=(
            ("payment.award.code", "Grant"),
            ("because", "Why"),
            ("state", "State"),
            ("asked_by.name", "Written down by"),
            ("decided_by.name", "Decided by"),
        ),
        at="asked_at",
        thirds={
            "because": "words of finance or a bank",
            "asked_by.name": STAFF,
            "decided_by.name": STAFF,
        },
    )
)

for books in (Fund, FundBefore, FundReturn, PaymentRun):
    set_aside(books, because="money and counts, nobody's")
