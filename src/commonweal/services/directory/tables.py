"""Anybody's table of services: columns known by what their makers call them."""

from __future__ import annotations

from commonweal.design.lengths import key
from localwealth.errors import UnreadableFile
from localwealth.tables import sheets

from ..hours import Opening, openings_of_days
from . import nodes, values
from .outcome import Bad, Found

# What makers of tables call things; the first that a file has is taken.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "service name", "pharmacy name", "title", "organisation name"),
    "organisation": ("organisation", "organization", "organisation name", "provider"),
    "description": ("description", "type", "about", "services"),
    "address": ("address", "full address", "location"),
    "postcode": ("postcode", "post code"),
    "email": ("email", "contact", "e-mail", "email address"),
    "phone": ("phone", "telephone", "tel", "phone number", "telephone number"),
    "url": ("website", "url", "web", "link"),
    "hours": ("opening times", "opening hours", "hours"),
    "process": ("referral method", "how to access", "application process"),
    "longitude": ("lon", "longitude", "lng", "long"),
    "latitude": ("lat", "latitude"),
    "key": ("id", "service id", "organisation data service code", "uprn"),
}


def read_table(content: bytes, name: str) -> tuple[sheets.Sheet, dict[str, str]]:
    """The first sheet of a file, and which of its columns is what.

    Raises
    ------
    UnreadableFile
        It is no table, or none of its columns is a service's name.
    """
    sheet = sheets.read(content, name)
    plain = {
        " ".join(heading.lower().replace("_", " ").split()): heading for heading in sheet.header
    }
    columns = {
        field: plain[heading]
        for field, headings in COLUMNS.items()
        for heading in reversed(headings)
        if heading in plain
    }
    if "name" not in columns:
        raise UnreadableFile(
            "No column of this file could be recognised as the name of a service. There are: "
            + ", ".join(sheet.header[:20])
        )
    return sheet, columns


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
        raise Bad("it has no name")
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


def _openings(words: str, row: dict[str, str]) -> list[Opening]:
    """One column of words stays words; a column a weekday becomes a line for each span."""
    clean = {heading: nodes.seen(cell) for heading, cell in row.items()}
    return [*([Opening(words=words)] if words else []), *openings_of_days(clean)]
