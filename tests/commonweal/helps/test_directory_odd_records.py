"""No record takes its file with it: each is taken, or refused by name with a reason."""

from __future__ import annotations

import copy
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from commonweal.office.errors import Refused
from commonweal.services import directory
from commonweal.services.directory import documents, reading
from commonweal.services.directory.outcome import DirectoryOutcome
from commonweal.services.models import Service
from localwealth.errors import UnreadableFile

from .services_brought import bring

GOOD: dict[str, Any] = {
    "id": "ac148810-d857-441c-9679-408f346de14b",
    "name": "Counselling",
    "status": "active",
    "description": "Talk.",
    "url": "example.org",
    "email": "a@example.org",
    "minimum_age": 12,
    "maximum_age": 100,
    "assured_date": "2026-11-01",
    "organization": {"id": "o1", "name": "Org", "description": "An org", "website": "example.org"},
    "schedules": [{"byday": "TH", "opens_at": "10:00", "closes_at": "18:00", "interval": 1}],
    "phones": [{"number": "01632 960001"}],
    "taxonomies": [{"terms": ["a", {"b": 1}]}],
    "service_at_locations": [
        {
            "location": {
                "name": "Hall",
                "latitude": 51.9,
                "longitude": -0.2,
                "phones": [{"number": "01632 960002"}],
                "accessibility": [{"description": "A ramp"}],
                "addresses": [{"address_1": "1 High Street", "postal_code": "BF1 1AA"}],
            }
        }
    ],
}
FEATURE: dict[str, Any] = {
    "type": "Feature",
    "properties": {"title": "Hub", "address": "1 High Street BF1 1AA", "hours": {"_text": "Mo"}},
    "geometry": {"type": "Point", "coordinates": [-0.2, 51.9]},
}
# What somebody's program may write where something else is asked.
ODD = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1.5,
        10**400,
        float("nan"),
        float("inf"),
        "",
        "x",
        "a\x00b",
        "\ud800",
        "9999-12-31",
        "2026-02-31",
        "9" * 300,
        [],
        [None],
        ["x"],
        [[]],
        {},
        {"a": None},
        {"name": {}},
    ]
)


