"""Registers in parts, cut off, in layouts of next year and in layouts that nobody knows."""

from __future__ import annotations

import csv
import gzip
import zipfile
from pathlib import Path

import pytest

from localwealth import cli
from localwealth.errors import UnreadableFile
from localwealth.registers import formats, mapping, telling
from localwealth.registers.loading import Said
from localwealth.registers.making import build
from localwealth.registers.store import Store
from localwealth.sources import places

HEAD = (
    "CompanyName, CompanyNumber,RegAddress.PostCode,CompanyCategory,CompanyStatus,DissolutionDate\n"
)


def firms(place: Path, numbers: range, ending: str = "") -> Path:
    rows = "".join(
        f"FIRM {n} LTD,{n:08},SG1 1AA,Private Limited Company,Active,\n" for n in numbers
    )
    place.write_text(HEAD + rows + ending)
    return place


def statuses(store: Store) -> dict[str, int]:
    rows = store.query("select status, count(*) as n from entries group by status").to_pylist()
    return {row["status"]: row["n"] for row in rows}


class Told(list[str]):
    """What a build said."""

    def has(self, *words: str) -> bool:
        return any(all(word in line for word in words) for line in self)


# --- Parts, and who has ended -------------------------------------------------------------------


def test_a_part_of_a_register_ends_nobody_of_another_part(tmp_path: Path) -> None:
    build(tmp_path / "s", [firms(tmp_path / "Basic-2026-11-01-part1_2.csv", range(1, 6))])
    told = Told()
    store = build(
        tmp_path / "s",
        [firms(tmp_path / "Basic-2026-11-01-part2_2.csv", range(6, 11))],
        say=told.append,
    )
    assert statuses(store) == {"active": 10}
    assert told.has("Basic-2026-11-01 is here in part only (part 2 of 2): nobody is ended")
    # Not even where somebody says how many: a part can't know.
    again = firms(tmp_path / "Basic-2026-12-01-part1_2.csv", range(1, 6))
    store = build(tmp_path / "s", [again], said=Said(ended=5))
    assert statuses(store) == {"active": 10}


def test_all_parts_together_are_the_whole(tmp_path: Path) -> None:
    build(tmp_path / "s", [firms(tmp_path / "c.csv", range(1, 101))])
    parts = [
        firms(tmp_path / "d-part1_2.csv", range(1, 50)),
        firms(tmp_path / "d-part2_2.csv", range(50, 97)),
    ]
    told = Told()
    store = build(tmp_path / "s", parts, say=told.append)
    assert statuses(store) == {"active": 96, "ended": 4}
    assert told.has("Listed no more, and ended: 4 of 100 live companies", "FIRM 97 LTD")


def test_many_that_are_listed_no_more_end_only_when_their_number_is_said(tmp_path: Path) -> None:
    """As when a part, or half of a download, bears the name of the whole."""
    build(tmp_path / "s", [firms(tmp_path / "c.csv", range(1, 11))])
    half = firms(tmp_path / "d.csv", range(1, 6))
    told = Told()
    store = build(tmp_path / "s", [half], say=told.append)
    assert statuses(store) == {"active": 10}
    assert told.has(
        "LOOK: in none of these files: 5 of 10 live companies",
        "FIRM 6 LTD, FIRM 7 LTD",
        "--end-unlisted 5",
    )
    assert statuses(build(tmp_path / "s", [half], said=Said(ended=4))) == {"active": 10}
    ended = build(tmp_path / "s", [half], said=Said(ended=5))
    assert statuses(ended) == {"active": 5, "ended": 5}
    # The whole file again is their undo.
    assert statuses(build(tmp_path / "s", [tmp_path / "c.csv"])) == {"active": 10}


def test_far_fewer_rows_than_before_are_asked_about(tmp_path: Path) -> None:
    head = "CharityRegNo,CharityName\n"
    rows = [f"10000{at:02},Elm {at}\n" for at in range(10)]
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text(head + "".join(rows))
    new.write_text(head + "".join(rows[:7]))
    build(tmp_path / "s", [old])
    told = Told()
    store = build(tmp_path / "s", [new], say=told.append)
    assert told.has("LOOK: new.csv has 7 names, old.csv before it had 10", "stays as it was")
    assert store.made_of["entries"] == 10


# --- Cut off, torn --------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["FIRM 7 LTD,000", '"FIRM 7', "FIRM 7 LTD,00000007,SG1 1AA"])
def test_a_file_that_ends_within_a_line_is_asked_about(ending: str, tmp_path: Path) -> None:
    build(tmp_path / "s", [firms(tmp_path / "c.csv", range(1, 11))])
    before = (tmp_path / "s" / "store.json").read_bytes()
    cut = firms(tmp_path / "d.csv", range(1, 7), ending)
    with pytest.raises(UnreadableFile, match=r"d\.csv ends within a line.*--take-cut"):
        build(tmp_path / "s", [cut])
    assert (tmp_path / "s" / "store.json").read_bytes() == before
    told = Told()
    store = build(tmp_path / "s", [cut], say=told.append, said=Said(takes_cut=True, ended=4))
    assert told.has("d.csv was cut off: nobody is ended")
    assert statuses(store) == {"active": 10}
    assert cut.read_text().endswith(ending)


