"""Which column of a payments file says what: guessed from its heading and from what is in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from localwealth.sources import values

# What a payment line may say. One column a role; a role without a column is not in the file.
ROLES = (
    "amount",
    "supplier",
    "date",
    "reference",
    "supplier_id",
    "company_number",
    "charity_number",
    "vat_number",
    "postcode",
    "category",
    "area",
    "body",
    "description",
    "merchant_category",
    "invoice_date",
)

# A heading, in small letters and single spaces, against (pattern, how well it fits): the best wins.
_NUMBER = r"(?:no|nos|num|number|ref|id|code)"
HEADINGS: dict[str, list[tuple[str, int]]] = {
    "amount": [
        (
            r"(net|nett|invoice net|net invoice|net payment) ?"
            r"(amount|value|total|cost|spend)?( gbp)?",
            97,
        ),
        (r".*\bamount\b.*\b(ex|excl|excluding|net of|less)\b.*", 96),
        (r".*\b(line|invoice|payment|paid|transaction|amount|value)\b.*\bnett?\b.*", 96),
        (r".*\b(net of vat|excl?(uding)? vat|ex vat|nett? amount)\b.*", 96),
        (r"amount( paid)?( gbp| in sterling| in pounds| in)?", 94),
        (
            r"(payment|paid|invoice|line|transaction|spend|total|invoice line|distribution|actual|"
            r"fin transaction|sum of invoice) (amount|value)( gbp)?",
            93,
        ),
        (r"(sum of )?amount .*", 88),
        (r".* amount( gbp)?", 88),
        (r"value( gbp)?|spend( gbp)?|cost( gbp)?", 86),
        (r"gross( amount| value| total)?", 80),
        (r"total( amount| value| spend| paid)?", 78),
        (r".*\b(value|amt|paid|spend|expenditure|sum)\b( gbp)?", 60),
        (r"gbp", 70),
    ],
    "supplier": [
        (
            r"(supplier|vendor|payee|beneficiary|merchant|creditor|recipient|mch merchant|company|"
            r"supplier beneficiary) name",
            98,
        ),
        (
            r"supplier s name|name of (supplier|payee|vendor|beneficiary)|"
            r"(supplier|beneficiary) .*name",
            96,
        ),
        (r"sup+lier|vendor|payee|beneficiary|creditor|recipient|merchant|suppliers|paid to", 92),
        (r"(supplier|vendor|payee|beneficiary) (final|details|full|trading|published)", 88),
        (r"name", 70),
        (r"company|contractor|.*\b(supplier|vendor|payee) name\b.*", 65),
    ],
    "date": [
        (
            r"(date (of )?(payment|paid)|(payment|paid|clearing|settlement) date|"
            r"date (settled|cleared))",
            97,
        ),
        (r"date", 94),
        (r"(transaction|fin transaction|effective|posted|posting|gl|period) date", 90),
        (
            r"(invoice|document|doc|entered|voucher) ?date|date of (transaction|invoice)|"
            r"invoice payment date",
            85,
        ),
        (r".*\bdate\b.*", 75),
        (r"(period|month|payment month|date period)", 60),
    ],
    "reference": [
        (rf"(trans+a?c?tions?|trans|transation) ?{_NUMBER}", 97),
        (r"trans(action)? ?(no|num|number).*", 95),
        (
            rf"(document|doc|voucher|payment|internal|our|sap document|internal voucher|hbc|order|"
            rf"hbc ref) ?(ref)? ?{_NUMBER}( {_NUMBER})?",
            90,
        ),
        (r"(reference|internal reference|ref)", 85),
        (rf"invoice {_NUMBER}", 80),
        (r"reference.*", 60),
    ],
    # Known only beside a date of payment: see _invoiced.
    "invoice_date": [],
    "supplier_id": [(rf"(supplier|vendor|creditor|payee|beneficiary) ?{_NUMBER}", 95)],
    "company_number": [
        (rf".*(companies house|(registered )?company (registration )?{_NUMBER}\b).*", 95)
    ],
    "charity_number": [(rf".*charity.*{_NUMBER}.*", 95)],
    "vat_number": [(rf".*vat (registration )?{_NUMBER}.*", 95)],
    "postcode": [(r".*post ?code.*", 95)],
    "category": [
        (r"exp(ense|ence|enses|enditure) ?(type|category|categories|catergory)( 3)?", 95),
        (
            r"(cost element|account|expenditure account|gl account|subjective|gl|g l|account code)"
            r" ?(code )?(description|name|label)",
            85,
        ),
        (
            r"(account|expenditure account|cipfa.*|subjective.*|expense|purpose.*|"
            r"g l description.*|detailed expenditure type|expenditure code|group description|"
            r"gl description)",
            70,
        ),
        (
            r"(paid |spent )?(what (it (is|was) )?)?for( what)?|"
            r"(goods|services?|goods and services)( bought| supplied)?",
            65,
        ),
        (r".*(category|proclass).*", 50),
    ],
    "area": [
        (r"(expense|service|department|directorate) ?area( 3)?", 95),
        (
            r"(directorate|directotate|department|"
            r"service( label| division label| name| description)?|organi[sz]ation?al unit|"
            r"org unit|cost cent(re|er) name|cost cent(re|er))",
            85,
        ),
        (r"(division|section|team|portfolio)", 70),
    ],
    "body": [
        (r"(body|authority|organi[sz]?ation|organistion|entity|council) ?(name|label)?", 90),
        (r"department(al)? family", 60),
    ],
    "description": [(r".*(narrative|description|descriptions|details|purpose)", 60)],
    "merchant_category": [(r"merchant category.*", 95)],
}
_NEVER: dict[str, str] = {
    # "net" and "total" stand in the headings of other things too.
    "amount": (
        r"\b(date|code|cent(re|er)|element|type|name|id|number|no|ref|category|description|"
        r"account|family)\b"
    ),
    "supplier": r"\b(id|number|no|code|type|category|site|address|postcode|date|group)\b",
    "date": r"\b(update|updated|candidate)\b",
}
_COMPILED = {
    role: [(re.compile(pattern), points) for pattern, points in patterns]
    for role, patterns in HEADINGS.items()
}


# Points of a column by its cells alone, from which it is taken for the payee's.
FIRMLIKE = 27


@lru_cache(maxsize=4096)
def plain(heading: str) -> str:
    """A heading in small letters and single spaces: ``PaymentDate`` and ``FIN.PAYMENT_DATE (£)``
    come near one another.

    >>> plain("PaymentDate"), plain(" Amount (£) ")
    ('payment date', 'amount')
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading.replace("\xa0", " "))
    spaced = re.sub(r"[^a-z0-9 ]+", " ", spaced.casefold())
    return re.sub(r"\s+", " ", spaced).strip()