def paths(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where each node of a tree stands."""
    children: list[tuple[Any, Any]] = []
    if isinstance(node, dict):
        children = list(node.items())
    elif isinstance(node, list):
        children = list(enumerate(node))
    return [at, *(path for step, child in children for path in paths(child, (*at, step)))]


def changed(document: Any, path: tuple[Any, ...], drop: bool, odd: Any) -> Any:
    """A document of which a node is another, or gone."""
    if not path:
        return odd
    document = copy.deepcopy(document)
    node = document
    for step in path[:-1]:
        if not isinstance(node, (dict, list)) or (isinstance(node, dict) and step not in node):
            return document
        if isinstance(node, list) and step >= len(node):
            return document
        node = node[step]
    if isinstance(node, (dict, list)):
        if isinstance(node, list) and (isinstance(path[-1], str) or path[-1] >= len(node)):
            return document
        if isinstance(node, dict) and path[-1] not in node:
            return document
        if drop:
            del node[path[-1]]
        else:
            node[path[-1]] = odd
    return document


DOCUMENT = {"contents": [GOOD, GOOD | {"id": "2", "name": "Second"}], "total_pages": 1}
FEATURES = {"type": "FeatureCollection", "features": [FEATURE]}
STEPS = st.lists(st.tuples(st.integers(0, 10**6), st.booleans(), ODD), min_size=1, max_size=3)


def read(document: Any) -> tuple[int, int, DirectoryOutcome]:
    """(records, services taken, outcome)"""
    records, _ = documents.records_of(document)
    outcome = DirectoryOutcome()
    services = reading.taken(records, reading.of_json, outcome)
    return len(records), len(services), outcome


@pytest.mark.parametrize("good", [DOCUMENT, FEATURES], ids=["open referral", "geojson"])
@given(steps=STEPS)
def test_whatever_stands_anywhere_each_record_is_taken_or_refused(good, steps):
    document = good
    for number, drop, odd in steps:
        where = paths(document)
        document = changed(document, where[number % len(where)], drop, odd)
    try:
        count, taken, outcome = read(document)
    except UnreadableFile:
        return
    assert count == taken + len(outcome.refused)
    assert all(refusal.why and refusal.place for refusal in outcome.refused)


def test_each_node_of_a_good_record_may_be_null_or_of_another_kind():
    """Every single one, and not only those that were drawn."""
    for good in (DOCUMENT, FEATURES):
        for path in paths(good):
            for odd in (None, 5, "x", [], {}, [None], {"a": 1}, True):
                try:
                    count, taken, outcome = read(changed(good, path, False, odd))
                except UnreadableFile:
                    continue
                assert count == taken + len(outcome.refused), (path, odd)


TABLES = {
    "services.csv": "id,organization_id,name,status\n1,o1,Club,active\n2,o1,Choir,active\n",
    "organizations.csv": "id,name\no1,Org\n",
    "locations.csv": "id,name,latitude,longitude\nl1,Hall,51.9,-0.2\n",
    "addresses.csv": "id,location_id,address_1,postal_code\na1,l1,1 High St,BF1 1AA\n",
    "service_at_location.csv": "id,service_id,location_id\nx,1,l1\n",
    "schedules.csv": "id,service_id,byday,opens_at\nq,1,MO,10:00\n",
    "phones.csv": "id,service_id,number\np,1,01632 960001\n",
}


def archive(tables: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in tables.items():
            packed.writestr(name, text)
    return out.getvalue()


@pytest.mark.usefixtures("unpacked_here")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("what", ["no headings", "no id", "empty", "gone", "short lines"])
def test_a_table_of_an_archive_may_lack_anything(table, what):
    lines = TABLES[table].splitlines(keepends=True)
    changes = {
        "no headings": "".join(lines[1:]),
        "no id": "".join(line.partition(",")[2] for line in lines),
        "empty": "",
        "short lines": lines[0] + "1\n",
    }
    tables = {name: text for name, text in TABLES.items() if name != table}
    if what != "gone":
        tables[table] = changes[what]
    try:
        services, outcome = directory.read(archive(tables), "x.zip")
    except Refused:
        assert table == "services.csv"
        return
    lines_in = max(tables["services.csv"].count("\n") - 1, 0)
    assert len(services) + len(outcome.refused) == lines_in


# --- Whole files, through the page ------------------------------------------------------------

RECORD = json.dumps(GOOD)
NESTED = '{"a":' * 930 + "1" + "}" * 930
FILES: dict[str, tuple[str, bytes, str]] = {
    "not gzip": ("a.json.gz", RECORD.encode(), "1 new"),
    "gzip": ("a.json.gz", gzip.compress(RECORD.encode()), "1 new"),
    "half a gzip": ("a.json.gz", gzip.compress(RECORD.encode())[:40], "The file is damaged"),
    "json in capitals": ("A.JSON", RECORD.encode(), "1 new"),
    "json called text": ("a.txt", RECORD.encode(), "1 new"),
    "a list": ("a.json", f"[{RECORD}]".encode(), "1 new"),
    "a line a record": (
        "a.json",
        f'{RECORD}\n{{"id": 2}}\n{{"cut'.encode(),
        "line 3: it is no JSON that can be read",
    ),
    "ndjson": (
        "a.ndjson",
        f"{RECORD}\n{RECORD}\n".encode(),
        "the same service stands in the file twice; first, line 1",
    ),
    "a point": (
        "a.geojson",
        b'{"type": "Point", "coordinates": [0, 51]}',
        "This is GeoJSON of a bare Point, which has no name.",
    ),
    "features are null": (
        "a.json",
        b'{"type": "FeatureCollection", "features": null}',
        "“features” of this JSON is null, where a list of services is asked.",
    ),
    "contents are text": ("a.json", b'{"contents": "x"}', "“contents” of this JSON is text"),
    "a number": ("a.json", b"5", "This JSON holds no services: it is a number."),
    "null": ("a.json", b"null", "This JSON holds no services: it is null."),
    "something else": ("a.json", b'{"version": 3}', "it has “version”."),
    "nothing": ("a.json", b" \n", "The file is empty."),
    "no archive": ("a.zip", b"name,id\nClub,1\n", "The file is damaged"),
    "half an archive": ("a.zip", archive(dict(TABLES))[:300], "The file is damaged"),
    "an archive of others": ("a.zip", archive({"people.csv": "a\n"}), "no table of services"),
    "two of one table": (
        "a.zip",
        archive({"a/services.csv": "id\n", "b/services.csv": "id\n"}),
        "the table of services more than once: a/services.csv and b/services.csv",
    ),
    "a Mac's archive": (
        "a.zip",
        archive({**TABLES, "__MACOSX/._services.csv": b"\x00\x05"}),
        "2 new",
    ),
    "a folder in an archive": (
        "a.zip",
        archive({f"x/y/{n}": t for n, t in TABLES.items()}),
        "2 new",
    ),
    "capitals in an archive": (
        "A.ZIP",
        archive({n.upper(): t for n, t in TABLES.items()}),
        "2 new",
    ),
    "an archive under another name": ("a.csv", archive(dict(TABLES)), "2 new"),
    "an organisation's services": (
        "a.json",
        json.dumps(
            {
                "id": "o",
                "name": "Org",
                "services": [{"id": "1", "name": "Club", "status": "active"}],
            }
        ).encode(),
        "1 new",
    ),
    "signs that no database keeps": (
        "a.json",
        json.dumps(GOOD | {"name": "A\x00\ud800B", "x": [float("nan"), "\x00", "\udfff"]}).encode(),
        "1 new",
    ),
    "confirmed in the year 9999": (
        "a.json",
        json.dumps(GOOD | {"assured_date": "9999-12-31"}).encode(),
        "is no date and was left out",
    ),
    "confirmed tomorrow": (
        "a.json",
        json.dumps(GOOD | {"assured_date": "2199-12-31"}).encode(),
        "is still to come and was left out",
    ),
    "a mailto as web address": (
        "a.json",
        json.dumps(GOOD | {"url": "mailto:a@example.org"}).encode(),
        "its web address can&#x27;t be read",
    ),
}
# The child that reads them has another stack than what asks it.
NESTED_FILES: dict[str, tuple[str, bytes, str]] = {
    "nested deeply": ("a.json", NESTED.encode(), "damaged|unreasonable|holds no services|no JSON"),
    "more is nested deeply": (
        "a.json",
        json.dumps(GOOD)[:-1].encode() + b', "more": ' + NESTED.encode() + b"}",
        "levels deep|unreasonable|no JSON",
    ),
}


@pytest.fixture
def brought(grace: Any, sign_in: Any) -> Callable[[str, bytes], str]:
    def send(name: str, content: bytes) -> str:
        return bring(sign_in(grace), name, content, "x")

    return send


@pytest.mark.alike
@pytest.mark.django_db
@pytest.mark.parametrize("kind", FILES)
def test_every_file_is_answered_in_words(unpacked_here, client, town, brought, kind):
    _is_answered_in_words(client, brought, *FILES[kind])


@pytest.mark.django_db
@pytest.mark.parametrize("kind", NESTED_FILES)
def test_every_file_that_is_nested_deeply_is_answered_in_words(client, town, brought, kind):
    _is_answered_in_words(client, brought, *NESTED_FILES[kind])


def _is_answered_in_words(client, brought, name: str, content: bytes, words: str) -> None:
    page = brought(name, content)
    assert any(alternative in page for alternative in words.split("|")), page[-3000:]
    client.logout()
    for service in Service.objects.all():
        assert client.get(service.get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_what_is_kept_can_be_written_whatever_stands_in_a_record(town, grace):
    """On PostgreSQL as well, which keeps neither NUL nor half a sign."""
    odd = [
        GOOD | {"id": f"{n}", "name": f"N{n}", "more": odd, "description": f"{odd}"}
        for n, odd in enumerate(["\x00", "\ud800", float("nan"), 10**400, -0.0, [{}], "é"])
    ]
    outcome = directory.carry_out(json.dumps(odd).encode(), "a.json", source="x", by=grace)
    assert (outcome.new, outcome.records, connection.needs_rollback) == (7, 7, False)