def test_a_last_line_that_is_whole_needs_no_line_end(tmp_path: Path) -> None:
    whole = firms(tmp_path / "c.csv", range(1, 3), "FIRM 9 LTD,00000009,SG1 1AA,X,Active,")
    assert statuses(build(tmp_path / "s", [whole])) == {"active": 3}


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_a_torn_archive_is_named_and_changes_nothing(kind: str, tmp_path: Path) -> None:
    plain = firms(tmp_path / "c.csv", range(1, 2000))
    packed = tmp_path / f"c.csv.{kind}"
    if kind == "gz":
        packed.write_bytes(gzip.compress(plain.read_bytes()))
    else:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(plain, "c.csv")
    assert statuses(build(tmp_path / "s", [packed])) == {"active": 1999}
    packed.write_bytes(packed.read_bytes()[:-500])
    with pytest.raises(UnreadableFile, match="is torn: its download was cut off"):
        build(tmp_path / "s", [packed])
    assert not places.is_lookup(packed)


def test_rows_that_belong_to_nobody_are_counted(tmp_path: Path) -> None:
    place = tmp_path / "list.csv"
    place.write_text("company_number,company_name\n178738,A\n,B\n1.7E+05,C\nn/a,D\n")
    told = Told()
    store = build(tmp_path / "s", [place], say=told.append)
    assert told.has("list.csv: 3 rows left out")
    assert store.made_of["sources"][0]["left_out"] == 3


# --- Layouts
# ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", ["", "19", "26", "31"])
@pytest.mark.parametrize("is_capital", [True, False])
def test_a_lookup_of_any_year_is_one(year: str, is_capital: bool, tmp_path: Path) -> None:
    head = f"pcd7,pcds,cty{year}cd,lad{year}cd,wd{year}cd,lsoa21cd,rgn{year}cd,ctry{year}cd"
    head += ",oseast1m,osnrth1m"
    place = tmp_path / "lookup.csv"
    place.write_text(
        f"{head.upper() if is_capital else head}\n"
        "SG1 1AA,SG1 1AA,E10000015,E07000243,E05004813,E01000001,E12000006,E92000001,"
        "523756,223477\n"
    )
    assert places.is_lookup(place)
    assert places.postcodes([place]).to_pylist() == [
        {
            "postcode": "SG11AA",
            "district": "E07000243",
            "county": "E10000015",
            "region": "E12000006",
            "nation": "E92000001",
            "ward": "E05004813",
            "easting": 523756,
            "northing": 223477,
        }
    ]


def test_of_two_editions_in_a_lookup_the_newer_speaks(tmp_path: Path) -> None:
    place = tmp_path / "lookup.csv"
    place.write_text("pcds,lad26cd,lad25cd\nSG1 1AA,E07000999,E07000243\n")
    assert places.postcodes([place])["district"].to_pylist() == ["E07000999"]


def test_a_list_of_districts_is_no_lookup_of_postcodes(tmp_path: Path) -> None:
    place = tmp_path / "wards.csv"
    place.write_text("WD26CD,LAD26CD\nE05000001,E07000243\n")
    assert not places.is_lookup(place)


def test_the_whole_lookup_of_an_archive_is_taken_and_not_its_parts(tmp_path: Path) -> None:
    head, row = "pcds,lad26cd\n", "SG1 1AA,E07000243\n"
    place = tmp_path / "onspd.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("Data/multi_csv/ONSPD_AL.csv", head + "AL1 1AA,E07000240\n")
        archive.writestr("Data/ONSPD.csv", head + "AL1 1AA,E07000240\n" + row)
        archive.writestr("Documents/wards.csv", "WD26CD,WD26NM\nE05000001,Elm\n")
        archive.writestr("readme.txt", "x")
    assert len(places.postcodes([place])) == 2


@pytest.mark.parametrize("known", formats.FORMATS, ids=lambda known: known.title)
def test_headings_are_known_whatever_their_case_and_spacing(known: formats.Format) -> None:
    shouted = [f" {head.upper().replace(' ', '  ')} " for head in known.tells]
    assert formats.recognise(formats.as_published(known.tells)) == formats.recognise([*known.tells])
    assert formats.recognise(formats.as_published(shouted)) is not None


