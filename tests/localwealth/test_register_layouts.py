"""What a register's columns mean, how its own writing is read, and what can't be meant by it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from localwealth.errors import UnreadableFile
from localwealth.registers import formats, mapping
from localwealth.registers.mapping import RegisterMapping

HEARD = {
    "number": ("Company Number", "Reg. No", "charity_reg", "Org ID", "Identifier"),
    "name": ("Name", "Registered Name", "Society", "Organisation Name", "Name of Charity", "Enw"),
    "other_name": ("Trading Name", "Known As", "Other Names", "AKA"),
    "former_name": ("Previous Name", "Former Company Name", "Old names 1"),
    "postcode": ("Postcode", "Registered Post Code", "Zip", "Cod Post"),
    "address": ("Address", "Registered Office Address", "Full address", "Cyfeiriad"),
    "kind": ("Legal Form", "Company Type", "Registered As", "Category"),
    "status": ("Status", "Company Status"),
    "begun": ("Incorporation Date", "Date of Registration", "Year founded", "Registered on date"),
    "ended": ("Dissolution Date", "Date removed", "Deregistration Date", "Closed date"),
    "sic": ("SIC", "SIC Codes", "Main SIC Code 1"),
    "size": ("Size", "Number of Employees", "Account Category"),
    "register": ("Registrar", "Regulator", "Registered with"),
}
PAIRS = [(meaning, head) for meaning, heads in HEARD.items() for head in heads]


@pytest.fixture(scope="module")
def base() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(formats.MACROS)
        yield connection


def ask(base: duckdb.DuckDBPyConnection, sql: str, *texts: str | None) -> object:
    row = base.execute(f"select {sql}", texts).fetchone()
    assert row is not None
    return row[0]


# --- What columns mean ----------------------------------------------------------------------------


@pytest.mark.parametrize(("meaning", "heading"), PAIRS)
def test_a_heading_sounds_like_what_it_means(meaning, heading):
    assert mapping.means(heading, meaning)


def test_every_meaning_is_heard_by_one_heading_at_least():
    assert list(HEARD) == list(mapping.MEANINGS)


@pytest.mark.parametrize(
    ("meaning", "heading"),
    [
        ("name", "Trading Name"),
        ("name", "Nickname of somebody"),
        ("former_name", "Name"),
        ("begun", "Dissolution Date"),
        ("ended", "Incorporation Date"),
        ("postcode", "Postal area"),
        ("kind", "Kind of society, in words"),
        ("status", "Statuses"),
        ("number", ""),
        ("name", "  "),
    ],
)
def test_a_heading_that_means_something_else_does_not(meaning, heading):
    assert not mapping.means(heading, meaning)


def test_what_a_list_of_societies_seems_to_be():
    layout = mapping.guess(
        ["Society Number", "Society Name", "Trading Name", "Registered Address", "Status"],
        "societies.csv",
    )
    assert layout.register == "mutuals"
    assert layout.columns == {
        "number": "Society Number",
        "name": "Society Name",
        "other_name": "Trading Name",
        "address": "Registered Address",
        "status": "Status",
    }


@pytest.mark.parametrize(
    ("number", "file", "register"),
    [
        ("Company Number", "list.csv", "companies"),
        ("Charity Number", "list.csv", "charities"),
        ("Charity Number", "scottish.csv", "scottish charities"),
        ("Charity Number", "OSCR extract.csv", "scottish charities"),
        ("Charity Number", "Northern Ireland.csv", "northern irish charities"),
        ("Number", "FCA.csv", "mutuals"),
        ("Number", "Credit unions.xlsx", "mutuals"),
        ("CUK number", "list.csv", "co-operatives"),
        ("RP Code number", "list.csv", "housing"),
        ("Rhif elusen number", "list.csv", "charities"),
        ("Number", "list.csv", ""),
    ],
)
def test_whose_the_numbers_are_is_heard_from_the_heading_or_the_file(number, file, register):
    assert mapping.guess([number, "Name"], file).register == register


def test_where_a_column_says_whose_the_numbers_are_nothing_else_does():
    layout = mapping.guess(["Company Number", "Name", "Regulator"])
    assert (layout.register, layout.columns["register"]) == ("", "Regulator")


def test_a_heading_has_one_meaning_and_a_meaning_one_heading():
    layout = mapping.guess(["Number", "Registration number", "Name", "Title"])
    assert layout.columns == {"number": "Number", "name": "Name"}
    assert mapping.guess([]) == RegisterMapping({}, "")


# --- What is typed --------------------------------------------------------------------------------


def test_a_layout_as_it_is_typed_comes_back_as_it_was_typed():
    layout = mapping.said(["number= No ", "NAME=The Society"], " Mutuals ")
    assert layout == RegisterMapping({"number": "No", "name": "The Society"}, "mutuals")
    words = "--column number='No' --column name='The Society' --numbers-of 'mutuals'"
    assert mapping.as_words(layout) == words
    assert mapping.as_words(RegisterMapping()) == ""
    assert mapping.said([], "") == RegisterMapping()


@pytest.mark.parametrize(
    ("columns", "register", "sentence"),
    [
        (["name"], "companies", "'name' should be MEANING=HEADING, as in name='Society'."),
        (["name= "], "companies", "'name= ' should be MEANING=HEADING"),
        (["colour=Blue"], "companies", "A column can't mean 'colour'; it can mean number, name,"),
        (["name=A"], "companies", "Say which column is the number: --column number=HEADING."),
        (["number=A"], "companies", "Say which column is the name: --column name=HEADING."),
        (["number=A", "name=B"], "clubs", "'clubs' is none of companies, charities, scottish"),
        (["number=A", "name=B"], "", "Say whose the numbers are: --numbers-of with one of"),
    ],
)
def test_a_layout_that_cannot_be_meant(columns, register, sentence):
    with pytest.raises(UnreadableFile, match=re.escape(sentence)):
        mapping.said(columns, register)


def test_a_column_may_say_whose_the_numbers_are():
    layout = mapping.said(["number=A", "name=B", "register=C"], "")
    assert layout.columns["register"] == "C"


def test_a_layout_is_of_a_file_that_has_all_its_headings_however_they_are_written():
    layout = RegisterMapping({"number": "Reg No", "name": "The Society"}, "mutuals")
    assert layout.is_of(["THE  society", "reg_no", "Postcode"])
    assert not layout.is_of(["The Society"])
    assert not RegisterMapping().is_of(["The Society"])


def test_headings_are_called_after_what_they_mean_and_each_once():
    layout = RegisterMapping({"number": "No", "name": "Society"})
    assert mapping.renamed(layout, ["NO", "", "Society", "Society", "Town"]) == [
        "said_number",
        "",
        "said_name",
        "Society",
        "Town",
    ]


# --- The file that is corrected and comes back ----------------------------------------------------


@pytest.fixture
def societies(tmp_path: Path) -> Path:
    path = tmp_path / "societies.csv"
    path.write_text(
        "Society Number,Society Name,Remarks\n1,Hill,\n2,Dale,open\n,Moor,\n4,Fell,shut\n5,Beck,\n"
    )
    return path


def test_a_proposal_has_what_columns_seem_to_mean_with_three_cells(societies, tmp_path):
    place = tmp_path / "layout.csv"
    assert mapping.write(societies, place) == 3
    with place.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["heading", "means", "first", "second", "third"],
        ["Society Number", "number", "1", "2", "4"],
        ["Society Name", "name", "Hill", "Dale", "Moor"],
        ["Remarks", "", "open", "shut"],
        ["(numbers of)", "mutuals", "companies", "charities", "scottish charities"],
    ]
    assert mapping.read(place) == RegisterMapping(
        {"number": "Society Number", "name": "Society Name"}, "mutuals"
    )


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("A,number", "B,name", "C,name", "(numbers of),mutuals"), "can't both be the name."),
        (("A,number", "B,name", "(numbers of),"), "Say whose the numbers are"),
        (("A,number", "B,called", "(numbers of),mutuals"), "A column can't mean 'called'"),
        (("A,number", "(numbers of),mutuals"), "Say which column is the name"),
    ],
)
def test_a_corrected_file_that_cannot_be_meant(tmp_path, lines, sentence):
    place = tmp_path / "layout.csv"
    place.write_text("\n".join(["heading,means", *lines]))
    with pytest.raises(UnreadableFile, match=re.escape(sentence)):
        mapping.read(place)


def test_a_file_of_no_known_register_is_answered_with_a_proposal(societies):
    assert mapping.proposal(societies) == (
        "societies.csv is of no known register. Say what its columns are (--column number=HEADING "
        "--column name=HEADING --numbers-of companies). They are: 'Society Number', "
        "'Society Name', 'Remarks'. It seems to be: --column number='Society Number' "
        "--column name='Society Name' --numbers-of 'mutuals'."
    )


def test_of_many_headings_a_proposal_names_twelve(tmp_path):
    path = tmp_path / "wide.csv"
    heads = [f"c{at}x" for at in range(14)]
    path.write_text(",".join(heads) + "\n" + ",".join("abcdefghijklmn") + "\n")
    proposal = mapping.proposal(path)
    assert "'c11x' …." in proposal
    assert "'c12x'" not in proposal
    assert "It seems to be" not in proposal


# --- How registers write numbers, days and kinds --------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12345678", "12345678"),
        ("178738", "00178738"),
        ("178738.0", "00178738"),
        (" 00 178-738 ", "00178738"),
        ("sc1234", "SC001234"),
        ("IP12345R", "IP12345R"),
        ("00000000", None),
        ("000", None),
        ("12", None),
        ("123456789", None),
        ("ABC123", None),
        ("n/a", None),
        (None, None),
    ],
)
def test_a_companys_number(base, text, number):
    assert ask(base, "coh_number(?)", text) == number
    assert ask(base, "coh(?)", text) == (None if number is None else f"GB-COH-{number}")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1074622", "GB-CHC-1074622"),
        ("01074622", "GB-CHC-1074622"),
        ("1074622.0", "GB-CHC-1074622"),
        ("200051", "GB-CHC-200051"),
        ("00000", None),
        ("1234", None),
        ("SC012345", None),
        (None, None),
    ],
)
def test_a_charitys_number(base, text, number):
    assert ask(base, "chc(?)", text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("4-321 R", "GB-MPR-4321R"), ("7", None), ("A" * 13, None), ("a/b", None), (None, None)],
)
def test_a_mutuals_number(base, text, number):
    assert ask(base, "mpr(?)", text) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("03/11/2026", date(2026, 11, 3)),
        (" 3/11/2026 ", date(2026, 11, 3)),
        ("2026-11-03", date(2026, 11, 3)),
        ("2026-11-03T00:00:00", date(2026, 11, 3)),
        ("2026-11-03 14:05", date(2026, 11, 3)),
        ("31/02/2026", None),
        ("3 November", None),
        ("", None),
        (None, None),
    ],
)
def test_a_day(base, text, day):
    assert ask(base, "day(?)", text) == day


@pytest.mark.parametrize(
    ("address", "postcode"),
    [
        ("1 High Street, Hill, sg1 1aa", "SG1 1AA"),
        ("1 High Street SG11AA  ", "SG11AA"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("SG1 1AA, England", ""),
        ("High Street", ""),
        (None, ""),
    ],
)
def test_the_postcode_at_the_end_of_an_address(base, address, postcode):
    assert ask(base, "postcode_in(?)", address) == postcode


@pytest.mark.parametrize(
    ("number", "category", "kind"),
    [
        ("01234567", "Private Limited Company", "company"),
        ("SC123456", "Private Limited Company", "company"),
        ("01234567", "Community Interest Company", "cic"),
        ("OC123456", "Limited Liability Partnership", "llp"),
        ("LP123456", "Limited Partnership", "partnership"),
        ("CE123456", "Charitable Incorporated Organisation", "charity"),
        ("RS123456", "Registered Society", "society"),
        ("IP12345R", "Industrial and Provident Society", "society"),
        ("RC123456", "Royal Charter Company", "chartered"),
        ("FC123456", "Overseas Entity", "foreign"),
        ("01234567", "Other company type", "foreign"),
        ("OC1", "", "llp"),
        ("SO1", "", "llp"),
        ("NC1", "", "llp"),
        ("LP1", "", "partnership"),
        ("SL1", "", "partnership"),
        ("NL1", "", "partnership"),
        ("RS1", "", "society"),
        ("IP1", "", "society"),
        ("SP1", "", "society"),
        ("NO1", "", "society"),
        ("NP1", "", "society"),
        ("CE1", "", "charity"),
        ("CS1", "", "charity"),
        ("RC1", "", "chartered"),
        ("SR1", "", "chartered"),
        ("FC1", "", "foreign"),
        ("SF1", "", "foreign"),
        ("NF1", "", "foreign"),
        ("ZC1", "", "public"),
        ("NI1", "", "company"),
        ("01234567", "PRI/LTD BY GUAR/NSC", "company"),
    ],
)
def test_what_a_body_is_by_its_category_else_by_its_number(base, number, category, kind):
    assert ask(base, "kind_of(?, ?)", number, category) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Credit Union", "credit union"),
        ("Co-operative Society", "cooperative"),
        ("Community Benefit Society", "society"),
        ("", "society"),
    ],
)
def test_what_a_society_is(base, text, kind):
    assert ask(base, "society_kind(?)", text) == kind


# --- A layout as rows -----------------------------------------------------------------------------


def rows_of(
    base: duckdb.DuckDBPyConnection, register: str, *lines: dict[str, str], also: bool = False
) -> list[dict[str, object]]:
    """What a mapped file comes to; lines are by meaning."""
    columns = {meaning: meaning for line in lines for meaning in line}
    layout = RegisterMapping(columns, register)
    every = [f"said_{meaning}" for meaning in mapping.MEANINGS]
    base.execute("create or replace temp table raw as select null::varchar as nothing where false")
    for column in every:
        base.execute(f"alter table raw add column {column} varchar")
    for line in lines:
        shown = [line.get(meaning) for meaning in mapping.MEANINGS]
        base.execute(f"insert into raw values (null, {', '.join('?' * len(shown))})", shown)
    known = mapping.format_of(layout)
    relation = base.sql(known.also[0] if also else known.rows)
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


@pytest.mark.parametrize(
    ("register", "number", "org_id", "kind"),
    [
        ("companies", "178738", "GB-COH-00178738", "company"),
        ("companies", "oc1234", "GB-COH-OC001234", "llp"),
        ("charities", "1074622", "GB-CHC-1074622", "charity"),
        ("scottish charities", "sc 012345", "GB-SC-SC012345", "charity"),
        ("northern irish charities", "100123", "GB-NIC-100123", "charity"),
        ("mutuals", "4321R", "GB-MPR-4321R", "society"),
        ("co-operatives", "R012345", "GB-CUK-R012345", "cooperative"),
        ("housing", "l1234", "GB-SHPE-L1234", None),
        ("housing", " ", None, None),
        ("charities", "GB-COH-00178738", "GB-COH-00178738", "charity"),
    ],
)
def test_a_number_becomes_the_org_id_of_its_register(base, register, number, org_id, kind):
    [row] = rows_of(base, register, {"number": number, "name": "Hill"})
    assert (row["id"], row["name"]) == (org_id, "Hill")
    if not number.startswith("GB-"):
        assert row["kind"] == kind


@pytest.mark.parametrize(
    ("register", "org_id"),
    [
        ("Companies House", "GB-COH-00123456"),
        ("Charity Commission", "GB-CHC-123456"),
        ("OSCR", "GB-SC-123456"),
        ("CCNI", "GB-NIC-123456"),
        ("FCA", "GB-MPR-123456"),
        ("Somebody", None),
    ],
)
def test_a_column_says_of_each_line_whose_its_number_is(base, register, org_id):
    lines = [
        {"number": "123456", "name": "Hill", "register": register},
        {"number": "654321", "name": "Dale", "register": "Company"},
    ]
    first, second = rows_of(base, "", *lines)
    assert (first["id"], second["id"]) == (org_id, "GB-COH-00654321")


@pytest.mark.parametrize(
    ("status", "ended", "expected"),
    [
        ("Active", "", "active"),
        ("Registered", "", "active"),
        ("Dissolved", "", "ended"),
        ("De-registered", "", "ended"),
        ("Struck off", "", "ended"),
        ("Ceased trading", "", "ended"),
        ("Active", "3 May 2019", "ended"),
        ("", "2019", "ended"),
        ("Active", "1 January 2999", "active"),
        ("", "", None),
    ],
)
def test_who_has_ended_by_status_or_by_a_day_that_is_past(base, status, ended, expected):
    line = {"number": "178738", "name": "Hill", "status": status, "ended": ended}
    [row] = rows_of(base, "companies", line)
    assert row["status"] == expected


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("03-11-2016", date(2016, 11, 3)),
        ("03.11.2016", date(2016, 11, 3)),
        ("3 November 2016", date(2016, 11, 3)),
        ("3 Nov 2016", date(2016, 11, 3)),
        ("03-Nov-16", date(2016, 11, 3)),
        ("03/11/16", date(2016, 11, 3)),
        ("3.11.16", date(2016, 11, 3)),
        ("3-11-16", date(2016, 11, 3)),
        ("3 Nov 16", date(2016, 11, 3)),
        ("01/05/85", date(1985, 5, 1)),
        ("03/11/2016 09:30", date(2016, 11, 3)),
        ("2016", date(2016, 1, 1)),
        ("some day", None),
    ],
)
def test_a_day_as_such_lists_have_it(base, text, day):
    line = {"number": "178738", "name": "Hill", "begun": text}
    [row] = rows_of(base, "companies", line)
    assert row["begun"] == day


def test_what_else_is_read_of_a_line(base):
    line = {
        "number": "178738",
        "name": "Hill",
        "address": "1 High Street SG1 1AA",
        "sic": "Baking, 10710",
        "size": "Small",
    }
    [row] = rows_of(base, "companies", line)
    assert (row["postcode"], row["sic"], row["size"]) == ("SG1 1AA", "10710", "Small")
    [row] = rows_of(base, "companies", line | {"postcode": "AL1 1AA"})
    assert row["postcode"] == "AL1 1AA"


@pytest.mark.parametrize("mark", ["n/a", "N/A", "-", "none"])
def test_a_mark_for_nothing_is_nothing(base, mark):
    line = {"number": "178738", "name": "Hill", "size": mark, "status": mark, "postcode": mark}
    [row] = rows_of(base, "companies", line)
    assert (row["size"], row["status"], row["postcode"]) == (None, None, None)


def test_further_names_are_rows_of_their_own(base):
    lines = [
        {"number": "178738", "name": "Hill", "other_name": "The Hill"},
        {"number": "178739", "name": "Dale", "other_name": ""},
    ]
    assert rows_of(base, "companies", *lines, also=True) == [
        {"id": "GB-COH-00178738", "name": "The Hill", "name_kind": "other"}
    ]
    layout = RegisterMapping({"number": "a", "name": "b"}, "companies")
    assert mapping.format_of(layout).also == ()
    assert mapping.format_of(layout).title == "As mapped here, companies"
    assert mapping.format_of(RegisterMapping()).title == "As mapped here, several registers"


# --- Files that are known -------------------------------------------------------------------------


@pytest.mark.parametrize("known", formats.FORMATS, ids=[f.title for f in formats.FORMATS])
def test_a_register_is_known_by_its_headings_and_by_nothing_less(known):
    tells = [*known.tells, "Something more"]
    first = formats.recognise(tells)
    assert first is not None
    assert set(first.tells) <= set(tells)
    for gone in known.tells:
        assert formats.recognise([head for head in tells if head != gone]) is not known


def test_every_format_gives_columns_that_a_store_has():
    for known in formats.FORMATS:
        for sql in (known.rows, *known.also):
            given = set(re.findall(r"\bas (\w+)", sql)) - {"raw"}
            assert given <= set(formats.COLUMNS), known.title
            assert "id" in given, known.title


def test_no_heading_is_of_no_register():
    assert formats.recognise([]) is None
    assert formats.recognise(["companynumber", "companyname"]) is None
