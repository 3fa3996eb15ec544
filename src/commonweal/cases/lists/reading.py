"""Reading a list and saying what it holds; nothing is changed by it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash
from commonweal.residents import keys
from commonweal.residents.keys import Described
from commonweal.residents.looks import is_nhs_number
from localwealth.errors import UnreadableFile
from localwealth.sources import sheets

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
    at = {name.strip().casefold(): i for i, name in enumerate(sheet.header)}

    def pick(cells: list[str], names: tuple[str, ...]) -> str:
        filled = [cells[at[n.casefold()]] for n in names if n.casefold() in at]
        return ", ".join(cell for cell in filled if cell)

    born = [pick(cells, layout.columns.get("born", ())) for _, cells in sheet.rows]
    order, _ = order_of(born)
    shown = Preview(layout, hashlib.sha256(content).hexdigest(), len(sheet.rows), order)
    shown.already = ListRun.objects.filter(layout=layout.code, sha256=shown.sha256).first()
    seen: dict[str, int] = {}
    for number, cells in sheet.rows:
        cells_by_name = {name: pick(cells, columns) for name, columns in layout.columns.items()}
        try:
            listed = _listed(number, cells_by_name, cells, layout, order, pick)
        except Bad as bad:
            shown.rejected.append((number, str(bad)))
            continue
        if listed.key in seen:
            shown.rejected.append((number, f"the same id as row {seen[listed.key]}"))
            continue
        seen[listed.key] = number
        shown.listed.append(listed)
    return shown


class Bad(Exception):
    """Why a row can't be taken; never what stands in it."""


def _listed(
    number: int,
    columns: dict[str, str],
    cells: list[str],
    layout: Layout,
    order: str,
    pick: Callable[[list[str], tuple[str, ...]], str],
) -> Listed:
    born = ""
    if columns.get("born"):
        day = read_date(columns["born"], order)
        if day is None or not date(1900, 1, 1) <= day <= timezone.localdate():
            raise Bad("the date of birth can't be read")
        born = day.isoformat()
    nhs = re.sub(r"\D", "", columns.get("nhs", ""))
    if _is_nobodys(nhs):
        nhs = ""
    if nhs and not is_nhs_number(nhs):
        raise Bad("the NHS number is none")
    if not (columns.get("first") or columns.get("last") or nhs):
        raise Bad("neither a name nor an NHS number: it can't be told who this is")
    phones = tuple(
        p for p in (columns.get("phone", ""), columns.get("phone2", "")) if keys.phone(p)
    )
    described = Described(
        first=columns.get("first", ""),
        last=columns.get("last", ""),
        born=born,
        phones=phones,
        email=columns.get("email", "") if "@" in columns.get("email", "") else "",
        nhs=nhs,
        address=columns.get("address", ""),
        postcode=columns.get("postcode", ""),
        uprn=columns.get("uprn", ""),
    )
    ids = [columns.get(name, "") for name in ("key", "key2", "key3")]
    key = next((text for text in (*ids, nhs) if text and not _is_nobodys(text)), "")
    if not key:
        facts = (described.first, described.last, born, described.postcode, *phones)
        key = "|".join(keys.squash(fact) for fact in facts)
    notes = ". ".join(
        f"{name.replace('_', ' ')}: {note}"
        for name in layout.notes
        if (note := pick(cells, (name,)))
    )
    dead = any(_says_dead(name, pick(cells, (name,))) for name in layout.dead)
    content = hashlib.sha256("\x1f".join(cells).encode()).hexdigest()
    return Listed(number, key, described, notes, dead, keyed_hash(content), phones)


def _is_nobodys(number: str) -> bool:
    """Whether an NHS number is ten equal figures. They stand for none, though 0000000000 passes
    the check: no two people who have them are one."""
    figures = re.sub(r"\D", "", number)
    return len(figures) == 10 and len(set(figures)) == 1


def _says_dead(column: str, cell: str) -> bool:
    if column.startswith("Flag"):
        return cell.strip().casefold() in {"1", "y", "yes", "true", "t"}
    return bool(cell.strip())
