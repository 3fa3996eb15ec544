"""What the columns of a register of contracts can mean, and what such registers call them."""

from __future__ import annotations

from collections.abc import Sequence

from commonweal.bringing.meanings import Meaning, register

_OF = r"( of contract)?"
# In the order in which they are looked for: the first column that fits is taken.
MEANINGS = (
    Meaning(
        "ends_on",
        "Day on which it ends",
        is_needed=True,
        example="2029-03-31",
        pattern=r"(contract |current |expiry |review )*(end|expiry|expires|finish|to)( date)?"
        + _OF
        + r"|dyddiad (gorffen|dod i ben|diwedd)( y contract)?",
        shares=("end",),
    ),
    Meaning(
        "starts_on",
        "Day on which it begins",
        example="2026-04-01",
        pattern=r"(contract |award )*(start|commencement|begin|from)( date)?"
        + _OF
        + r"|dyddiad (dechrau|cychwyn)( y contract)?",
        shares=("start",),
    ),
    Meaning(
        "supplier",
        "Supplier",
        example="Acorn Joinery Ltd",
        pattern=r".*\b(supplier|contractor|provider|vendor)s?( name)?( company)?|"
        r"(enw (y |'r )?)?(cyflenwr|contractwr|darparwr)",
        shares=("payee",),
    ),
    Meaning(
        "reference",
        "Reference",
        hint="By what a later file knows it again.",
        example="C-001",
        pattern=r".*\b(ref|reference|contract (no|number|id)|unique identifier)\b.*|"
        r"(rhif|cyfeirnod)( y)?( contract)?",
        shares=("reference", "number"),
    ),
    Meaning(
        "title",
        "What the contract is for",
        is_needed=True,
        example="Repairs to school windows",
        pattern=r"(contract )?(title|name|description)"
        r"( of (agreement|contract|goods.*|service.*))?"
        r"|.*\btitle\b.*|what.*|(teitl|enw|disgrifiad)( y)?( contract)?",
        shares=("description",),
    ),
    Meaning(
        "currency",
        "Currency",
        example="GBP",
        pattern=r"(contract )?currency( code)?|arian( cyfred)?",
        shares=("currency",),
    ),
    Meaning(
        "value_gbp",
        "Value",
        hint="In pounds, or in the units that its heading says.",
        example="120000",
        pattern=r".*\b(value|total|sum|amount|cost|gwerth|cyfanswm)\b.*",
        shares=("amount",),
    ),
)
register("contracts", MEANINGS)
LABELS = {meaning.name: meaning.label for meaning in MEANINGS}


def columns_of(line: Sequence[str]) -> dict[str, int]:
    """Which cell of a line of headings says what, as far as that can be known."""
    columns: dict[str, int] = {}
    for meaning in MEANINGS:
        for at, heading in enumerate(line):
            if at not in columns.values() and meaning.fits(heading):
                columns[meaning.name] = at
                break
    return columns
