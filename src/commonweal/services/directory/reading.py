"""A file of services: of which kind it is, and what each of its records says.

A record that is odd is refused by itself, with its reason and its place, and never the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from commonweal.bringing.meanings import Choice
from commonweal.design.lengths import key
from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.tables import apart
from localwealth.tables.bounds import unpacked
from localwealth.tables.grids import WORKBOOKS as WORKBOOKS_BEGIN
from localwealth.tables.sheets import why_surplus

from . import archive, documents, geojson, nodes, open_referral, tables, values
from .outcome import BadRecord, DirectoryOutcome, Found, Refusal, Remark

# A record with its place, read by nobody yet.
Record = tuple[str, Any]
Reader = Callable[[str, Any, values.Say], Found]
# Where a record says its name and its key.
KnownBy = tuple[tuple[str, ...], tuple[str, ...]]
OF_JSON: KnownBy = (("name", "title"), ("id",))
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
WORKBOOKS = (".xlsx", ".xls", ".ods")
JSON = (".json", ".geojson", ".ndjson", ".jsonl")


def read(
    content: bytes, file_name: str, choice: Choice | None = None
) -> tuple[list[Found], DirectoryOutcome]:
    """Every service of a file, with what was wrong; of a table as its columns were told, where
    somebody did.

    Raises
    ------
    LacksColumns
        It is a table, and none of its columns is known as the name of a service.
    Refused
        It is of no kind that can be read.
    """
    try:
        if choice is not None:
            outcome = DirectoryOutcome()
            table = tables.table_as_told(content, file_name, choice)
            return _of_table(table, content, outcome), outcome
        return _read(content, file_name.lower())
    except UnreadableFile as unreadable:
        raise Refused(str(unreadable)) from None


def _read(content: bytes, name: str) -> tuple[list[Found], DirectoryOutcome]:
    content, name = _without_gzip(content, name)
    if not content.strip():
        raise UnreadableFile("The file is empty.")
    outcome = DirectoryOutcome()
    if content[:4] == ZIP and not name.endswith(WORKBOOKS):
        return taken(archive.records(content), of_json, outcome), outcome
    if name.endswith(".zip"):
        raise UnreadableFile(apart.DAMAGED_ARCHIVE)
    if name.endswith(JSON) or _is_json(content):
        records, outcome.part = documents.records(content)
        return taken(records, of_json, outcome), outcome
    return _of_table(tables.read_table(content, name), content, outcome), outcome


def _without_gzip(content: bytes, name: str) -> tuple[bytes, str]:
    """What unpacks a file on the way leaves its name as it was."""
    if name.endswith(".gz") and content[:2] == GZIP:
        content, _ = unpacked(content, name)
    return content, name.removesuffix(".gz")


def _of_table(table: tables.Table, content: bytes, outcome: DirectoryOutcome) -> list[Found]:
    sheet, columns = table
    outcome.header, outcome.cells = sheet.header, dict(sheet.rows)
    outcome.blank, outcome.sheet, outcome.notes = sheet.blank_count, sheet.name, sheet.notes
    sheet_name = "first sheet, " if content[:4] == ZIP else ""
    # In a workbook no comma can be too many: there it is a remark beside the table.
    surplus = {} if content.startswith(WORKBOOKS_BEGIN) else sheet.surplus
    lines: list[Record] = [
        (
            f"{sheet_name}row {number}",
            documents.NotRead(why_surplus(surplus[number])) if number in surplus else row,
        )
        for number, row in sheet.as_dicts()
    ]

    def of_table(place: str, row: Any, say: values.Say) -> Found:
        return tables.service_of(place, row, columns, say)

    known_by = (columns["name"],), (columns.get("key", ""),)
    return taken(lines, of_table, outcome, known_by)


def is_table(content: bytes, file_name: str) -> bool:
    """Whether a file is a table, whose columns can be told, and no document or archive."""
    name = file_name.lower().removesuffix(".gz")
    is_archive = content[:4] == ZIP and not name.endswith(WORKBOOKS)
    return not (is_archive or name.endswith((".zip", *JSON)) or _is_json(content))


def _is_json(content: bytes) -> bool:
    """Whether a file is JSON under another ending."""
    begins = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return begins[:1] == b"{" or begins[:2] in (b"[{", b"[\n", b"[\r")


def of_json(place: str, record: Any, say: values.Say) -> Found:
    if not isinstance(record, dict):
        raise BadRecord(f"it is {nodes.kind(record)}, where a service is asked")
    if record.get("type") == "Feature":
        return geojson.service_of(place, record, say)
    return open_referral.service_of(place, record, say)


def taken(
    records: Iterable[Record],
    reader: Reader,
    outcome: DirectoryOutcome,
    known_by: KnownBy = OF_JSON,
) -> list[Found]:
    """What can be read of records; what can't is refused in the outcome, one by one."""
    services: list[Found] = []
    seen: dict[str, str] = {}
    for place, record in records:
        remarks: list[Remark] = []

        def say(remark: str, place: str = place, remarks: list[Remark] = remarks) -> None:
            remarks.append(Remark(place, remark))

        try:
            if isinstance(record, documents.NotRead):
                raise BadRecord(record.why)
            service = reader(place, record, say)
            if service.key in seen:
                raise BadRecord(
                    f"the same service stands in the file twice; first, {seen[service.key]}"
                )
        except (BadRecord, RecursionError) as bad:
            why = str(bad) if isinstance(bad, BadRecord) else "it is nested too deeply"
            outcome.refused.append(_refusal(place, why, record, known_by))
            continue
        seen[service.key] = place
        services.append(service)
        outcome.remarks += remarks
    return services


def _refusal(place: str, why: str, record: Any, known_by: KnownBy) -> Refusal:
    """A refusal with whatever still tells which service it is."""
    if not isinstance(record, dict):
        return Refusal(place, why)
    facts = record.get("properties")
    facts = facts if isinstance(facts, dict) else record
    names, keys = known_by
    own_key = next(_written(record, keys), "")
    return Refusal(place, why, next(_written(facts, names), ""), key(own_key, 200))


def _written(facts: nodes.Node, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        try:
            written = nodes.text(facts.get(name))
        except BadRecord:
            continue
        if written:
            yield written
