"""The words by which files of payments head their columns, in English and Welsh."""

from __future__ import annotations

import re

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
    "credit",
    "debit_or_credit",
    "currency",
)
# What only tells what an amount comes to.
MONEY_ROLES = ("credit", "debit_or_credit", "currency")

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
        (r"(debit|dr|debyd)( debyd)?( amount| value)?( gbp)?", 72),
        (r"(swm|gwerth) (net|heb( gynnwys)? taw)( gbp)?|swm net y taliad", 95),
        (r"swm( y taliad| taliad| a dalwyd| yr anfoneb)?( gbp)?|gwerth|cyfanswm", 90),
        (r"(swm|gwerth) (gros|gan gynnwys taw|yn cynnwys taw)( gbp)?", 80),
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
        (
            r"(enw (r |y )?)?(cyflenwr|cyflenwyr|talai|derbynnydd|buddiolwr|contractwr)( enw)?|"
            r"talwyd i|(taliad(au)?|talu) i",
            94,
        ),
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
        (r"dyddiad (talu|y taliad|taliad)", 97),
        (r"dyddiad( .*)?", 90),
        (r"(period|month|payment month|date period|cyfnod|mis)", 60),
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
        (r"cyfeirnod( .*)?|rhif (y )?(trafodyn|taliad|anfoneb|dogfen)", 88),
        (r"reference.*", 60),
    ],
    # Known only beside a date of payment, and beside a debit: see columns.
    "invoice_date": [],
    "credit": [],
    "debit_or_credit": [],
    "currency": [
        (r"(.* )?(currency|ccy)( code)?|curr( code)?|arian( cyfred)?( currency)?", 95),
    ],
    "supplier_id": [(rf"(supplier|vendor|creditor|payee|beneficiary) ?{_NUMBER}", 95)],
    "company_number": [
        (rf".*(companies house|(registered )?company (registration )?{_NUMBER}\b).*", 95)
    ],
    "charity_number": [(rf".*charity.*{_NUMBER}.*", 95)],
    "vat_number": [(rf".*vat (registration )?{_NUMBER}.*", 95)],
    "postcode": [(r".*post ?code.*|cod post", 95)],
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
        (r"categori|math (o )?(gwariant|wariant)", 85),
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
        (r"cyfadran|cyfarwyddiaeth|gwasanaeth|adran", 80),
    ],
    "body": [
        (r"(body|authority|organi[sz]?ation|organistion|entity|council) ?(name|label)?", 90),
        (r"department(al)? family", 60),
    ],
    "description": [
        (r".*(narrative|description|descriptions|details|purpose)", 60),
        (r"disgrifiad( .*)?|manylion|pwrpas", 60),
    ],
    "merchant_category": [(r"merchant category.*", 95)],
}
NEVER: dict[str, str] = {
    # "net" and "total" stand in the headings of other things too.
    "amount": (
        r"\b(date|code|cent(re|er)|element|type|name|id|number|no|ref|category|description|"
        r"account|family)\b"
    ),
    "supplier": r"\b(id|number|no|code|type|category|site|address|postcode|date|group)\b",
    "date": r"\b(update|updated|candidate)\b",
}
# Which meanings of all readers they have, and how well such a word fits where no pattern does.
SHARES = {
    "amount": ("amount",),
    "supplier": ("payee",),
    "date": ("paid_on",),
    "reference": ("reference",),
    "company_number": ("company_number",),
    "postcode": ("postcode",),
    "description": ("description",),
    "currency": ("currency",),
}
SHARED_POINTS = 55
COMPILED = {
    role: [(re.compile(pattern), points) for pattern, points in patterns]
    for role, patterns in HEADINGS.items()
}
