"""Identifiers of organisations as org-id.guide writes them: ``GB-COH-00178738``."""

from __future__ import annotations

import re


def company_number(text: str | None) -> str:
    """A company's number in its eight characters; "" where there is none.

    >>> company_number("178738"), company_number(" sc12345"), company_number("N/A")
    ('00178738', 'SC012345', '')
    """
    number = re.sub(r"\.0$", "", re.sub(r"[\s\-]", "", text or "").upper())
    if re.fullmatch(r"\d{3,8}", number):
        return number.zfill(8) if int(number) else ""
    if re.fullmatch(r"[A-Z]{2}\d{5}R", number):
        return number
    lettered = re.fullmatch(r"([A-Z]{2})(\d{1,6})", number)
    return lettered[1] + lettered[2].zfill(6) if lettered else ""


def org_id(text: str | None) -> str:
    """An org-id in the one form in which stores hold it; "" where there is none.

    >>> org_id("gb-coh-178738"), org_id(""), org_id("GB-CHC-1074622.0")
    ('GB-COH-00178738', '', 'GB-CHC-1074622')
    """
    identifier = (text or "").strip().upper().removesuffix(".0")
    if identifier.startswith("GB-COH-"):
        number = company_number(identifier.removeprefix("GB-COH-"))
        return f"GB-COH-{number}" if number else identifier
    return identifier
