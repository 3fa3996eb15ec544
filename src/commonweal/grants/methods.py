"""The ways by which a grant reaches somebody: one row a way, and nothing about a way elsewhere.

What has to be known, what is asked, which file is made and for whom, what comes back, what *paid*
means and what is done where it fails follow from the row. A code, once in a database, stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commonweal.accounts.models import Role


@dataclass(frozen=True)
class Detail:
    """One thing that has to be known before money goes out by a way.

    ``column``: of the grant, and of the file; ``figures``: how many digits it has, where it is a
    number, and what is said where it has others; ``is_secret``: a page shows its last three signs
    to whoever only has to tell it apart.
    """

    column: str
    label: str
    missing: str
    hint: str = ""
    figures: tuple[int, int] | None = None
    wrong: str = ""
    is_secret: bool = False


@dataclass(frozen=True)
class Method:
    """One way. ``told_apart_by``: the columns in which two grants must not be the same, and
    ``same`` what is said of two that are. ``who`` makes its file, reads it back and closes it."""

    code: str
    title: str
    question: str
    details: tuple[Detail, ...]
    # The file: for whom, and its columns between the reference and the amount.
    reader: str
    columns: tuple[str, ...]
    # What comes back, and what it means.
    paid: str
    brings_code: bool
    who: Role
    # Repeats.
    told_apart_by: tuple[str, ...]
    same: str
    # What the letter says, and the pages where it waits or came back.
    letter: str
    lacking: str
    correct: str

    @property
    def sends_back(self) -> str:
        """From whom money that was paid comes back."""
        return "the bank" if self.reader == "finance" else self.reader

    @property
    def columns_asked(self) -> tuple[str, ...]:
        return tuple(detail.column for detail in self.details)


PAYEE = Detail("payee", "Name on the account", "Enter the name on the account")
SORT_CODE = Detail(
    "sort_code",
    "Sort code",
    "Enter the sort code",
    "Six figures.",
    (6, 6),
    "A sort code has six figures",
    is_secret=True,
)
ACCOUNT = Detail(
    "account",
    "Account number",
    "Enter the account number",
    "Eight figures.",
    (8, 8),
    "An account number has eight figures",
    is_secret=True,
)

_ROWS = (
    Method(
        code="transfer",
        title="Bank transfer",
        question="To which account?",
        details=(PAYEE, SORT_CODE, ACCOUNT),
        reader="finance",
        columns=("sort_code", "account", "payee"),
        paid="Finance says on which day the bank paid it.",
        brings_code=False,
        who=Role.FINANCE_OFFICER,
        told_apart_by=("sort_code", "account"),
        same="the same bank account",
        letter="The money goes to the account that you gave us.",
        lacking="No bank details yet.",
        correct="Ask the person for the right account and write it down.",
    ),
    Method(
        code="voucher",
        title="Voucher or cash code",
        question="Which voucher or cash code?",
        details=(
            Detail(
                "through",
                "Which shop or scheme?",
                "Enter the shop or scheme",
                "As the issuer calls it. No name goes to the issuer.",
            ),
        ),
        reader="the issuer",
        columns=("through",),
        paid="The issuer gave its code on that day. The desk still hands it over.",
        brings_code=True,
        who=Role.FINANCE_OFFICER,
        told_apart_by=(),
        same="",
        letter="You get a code. The help desk gives it to you: it stands in no letter.",
        lacking="The shop or scheme is not known yet.",
        correct="Ask the person which shop or scheme they can use, and write it down.",
    ),
    Method(
        code="topup",
        title="Meter top-up",
        question="Which meter is topped up?",
        details=(
            Detail("through", "Energy supplier", "Enter the energy supplier"),
            Detail(
                "number",
                "Number of the meter, key or payment card",
                "Enter the number",
                "8 to 19 figures.",
                (8, 19),
                "This number has 8 to 19 figures",
                is_secret=True,
            ),
        ),
        reader="the supplier",
        columns=("through", "number"),
        paid="The supplier says on which day the credit was put on.",
        brings_code=False,
        who=Role.FINANCE_OFFICER,
        told_apart_by=("number",),
        same="the same meter",
        letter="The credit goes to the meter of which you gave us the number.",
        lacking="The meter is not known yet.",
        correct="Ask the person for the right number of the meter or card and write it down.",
    ),
    Method(
        code="supplier",
        title="Bill paid to a supplier",
        question="Which bill is paid?",
        details=(
            Detail("payee", "Who sent the bill?", "Enter who sent the bill"),
            SORT_CODE,
            ACCOUNT,
            Detail(
                "number",
                "Number of the bill or customer",
                "Enter the number of the bill or customer",
                is_secret=True,
            ),
        ),
        reader="finance",
        columns=("sort_code", "account", "payee", "number"),
        paid="Finance says on which day the bank paid the bill.",
        brings_code=False,
        who=Role.FINANCE_OFFICER,
        told_apart_by=("sort_code", "account", "number"),
        same="the same bill",
        letter="The money goes to whoever sent you the bill.",
        lacking="The bill is not known yet.",
        correct="Ask for the bill again and write down who is paid.",
    ),
    Method(
        code="goods",
        title="Goods",
        question="Which goods, from whom?",
        details=(
            Detail(
                "through",
                "Who delivers them?",
                "Enter who delivers them",
                "The desk agrees the day and the place with them: no address goes into the file.",
            ),
            Detail("goods", "What is delivered?", "Enter what is delivered"),
        ),
        reader="whoever delivers",
        columns=("through", "goods"),
        paid="Whoever delivers says on which day the goods were handed over.",
        brings_code=False,
        who=Role.FINANCE_OFFICER,
        told_apart_by=(),
        same="",
        letter="You get the goods that were agreed with you.",
        lacking="What is delivered is not known yet.",
        correct="Agree with the person what is delivered, and by whom, and write it down.",
    ),
    Method(
        code="cash",
        title="Cash at the counter",
        question="Who collects it, and where?",
        details=(
            Detail(
                "payee",
                "Who collects it?",
                "Enter who collects it",
                "The name on what they show at the counter.",
            ),
            Detail("through", "At which counter?", "Enter the counter"),
        ),
        reader="the counter",
        columns=("through", "payee"),
        paid="The counter says on which day it was handed over.",
        brings_code=False,
        who=Role.FINANCE_OFFICER,
        told_apart_by=(),
        same="",
        letter="You collect the money at the counter that was agreed with you.",
        lacking="Who collects it, and where, is not known yet.",
        correct="Agree with the person who collects it, and where, and write it down.",
    ),
)
METHODS = {method.code: method for method in _ROWS}
TRANSFER = METHODS["transfer"]
CHOICES = [(method.code, method.title) for method in METHODS.values()]


def allowed(codes: Iterable[str]) -> list[Method]:
    """The ways that a fund names, in the order of the table; those of no table are left out."""
    named = set(codes)
    return [method for method in METHODS.values() if method.code in named]
