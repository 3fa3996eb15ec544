"""Files of registers and lookups as people really send them, each with what it comes to."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from localwealth.errors import UnreadableFile
from localwealth.registers.loading import Said
from localwealth.registers.making import build
from localwealth.registers.store import Store
from localwealth.sources import places

ROOT = Path(__file__).parents[2]
CASES = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "cases"
pytestmark = pytest.mark.skipif(
    not CASES.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the cases to read are not beside this checkout",
)


def bodies(store: Store) -> dict[str, str]:
    rows = store.query("select id, name from entries order by id").to_pylist()
    return {row["id"].removeprefix("GB-COH-"): row["name"] for row in rows}


def active(store: Store) -> int:
    return len(store.query("from entries where status = 'active'"))


def refused(folder: Path, name: str, words: str) -> bool:
    with pytest.raises(UnreadableFile, match=words):
        build(folder / "s", [CASES / name])
    return not (folder / "s").exists()


def is_lookup_of(name: str, **areas: str) -> bool:
    """It is a lookup of postcodes, and says of each the district."""
    located = places.postcodes([CASES / name])
    districts = dict(
        zip(located["postcode"].to_pylist(), located["district"].to_pylist(), strict=True)
    )
    return places.is_lookup(CASES / name) and districts == areas


def companies(folder: Path, name: str) -> bool:
    names = bodies(build(folder / "s", [CASES / name]))
    return names == {
        "00178738": "ACORN LIMITED",
        "00178739": "BIRCH THE BEST LTD",
        "00178740": "FIR LTD",
        "00178741": "HAW LTD",
        "00178742": "IVY LTD",
        "00178743": "JAY LTD",
        "00178744": "KAY\nLTD",
        "00178745": "CAFÉ LTD",
        "00178746": "DUP LTD",
        "OC300001": "CEDAR, DEAL & ELM LLP",
        "SC012345": "GUM LTD",
        "SC123456": "O'NEILL LTD",
    }


def cut_companies(folder: Path, name: str) -> bool:
    refused(folder, name, "ends within a line")
    store = build(folder / "s", [CASES / name], said=Said(takes_cut=True))
    return bodies(store) == {"00178738": "ACORN LIMITED"}


def numbers(folder: Path, name: str) -> bool:
    """Of seven rows four bear no number by which a body could be known."""
    said: list[str] = []
    store = build(folder / "s", [CASES / name], say=said.append)
    names = bodies(store)
    return names == {"00178738": "Acorn Limited", "SC000123": "Scot Ltd"} and any(
        "4 rows left out" in line for line in said
    )


def cut_lookup(_: Path, name: str) -> bool:
    with pytest.raises(UnreadableFile, match="ends within a line"):
        places.postcodes([CASES / name])
    return len(places.postcodes([CASES / name], takes_cut=True)) == 1


def part_by_part(folder: Path, _: str) -> bool:
    for part in ("r04b-companies-part1_2.csv", "r04c-companies-part2_2.csv"):
        store = build(folder / "s", [CASES / part])
    return active(store) == 10


COME_TO: dict[str, Callable[[Path, str], bool]] = {
    "r01-companies.csv": companies,
    "r01b-companies-cp1252.csv": lambda folder, name: (
        bodies(build(folder / "s", [CASES / name])) == {"00178745": "CAFÉ LTD"}
    ),
    "r01c-companies-bom.csv": lambda folder, name: (
        bodies(build(folder / "s", [CASES / name])) == {"00178738": "ACORN LIMITED"}
    ),
    "r01d-companies-cut.csv": cut_companies,
    "r02-list.csv": numbers,
    "r03-onspd.zip": lambda _, name: is_lookup_of(name, BK11AA="E07000243"),
    "r03b-onspd-new-names.csv": lambda _, name: is_lookup_of(
        name, BK11AA="E07000243", BK11AB="E07000243"
    ),
    "r03c-onspd-cut.csv": cut_lookup,
    "r03e-lookup-26.csv": lambda _, name: is_lookup_of(name, BK11AA="E07000243"),
    "r04-companies-full.csv": lambda folder, name: (
        active(build(folder / "s", [CASES / name])) == 10
    ),
    "r04b-companies-part1_2.csv": lambda folder, name: (
        active(build(folder / "s", [CASES / name])) == 5
    ),
    "r04c-companies-part2_2.csv": lambda folder, name: (
        active(build(folder / "s", [CASES / name])) == 5
    ),
    "r04b then r04c-companies-part*.csv": part_by_part,
}


@pytest.mark.parametrize("name", COME_TO)
def test_each_register_comes_to_its_right_answer(name: str, tmp_path: Path) -> None:
    assert COME_TO[name](tmp_path, name)


def test_every_file_of_a_register_is_among_them() -> None:
    assert {path.name for path in CASES.glob("r*")} <= COME_TO.keys()
