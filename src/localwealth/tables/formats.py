"""What the formats of a workbook's cells show: a day, a percentage, another money than pounds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from localwealth.tables.plain_xml import tree_of

# Formats that every workbook has without naming them (ECMA-376, 18.8.30).
DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
PERCENT = {9: "0%", 10: "0.00%"}
MONIES = "€$¥₹"

_ASIDE = re.compile(r"\"[^\"]*\"|\\.|_.|\*.|\[(?:[^\]$][^\]]*)?\]")
_MONEY_OF = re.compile(rf"\[\$([{MONIES}]|[A-Z]{{3}})|\"\s*([{MONIES}]|EUR|USD)\s*\"|^([{MONIES}])")


@dataclass(frozen=True)
class Format:
    """How a cell shows a number: as a day, a percentage, or another money than pounds."""

    is_day: bool = False
    is_percent: bool = False
    money: str = ""

    PLAIN: ClassVar[Format]

    @classmethod
    def of(cls, code: str) -> Format:
        """What a format's code shows.

        >>> Format.of("0.0%").shown("0.3"), Format.of('[$€-2] #,##0').shown("12")
        ('30%', '€12')
        >>> Format.of("[$-809]dd mmmm yyyy").is_day, Format.of('#,##0.00;[Red]-#,##0.00').is_day
        (True, False)
        """
        first = code.split(";")[0]
        signs = _ASIDE.sub("", first).lower()
        # Without what names a language or a money: the UK's is [$-809].
        figures = re.sub(r"general|\[\$[^\]]*\]", "", signs)
        named = _MONEY_OF.search(first)
        money = next(filter(None, named.groups()), "") if named else ""
        is_day = re.search(r"[dy]|m{1,5}|h|ss", figures)
        return cls(
            is_day=is_day is not None and "0" not in figures.replace("ss.0", ""),
            is_percent="%" in signs,
            money="" if money in ("GBP", "£") else money,
        )

    def shown(self, number: str) -> str:
        """What a cell shows where that isn't its plain number; "" where it is."""
        if not (self.is_percent or self.money):
            return ""
        try:
            exact = Decimal(number)
        except InvalidOperation:
            return ""
        if self.is_percent:
            hundredths = round(exact * 100, 9).normalize()
            return f"{hundredths:f}%"
        return f"{self.money}{' ' * self.money.isalpha()}{exact:f}"


Format.PLAIN = Format()


def formats_of(styles: bytes) -> list[Format]:
    """The format of each style of a workbook, in the order in which cells name them."""
    root = tree_of(styles)
    named, chosen = {}, []
    for element in root.iter():
        kind = element.tag.rsplit("}", 1)[-1]
        if kind == "numFmt":
            named[int(element.get("numFmtId", 0))] = element.get("formatCode", "")
        elif kind == "cellXfs":
            chosen = [int(style.get("numFmtId", 0)) for style in element]
    return [format_of(number, named) for number in chosen]


def format_of(number: int, named: dict[int, str]) -> Format:
    """The format of a number, by those that a workbook names itself and those that all have."""
    if number in named:
        return Format.of(named[number])
    if number in PERCENT:
        return Format.of(PERCENT[number])
    return Format(is_day=number in DAYS)
