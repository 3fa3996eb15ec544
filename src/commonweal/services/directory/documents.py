"""The records of a JSON document, whatever holds them: a page of Open Referral, a list, GeoJSON,
an organisation with its services, one service, or one a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from localwealth.errors import UnreadableFile
from localwealth.tables import apart

from . import geojson, nodes

LISTS = ("contents", "features", "services", "content", "results", "items", "data")
Records = list[tuple[str, Any]]


@dataclass(frozen=True)
class NotRead:
    """A record that couldn't even be read, and why."""

    why: str


def records(content: bytes) -> tuple[Records, str]:
    """Each record with its place; and, of a document that is a part, which part of what.

    Raises
    ------
    UnreadableFile
        It is no JSON, or JSON that holds no services; it says what it holds.
    """
    read = apart.run("json or lines", content)
    if "document" in read:
        return records_of(read["document"])
    lines = _of_lines(read["lines"])
    if lines is None:
        raise UnreadableFile(read["why_not"])
    return lines, ""


def records_of(document: Any) -> tuple[Records, str]:
    """The same of a document that was read."""
    if isinstance(document, list):
        return _numbered(document, "record"), ""
    if not isinstance(document, dict):
        raise UnreadableFile(f"This JSON holds no services: it is {nodes.kind(document)}.")
    features = _features(document)
    if features is not None:
        return _numbered(features, "feature"), ""
    if name := next((name for name in LISTS if name in document), ""):
        return _numbered(list(_inherited(document, name)), "record"), _part(document)
    if document.get("id") or document.get("name"):
        return _numbered([document], "record"), ""
    raise UnreadableFile(f"This JSON holds no services: it has {_named(document)}.")


def _named(document: nodes.Node) -> str:
    names = ", ".join(f"“{nodes.seen(str(name))[:30]}”" for name in list(document)[:8])
    return names or "nothing at all"


def _features(document: nodes.Node) -> list[Any] | None:
    """The features of GeoJSON; None of any other document.

    Raises
    ------
    UnreadableFile
        It is GeoJSON without features.
    """
    kind = document.get("type")
    if kind == "Feature":
        return [document]
    if kind == "FeatureCollection":
        return _members(document, "features")
    if isinstance(kind, str) and kind in {"Topology", *geojson.SHAPES}:
        raise UnreadableFile(
            f"This is GeoJSON of a bare {kind}, which has no name. Send a FeatureCollection, with "
            "a name in the properties of each feature."
        )
    return None


def _members(document: nodes.Node, name: str) -> list[Any]:
    members = document.get(name)
    if not isinstance(members, list):
        raise UnreadableFile(
            f"“{name}” of this JSON is {nodes.kind(members)}, where a list of services is asked."
        )
    return members


def _inherited(document: nodes.Node, name: str) -> Iterator[Any]:
    """The records of a list; those of an organisation are its own."""
    is_organisation = name == "services" and document.get("name") and "status" not in document
    organisation = {part: document.get(part) for part in ("id", "name", "description", "website")}
    for record in _members(document, name):
        if is_organisation and isinstance(record, dict) and not record.get("organization"):
            record = record | {"organization": organisation}
        yield record


def _part(document: nodes.Node) -> str:
    """Which page of how many it is, as Open Referral says it; "" where it is the whole."""
    pages, page = document.get("total_pages"), document.get("page_number")
    if isinstance(pages, int) and not isinstance(pages, bool) and pages > 1:
        number = page if isinstance(page, int) and not isinstance(page, bool) else "one"
        return f"page {number} of {pages}"
    return ""


def _numbered(members: list[Any], called: str) -> Records:
    return [(f"{called} {number}", member) for number, member in enumerate(members, 1)]


def _of_lines(lines: list[tuple[int, Any, bool]]) -> Records | None:
    """One record a line, where most lines are objects."""
    objects = sum(isinstance(node, dict) for _, node, _ in lines)
    if objects < 2 or objects * 2 < len(lines):
        return None
    return [
        (f"line {number}", node if is_read else NotRead("it is no JSON that can be read"))
        for number, node, is_read in lines
    ]
