"""Amounts of money as people and programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Literal

DecimalSign = Literal[".", ","]

# How spreadsheets show nought.
MINUSES = "-–−‐‑﹣－"
DASHES = frozenset({"", "-", "–", "—"})
_MONEY = re.compile(r"\d+(?:\.\d*)?|\.\d+")
# What nearly all cells of a column of amounts look like.
PLAIN = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,2})?", re.ASCII)
SHORT = 12
_SCIENTIFIC = re.compile(r"-?\d(?:\.\d+)?[eE][+-]?\d{1,3}")
_BEGINS = re.compile(r"GBP|[CD]R\b|Â?£|œ|Ł", re.IGNORECASE)
_SPACES = re.compile(r"[\xa0\u2007\u2009\u200a\u202f\t]")
# Commas stand between thousands, all of them, or the figures are no amount: in 12,34.50 a figure or
# a comma was lost or added, and nobody knows which (12.34, 1,234.50, 12,345.00 look like it).
# Groups by twos (1,23,456.00) are no exception: no accounts here are kept so.
_BY_THREES = re.compile(r"\d{1,3}(?:,\d{3})+(?: ?\. ?\d*)?", re.ASCII)
# So do spaces; others may only stand beside the point.
_SPACED = re.compile(r"(?:\d+|\d{1,3}(?: \d{3})+) ?\. ?\d*")
_GROUPED = re.compile(r"\d{1,3}(?:([ '’_])\d{3})(?:\1\d{3})*(?:\.\d*)?")
# A pound sign in whatever encoding it was mangled to.
_POUND = r"(?:GBP|Â?£|œ|¶œ|Ł|\ufffd)"
# Thousands by points, or pennies behind a comma; and the other way round.
_WITH_COMMA = re.compile(r"\d\.\d{3},\d|(?<![\d.,])\d+(?:\.\d{3})*,\d{1,2}(?![\d.,])")
_WITH_POINT = re.compile(r"\d,\d{3}\.\d|(?<![\d,])\d+(?:,\d{3})*\.\d{1,2}(?!\d)")
_SWAPPED = str.maketrans(",.", ".,")
# Monies of other countries, as signs or codes beside the figures.
_OTHER_MONEY = re.compile(
    r"(€|\$|¥|₹|\b(?:EUR|USD|AUD|CAD|CHF|DKK|SEK|NOK|JPY|INR|NZD)\b)", re.IGNORECASE
)


def amount(text: str, decimal: DecimalSign = ".") -> Decimal | None:
    """Pounds from ``£1,234.50``, ``(12.00)``, ``£(12.00)``, ``12.00-``, ``12.00 CR``, ``1 234.50``;
    a lone dash, as spreadsheets show it, is nought. None where it is no amount.

    ``decimal`` is the sign before the pennies, as the whole column has it (:func:`decimal_of`).

    >>> [str(amount(text)) for text in ("£1,234.50 ", "(12.00)", "7-", "-", "12 High St")]
    ['1234.50', '-12.00', '-7', '0', 'None']
    >>> [str(amount(text)) for text in ("1,234,567.00", "12,34.50", "13 04 2023")]
    ['1234567.00', 'None', 'None']
    >>> str(amount("1.234,50")), str(amount("1.234,50", ","))
    ('None', '1234.50')
    """
    if decimal == ",":
        return _amount(text.translate(_SWAPPED))
    # Most cells are plain amounts, or begin with what no amount begins with.
    if PLAIN.fullmatch(text):
        pounds = Decimal(text.replace(",", ""))
        # So few signs are in any bounds, and pennies stand as they are.
        return pounds if len(text) <= SHORT else _sane(pounds)
    if text[:1].isalpha() and not _BEGINS.match(text):
        return None
    return _amount(text)


def decimal_of(texts: Iterable[str]) -> tuple[DecimalSign, int]:
    """The sign before the pennies, settled by a whole column, and how many texts say otherwise.

    >>> decimal_of(["1.234,50", "2.000"]), decimal_of(["1,234.50", "2,000", "7,50"])
    ((',', 0), ('.', 1))
    """
    commas, points = decimals_in(texts)
    return (",", points) if commas > points else (".", commas)


def decimals_in(texts: Iterable[str]) -> tuple[int, int]:
    """In how many texts a comma stands before pennies, and in how many a point; a text that was
    torn may have both.

    >>> decimals_in(["1.234,50", "7,50", "2.5"])
    (2, 1)
    """
    commas = points = 0
    for text in texts:
        if "," in text or "." in text:
            commas += _WITH_COMMA.search(text) is not None
            points += _WITH_POINT.search(text) is not None
    return commas, points


def other_money(text: str) -> str:
    """The money of another country that a text names ("" where none), in capitals.

    >>> other_money("€20.00"), other_money("20.00 usd"), other_money("GBP 5")
    ('€', 'USD', '')
    """
    named = _OTHER_MONEY.search(text)
    return named[1].upper() if named else ""


@lru_cache(maxsize=16_384)
def _amount(text: str) -> Decimal | None:
    figures = _SPACES.sub(" ", text).strip().strip("'\"").strip()
    if _SCIENTIFIC.fullmatch(figures):
        return _sane(Decimal(figures))
    figures, is_minus = _without_signs(figures)
    if figures == "-":
        return Decimal(0)
    figures = _in_ascii(figures)
    figures = _without_groups(figures)
    if not _MONEY.fullmatch(figures):
        return None
    pounds = _sane(Decimal(figures))
    return -pounds if is_minus and pounds is not None else pounds


def _in_ascii(figures: str) -> str:
    """With figures of other scripts as our own."""
    if figures.isascii():
        return figures
    ours = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in figures)
    return ours.replace("٫", ".").replace("٬", ",").replace("．", ".").replace("，", ",")


def _without_signs(figures: str) -> tuple[str, bool]:
    """The figures alone, and whether they are taken off: by brackets, a minus or CR, once."""
    is_minus = False
    upper = figures.upper()
    for mark in ("CR", "DR"):
        if upper.endswith(mark) or re.match(rf"{mark}\b", upper):
            figures = figures[:-2] if upper.endswith(mark) else figures[2:]
            figures, is_minus = figures.strip(), mark == "CR"
            break
    figures, has_minus = _minus(figures)
    figures = _pounds(figures)
    if figures.startswith("(") and figures.endswith(")"):
        figures, is_minus = figures[1:-1].strip(), True
        figures, has_minus = _minus(_pounds(figures))[0], False
    if not has_minus:
        figures, has_minus = _minus(_pounds(figures))
    return _pounds(figures), is_minus != has_minus


def _minus(figures: str) -> tuple[str, bool]:
    """Without a minus in front or behind, and whether there was one."""
    if figures and figures in MINUSES:
        return "-", False
    for sign in MINUSES:
        if figures.startswith(sign) or figures.endswith(sign):
            return figures.strip(sign).strip(), True
    return figures.removeprefix("+"), False


def _pounds(figures: str) -> str:
    return re.sub(rf"^{_POUND}\s*|\s*(?:GBP|£)$", "", figures, flags=re.IGNORECASE).strip()


def _without_groups(figures: str) -> str:
    """Without the signs between thousands; as it is where those can't be what they seem."""
    if _GROUPED.fullmatch(figures):
        return re.sub(r"[ '’_]", "", figures)
    if 0 <= figures.rfind(".") < figures.rfind(","):
        # Thousands by points and pennies behind a comma: not what this column has.
        return "?"
    if _BY_THREES.fullmatch(figures):
        figures = figures.replace(",", "")
    return figures.replace(" ", "") if _SPACED.fullmatch(figures) else figures


def _sane(pounds: Decimal) -> Decimal | None:
    """Not an identifier that looks like an amount: nobody pays a thousand billion pounds."""
    return _noiseless(pounds) if abs(pounds) < 10**12 else None


def _noiseless(pounds: Decimal) -> Decimal:
    """Without the 1e-9 that spreadsheets' binary numbers leave behind whole pennies."""
    pennies = pounds.quantize(Decimal("0.01"))
    if pounds != pennies and abs(pounds - pennies) < Decimal("0.000001"):
        return pennies
    return pounds
