"""Telephones as people write them, and as spreadsheets leave them."""

from __future__ import annotations

import re

# Fewer figures than these can be rung from nowhere; more are no telephone of the world's.
LEAST, MOST = 7, 15
_SCIENTIFIC = re.compile(r"\s*\+?\d(?:\.\d+)?E\+?\d{1,2}\s*", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*(?:[/;|\n]|,|\bor\b|\band\b|\bneu\b|\ba\b(?= 0))\s*")
_AS_NUMBER = re.compile(r"(\d+)\.0")


def telephones(text: str) -> tuple[str, ...]:
    """The telephones of a cell as they were given; with its nought where a spreadsheet ate it.

    >>> telephones("7700900001"), telephones("07700900104 / 07700900105")
    (('07700900001',), ('07700900104', '07700900105'))
    >>> telephones("7.7009E+09"), telephones("0"), telephones("01632 960107 (daughter)")
    ((), (), ('01632 960107 (daughter)',))
    """
    if _SCIENTIFIC.fullmatch(text):
        return ()
    parts = [part.strip() for part in _SEVERAL.split(text)]
    if len(parts) > 1 and all(map(_can_be_rung, parts)):
        return tuple(map(_with_nought, parts))
    return (_with_nought(text.strip()),) if _can_be_rung(text) else ()


def has_lost_figures(text: str) -> bool:
    """Whether a spreadsheet has made a power of ten of a number, so that figures are gone.

    >>> has_lost_figures("4.47E+11"), has_lost_figures("07700 900001")
    (True, False)
    """
    return _SCIENTIFIC.fullmatch(text) is not None


def _can_be_rung(text: str) -> bool:
    figures = re.sub(r"\D", "", _AS_NUMBER.sub(r"\1", text))
    return LEAST <= len(figures) <= 2 * MOST and len(set(figures)) > 1


def _with_nought(text: str) -> str:
    """Numbers of this country have ten figures behind their nought, a few of them nine."""
    figures = _AS_NUMBER.sub(r"\1", text)
    is_bare = re.fullmatch(r"[1-35789]\d{9}|1\d{8}", figures) is not None
    return f"0{figures}" if is_bare else figures