def fit(heading: str, role: str) -> int:
    """0 to 100: how well a heading says a role."""
    small = plain(heading)
    never = _NEVER.get(role)
    if not small or (never and re.search(never, small)):
        return 0
    if (
        role == "amount"
        and re.search(r"\bvat\b", small)
        and not re.search(r"\b(ex|excl|excluding|net|nett|inc|incl|including)\b", small)
    ):
        return 0
    return max(
        (points for pattern, points in _COMPILED[role] if pattern.fullmatch(small)), default=0
    )


@dataclass(frozen=True)
class Mapping:
    """Which column (counted from 0) says which role, and why.

    ``header`` is the heading of each column ("" throughout where the file has none), ``reasons``
    a sentence a role.
    """

    columns: dict[str, int]
    header: tuple[str, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)

    def as_words(self) -> dict[str, str]:
        """Role to the column's heading, or ``column 7`` where it has none."""
        return {
            role: self.header[at]
            if at < len(self.header) and self.header[at]
            else f"column {at + 1}"
            for role, at in self.columns.items()
        }


def header_score(cells: Sequence[str]) -> int:
    """How many of the three that a payment needs, a line names in different cells: 0 to 3."""
    if len([cell for cell in cells if cell.strip()]) < 2:
        return 0
    if any(values.amount(cell) is not None and cell.strip() not in values.EMPTY for cell in cells):
        return 0
    return sum(any(fit(cell, role) for cell in cells) for role in ("amount", "supplier", "date"))


