"""Anybody's table of services: columns known by what their makers call them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from commonweal.bringing.meanings import Choice, Meaning, register
from commonweal.bringing.plans import LacksColumns
from commonweal.bringing.reading import understand
from commonweal.design.lengths import key
from localwealth.tables import sheets, vocabulary

from ..hours import OpeningHours, openings_of_days
from . import nodes, values
from .outcome import BadRecord, Found

# What makers of tables call things; the first that a file has is taken.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "service name", "pharmacy name", "title", "organisation name"),
    "organisation": ("organisation", "organization", "organisation name", "provider"),
    "description": ("description", "type", "about", "services"),
    "address": ("address", "full address", "location"),
    "postcode": (),
    "email": ("email", "contact"),
    "phone": (),
    "url": (),
    "hours": ("opening times", "opening hours", "hours"),
    "process": ("referral method", "how to access", "application process"),
    "longitude": (),
    "latitude": (),
    "key": ("id", "service id", "organisation data service code", "uprn"),
}

# Which meanings of all readers they have.
SHARES = {
    "organisation": ("organisation",),
    "description": ("description",),
    "address": ("address",),
    "postcode": ("postcode",),
    "email": ("email",),
    "phone": ("telephone",),
    "url": ("website",),
    "longitude": ("longitude",),
    "latitude": ("latitude",),
    "key": ("reference", "number", "uprn"),
}
EXAMPLE = {
    "name": "Lunch club",
    "organisation": "Mill Lane Community Centre",
    "description": "A hot lunch in company, for anybody over 60.",
    "address": "Mill Lane Hall, 1 Mill Lane",
    "postcode": "ZB1 1AA",
    "email": "lunch@example.org",
    "phone": "01632 960001",
    "url": "https://example.org/lunch",
    "hours": "Tuesday and Thursday, 12 noon to 2pm",
    "process": "Come along, or telephone first.",
    "key": "S-001",
}
LABELS = {
    "name": "What the service is called",
    "organisation": "Who offers it",
    "description": "What it is",
    "address": "Address",
    "postcode": "Postcode",
    "email": "E-mail",
    "phone": "Telephone",
    "url": "Web address",
    "hours": "When it is open",
    "process": "How one gets it",
    "longitude": "Longitude",
    "latitude": "Latitude",
    "key": "Number of the row in the sender's own list",
}
MEANINGS = tuple(
    Meaning(name, LABELS[name], words, is_needed=name == "name", shares=SHARES.get(name, ()))
    for name, words in COLUMNS.items()
)
register("services", MEANINGS)
# An empty file that is handed out, with a line filled in.
OF_AN_EMPTY_FILE = tuple(
    Meaning(next(iter(COLUMNS[field]), field), LABELS[field], example=words)
    for field, words in EXAMPLE.items()
)
Table = tuple[sheets.Sheet, dict[str, str]]


def table_as_told(content: bytes, name: str, choice: Choice) -> Table:
    """The sheet of a file, and which of its columns is what, as somebody told it. Columns that say
    nothing of these keep their headings: those of weekdays are known by them.

    Raises
    ------
    Refused
        It can't be read, or has not the sheet or the line that was told.
    """
    understood = understand(content, name, meanings=MEANINGS, choice=choice)
    headings: list[str] = []
    for column in understood.columns:
        heading = column.heading or column.letter
        is_taken = heading in headings
        headings.append(f"{heading} ({column.letter})" if is_taken else heading)
    headed = zip(understood.columns, headings, strict=True)
    columns = {column.meaning: heading for column, heading in headed if column.meaning}
    if "name" not in columns:
        raise LacksColumns("Say which column is the name of the service.")
    sheet = sheets.Sheet(
        headings,
        understood.rows,
        understood.blank_count,
        understood.sheet,
        understood.notes,
        surplus=understood.surplus,
    )
    return sheet, columns


def read_table(content: bytes, name: str) -> Table:
    """The first sheet of a file, and which of its columns is what.

    Raises
    ------
    UnreadableFile
        It is no table.
    LacksColumns
        None of its columns is known as a service's name.
    """
    sheet = sheets.read(content, name)
    columns = {
        field: heading
        for field in COLUMNS
        if (heading := _column_of(field, sheet.header)) is not None
    }
    if "name" not in columns:
        raise LacksColumns(
            "No column of this file could be recognised as the name of a service. There are: "
            + ", ".join(sheet.header[:20])
        )
    return sheet, columns


def _column_of(field: str, header: Sequence[str]) -> str | None:
    """The heading of what a service says: by the first of its own words that stands there, else by
    one of those that all readers know."""
    by_word = {vocabulary.folded(heading): heading for heading in reversed(header)}
    own = (by_word[word] for word in map(vocabulary.folded, COLUMNS[field]) if word in by_word)
    shared = (heading for heading in header if vocabulary.says(heading, *SHARES.get(field, ())))
    return next(chain(own, shared), None)


def service_of(place: str, row: dict[str, str], columns: dict[str, str], say: values.Say) -> Found:
    """A service of one line.

    Raises
    ------
    Bad
        It has no name, or holds a text that is too long.
    """
    cells = {field: nodes.text(row[heading]) for field, heading in columns.items()}
    name = nodes.text(cells["name"], "name", 200)
    if not name:
        raise BadRecord("it has no name")
    said_key = "|".join((name, cells.get("address", ""), cells.get("postcode", "")))
    organisation = nodes.text(cells.get("organisation") or name, "organisation's name", 200)
    return Found(
        place,
        key(cells.get("key") or said_key, 200),
        name,
        organisation,
        organisation,
        _columns(cells, say),
        _places(cells, say),
        _openings(cells.get("hours", ""), row),
    )


def _columns(cells: dict[str, str], say: values.Say) -> dict[str, str]:
    """The columns of a service. One column of contacts holds telephones and e-mail addresses."""
    contact = cells.get("email", "")
    is_phone = bool(contact) and "@" not in contact
    phone = cells.get("phone") or (contact if is_phone else "")
    return {
        "description": cells.get("description", ""),
        "status": "active",
        "url": values.url(cells.get("url"), say),
        "email": "" if is_phone else values.email(contact, say),
        "phone": nodes.text(phone, "telephone", 60),
        "application_process": cells.get("process", ""),
    }


def _places(cells: dict[str, str], say: values.Say) -> list[dict[str, object]]:
    latitude, longitude = values.point(cells.get("latitude"), cells.get("longitude"), say)
    postcode = nodes.text(cells.get("postcode"), "postcode", 10)
    address = cells.get("address", "")
    if not (address or postcode or latitude is not None):
        return []
    return [
        {
            "address": address,
            "postcode": postcode,
            "latitude": latitude,
            "longitude": longitude,
            "name": "",
            "accessibility": "",
        }
    ]


def _openings(written: str, row: dict[str, str]) -> list[OpeningHours]:
    """One column of words stays words; a column a weekday becomes a line for each span."""
    clean = {heading: nodes.seen(cell) for heading, cell in row.items()}
    return [*([OpeningHours(words=written)] if written else []), *openings_of_days(clean)]
