"""Reading a list and saying what it holds; nothing is changed by it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash
from commonweal.residents import keys
from commonweal.residents.keys import Described
from commonweal.residents.looks import is_nhs_number
from localwealth.errors import UnreadableFile
from localwealth.tables import sheets

from ..models import ListRun
from .dates import order_of, read_date
from .layouts import Layout, layout_of

ROWS_MOST = 60_000


@dataclass
class Listed:
    """One row of a list, as a person."""

    row: int
    key: str
    described: Described
    notes: str
    is_dead: bool
    content_hash: str
    phones: tuple[str, ...] = ()


@dataclass
class Preview:
    """What carrying a list out would do. ``rejected`` is (row, why), without personal data."""

    layout: Layout
    sha256: str
    rows: int
    date_order: str
    listed: list[Listed] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    already: ListRun | None = None

    @property
    def counts(self) -> dict[str, int]:
        return {
            "rows": self.rows,
            "to_read": len(self.listed),
            "rejected": len(self.rejected),
            "dead": sum(listed.is_dead for listed in self.listed),
            "without_phone": sum(not listed.phones for listed in self.listed),
        }


def preview(content: bytes, file_name: str) -> Preview:
    """Read a list and say what it holds, changing nothing.

    Raises
    ------
    Refused
        It can't be read, fits no layout, or is too long.
    """
    try:
        sheet = sheets.read(content, file_name)
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    layout = layout_of(sheet.header)
    if len(sheet.rows) > ROWS_MOST:
        raise Refused(f"The list has more than {ROWS_MOST:,} rows. Cut it into parts.")
    columns = Columns(sheet.header)
    born = [columns.pick(cells, layout.columns.get("born", ())) for _, cells in sheet.rows]
    order, _ = order_of(born)
    shown = Preview(layout, hashlib.sha256(content).hexdigest(), len(sheet.rows), order)
    shown.already = ListRun.objects.filter(layout=layout.code, sha256=shown.sha256).first()
    seen: dict[str, int] = {}
    for number, cells in sheet.rows:
        try:
            listed = _listed(number, cells, columns, layout, order)
            if listed.key in seen:
                raise Bad(f"the same id as row {seen[listed.key]}")
        except Bad as bad:
            shown.rejected.append((number, str(bad)))
            continue
        seen[listed.key] = number
        shown.listed.append(listed)
    return shown


class Columns:
    """Where the columns of a list stand, by their names in any case."""

    def __init__(self, header: list[str]) -> None:
        self.at = {name.strip().casefold(): i for i, name in enumerate(header)}

    def pick(self, cells: list[str], names: tuple[str, ...]) -> str:
        """What stands in these columns of a row, those that are filled."""
        filled = [cells[self.at[n.casefold()]] for n in names if n.casefold() in self.at]
        return ", ".join(cell for cell in filled if cell)


class Bad(Exception):
    """Why a row can't be taken; never what stands in it."""


def _listed(number: int, cells: list[str], columns: Columns, layout: Layout, order: str) -> Listed:
    """One row as a person."""
    cells_by_name = {name: columns.pick(cells, names) for name, names in layout.columns.items()}
    described = _described(cells_by_name, order)
    notes = [(name.replace("_", " "), columns.pick(cells, (name,))) for name in layout.notes]
    return Listed(
        row=number,
        key=_key_of(cells_by_name, described),
        described=described,
        notes=". ".join(f"{name}: {note}" for name, note in notes if note),
        is_dead=any(_says_dead(name, columns.pick(cells, (name,))) for name in layout.dead),
        content_hash=keyed_hash(hashlib.sha256("\x1f".join(cells).encode()).hexdigest()),
        phones=described.phones,
    )


def _described(row: dict[str, str], order: str) -> Described:
    born, nhs = _born(row.get("born", ""), order), _nhs(row.get("nhs", ""))
    if not (row.get("first") or row.get("last") or nhs):
        raise Bad("neither a name nor an NHS number: it can't be told who this is")
    email = row.get("email", "")
    return Described(
        first=row.get("first", ""),
        last=row.get("last", ""),
        born=born,
        phones=tuple(p for p in (row.get("phone", ""), row.get("phone2", "")) if keys.phone(p)),
        email=email if "@" in email else "",
        nhs=nhs,
        address=row.get("address", ""),
        postcode=row.get("postcode", ""),
        uprn=row.get("uprn", ""),
    )


def _born(cell: str, order: str) -> str:
    if not cell:
        return ""
    day = read_date(cell, order)
    if day is None or not date(1900, 1, 1) <= day <= timezone.localdate():
        raise Bad("the date of birth can't be read")
    return day.isoformat()


def _nhs(cell: str) -> str:
    figures = re.sub(r"\D", "", cell)
    if not figures or _is_nobodys(figures):
        return ""
    if not is_nhs_number(figures):
        raise Bad("the NHS number is none")
    return figures


def _key_of(row: dict[str, str], described: Described) -> str:
    """By what the row is known again: an id of the list, else the NHS number, else who it is."""
    ids = [row.get(name, "") for name in ("key", "key2", "key3")]
    known = [text for text in (*ids, described.nhs) if text and not _is_nobodys(text)]
    if known:
        return known[0]
    who = (described.first, described.last, described.born, described.postcode)
    return "|".join(keys.squash(fact) for fact in (*who, *described.phones))


def _is_nobodys(number: str) -> bool:
    """Whether an NHS number is ten equal figures. They stand for none, though 0000000000 passes
    the check: no two people who have them are one."""
    figures = re.sub(r"\D", "", number)
    return len(figures) == 10 and len(set(figures)) == 1


def _says_dead(column: str, cell: str) -> bool:
    if column.startswith("Flag"):
        return cell.strip().casefold() in {"1", "y", "yes", "true", "t"}
    return bool(cell.strip())