def guess(header: Sequence[str], sample: Sequence[Sequence[str]]) -> Mapping:
    """The likeliest mapping of a header's columns, given some of the lines under it.

    A heading proposes, the cells decide: a column is taken for an amount or a date where most of
    its cells are, with fewer only where nothing else can be. Without headings only cells speak.
    """
    width = max([len(header), *(len(line) for line in sample)], default=0)
    columns = [
        [line[at].strip() for line in sample if at < len(line) and line[at].strip()]
        for at in range(width)
    ]
    heads = [*header, *[""] * (width - len(header))]
    scored: list[tuple[float, str, int, str]] = []
    for at in range(width):
        cells = columns[at]
        for role in ROLES:
            if points := fit(heads[at], role):
                looks = _looks(cells, role)
                if looks is None:
                    continue
                reason = f"its heading is {heads[at].strip()!r}"
                scored.append((points + looks, role, at, reason))
    if not any(role == "amount" for _, role, _, _ in scored):
        scored += _by_cells(columns, heads)
    if not any(role == "supplier" for _, role, _, _ in scored):
        # A payee's column may have a name that nobody has thought of; its cells then say so.
        taken = {at for _, _, at, _ in scored}
        scored += [
            proposal
            for proposal in _by_cells(columns, [""] * width)
            if proposal[1] == "supplier" and proposal[2] not in taken and proposal[0] > FIRMLIKE
        ]
    chosen: dict[str, int] = {}
    reasons: dict[str, str] = {}
    for _, role, at, reason in sorted(
        scored, key=lambda proposal: (-proposal[0], ROLES.index(proposal[1]), proposal[2])
    ):
        if role not in chosen and at not in chosen.values():
            chosen[role], reasons[role] = at, reason
    _invoiced(heads, columns, chosen, reasons)
    order = {role: chosen[role] for role in ROLES if role in chosen}
    return Mapping(order, tuple(head.strip() for head in heads), reasons)


def _invoiced(
    heads: Sequence[str], columns: list[list[str]], chosen: dict[str, int], reasons: dict[str, str]
) -> None:
    """The date of the invoice, where a file gives it beside the date of payment: only then, as a
    file with one date means the payment's."""
    if "date" not in chosen or re.search(r"invoice|document", plain(heads[chosen["date"]])):
        return
    for at, head in enumerate(heads):
        if (
            at not in chosen.values()
            and re.fullmatch(r"(supplier )?(invoice|document) ?date|date of invoice", plain(head))
            and _share(columns[at], values.days) > 0.5
        ):
            chosen["invoice_date"], reasons["invoice_date"] = at, f"its heading is {head.strip()!r}"
            return


def _share(cells: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(bool(test(cell)) for cell in cells) / len(cells) if cells else 0.0


def _looks(cells: Sequence[str], role: str) -> float | None:
    """Points to add for what is in a column; None where it can't be the role at all."""
    if role == "amount":
        share = _share(cells, lambda cell: values.amount(cell) is not None)
        if share < 0.5 and cells:
            # Where the heading says so and some are: better than nothing, worse than any other.
            return 5 * share - 60 if share else None
        return 5 * share
    if role == "date":
        share = _share(cells, lambda cell: values.days(cell) or values.days(cell, "mdy"))
        return None if cells and share < 0.5 else 5 * share
    if role == "supplier":
        worded = _share(cells, lambda cell: re.search(r"[A-Za-z]{2}", cell))
        return None if cells and worded < 0.5 else 5 * worded
    return 0.0


def _by_cells(columns: list[list[str]], heads: Sequence[str]) -> list[tuple[float, str, int, str]]:
    """Roles by the look of the cells: for files without headings."""
    proposals: list[tuple[float, str, int, str]] = []
    most = max((len(cells) for cells in columns), default=0)
    for at, cells in enumerate(columns):
        if not cells or len(cells) < most / 2:
            continue
        dates = _share(cells, lambda cell: values.days(cell) or values.days(cell, "mdy"))
        money = _share(cells, lambda cell: values.amount(cell) is not None)
        pennies = _share(cells, lambda cell: re.search(r"\.\d{1,2}\D*$", cell))
        worded = _share(cells, lambda cell: re.search(r"[A-Za-z]{2}.*[A-Za-z]{2}", cell))
        different = len(set(cells)) / len(cells)
        firms = _share(
            cells,
            lambda cell: re.search(
                r"\b(ltd|limited|plc|llp|cic|council|trust|services|& co|solutions|uk)\b",
                cell,
                re.I,
            ),
        )
        if dates > 0.8:
            proposals.append((50 * dates, "date", at, "its cells are dates"))
        elif money > 0.8:
            # The amount stands towards the end more often than identifiers do.
            points = 30 * money + 20 * pennies + at / 10
            proposals.append((points, "amount", at, "its cells are amounts of money"))
        # Few different cells and none that sounds like a firm are kinds of shops or departments.
        elif worded > 0.6 and not heads[at].strip() and (firms > 0.05 or different > 0.3):
            points = 20 * worded + 30 * firms + 5 * different
            proposals.append((points, "supplier", at, "its cells look most like names of firms"))
        elif different > 0.5 and worded < 0.5:
            proposals.append((10.0, "reference", at, "its cells look like references"))
    return proposals