COOPS = (
    "Open data 2022,,,,,,\n"
    "Ref,Organisation,Society No,Registered with,Trades as,Contact address,Dissolved date\n"
    '1,Elm Co-operative Limited,525R,FCA,Elm Food,"1 High St, Leeds, LS1 1AA",\n'
    '2,Oak C.I.C.,178738,Companies House,,"2 High St, Leeds, LS1 1AB",3 May 2020\n'
    "3,No Number,,FCA,,,\n"
)
SAID = (
    "number=Society No",
    "name=organisation",
    "register=Registered with",
    "other_name=Trades as",
    "address=Contact address",
    "ended=Dissolved date",
)


def coops(tmp_path: Path) -> Path:
    place = tmp_path / "coops.csv"
    place.write_text(COOPS)
    return place


def bodies(store: Store) -> list[tuple[str, str, str | None, str]]:
    rows = store.query("select id, name, status, postcode from entries order by id").to_pylist()
    return [(row["id"], row["name"], row["status"], row["postcode"]) for row in rows]


BODIES = [
    ("GB-COH-00178738", "Oak C.I.C.", "ended", "LS1 1AB"),
    ("GB-MPR-525R", "Elm Co-operative Limited", None, "LS1 1AA"),
]


def test_an_unknown_layout_is_refused_with_its_headings_and_a_proposal(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        build(tmp_path / "s", [coops(tmp_path)])
    for words in (
        "coops.csv is of no known register",
        "'Registered with'",
        "--column number='Society No'",
        "--column name='Organisation'",
        "Nothing is changed",
    ):
        assert words in str(refused.value)


def test_an_unknown_layout_is_mapped_on_the_command_line(tmp_path: Path) -> None:
    columns = [word for said in SAID for word in ("--column", said)]
    assert cli.main(["register", "build", str(tmp_path / "s"), str(coops(tmp_path)), *columns]) == 0
    store = Store.open(tmp_path / "s")
    assert bodies(store) == BODIES
    names = store.query("select name from names where kind = 2")["name"].to_pylist()
    assert names == ["Elm Food"]
    # The next file in the same layout needs nothing more.
    later = tmp_path / "coops-2023.csv"
    later.write_text(COOPS.replace("Oak C.I.C.", "Oak Two C.I.C."))
    assert bodies(build(tmp_path / "s", [later]))[0][1] == "Oak Two C.I.C."


def test_an_unknown_layout_is_mapped_in_a_file_that_comes_back(tmp_path: Path) -> None:
    file, out = coops(tmp_path), tmp_path / "columns.csv"
    assert cli.main(["register", "columns", str(file), "--out", str(out)]) == 0
    with out.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.reader(text))
    assert rows[2] == [
        "Organisation",
        "name",
        "Elm Co-operative Limited",
        "Oak C.I.C.",
        "No Number",
    ]
    # Somebody writes two more in, as they look at the samples.
    meant = {"Trades as": "other_name", "Registered with": "register"}
    for row in rows:
        row[1] = meant.get(row[0], row[1])
    with out.open("w", encoding="cp1252", newline="") as text:
        csv.writer(text, delimiter=";").writerows(rows)
    store = build(tmp_path / "s", [file], said=telling.said_of({"columns": str(out)}))
    assert bodies(store) == BODIES


@pytest.mark.parametrize(
    ("register", "org_id"),
    [
        ("companies", "GB-COH-00178738"),
        ("charities", "GB-CHC-178738"),
        ("scottish charities", "GB-SC-178738"),
        ("northern irish charities", "GB-NIC-178738"),
        ("mutuals", "GB-MPR-178738"),
        ("co-operatives", "GB-CUK-178738"),
        ("housing", "GB-SHPE-178738"),
    ],
)
def test_each_register_can_be_mapped(register: str, org_id: str, tmp_path: Path) -> None:
    assert ", ".join(mapping.REGISTERS) == telling.REGISTERS
    place = tmp_path / "x.csv"
    place.write_text("Nr;Wer;Status\n178738;Elm;Registered\n")
    layout = mapping.said(["number=Nr", "name=Wer", "status=Status"], register)
    assert bodies(build(tmp_path / "s", [place], said=Said(layout))) == [
        (org_id, "Elm", "active", None)
    ]


@pytest.mark.parametrize(
    ("columns", "register", "why"),
    [
        (["number=Nr"], "companies", "Say which column is the name"),
        (["number=Nr", "name=Wer"], "", "Say whose the numbers are: --numbers-of"),
        (["number=Nr", "name=Wer"], "firms", "'firms' is none of companies"),
        (["number=Nr", "name=Wer", "colour=X"], "companies", "can't mean 'colour'"),
        (["Nr"], "companies", "should be MEANING=HEADING"),
    ],
)
def test_what_cannot_be_meant_is_refused(columns: list[str], register: str, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        mapping.said(columns, register)


def test_a_heading_that_the_file_lacks_leaves_it_unknown(tmp_path: Path) -> None:
    layout = mapping.said(["number=Number", "name=Organisation"], "mutuals")
    with pytest.raises(UnreadableFile, match="'Society No'"):
        build(tmp_path / "s", [coops(tmp_path)], said=Said(layout))
