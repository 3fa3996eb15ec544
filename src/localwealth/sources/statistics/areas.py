"""Codes of areas: what kind a code is, several in one cell, and what became of old ones."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from localwealth import lists

CODE = re.compile(r"[EWSNK]\d{8}|TL[A-Z]\d{0,2}|UK[A-Z]\d{0,2}")
_LEVELS = {
    "ward": ("E05", "W05", "S13", "N08"),
    "district": ("E06", "E07", "E08", "E09", "W06", "S12", "N09"),
    "county": ("E10", "E11", "E13", "E47"),
    "region": ("E12",),
    "nation": ("E92", "W92", "S92", "N92", "K0"),
    "constituency": ("E14", "W07", "S14", "N06"),
    "small area": ("E00", "E01", "E02", "W00", "W01", "W02", "S00", "S01", "S02"),
}


def codes_in(cell: str) -> list[str]:
    """The codes in a cell; [] where it holds anything else. HMRC writes two for Cornwall and the
    Isles of Scilly, which are counted together.

    >>> codes_in("E06000052, E06000053"), codes_in("Notes: rounded")
    (['E06000052', 'E06000053'], [])
    """
    parts = [part for part in re.split(r"\s*(?:[,;&/+]|\band\b)\s*|\s+", cell.strip()) if part]
    return parts if parts and all(CODE.fullmatch(part) for part in parts) else []


def level(code: str) -> str:
    """What kind of area a code is: ward, district, county, region, nation …; "" where unknown.

    >>> level("E07000243"), level("E06000052+E06000053"), level("TLH2")
    ('district', 'district', 'region')
    """
    for name, beginnings in _LEVELS.items():
        if code.startswith(beginnings):
            return name
    return "region" if code[:2] in ("TL", "UK") else ""


@cache
def _successors() -> dict[str, tuple[str, str]]:
    table = lists.table("localwealth.sources.statistics", "successors")
    after = {}
    for old, now in table.items():
        code, _, name = now.partition(" ")
        after[old] = (code, name)
    return after


@cache
def _times() -> Counter[str]:
    return Counter(code for code, _ in _successors().values())


def successor(code: str) -> tuple[str, str, bool] | None:
    """What an old district's code became: the code and name of now, and whether it is the same
    council (its code changed) or only a part of a larger one. None where the code is in use.

    >>> successor("E07000101")
    ('E07000243', 'Stevenage', True)
    >>> successor("E07000004")
    ('E06000060', 'Buckinghamshire', False)
    """
    now = _successors().get(code)
    return None if now is None else (*now, _times()[now[0]] == 1)
