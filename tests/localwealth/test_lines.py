"""From files of payments to who was paid: all that a file gives of a payee is used."""

from __future__ import annotations

import pyarrow as pa
import pytest

from localwealth.registers.making import build
from localwealth.registers.store import Store
from localwealth.sources import payments
from localwealth.spend.lines import AnchorFiles, Home, assemble

COMPANIES = """CompanyName,CompanyNumber,RegAddress.PostCode,CompanyCategory,CompanyStatus,\
IncorporationDate,PreviousName_1.CONDATE,PreviousName_1.CompanyName
HERON CATERING LIMITED,00000201,SG1 1AA,Private Limited Company,Active,01/01/2010,\
01/06/2018,FALCON CATERING LIMITED
FALCON CATERING LIMITED,00000202,LS1 1AA,Private Limited Company,Active,01/01/2011,\
01/08/2018,WREN CATERING LIMITED
ZELTRAN ROOFING LIMITED,00000203,SG1 2BB,Private Limited Company,Active,01/01/2010,,
ZELTRAN ROOFING LIMITED,00000204,EH1 1AA,Private Limited Company,Active,01/01/2010,,
QUORVEX PLUMBING LIMITED,00000205,SG1 3CC,Private Limited Company,Active,01/01/2010,,
"""
HEAD = "Supplier,Payment date,Amount,Postcode,Company number,VAT number\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("lines")
    others = "".join(
        f"BODY{at} ZQ{at} LIMITED,{300 + at:08},,,Active,01/01/2010,,\n" for at in range(300)
    )
    (folder / "c.csv").write_text(COMPANIES + others)
    return build(folder / "store", [folder / "c.csv"])


def matched(store: Store, *rows: str) -> dict[str, tuple[str | None, str]]:
    read = payments.read((HEAD + "\n".join(rows) + "\n").encode(), "x.csv")
    assert not read.questions
    places = pa.table(
        {
            name: pa.array([], pa.string())
            for name in ("postcode", "district", "county", "region", "nation")
        }
    )
    base = assemble([AnchorFiles("A", [read])], store, places, Home("X"))
    found = base.execute("select name, id, method from matches").fetchall()
    return {name: (own and own[-3:], method) for name, own, method in found}


def test_a_number_that_most_lines_give_settles_who_it_is(store: Store) -> None:
    made = matched(
        store,
        "Nobody Knows,13/04/2021,5,,00000205,",
        "Nobody Knows,14/04/2021,5,,00000205,",
        "Nobody Knows,15/04/2021,5,,00000203,",
        "Somebody Else,15/04/2021,5,,,",
    )
    assert made["Nobody Knows"] == ("205", "number given")
    assert made["Somebody Else"] == (None, "no match")


def test_a_postcode_tells_two_of_one_name_apart(store: Store) -> None:
    assert matched(store, "Zeltran Roofing Ltd,13/04/2021,5,SG1 2BB,,")["Zeltran Roofing Ltd"] == (
        "203",
        "same name",
    )
    assert matched(store, "Zeltran Roofing Ltd,13/04/2021,5,EH1 1AA,,")["Zeltran Roofing Ltd"] == (
        "204",
        "same name",
    )


def test_a_name_means_who_bore_it_when_it_was_last_paid(store: Store) -> None:
    early = matched(store, "Falcon Catering,13/04/2015,5,,,", "Falcon Catering,13/04/2016,5,,,")
    assert early["Falcon Catering"] == ("201", "same name")
    late = matched(store, "Falcon Catering,13/04/2015,5,,,", "Falcon Catering,13/04/2020,5,,,")
    assert late["Falcon Catering"] == ("202", "same name")


def test_a_vat_number_leads_from_a_payee_that_is_matched_to_one_that_is_not(store: Store) -> None:
    made = matched(
        store,
        "Ottilie Featherstone,13/04/2021,5,,,123456789",
        "Quorvex Plumbing Ltd,13/04/2021,5,,,GB 123 4567 89",
        "QP Emergency Services,13/04/2021,5,,,123456789",
        "QP Drainage Services,13/04/2021,5,,,123456789001",
        "QP Odd Services,13/04/2021,5,,,12345",
        "Without,13/04/2021,5,,,",
    )
    assert made["Quorvex Plumbing Ltd"] == ("205", "same name")
    assert (
        made["QP Emergency Services"] == made["QP Drainage Services"] == ("205", "same VAT number")
    )
    # May be a person's, who would be named for it.
    assert made["Ottilie Featherstone"] == (None, "no match")
    assert made["QP Odd Services"] == made["Without"] == (None, "no match")
    # Where all with the number are not one, it proves nothing: companies of a group share one.
    made = matched(
        store,
        "Quorvex Plumbing Ltd,13/04/2021,5,,,123456789",
        "QP Emergency Services,13/04/2021,5,,,123456789",
        "Heron Catering Ltd,13/04/2021,5,,,123456789",
    )
    assert made["QP Emergency Services"] == (None, "no match")
