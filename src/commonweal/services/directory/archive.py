"""The tables of HSDS as a ZIP of CSV: services, joined with what the other tables say of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from localwealth.errors import UnreadableFile
from localwealth.tables import apart
from localwealth.tables.cutting import cut

from . import nodes

# A table, by the names that it has in archives; the first is the standard's.
NAMES = {
    "services": ("services", "service"),
    "organizations": ("organizations", "organization", "organisations", "organisation"),
    "locations": ("locations", "location"),
    "addresses": ("addresses", "address"),
    "schedules": ("schedules", "schedule", "regular_schedules", "regular_schedule"),
    "phones": ("phones", "phone"),
    "service_at_location": ("service_at_location", "service_at_locations"),
}
TABLE_OF = {name: table for table, names in NAMES.items() for name in names}


@dataclass(frozen=True)
class Line:
    """A line of a table: where it stands, and its cells by the heading in small letters."""

    place: str
    cells: dict[str, str]


def records(content: bytes) -> Iterator[tuple[str, nodes.Node]]:
    """Each service of an archive with its place, in the shape that it has as JSON.

    Raises
    ------
    UnreadableFile
        It can't be opened, or holds no table of services.
    """
    tables = _tables(content)
    organisations = _by(tables["organizations"], "id")
    locations, addresses = _by(tables["locations"], "id"), _by(tables["addresses"], "location_id")
    schedules, phones, at_locations = (
        _by(tables[name], "service_id") for name in ("schedules", "phones", "service_at_location")
    )
    for line in tables["services"]:
        service: nodes.Node = {name: cell for name, cell in line.cells.items() if cell}
        service_id = service.get("id", "")
        service["organization"] = next(iter(organisations[service.get("organization_id", "")]), {})
        service["schedules"] = schedules[service_id]
        service["phones"] = phones[service_id]
        service["service_at_locations"] = [
            {"location": _location(locations, addresses, at.get("location_id", ""))}
            for at in at_locations[service_id]
        ]
        yield line.place, service


Rows = dict[str, list[nodes.Node]]


def _location(locations: Rows, addresses: Rows, key: str) -> nodes.Node:
    """A location with its addresses, as HSDS nests them in JSON."""
    return next(iter(locations[key]), {}) | {"addresses": addresses[key]}


def _by(lines: Iterable[Line], heading: str) -> Rows:
    """Rows by what they belong to. Those that say of nothing that it is theirs are nobody's."""
    rows: Rows = defaultdict(list)
    for line in lines:
        if key := line.cells.get(heading, ""):
            rows[key].append(dict(line.cells))
    return rows


def _tables(content: bytes) -> dict[str, list[Line]]:
    texts: dict[str, str | None] = apart.run("tables", content, names=sorted(TABLE_OF))
    files: dict[str, list[str]] = {table: [] for table in NAMES}
    for file in texts:
        files[TABLE_OF[_own_name(file)]].append(file)
    if not files["services"]:
        raise UnreadableFile("The archive holds no table of services (services.csv).")
    for table, several in files.items():
        if len(several) > 1:
            named = " and ".join(sorted(several)[:3])
            raise UnreadableFile(f"The archive holds the table of {table} more than once: {named}.")
    return {
        table: _lines(several[0], texts[several[0]]) if several else []
        for table, several in files.items()
    }


def _own_name(file: str) -> str:
    return file.lower().replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".csv")


def _lines(file: str, text: str | None) -> list[Line]:
    if text is None:
        raise UnreadableFile(f"{file} in the archive is no text that can be read.")
    if not text.strip():
        return []
    rows = cut(text).lines
    header = [heading.strip().lower() for heading in rows[0]]
    return [
        Line(f"{file}, line {number}", dict(zip(header, map(str.strip, cells), strict=False)))
        for number, cells in enumerate(rows[1:], 2)
        if any(cell.strip() for cell in cells)
    ]
