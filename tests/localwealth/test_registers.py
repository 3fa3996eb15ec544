"""Registers' files become one store; the same bodies one entry; the generator a register's twin."""

from __future__ import annotations

import csv
import gzip
import json
import os
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth import cli
from localwealth.errors import UnreadableFile
from localwealth.registers import formats, generate, loading
from localwealth.registers.ids import company_number, org_id
from localwealth.registers.index import Index
from localwealth.registers.making import build
from localwealth.registers.store import Store

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "data"
real = pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the public data to run against is not beside this checkout",
)


def write(place: Path, text: str, encoding: str = "utf-8") -> Path:
    place.write_bytes(text.encode(encoding))
    return place


def entry(store: Store, own: str) -> dict[str, object]:
    found = store.query("from entries where list_contains(ids, ?)", own).to_pylist()
    assert len(found) == 1, found
    return found[0]


def names(store: Store, own: str) -> set[tuple[str, int]]:
    return {
        (one["name"], one["kind"])
        for one in store.query(
            (
                "select n.name, n.kind from names n join entries e using (entry) where "
                "list_contains(e.ids, ?)"
            ),
            own,
        ).to_pylist()
    }


COMPANIES = (
    "CompanyName, CompanyNumber,RegAddress.PostCode,CompanyCategory,CompanyStatus,"
    "CountryOfOrigin,DissolutionDate,IncorporationDate,Accounts.AccountCategory,"
    "Accounts.LastMadeUpDate,SICCode.SicText_1,PreviousName_1.CONDATE, "
    "PreviousName_1.CompanyName\n"
)


def companies(place: Path, *rows: str) -> Path:
    return write(place, COMPANIES + "".join(rows))


ACORN = (
    '"ACORN CARE LIMITED","123456","SG1 1AA","Private Limited Company","Active","United '
    'Kingdom","","29/07/2020","SMALL","31/03/2023","87300 - Care","01/02/2022","OAK CARE '
    'LIMITED"\n'
)
BIRCH = (
    '"BIRCH C.I.C.","09999999","SG1 2AB","Community Interest Company","Active","United '
    'Kingdom","","01/01/2019","MICRO ENTITY","","85590 - Other education","",""\n'
)


def test_companies_house_with_its_leading_spaces_and_previous_names(tmp_path: Path) -> None:
    store = build(tmp_path / "s", [companies(tmp_path / "c.csv", ACORN, BIRCH)])
    one = entry(store, "GB-COH-00123456")
    assert {
        key: str(one[key])
        for key in ("name", "kind", "status", "begun", "postcode", "sic", "size", "sized")
    } == {
        "name": "ACORN CARE LIMITED",
        "kind": "company",
        "status": "active",
        "begun": "2020-07-29",
        "postcode": "SG1 1AA",
        "sic": "87300",
        "size": "SMALL",
        "sized": "2023-03-31",
    }
    assert names(store, "GB-COH-00123456") == {("ACORN CARE LIMITED", 0), ("OAK CARE LIMITED", 1)}
    assert entry(store, "GB-COH-09999999")["kind"] == "cic"


