"""A list of signatories as somebody's own spreadsheet has it, as lines of the list on the page."""

from __future__ import annotations

from collections.abc import Sequence

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
    columns = _columns(placed.header)
    lines = (_line(cells, columns) for _, cells in placed.rows)
    return "\n".join(line for line in lines if line)


def _columns(header: Sequence[str]) -> dict[str, int]:
    """In which column each meaning stands: one of names, one of addresses, perhaps one of sectors.

    Raises
    ------
    Refused
        One of the two that are needed is not there, or twice.
    """
    meanings = [means(heading) for heading in header]
    for meaning, called in (("organisation", "the organisation"), ("email", "its e-mail address")):
        if meanings.count(meaning) != 1:
            many_or_none = "more than one column" if meaning in meanings else "no column"
            raise Refused(
                f"The file has {many_or_none} for {called}. Head one column Organisation, one "
                "Email, and perhaps one Sector."
            )
    return {meaning: meanings.index(meaning) for meaning in set(meanings) if meaning}


def _line(cells: Sequence[str], columns: dict[str, int]) -> str:
    """An organisation as a line of the list on the page; "" where its row says nothing."""
    told = (
        " ".join(said(cells[columns[meaning]]).split()) for meaning in ITS_OWN if meaning in columns
    )
    return "; ".join(text for text in told if text)
