"""No importer cuts what a file says: what is too long is kept whole, or its row is refused with a
sentence."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commonweal.design import lengths
from commonweal.pledges import importing as pledges
from commonweal.pledges.layout import layout_named
from commonweal.programme import importing as programme
from commonweal.services import directory
from commonweal.services.models import Organisation, Place, Service
from commonweal.spend import contracts

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2] / "src/commonweal"
DAY = date(2026, 6, 1)
# A text that fits nowhere and whose end tells it from others.
LONG = "Long " * 1100 + "end"


def table(columns: dict[str, str]) -> bytes:
    return f"{','.join(columns)}\n{','.join(columns.values())}\n".encode()


# --- Each importer, each column --------------------------------------------------------------

Rejected = list[tuple[int, str]]


def told_by(outcome: directory.DirectoryOutcome) -> Rejected:
    """Of services the place in their file stands for the row."""
    told = [(refusal.place, refusal.why) for refusal in outcome.refused]
    told += [(remark.place, remark.words) for remark in outcome.remarks]
    return [(int(place.rsplit(" ", 1)[-1]), words) for place, words in told]


def services(columns: dict[str, str]) -> tuple[Rejected, list[str]]:
    outcome = directory.carry_out(table(columns), "x.csv", source="x", by=None)
    kept = [*Service.objects.values_list("name", "phone"), *Place.objects.values_list("postcode")]
    kept += Organisation.objects.values_list("name")
    return told_by(outcome), [text for row in kept for text in row]


def open_referral(columns: dict[str, str]) -> tuple[Rejected, list[str]]:
    row = {"id": "1", "status": "active", **columns}
    row["organization"] = {"id": "o", "name": columns.pop("organization", "Advice")}
    row["phones"] = [{"number": columns.pop("phone", "")}]
    place = {"name": columns.pop("place", ""), "addresses": [{"postal_code": ""}]}
    row["service_at_locations"] = [{"location": place}]
    text = json.dumps({"contents": [row]})
    outcome = directory.carry_out(text.encode(), "x.json", source="x", by=None)
    kept = [
        *Service.objects.values_list("name", "wait_time", "phone"),
        *Place.objects.values_list("name"),
        *Organisation.objects.values_list("name"),
    ]
    return told_by(outcome), [text for row in kept for text in row]


def geojson(columns: dict[str, str]) -> tuple[Rejected, list[str]]:
    feature = {"type": "Feature", "properties": columns, "geometry": None}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    outcome = directory.carry_out(text.encode(), "x.geojson", source="x", by=None)
    return told_by(outcome), list(Service.objects.values_list("name", flat=True))


def promises(columns: dict[str, str]) -> tuple[Rejected, list[str]]:
    made = pledges.plan(table(columns), "x.csv", layout=layout_named("commonweal"), as_at=DAY)
    return made.rejected, []


def actions(columns: dict[str, str]) -> tuple[Rejected, list[str]]:
    outcome = programme.plan(table(columns), "x.csv", source="x", as_at=DAY)
    return outcome.rejected, []


def recommendations(columns: dict[str, str]) -> tuple[Rejected, list[str]]:
    one = {"id": "1", "recommendation": "Do it", "implemented": "true", "accepted": "true"}
    category = {"name": columns.pop("category", "Work"), "recommendations": [one | columns]}
    text = json.dumps({"name": "Report", "categories": [category]})
    found, rejected, _ = programme.read_recommendations(text.encode())
    return rejected, [one.title for one in found] + [one.description for one in found]


@pytest.fixture
def registers(anchor: Any) -> Callable[[dict[str, str]], tuple[Rejected, list[str]]]:
    def read(columns: dict[str, str]) -> tuple[Rejected, list[str]]:
        found = contracts.read(anchor, table(columns), "x.csv")
        kept = [(one.title, one.supplier, one.reference) for one in found.contracts]
        return found.left_out, [text for row in kept for text in row]

    return read


SERVICE = {"name": "Advice", "organisation": "Centre", "postcode": "BF1 2AG", "phone": "01632 96"}
PROMISE = {
    "partner": "Toy Library",
    "sector": "voluntary",
    "statement": "We lend",
    "measure": "hours",
    "target": "300",
    "due_on": "2029-01-31",
    "owner_title": "Head",
    "who_benefits": "All",
}
ACTION = {"key": "1", "title": "Train", "workstream": "Work", "owner": "Head", "milestones": "Done"}
CONTRACT = {"Title": "Joinery", "End date": "01/01/2030", "Supplier name": "Acorn Ltd", "Ref": "1"}
CASES: tuple[tuple[Any, dict[str, str], str], ...] = (
    *((services, SERVICE, name) for name in SERVICE),
    *(
        (open_referral, {"name": "Advice"}, name)
        for name in ("name", "wait_time", "organization", "phone", "place")
    ),
    (geojson, {"title": "Advice"}, "title"),
    *(
        (promises, PROMISE, name)
        for name in ("partner", "statement", "owner_title", "who_benefits")
    ),
    *((actions, ACTION, name) for name in ACTION),
    *((recommendations, {}, name) for name in ("id", "category")),
    *(("registers", CONTRACT, name) for name in ("Title", "Supplier name", "Ref")),
)


@pytest.mark.parametrize(("importer", "columns", "name"), CASES)
def test_what_is_too_long_is_kept_whole_or_its_row_refused(
    town, measure, request, importer, columns, name
):
    read = request.getfixturevalue(importer) if isinstance(importer, str) else importer
    told, kept = read(columns | {name: LONG})
    if not any(LONG in text for text in kept):
        assert told, "it was cut, or left out, without a word"
        row, sentence = told[0]
        assert row > 0
        assert "signs" in sentence or "longer than" in sentence
    assert not [text for text in kept if text.startswith("Long Long") and LONG not in text]


def test_a_heading_that_is_shortened_says_so_and_its_text_is_whole(town):
    _, kept = recommendations({"recommendation": LONG})
    assert kept[0].endswith("…")
    assert len(kept[0]) <= 300
    assert LONG in kept[1]


def test_two_keys_that_begin_alike_stay_two():
    one, two = (lengths.key("k" * 300 + end, 200) for end in "ab")
    assert one != two
    assert len(one) == 200
    assert lengths.key("k" * 200, 200) == "k" * 200


# --- The kind ---------------------------------------------------------------------------------

IMPORTERS = (
    *(f"services/directory/{path.name}" for path in (ROOT / "services/directory").glob("*.py")),
    "cases/lists/reading.py",
    "cases/lists/carrying.py",
    "cases/lists/waiting.py",
    "pledges/layout.py",
    "pledges/importing.py",
    *(f"programme/importing/{path.name}" for path in (ROOT / "programme/importing").glob("*.py")),
    "spend/contracts.py",
)
# What may be shortened: a quotation in a sentence, a file's own name, a code that is made.
MAY = {
    "sheet.header",
    "header",
    "written[:30]",
    "written[:20]",
    "text[:10]",
    "unclear_hours[:60]",
    "status[:40]",
    "seen(node)[:QUOTED_MOST]",
    "(str(name))[:30]",
    "content[:200]",
    "grid.lines",
    "name[-200:]",
    "Path(file_name).name",
    "slugify",
    "hexdigest()",
    "f'{source}-",
    "fresh",
}


def cuts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            for end in (node.slice.upper, node.slice.lower):
                number = end.operand if isinstance(end, ast.UnaryOp) else end
                if isinstance(number, ast.Constant) and number.value >= 10:
                    yield ast.unparse(node)


@pytest.mark.parametrize("importer", IMPORTERS)
def test_no_importer_cuts_a_text_at_a_columns_width(importer):
    found = [cut for cut in cuts(ROOT / importer) if not any(part in cut for part in MAY)]
    assert found == []
