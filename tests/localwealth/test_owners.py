"""Who decides over whom: chains, halves, ends, employees, and no persons."""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb
import pytest

from localwealth.errors import UnreadableFile
from localwealth.registers import owners
from localwealth.registers.making import build
from localwealth.registers.store import Store

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "data"
real = pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the public data to run against is not beside this checkout",
)


def body(own: str, name: str = "", country: str = "GB") -> dict[str, object]:
    return {
        "statementID": own,
        "statementType": "entityStatement",
        "name": name or own.upper(),
        "incorporatedInJurisdiction": {"code": country},
        "identifiers": [{"scheme": "GB-COH", "id": f"0000000{ord(own) % 10}"}]
        if country == "GB"
        else [],
    }


def owns(
    child: str,
    owner: str,
    least: int = 75,
    *,
    ended: str = "",
    person: bool = False,
    kind: str = "shareholding",
) -> dict[str, object]:
    party = "describedByPersonStatement" if person else "describedByEntityStatement"
    interest = {"type": kind, "share": {"minimum": least}} | ({"endDate": ended} if ended else {})
    return {
        "statementID": f"{child}{owner}{least}",
        "interests": [interest],
        "statementType": "ownershipOrControlStatement",
        "subject": {"describedByEntityStatement": child},
        "interestedParty": {party: owner},
    }


def told(place: Path, *said: dict[str, object]) -> dict[str, tuple[str, bool]]:
    file = place / "owners.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in said))
    with duckdb.connect() as base:
        owners.load(base, [file])
        rows = base.execute("select id, parent_name, employees from owners").fetchall()
    return {own: (parent, employees) for own, parent, employees in rows}


def test_the_last_of_a_chain_is_the_parent(tmp_path: Path) -> None:
    made = told(
        tmp_path,
        body("a"),
        body("b"),
        body("c", "HOLD SA", "FR"),
        owns("a", "b"),
        owns("b", "c", 50),
    )
    assert made == {"GB-COH-00000007": ("HOLD SA", False), "GB-COH-00000008": ("HOLD SA", False)}


@pytest.mark.parametrize(
    "said",
    [
        owns("a", "b", 25),
        owns("a", "b", ended="2020-01-01"),
        owns("a", "b", person=True),
        owns("a", "b", kind="appointment-of-board"),
        owns("a", "a"),
    ],
)
def test_less_than_half_what_has_ended_and_persons_decide_nothing(
    tmp_path: Path, said: dict[str, object]
) -> None:
    person = {"statementID": "b", "statementType": "personStatement", "name": "Ada Lee"}
    assert told(tmp_path, body("a"), body("b"), person, said) == {}


def test_a_circle_ends_and_the_larger_share_decides(tmp_path: Path) -> None:
    made = told(tmp_path, body("a"), body("b"), body("c"), owns("a", "b"), owns("b", "a"))
    assert set(made) == {"GB-COH-00000007", "GB-COH-00000008"}
    made = told(tmp_path, body("a"), body("b"), body("c"), owns("a", "b", 50), owns("a", "c", 75))
    assert made["GB-COH-00000007"] == ("C", False)


@pytest.mark.parametrize(
    ("name", "is_trust"),
    [
        ("ELM EMPLOYEE OWNERSHIP TRUST LIMITED", True),
        ("ELM EOT TRUSTEES LTD", True),
        ("THE ELM EMPLOYEES' TRUST", True),
        ("EMPLOYEE SCREENING LIMITED", False),
    ],
)
def test_a_trust_for_the_employees_is_known_by_its_name(
    tmp_path: Path, name: str, is_trust: bool
) -> None:
    made = told(tmp_path, body("a"), body("b"), body("c", name), owns("a", "b"), owns("b", "c"))
    assert made["GB-COH-00000007"][1] is is_trust


def test_a_damaged_file_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("{not json\n")
    with pytest.raises(UnreadableFile, match=r"x\.jsonl"):
        build(tmp_path / "store", [tmp_path / "x.jsonl"])
    assert not (tmp_path / "store").exists()


@real
def test_groups_of_the_real_sample(tmp_path: Path) -> None:
    place = SHARED / "registers/psc_bods/bods_statements.jsonl.gz"
    store = build(tmp_path / "store", [place])
    found = {one["id"]: one for one in Store.open(store.folder).owners().to_pylist()}
    assert found["GB-COH-00101073"]["parent_name"] == "BALFOUR BEATTY INVESTMENT HOLDINGS LIMITED"
    assert found["GB-COH-02577009"]["parent_country"] == "FR"
    assert store.made_of["sources"][-1]["names"] == 71
