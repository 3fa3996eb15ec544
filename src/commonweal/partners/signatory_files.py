"""A list of signatories as somebody's own spreadsheet has it, as lines of the list on the page."""

from __future__ import annotations

from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.tables import vocabulary
from localwealth.tables.grids import grids
from localwealth.tables.marks import said
from localwealth.tables.placing import place

# Which meanings of all readers it has, and what a heading means in this room alone.
SHARES = {"organisation": ("organisation",), "email": ("email",)}
ITS_OWN = {
    "organisation": "signatory,partner,name,organisation name,name of organisation,enw",
    "email": "",
    "sector": "sector,sector type",
}
_MEANS = {
    word: meaning
    for meaning, own in ITS_OWN.items()
    for word in (*own.split(","), *vocabulary.words_of(*SHARES.get(meaning, ())))
    if word
}
NEEDED = ("organisation", "email")


def means(heading: str) -> str:
    """What a heading means, in either language; "" where it is not known."""
    return next((_MEANS[way] for way in vocabulary.ways(heading) if way in _MEANS), "")


vocabulary.register("signatories", SHARES, lambda heading, meaning: means(heading) == meaning)


def lines_of(content: bytes, name: str) -> str:
    """The organisations of a CSV file or workbook, one a line: name, e-mail address, sector.

    Raises
    ------
    Refused
        It can't be read, or has no column of names or of addresses, or two.
    """
    try:
        placed = place(grids(content, name, NEEDED), means)
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    meanings = [means(heading) for heading in placed.header]
    for meaning, called in (("organisation", "the organisation"), ("email", "its e-mail address")):
        if meanings.count(meaning) != 1:
            many_or_none = "more than one column" if meaning in meanings else "no column"
            raise Refused(
                f"The file has {many_or_none} for {called}. Head one column Organisation, one "
                "Email, and perhaps one Sector."
            )
    columns = {meaning: meanings.index(meaning) for meaning in set(meanings) if meaning}
    lines = []
    for _, cells in placed.rows:
        parts = [
            " ".join(said(cells[columns[meaning]]).split())
            for meaning in ITS_OWN
            if meaning in columns
        ]
        if any(parts):
            lines.append("; ".join(part for part in parts if part))
    return "\n".join(lines)