@pytest.mark.parametrize(
    "odd",
    [
        "",
        '"ELM\nHOUSE LIMITED","77777777"\n',
        'ELM "THE" HOUSE LIMITED,77777777\n',
        '"ELM HOUSE" LIMITED,77777777\n',
    ],
)
def test_a_large_file_is_read_in_parts_where_it_can_be(
    odd: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short lines, a break inside a name, quotation marks where none belong."""
    file = companies(tmp_path / "c.csv", ACORN, odd, BIRCH)
    plain = build(tmp_path / "plain", [file])
    monkeypatch.setattr(loading, "LARGE", 0)
    parts = build(tmp_path / "parts", [file])
    for table in ("entries", "names"):
        ask = f"from {table} order by all"
        assert parts.query(ask).to_pylist() == plain.query(ask).to_pylist()
    assert len(plain.query("from entries")) == (3 if odd else 2)


def test_a_store_of_an_earlier_version_is_brought_up(tmp_path: Path) -> None:
    store = build(tmp_path / "s", [companies(tmp_path / "c.csv", ACORN)])
    place = tmp_path / "s" / "entries.parquet"
    pq.write_table(pq.read_table(place).drop(["sized"]), place)
    said = tmp_path / "s" / "store.json"
    said.write_text(json.dumps({**json.loads(said.read_text()), "version": 1}))
    index = tmp_path / "s" / "index"
    gone = (
        "since",
        "until",
        "initials",
        "initials_name",
        "by_end",
        "by_end_word",
        "letters_in",
        "entries_crowd",
    )
    was = {name: np.load(index / f"{name}.npy").tolist() for name in gone}
    for name in gone:
        (index / f"{name}.npy").unlink()
    (index / "index.json").write_text(json.dumps({"version": 1, "names": 2}))
    brought = Store.open(tmp_path / "s")
    one = entry(brought, "GB-COH-00123456")
    assert (one["size"], one["sized"]) == ("SMALL", None)
    # It learns when names were borne: OAK CARE until 1 February 2022, ACORN CARE since.
    day = (date(2022, 2, 1) - date(1970, 1, 1)).days
    assert brought.index().since.tolist() == [day, -1_000_000]
    assert brought.index().until.tolist() == [1_000_000, day]
    assert {name: np.load(index / f"{name}.npy").tolist() for name in gone} == was
    assert Index.exists(index)
    # Built anew, it learns of which year its sizes are.
    store = build(tmp_path / "s", [companies(tmp_path / "c2.csv", ACORN)])
    assert str(entry(store, "GB-COH-00123456")["sized"]) == "2023-03-31"
    # A size that comes without its year takes no other size's year.
    undated = ACORN.replace('"SMALL","31/03/2023"', '"FULL",""')
    store = build(tmp_path / "s", [companies(tmp_path / "c3.csv", undated)])
    one = entry(store, "GB-COH-00123456")
    assert (one["size"], one["sized"]) == ("FULL", None)
    said.write_text(json.dumps({"version": 99}))
    with pytest.raises(UnreadableFile, match="build it anew"):
        Store.open(tmp_path / "s")


def test_what_only_a_row_of_another_name_says_is_kept(tmp_path: Path) -> None:
    """A linked charity's row has another name of the same body, and may say more than its own."""
    file = tmp_path / "charities.csv"
    file.write_text(
        "registered_charity_number,linked_charity_number,charity_name,charity_registration_status,"
        "date_of_registration,date_of_removal,charity_contact_postcode,"
        "charity_company_registration_number\n"
        "1234567,0,ELM TRUST,Registered,2001-02-03,,,\n"
        "1234567,1,ELM LIBRARY FUND,Registered,1999-02-03,,SG1 1AA,\n"
    )
    store = build(tmp_path / "s", [file])
    one = entry(store, "GB-CHC-1234567")
    assert (one["name"], one["postcode"], str(one["begun"])) == (
        "ELM TRUST",
        "SG1 1AA",
        "1999-02-03",
    )
    names = store.query("select name, kind from names order by kind").to_pylist()
    assert names == [{"name": "ELM TRUST", "kind": 0}, {"name": "ELM LIBRARY FUND", "kind": 2}]


def test_what_a_later_snapshot_leaves_out_has_ended_and_keeps_its_name(tmp_path: Path) -> None:
    build(tmp_path / "s", [companies(tmp_path / "old.csv", ACORN, BIRCH)])
    store = build(
        tmp_path / "s",
        [companies(tmp_path / "new.csv", ACORN.replace("SG1 1AA", "SG9 9ZZ"))],
        said=loading.Said(ended=1),
    )
    assert entry(store, "GB-COH-09999999")["status"] == "ended"
    assert names(store, "GB-COH-09999999") == {("BIRCH C.I.C.", 0)}
    one = entry(store, "GB-COH-00123456")
    assert (one["status"], one["postcode"]) == ("active", "SG9 9ZZ")
    assert [source["file"] for source in store.made_of["sources"]] == ["old.csv", "new.csv"]


def test_ids_of_one_body_become_one_entry(tmp_path: Path) -> None:
    charity = write(
        tmp_path / "charity.txt",
        "registered_charity_number\tlinked_charity_number\tcharity_name\tcharity_registration_status\tdate_of_registration\tdate_of_removal\tcharity_contact_postcode\tcharity_company_registration_number\n"
        '1074622\t0\t"ACORN" CARE TRUST\tRegistered\t2001-05-01\t\tSG1 1AA\t123456\n'
        "1074622\t1\tACORN BENEVOLENT FUND\tRegistered\t2001-05-01\t\t\t\n"
        "1111111\t0\tELM LEGACY\tRemoved\t1990-01-01\t2010-01-01\t\t\n",
    )
    links = write(
        tmp_path / "links.csv",
        "mutual_id,company_id,name\nGB-MPR-525R,GB-COH-IP00525R,Elm Society Limited\n",
    )
    store = build(tmp_path / "s", [companies(tmp_path / "c.csv", ACORN), charity, links])
    assert entry(store, "GB-CHC-1074622")["id"] == "GB-COH-00123456"
    assert names(store, "GB-CHC-1074622") == {
        ("ACORN CARE LIMITED", 0),
        ("OAK CARE LIMITED", 1),
        ('"ACORN" CARE TRUST', 0),
        ("ACORN BENEVOLENT FUND", 2),
    }
    assert entry(store, "GB-MPR-525R")["id"] == "GB-COH-IP00525R"
    ended = entry(store, "GB-CHC-1111111")
    assert (ended["status"], str(ended["ended"])) == ("ended", "2010-01-01")


def test_a_charity_and_a_company_of_one_whole_name_are_one_body_and_of_a_shared_name_are_not(
    tmp_path: Path,
) -> None:
    names = {
        11: "Rowan Hospice(The)",
        12: "Elm Trust",
        13: "Elm Trust",
        14: "KIDS",
        15: "Oak Ltd",
        16: "Larch Living",
        17: "Yew Support Limited",
        18: "HOLLY AID",
    }
    charities = {
        1: "ROWAN HOSPICE",
        2: "ELM TRUST",
        4: "Kids",
        5: "OAK LTD",
        7: "Yew Support Limited",
        8: "Holly Aid",
        9: "Holly Aid",
    }
    store = build(
        tmp_path / "s",
        [
            write(
                tmp_path / "c.csv",
                "company_number,company_name\n1,X\n"
                + "".join(f"{at:08},{name}\n" for at, name in names.items()),
            ),
            write(
                tmp_path / "d.csv",
                "CharityRegNo,CharityName\n"
                + "".join(f"100000{at},{name}\n" for at, name in charities.items()),
            ),
            # Whose name stands in another register only.
            write(
                tmp_path / "e.csv",
                "organisation_name,registration_number,corporate_form\nLarch Living,4693,Charity\n",
            ),
            write(
                tmp_path / "f.csv",
                "RP Code,Company Number,Charity Number,Org ID\n4693,,1000006,GB-CHC-1000006\n",
            ),
        ],
    )
    assert entry(store, "GB-CHC-1000001")["ids"] == ["GB-CHC-1000001", "GB-COH-00000011"]
    assert entry(store, "GB-CHC-1000002")["ids"] == ["GB-CHC-1000002"]
    # Short names that do without Limited, and long ones that don't.
    assert entry(store, "GB-CHC-1000004")["ids"] == ["GB-CHC-1000004", "GB-COH-00000014"]
    assert entry(store, "GB-CHC-1000005")["ids"] == ["GB-CHC-1000005"]
    assert entry(store, "GB-CHC-1000007")["ids"] == ["GB-CHC-1000007", "GB-COH-00000017"]
    assert entry(store, "GB-CHC-1000006")["ids"] == [
        "GB-CHC-1000006",
        "GB-COH-00000016",
        "GB-SHPE-4693",
    ]
    # Two charities bear the name.
    assert entry(store, "GB-CHC-1000008")["ids"] == ["GB-CHC-1000008"]


@pytest.mark.parametrize(
    ("head", "row", "own", "kind", "status"),
    [
        (
            (
                "Charity Number,Charity Name,Registered Date,Known As,Charity Status,Postcode,"
                "Constitutional Form,Ceased Date"
            ),
            "SC012345,Elm Fund,01/02/1999,The Elm,Active,EH1 1AA,SCIO,",
            "GB-SC-SC012345",
            "charity",
            "active",
        ),
        (
            "Reg charity number,Charity name,Public address,Company number,Status,Date registered",
            '100001,Elm Fund,"1 High St, Belfast, BT1 1AA",12345,Up-to-date,01/02/2015',
            "GB-NIC-100001",
            "charity",
            "active",
        ),
        (
            (
                "Full Registation Number,Society Name,Society Address,Registered As,"
                "Registration Act,Registration Date,Deregistration Date,Society Status"
            ),
            (
                '4321,Elm Credit Union Limited,"1 High St, Leeds, LS1 1AA",Credit Union,Act,'
                "2015-02-01,,Registered"
            ),
            "GB-MPR-4321",
            "credit union",
            "active",
        ),
        (
            (
                "Full Registation Number,Society Name,Society Address,Registered As,"
                "Registration Act,Registration Date,Deregistration Date,Society Status"
            ),
            (
                '7525R,Elm Society,"1 High St, Leeds, LS1 1AA",Co-operative Society,Act,'
                "01/02/2015,01/02/2020,Deregistered"
            ),
            "GB-MPR-7525R",
            "cooperative",
            "ended",
        ),
    ],
)
def test_each_register_in_its_own_columns(
    head: str, row: str, own: str, kind: str, status: str, tmp_path: Path
) -> None:
    store = build(tmp_path / "s", [write(tmp_path / "r.csv", f"{head}\n{row}\n", "cp1252")])
    one = entry(store, own)
    assert (one["kind"], one["status"], bool(one["postcode"])) == (kind, status, True)


def test_the_postcode_at_the_end_of_an_address_and_links_to_companies(tmp_path: Path) -> None:
    text = (
        "Reg charity number,Charity name,Public address,Company number,Status,Date "
        'registered\n100001,Elm Fund,"1 High St, Belfast, BT1 1AA",12345,Up-to-date,'
        "01/02/2015\n100002,Oak Fund,Bangor,999999,Up-to-date,01/02/2015\n"
    )
    store = build(tmp_path / "s", [write(tmp_path / "r.csv", text)])
    assert entry(store, "GB-NIC-100001")["ids"] == ["GB-COH-NI012345", "GB-NIC-100001"]
    assert entry(store, "GB-NIC-100001")["postcode"] == "BT1 1AA"
    assert entry(store, "GB-NIC-100002")["ids"] == ["GB-NIC-100002"]


def test_a_file_of_no_known_register_changes_nothing(tmp_path: Path) -> None:
    build(tmp_path / "s", [companies(tmp_path / "c.csv", ACORN)])
    before = (tmp_path / "s" / "store.json").read_bytes()
    with pytest.raises(
        UnreadableFile,
        match=r"odd\.csv is of no known register\. .* They are: 'a', 'b'\. Nothing is changed\.",
    ):
        build(tmp_path / "s", [write(tmp_path / "odd.csv", "a,b\n1,2\n")])
    assert (tmp_path / "s" / "store.json").read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["c.csv", "odd.csv", "s"]


def test_a_file_of_no_known_register_among_others_is_passed_over_and_named(tmp_path: Path) -> None:
    said: list[str] = []
    store = build(
        tmp_path / "s",
        [companies(tmp_path / "c.csv", ACORN), write(tmp_path / "odd.csv", "a,b\n1,2\n")],
        say=said.append,
    )
    assert any(line.startswith("PASSED OVER: odd.csv is of no known register") for line in said)
    assert store.made_of["entries"] == 1


def test_outlets_and_housing_providers_join_the_bodies_that_they_are_of(tmp_path: Path) -> None:
    store = build(
        tmp_path / "s",
        [
            write(
                tmp_path / "o.csv",
                (
                    "CUK Organisation ID,Registered Number,Registrar,Registered Name,Trading "
                    "Name,Legal Form,Registered Postcode\n"
                    "R000001,525R,FCA,Elm Co-operative Limited,,Society,SG1 1AA\n"
                ),
            ),
            write(
                tmp_path / "outlets.csv",
                (
                    "CUK Organisation ID,Registered Name,Outlet Name,Street\n"
                    'R000001,Elm Co-operative Limited,Elm Food Oakby,"1 High St\nOakby"\n'
                ),
            ),
            write(
                tmp_path / "p.csv",
                (
                    "organisation_name,registration_number,registration_date,designation,"
                    "corporate_form\nElm Homes Limited,C3489,20/07/1984,Non-profit,Registered "
                    "society\n"
                ),
            ),
            write(
                tmp_path / "l.csv",
                "RP Code,Company Number,Charity Number,Org ID\nC3489,IP24566R,,GB-COH-IP24566R\n",
            ),
        ],
    )
    assert ("Elm Food Oakby", 2) in names(store, "GB-MPR-525R")
    assert entry(store, "GB-SHPE-C3489")["name"] == "Elm Homes Limited"
    assert "GB-COH-IP24566R" in entry(store, "GB-SHPE-C3489")["ids"]


def test_a_folder_or_a_file_that_is_no_store_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A store replaces itself whole, so what stands in its place must be a store, or nothing."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "thesis.txt").write_text("precious")
    companies(tmp_path / "c.csv", ACORN)
    for place in (folder, tmp_path / "c.csv"):
        assert cli.main(["register", "build", str(place), "--generate", "5"]) == 2
        assert "is there already and is no store: name another" in capsys.readouterr().err
    assert (folder / "thesis.txt").read_text() == "precious"
    assert (tmp_path / "c.csv").read_text() == COMPANIES + ACORN
    (tmp_path / "empty").mkdir()
    assert cli.main(["register", "build", str(tmp_path / "empty"), "--generate", "5"]) == 0


def test_a_packed_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "c.csv.gz"
    path.write_bytes(gzip.compress((COMPANIES + ACORN).encode()))
    assert entry(build(tmp_path / "s", [path]), "GB-COH-00123456")["name"] == "ACORN CARE LIMITED"


# Identifiers


@given(
    st.one_of(
        st.integers(1, 99_999_999).map(str),
        st.from_regex(r"(SC|NI|OC|RS|sc)[0-9]{1,6}", fullmatch=True),
        st.from_regex(r"IP[0-9]{5}R", fullmatch=True),
        st.text(max_size=10),
    )
)
def test_the_bulk_and_the_single_form_of_a_number_agree(text: str) -> None:
    """SQL reads millions of numbers, Python one: they must not differ."""
    if not text.isascii() or "\x00" in text or (len(text) < 3 and text.isdigit()):
        return
    import duckdb

    with duckdb.connect() as base:
        base.execute(formats.MACROS)
        row = base.execute("select coh_number(?)", [text]).fetchone()
    assert (row[0] or "") == company_number(text)


def test_org_ids_have_one_form() -> None:
    assert org_id(" gb-coh-178738 ") == "GB-COH-00178738"
    assert org_id("GB-CHC-1074622.0") == "GB-CHC-1074622"
    assert org_id(None) == ""


# The generator


def test_the_generator_has_the_columns_of_the_real_file_and_is_the_same_each_time() -> None:
    one, other = generate.companies(500, 7), generate.companies(500, 7)
    assert one.equals(other)
    assert not one.equals(generate.companies(500, 8))
    assert len(set(one[" CompanyNumber"].to_pylist())) == 500
    former = sum(bool(name) for name in one[" PreviousName_1.CompanyName"].to_pylist())
    assert 25 < former < 90


@real
def test_the_generators_headings_are_companies_houses_to_the_letter() -> None:
    with (SHARED / "registers" / "companies_house" / "BasicCompanyData_format_sample.csv").open(
        encoding="utf-8-sig"
    ) as file:
        assert next(csv.reader(file)) == generate.companies(1).column_names


def test_a_generated_file_and_the_generator_make_the_same_store(tmp_path: Path) -> None:
    table = generate.companies(400, 3)
    pyarrow.csv.write_csv(table, tmp_path / "made.csv")
    by_file = build(tmp_path / "a", [tmp_path / "made.csv"])
    assert (
        cli.main(["register", "build", str(tmp_path / "b"), "--generate", "400", "--seed", "3"])
        == 0
    )
    by_generator = Store.open(tmp_path / "b")
    for what in ("from entries order by entry", "from names order by entry, kind, name"):
        assert by_file.query(what).equals(by_generator.query(what))


def test_the_command_line_of_stores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = companies(tmp_path / "c.csv", ACORN)
    assert cli.main(["register", "build", str(tmp_path / "s"), str(path)]) == 0
    assert capsys.readouterr().out == "1 entry, 2 names\n"
    assert cli.main(["register", "info", str(tmp_path / "s")]) == 0
    assert "c.csv  Companies House, free company data" in capsys.readouterr().out
    assert cli.main(["register", "info", str(tmp_path)]) == 2
    assert "is no store of registers" in capsys.readouterr().err
    assert cli.main(["register", "build", str(tmp_path / "s")]) == 2


# Real files


@real
def test_every_real_register_is_recognised_and_read(tmp_path: Path) -> None:
    folder = SHARED / "registers"
    files = sorted((folder / "gpg").iterdir())
    files += [
        *sorted((folder / "coops").iterdir()),
        folder / "social_housing" / "registered_providers.csv",
        folder / "companies_house" / "BasicCompanyData_format_sample.csv",
    ]
    files += [
        folder / "lookups" / name
        for name in (
            "mutual-companies.csv.gz",
            "charity-company-numbers.csv.gz",
            "organisation-company-numbers.csv",
            "academy-trusts-company-number.csv.gz",
            "federated-charities.csv.gz",
            "charity-names.csv",
            "rsp-charity-number.csv",
        )
    ]
    # One of them, as it is published, ends within a line.
    with pytest.raises(UnreadableFile, match=r"charity-names\.csv ends within a line"):
        build(tmp_path / "s", files)
    store = build(tmp_path / "s", files, said=loading.Said(takes_cut=True))
    made = store.made_of
    assert [source["file"] for source in made["sources"] if source.get("cut")] == [
        "charity-names.csv"
    ]
    assert len(made["sources"]) == len(files)
    assert made["entries"] > 60_000
    assert entry(store, "GB-COH-12778855")["name"] == "! LIMITED"
    group = entry(store, "GB-MPR-525R")
    assert "GB-COH-IP00525R" in group["ids"]
    assert ("The Co-operative Group", 2) in names(store, "GB-MPR-525R")
    assert entry(store, "GB-CHC-1000611")["id"] == "GB-COH-08591698"
