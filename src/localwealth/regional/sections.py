"""The sections of the Standard Industrial Classification of 2007, and which industry of a published
table lies in which.

Jobs of a district are published by section more often than by a table's own industries. Imputed
rent and households as employers are left out: nobody's place of work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from localwealth.errors import UnreadableFile

# The last division of each section, and its name.
SECTIONS = {
    "A": (3, "Farming, forestry and fishing"),
    "B": (9, "Mining and quarrying"),
    "C": (33, "Manufacturing"),
    "D": (35, "Electricity and gas"),
    "E": (39, "Water and waste"),
    "F": (43, "Construction"),
    "G": (47, "Shops, wholesale and motor trades"),
    "H": (53, "Transport and storage"),
    "I": (56, "Hotels and catering"),
    "J": (63, "Information and communication"),
    "K": (66, "Finance and insurance"),
    "L": (68, "Property"),
    "M": (75, "Professional, scientific and technical"),
    "N": (82, "Business support"),
    "O": (84, "Public administration and defence"),
    "P": (85, "Education"),
    "Q": (88, "Health and social care"),
    "R": (93, "Arts and leisure"),
    "S": (96, "Other services"),
}
LEFT_OUT = {"L68A", "68.2IMP"}


def section_of(division: int) -> str:
    """The section of a division (two figures); "" for households as employers and beyond.

    >>> section_of(10), section_of(56), section_of(97)
    ('C', 'I', '')
    """
    return next((code for code, (last, _) in SECTIONS.items() if division <= last), "")


def by_section(codes: Iterable[str]) -> dict[str, str]:
    """The section of each code of a table, "" for those left out.

    Raises
    ------
    UnreadableFile
        A code names no division.
    """
    groups = {}
    for code in codes:
        division = re.search(r"\d\d", code)
        if division is None:
            raise UnreadableFile(
                f"The jobs are by section of the SIC, and the table's {code!r} names no division "
                "of it. Send the groups too: which of the table's codes is in which."
            )
        groups[code] = "" if code in LEFT_OUT else section_of(int(division[0]))
    return groups
