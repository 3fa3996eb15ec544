"""Importing pledges from files: a layout says how rows are read; the ledger gets what changed.

A file shows how things stood at its publisher on a day. Reading it makes a plan: each row is
*new*, *changed*, *unchanged* or *rejected* (with its number and why), and each pledge of the same
source that the file no longer lists is *removed*. Carrying the plan out (`carrying`) writes ledger
entries and overwrites nothing; the same file twice changes nothing.

Rows are matched to pledges by the layout's key. Where a key stands several times, equal wording
is matched first, then the order. A layout with coarser rows than the one before it (one row a
company, then one row a target) is joined by ``coarse``: the pledge goes on, its terms changed.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from localwealth.errors import UnreadableFile
from localwealth.tables import sheets

from .layout import BadRow, Layout, Wanted, layout_named, read_row, squash
from .models import ImportRun, LedgerHead, Measure, Pledge, plain
from .standing import Kind

UPLOAD_MOST_MB = 20
ROWS_MOST = 200_000
LONG = 500


@dataclass
class Plan:
    """What carrying out an import would do. ``rejected`` is (row, because)."""

    layout: Layout
    file_name: str
    sha256: str
    as_at: date
    blank: int = 0
    already: ImportRun | None = None
    new: list[Wanted] = field(default_factory=list)
    changed: list[tuple[Pledge, Wanted, list[tuple[Kind, dict[str, Any], str]]]] = field(
        default_factory=list
    )
    unchanged: int = 0
    removed: list[Pledge] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    renamed: dict[int, str] = field(default_factory=dict)
    rows: int = 0
    # How far the ledger was, and how many files of this source were in, when it was read.
    seen: int = 0
    runs: int = 0

    @property
    def is_long(self) -> bool:
        """Whether carrying it out takes longer than anybody should wait for a page."""
        return self.rows > LONG

    @property
    def counts(self) -> dict[str, int]:
        """Rows in = new + changed + unchanged + rejected; removed pledges are not rows."""
        return {
            "rows": self.rows,
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "rejected": len(self.rejected),
            "blank": self.blank,
            "removed": len(self.removed),
        }


def plan(content: bytes, file_name: str, *, layout: Layout, as_at: date) -> Plan:
    """Work out what an import would do, changing nothing.

    Raises
    ------
    Refused
        The file can't be read, lacks columns, or is older than one already imported from the
        same source.
    """
    if as_at > timezone.localdate():
        raise Refused("The file can't show how things stand on a day to come.")
    planned = Plan(layout, Path(file_name).name[:200], hashlib.sha256(content).hexdigest(), as_at)
    runs = ImportRun.objects.filter(source=layout.source)
    planned.runs = runs.count()
    planned.seen = LedgerHead.objects.values_list("seq", flat=True).first() or 0
    planned.already = runs.filter(sha256=planned.sha256).first()
    newest = runs.order_by("-as_at").first()
    if planned.already is None and newest and newest.as_at > as_at:
        raise Refused(
            f"A file of this source as at {newest.as_at:%-d %B %Y} is in the register already; an "
            "older one would rewrite history. Import files in the order of their dates."
        )
    try:
        sheet = sheets.read(content, file_name, needs=layout.must_have, may=layout.columns)
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    if len(sheet.rows) > ROWS_MOST:
        raise Refused(f"The file has more than {ROWS_MOST:,} rows. Cut it into parts.")
    planned.blank, planned.rows = sheet.blank_count, len(sheet.rows)
    wanted = list(_read_rows(planned, sheet))
    _match(planned, wanted)
    return planned


def _read_rows(plan: Plan, sheet: sheets.Sheet) -> Iterator[Wanted]:
    layout = plan.layout
    known = set(Measure.objects.values_list("code", flat=True)) | set(layout.measures)
    by_key: dict[tuple[str, str], Wanted] = {}
    for number, row in sheet.as_dicts():
        try:
            wanted = read_row(layout, number, row)
            if wanted.measure not in known:
                raise BadRow(f"there is no measure {wanted.measure!r} on the town's menu")
            key = (wanted.partner_name.casefold(), wanted.base_key)
            first = by_key.get(key)
            if first and layout.rows_are_claims:
                first.claims += wanted.claims
                # Its claims count with the first row of the pledge.
                plan.unchanged += 1
                continue
            if first and layout.one_row_a_key:
                raise BadRow(f"the same pledge stands in row {first.row} already")
            by_key.setdefault(key, wanted)
        except BadRow as reason:
            plan.rejected.append((number, str(reason)))
            continue
        yield wanted


class Register:
    """The pledges and partners that an import may meet, read once."""

    def __init__(self, source: str) -> None:
        self.pledges = list(
            Pledge.objects.filter(source=source).select_related("partner", "measure").order_by("id")
        )
        self.names: dict[str, int] = {}
        self.ids: dict[tuple[str, str], int] = {}
        for pk, name in Partner.objects.values_list("pk", "name"):
            self.names.setdefault(squash(name).casefold(), pk)
        for pledge in self.pledges:
            for column, identifier in pledge.source_row.get("ids", {}).items():
                self.ids.setdefault((column, identifier), pledge.partner_id)

    def partner_of(self, wanted: Wanted) -> int | None:
        """The partner a row is about: by name, else by an identifier that its name has left."""
        partner_id = self.names.get(squash(wanted.partner_name).casefold())
        if partner_id is None:
            partner_id = next((self.ids[i] for i in wanted.ids.items() if i in self.ids), None)
        return partner_id


Group = tuple[int | None, str]
Unpaired = list[tuple[Wanted, int | None]]


def _match(plan: Plan, wanted: list[Wanted]) -> None:
    """Which row is which pledge: by its key, then, in a new layout, by what is known of it."""
    have = Register(plan.layout.source)
    listed: set[int] = set()
    unpaired = _match_by_key(plan, have, _grouped(plan, have, wanted), listed)
    _match_loosely(plan, have, unpaired, listed)
    plan.removed = [
        pledge
        for pledge in have.pledges
        if pledge.pk not in listed and not pledge.source_row.get("removed")
    ]


def _grouped(plan: Plan, have: Register, wanted: list[Wanted]) -> dict[Group, list[Wanted]]:
    """Rows by partner and key; a partner whose name is another now is noted."""
    names = {pledge.partner_id: pledge.partner.name for pledge in have.pledges}
    groups: dict[Group, list[Wanted]] = defaultdict(list)
    for row in wanted:
        partner = have.partner_of(row)
        groups[partner, row.base_key].append(row)
        if partner in names and squash(names[partner]) != row.partner_name:
            plan.renamed[partner] = row.partner_name
    return groups


def _match_by_key(
    plan: Plan, have: Register, groups: dict[Group, list[Wanted]], listed: set[int]
) -> Unpaired:
    """Pair the rows and pledges of each key; the rows that are left, with their partners."""
    free: dict[Group, list[Pledge]] = defaultdict(list)
    for pledge in have.pledges:
        free[pledge.partner_id, pledge.source_row.get("base_key", "")].append(pledge)
    unpaired: Unpaired = []
    for (partner, key), rows in groups.items():
        pairs, without = _pair(rows, free.get((partner, key), []) if partner else [])
        for row, pledge in pairs:
            listed.add(pledge.pk)
            _compare(plan, pledge, row)
        unpaired += [(row, partner) for row in without]
    return unpaired


def _match_loosely(plan: Plan, have: Register, unpaired: Unpaired, listed: set[int]) -> None:
    """Pledges of another layout have other keys: theirs are matched by the coarse one."""
    coarse: dict[Group, list[Pledge]] = defaultdict(list)
    for pledge in have.pledges:
        if pledge.pk not in listed and pledge.source_row.get("layout") != plan.layout.name:
            coarse[pledge.partner_id, pledge.source_row.get("coarse", "")].append(pledge)
    for row, partner in unpaired:
        same = coarse.get((partner, row.coarse), []) if partner and row.coarse else []
        if same:
            pledge = same.pop(0)
            listed.add(pledge.pk)
            _compare(plan, pledge, row)
        else:
            plan.new.append(row)


def _has_same_words(row: Wanted, pledge: Pledge) -> bool:
    return squash(pledge.statement) == row.statement


def _has_same_terms(row: Wanted, pledge: Pledge) -> bool:
    return pledge.due_on == row.due_on and pledge.target == row.target


def _is_the_same(row: Wanted, pledge: Pledge) -> bool:
    return _has_same_words(row, pledge) and _has_same_terms(row, pledge)


def _is_next(row: Wanted, pledge: Pledge) -> bool:
    return True


# How a row and a pledge of one key are alike, from close to loose: at last by order alone.
ALIKE = (_is_the_same, _has_same_words, _has_same_terms, _is_next)


def _pair(
    rows: list[Wanted], candidates: list[Pledge]
) -> tuple[list[tuple[Wanted, Pledge]], list[Wanted]]:
    """Rows and pledges of one key: equal wording first, then by order."""
    pairs: list[tuple[Wanted, Pledge]] = []
    open_rows, open_pledges = list(rows), list(candidates)
    for is_alike in ALIKE:
        for row in list(open_rows):
            match = next((pledge for pledge in open_pledges if is_alike(row, pledge)), None)
            if match is not None:
                pairs.append((row, match))
                open_rows.remove(row)
                open_pledges.remove(match)
    return pairs, open_rows


def _compare(plan: Plan, pledge: Pledge, row: Wanted) -> None:
    lines = list(_differences(plan, pledge, row))
    moved = (
        pledge.source_row.get("base_key") != row.base_key
        or pledge.source_row.get("ids", {}) != row.ids
    )
    if lines or moved:
        plan.changed.append((pledge, row, lines))
    else:
        plan.unchanged += 1


def _changed_terms(plan: Plan, pledge: Pledge, row: Wanted) -> Iterator[tuple[str, Any, Any]]:
    """(term, old, new) of what is different; where rows are claims, each has a day of its own."""
    for name in ("target", "baseline", "due_on", "statement"):
        old, new = getattr(pledge, name), getattr(row, name)
        if name == "statement":
            old = squash(old)
        if old != new and not (name == "due_on" and plan.layout.rows_are_claims):
            yield name, old, new


def _differences(
    plan: Plan, pledge: Pledge, row: Wanted
) -> Iterator[tuple[Kind, dict[str, Any], str]]:
    if pledge.source_row.get("removed"):
        yield Kind.RELISTED, {"source": plan.layout.source}, ""
    for name, old, new in _changed_terms(plan, pledge, row):
        yield Kind.CHANGED, {"field": name, "old": _write(old), "new": _write(new)}, row.reason
    if pledge.source_row.get("status", "") != row.status:
        yield Kind.SOURCE_STATUS, {"source": plan.layout.source, "status": row.status}, row.reason
        yield from effect_of(plan, pledge.target, row)
    had = {tuple(pair) for pair in pledge.source_row.get("claims", [])}
    for on, figure, reason in row.claims:
        report = ((on or plan.as_at).isoformat(), plain(figure))
        if report not in had:
            body = {"value": report[1], "as_of": report[0], "final": False}
            yield Kind.CLAIM, body, reason


def effect_of(
    plan: Plan, target: Decimal | None, row: Wanted
) -> Iterator[tuple[Kind, dict[str, Any], str]]:
    if row.effect == "withdrawn":
        yield Kind.WITHDRAWN, {}, row.reason or "The source gives no reason."
    elif row.effect == "met" and target is not None:
        as_of = plan.as_at.isoformat()
        yield Kind.CLAIM, {"value": plain(target), "as_of": as_of, "final": True}, row.status


def _write(term: Any) -> str | None:
    if isinstance(term, Decimal):
        return plain(term)
    if isinstance(term, date):
        return term.isoformat()
    return None if term is None else str(term)


def plan_upload(upload: UploadedFile[Any], *, layout_name: str, as_at: date) -> Plan:
    """Plan an uploaded file and keep it, so that it can be imported after its preview."""
    if upload.size and upload.size > UPLOAD_MOST_MB * 1024 * 1024:
        raise Refused(f"The file is larger than {UPLOAD_MOST_MB} MB.")
    content: bytes = upload.read()
    planned = plan(content, upload.name or "", layout=layout_named(layout_name), as_at=as_at)
    folder = Path(settings.VAR) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / planned.sha256).write_bytes(content)
    return planned


def plan_kept(sha256: str, *, file_name: str, layout_name: str, as_at: date) -> Plan:
    """Plan a file again that was kept at its preview."""
    path = Path(settings.VAR) / "imports" / sha256
    if not re.fullmatch(r"[0-9a-f]{64}", sha256) or not path.exists():
        raise Refused("The file is not there any more. Choose it again.")
    return plan(path.read_bytes(), file_name, layout=layout_named(layout_name), as_at=as_at)
