"""Amounts as people type them: what is plain is read, what is unclear is asked again.

Nothing is guessed. "£150,00" could be 150 pounds or 15,000; "1e3" is no way in which people write
pounds; "1.234" may be a thousand. Each refusal shows how to write it.
"""

from __future__ import annotations

import re
from decimal import Decimal

# A space, and the blanks that are pasted from other programs.
BLANKS = re.compile("[ \u00a0\u2007\u2009\u202f]+")
BODY = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,15}"
MONEY = re.compile(rf"(?:{BODY})(?:\.[0-9]{{1,2}})?|\.[0-9]{{2}}")
NUMBER = re.compile(rf"-?(?:(?:{BODY})(?:\.[0-9]+)?|\.[0-9]+)")
BEFORE = re.compile(r"^(?:£|gbp) ?", re.IGNORECASE)
AFTER = re.compile(r" ?(?:pounds?|gbp)$", re.IGNORECASE)
MOST = Decimal(10) ** 10
WRITE_POUNDS = "Write pounds and pence in figures, like 150, 150.50 or 1,234.50"
WRITE_NUMBER = "Write a number in figures, like 250, 12.5 or 1,250"


class Unclear(ValueError):
    """What was typed is no amount, or may be two. The message says how to write it."""


def in_pounds(amount: Decimal) -> str:
    """Pounds in a sentence: £300, £1,234.50, -£5."""
    exact = amount.quantize(Decimal("0.01"))
    return f"{'-' * (exact < 0)}£{abs(exact):,}".removesuffix(".00")


def _plain(text: str) -> str:
    return BLANKS.sub(" ", text).strip()


def pounds(text: str) -> Decimal:
    """Pounds and pence from what a person typed.

    Raises
    ------
    Unclear
        It is below nought, has more than two decimals, or can be read in two ways.

    >>> [str(pounds(text)) for text in ("£1,234.50", "1234.5", "£ 150", "150 pounds", "1 234")]
    ['1234.50', '1234.50', '150.00', '150.00', '1234.00']
    """
    plain = _plain(text)
    if re.match(r"^(?:£ ?)?[-−–(]", plain):
        raise Unclear(f"An amount can't be below nought. {WRITE_POUNDS}")
    bare = AFTER.sub("", BEFORE.sub("", plain))
    if re.fullmatch(rf"(?:{BODY})?\.[0-9]{{3,}}", bare):
        raise Unclear(f"Pence have two figures. {WRITE_POUNDS}")
    if re.fullmatch(r"[0-9 .,]*,[0-9]{1,2}", bare):
        raise Unclear(
            f"A comma stands before three figures, a point before the pence. {WRITE_POUNDS}"
        )
    if not MONEY.fullmatch(bare):
        raise Unclear(WRITE_POUNDS)
    amount = Decimal(re.sub("[ ,]", "", bare)).quantize(Decimal("0.01"))
    if amount >= MOST:
        raise Unclear("Write an amount below ten thousand million pounds")
    return amount


def number(text: str) -> Decimal:
    """A figure from what a person typed: a count, a share or pounds, below nought too.

    Raises
    ------
    Unclear
        It is none, can be read in two ways, has more than four decimals, or is out of reach.

    >>> [str(number(text)) for text in ("1,250", "£1,250.50", "30%", "-0.25", "12.125")]
    ['1250', '1250.50', '30', '-0.25', '12.125']
    """
    plain = _plain(text).replace("−", "-")
    bare = re.sub(r"^(-?)£ ?", r"\1", plain)
    bare = bare if bare != plain else re.sub(r" ?%$", "", plain)
    if re.fullmatch(r"-?[0-9 .]*[0-9],[0-9]{1,2}", bare):
        raise Unclear(f"A comma stands before three figures only. {WRITE_NUMBER}")
    if not NUMBER.fullmatch(bare):
        raise Unclear(WRITE_NUMBER)
    figure = Decimal(re.sub("[ ,]", "", bare))
    if abs(figure) >= Decimal(10) ** 12:
        raise Unclear("Write a number below one million million")
    if figure != round(figure, 4):
        raise Unclear("Use four decimal places at most")
    return figure
