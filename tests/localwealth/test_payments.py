"""Files of payments: every line is accounted for, and the money comes to the file's, to the
penny."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import random
import re
import subprocess
import sys
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localwealth import cli
from localwealth.errors import UnreadableFile
from localwealth.sources import accounting, payments
from localwealth.sources.payees import not_looked_up, payee
from localwealth.tables.grids import grids

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "data" / "spend"
HEAD = "Supplier Name,Payment Date,Transaction No,Amount\n"


def read(text: str, name: str = "x.csv", **more: Any) -> payments.Reading:
    made = payments.read(text.encode(), name, **more)
    assert made.reconciles
    return made


def said(made: payments.Reading) -> list[tuple[str, str, str]]:
    return [
        (str(one.paid.first) if one.paid else "", one.supplier, str(one.amount))
        for one in made.payments
    ]


def workbook(**tabs: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tabs.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("1234.5", "1234.5"),
        ("£1,234.50", "1234.50"),
        ("(1,234.50)", "-1234.50"),
        ("12.00-", "-12.00"),
        ("-£12", "-12"),
        ("£-12", "-12"),
        ("12.00 CR", "-12.00"),
        ("-", "0"),
        ('" 1,000,000.01 "', "1000000.01"),
        ("537.1999999999999", "537.20"),
        ("1.2E+03", "1.2E+3"),
        ("(£7)", "-7"),
    ],
)
def test_an_amount_is_read_however_it_is_typed(text: str, pounds: str) -> None:
    cell = '"' + text.replace('"', '""') + '"'
    made = read(HEAD + f"Acorn Ltd,3 Apr 2023,1,{cell}\n")
    assert [one.amount for one in made.payments] == [Decimal(pounds)]


def test_what_stands_around_the_table_is_left_out_with_its_line_and_reason() -> None:
    made = read(
        "Payments over £500,,,\nFor April 2023,,,\n,,,\n"
        + HEAD
        + "Acorn Ltd,03/04/2023,1,100.10\nBirch plc,04/04/2023,2,n/a\nCedar CIC,,3,50\n"
        + "Total,,,150.10\n\nPrepared by Finance,,,\n"
    )
    assert said(made) == [("2023-04-03", "Acorn Ltd", "100.10")]
    assert [(one.line, one.why) for one in made.rejected] == [
        (6, "'n/a' is no amount of money"),
        (7, "its date is missing"),
        (8, "it is a line of totals"),
        (10, "it has no amount: a note"),
    ]
    assert made.rows == 5
    assert made.stated == [("", 8, Decimal("150.10"), Decimal("150.10"))]
    assert made.total == Decimal("300.20")


@pytest.mark.parametrize("ending", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_line_ends_and_encodings_do_not_matter(ending: str, encoding: str) -> None:
    text = HEAD + "Café Étoile,03/04/2023,1,£10.00\nAcorn Ltd,13/04/2023,2,£20.00\n"
    made = payments.read(text.replace("\n", ending).encode(encoding), "x.csv")
    assert said(made) == [
        ("2023-04-03", "Café Étoile", "10.00"),
        ("2023-04-13", "Acorn Ltd", "20.00"),
    ]


def test_a_query_in_the_first_line_and_commas_at_the_end_are_seen_past() -> None:
    made = read(
        '"select name, paid from ap where amount > 500",,,,,\n'
        "Supplier Name,Payment Date,Amount,,,\nAcorn Ltd,03-APR-23,£1.00,,,\n"
    )
    assert said(made) == [("2023-04-03", "Acorn Ltd", "1.00")]


def test_a_second_heading_with_another_layout_begins_anew() -> None:
    made = read(
        "Supplier,Date,Amount\nAcorn Ltd,13/04/2023,1\n\nAmount,Date,Supplier\n"
        "2,14/04/2023,Birch plc\n"
    )
    assert said(made) == [("2023-04-13", "Acorn Ltd", "1"), ("2023-04-14", "Birch plc", "2")]
    assert [one.why for one in made.rejected] == ["it is a heading"]


@pytest.mark.parametrize(
    ("dates", "name", "first", "asks"),
    [
        (["03/04/2023", "13/04/2023"], "x.csv", "2023-04-03", False),  # 13 is no month
        (["04/03/2023", "04/13/2023"], "x.csv", "2023-04-03", False),
        (["04/03/2023", "04/05/2023"], "spend-april-2023.csv", "2023-04-03", False),
        (["03/04/2023", "05/04/2023"], "spend-april-2023.csv", "2023-04-03", False),
        (["03/04/2023", "05/06/2023"], "x.csv", "2023-04-03", True),
        (["45019", "45020"], "x.csv", "2023-04-03", False),  # Excel's serial numbers
        (["2023-04-03", "2023-04-05"], "x.csv", "2023-04-03", False),
    ],
)
def test_day_and_month_are_settled_from_the_whole_file(
    dates: list[str], name: str, first: str, asks: bool
) -> None:
    rows = "".join(f"Acorn Ltd,{text},{number},1\n" for number, text in enumerate(dates))
    made = read(HEAD + rows, name)
    assert said(made)[0][0] == first
    assert bool(made.questions) is asks


def test_kinds_of_shops_are_no_payees_where_no_heading_says_what_a_column_is() -> None:
    kinds = "".join(
        f"C{at},{1 + at % 28:02}-Apr-16,Hotels,FURNITURE STORES {at % 7},{at}.50\n"
        for at in range(1, 90)
    )
    made = read(kinds)
    assert len(made.payments) == 89
    assert {one.supplier for one in made.payments} == {""}
    assert made.questions[-1].startswith("Which column names the payee?")
    firms = "".join(
        f"C{at},{1 + at % 28:02}-Apr-16,Hotels,STORES {at % 7} LTD,{at}.50\n" for at in range(1, 90)
    )
    assert read(firms).payments[0].supplier == "STORES 1 LTD"


def test_an_answer_settles_what_had_to_be_asked() -> None:
    rows = HEAD + "Acorn Ltd,03/04/2023,1,1\nAcorn Ltd,05/06/2023,2,1\n"
    made = read(rows, order_said="mdy")
    assert said(made)[0][0] == "2023-03-04"
    assert not made.questions


def test_a_workbook_is_read_with_all_its_months_and_without_its_summary() -> None:
    data = workbook(
        Summary=[["Supplier", "Amount"], ["Acorn Ltd", 30]],
        Apr=[["Supplier", "Date", "Amount"], ["Acorn Ltd", date(2023, 4, 3), 10]],
        May=[["Supplier", "Date", "Amount"], ["Acorn Ltd", date(2023, 5, 3), 20.2]],
    )
    made = payments.read(data, "y.xlsx")
    assert said(made) == [("2023-04-03", "Acorn Ltd", "10"), ("2023-05-03", "Acorn Ltd", "20.2")]
    assert made.passed_over == [("Summary", "it has no dates, and others do: a summary")]
    # What a file is, it says itself.
    assert said(payments.read(data, "y.csv")) == said(made)


def test_an_open_document_is_read() -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = [["Supplier", "Date", "Amount"], ["Acorn Ltd", "3 April 2023", "£5.00"]]
    body = "".join(
        "<table:table-row>" + "".join(cell.format(text) for text in row) + "</table:table-row>"
        for row in rows
    )
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content '
        f"{names}><office:body><office:spreadsheet><table:table "
        f'table:name="A">{body}</table:table></office:spreadsheet></office:body></office:docum'
        f"ent-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            (
                '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:mani'
                'fest:1.0"><manifest:file-entry manifest:full-path="/" '
                'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manif'
                "est:manifest>"
            ),
        )
        archive.writestr("content.xml", content)
    assert said(payments.read(out.getvalue(), "y.ods")) == [("2023-04-03", "Acorn Ltd", "5.00")]


BLOCK = "".join(f"Firm {n} Ltd,{n + 10}/04/2023,{n},{n}.50\n" for n in range(12))


def test_a_block_published_twice_counts_once_and_is_asked_about() -> None:
    text = HEAD + BLOCK + "Acorn Ltd,13/04/2023,78,5\n" + BLOCK
    reading = read(text)
    assert len(reading.payments) == 13
    assert [line.line for line in reading.duplicates] == list(range(15, 27))
    assert reading.duplicate_gbp == Decimal("72.00")
    assert "published twice (£72.00)" in reading.questions[0]
    assert reading.reconciles
    whole = read(text, repeats="payments")
    assert len(whole.payments) == 25
    assert not whole.questions


@pytest.mark.parametrize(
    "lines",
    [
        "Acorn Ltd,13/04/2023,77,5\n" * 40,
        "Acorn Ltd,13/04/2023,77,5\nBirch plc,13/04/2023,77,6\n" * 20,
        # Fewer lines than make a block.
        "".join(BLOCK.splitlines(keepends=True)[:9]) * 2,
        # The lines of one invoice, twice: an invoice may bill two such months.
        "".join(f"Acorn Ltd,13/04/2023,77,{n}\n" for n in range(1, 13)) * 2,
        # The same lines in another order.
        BLOCK + "".join(sorted(BLOCK.splitlines(keepends=True), reverse=True)),
    ],
)
def test_equal_lines_are_payments_of_their_own(lines: str) -> None:
    reading = read(HEAD + lines)
    assert len(reading.payments) == lines.count("\n")
    assert not reading.questions


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Acorn Ltd", "named"),
        ("REDACTED PERSONAL DATA", "redacted"),
        ("Redacted", "redacted"),
        ("Name withheld", "redacted"),
        ("Mrs A Lee", "person"),
        ("LEE, MRS", "person"),
        ("Dr J Smith", "person"),
        ("Dr Smith & Partners", "named"),
        ("Mr & Mrs Lee", "person"),
        ("12 High Street", "address"),
        ("", "unnamed"),
        ("#N/A", "unnamed"),
        ("ONE TIME SUPPLIER - FARES", "redacted"),
        ("Third Party Supplier", "redacted"),
        ("MISCELLANEOUS PAYMENTS BACS", "redacted"),
        ("Third Party Logistics Ltd", "named"),
        ("Mr Clutch Ltd", "named"),
        ("Miss Selfridge Limited", "named"),
        ("St John's School", "named"),
    ],
)
def test_payees_who_may_not_be_named_are_recognised(name: str, kind: str) -> None:
    assert payee(name) == kind


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "x.csv", "The file is empty."),
        (b"\n\n , \n", "x.csv", "The file holds no table."),
        (b"a,b\nx,y\n", "x.csv", "The file has no column that can be an amount of money."),
        (b"PK\x03\x04rubbish", "x.xlsx", "The file is damaged"),
        (b"%PDF-1.4", "x.pdf", "This kind of file can't be read"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(data: bytes, name: str, why: str) -> None:
    with pytest.raises(UnreadableFile, match=re.escape(why)):
        payments.read(data, name)


NAMES = st.sampled_from(
    ["Acorn Ltd", "Birch, Oak & Co", 'The "Cedar" Trust', "Mrs A Lee", "REDACTED", "Ä Ltd"]
)
PENNIES = st.integers(-(10**9), 10**9)
LINES = st.lists(
    st.one_of(
        st.tuples(
            st.just("payment"),
            NAMES,
            st.integers(1, 28),
            PENNIES,
            st.integers(0, 4),
            st.integers(0, 9),
        ),
        st.tuples(st.just("blank")),
        st.tuples(st.just("total")),
        st.tuples(st.just("note"), NAMES),
        st.tuples(st.just("no amount"), NAMES),
    ),
    max_size=40,
)


def typed(pennies: int, how: int) -> str:
    bare = f"{abs(pennies) / 100:,.2f}"
    minus = pennies < 0
    return [
        ("-" if minus else "") + bare.replace(",", ""),
        ("-£" if minus else "£") + bare,
        f"({bare})" if minus else bare,
        bare + ("-" if minus else ""),
        bare + (" CR" if minus else ""),
    ][how]


@settings(max_examples=150)
@given(LINES)
def test_lines_in_are_lines_out_and_the_money_is_the_files(lines: list[tuple[object, ...]]) -> None:
    """Whatever a file is made of, each line goes to one of three lists and no penny is lost."""
    out = io.StringIO(newline="")
    write = csv.writer(out)
    write.writerow(["Supplier", "Date", "Ref", "Net Amount (£)", ""])
    write.writerow(["Anchor Ltd", "13/04/2023", "first", "1.00", ""])
    want, money, rows = [Decimal(1)], Decimal(1), 1
    for line in lines:
        kind = line[0]
        if kind == "payment":
            _, name, day, pennies, how, reference = line
            cells = (name, f"{day:02d}/04/2023", f"R{reference}", typed(pennies, how), "")
            write.writerow(cells)
            amount = Decimal(pennies) / 100
            money += amount
            want.append(amount)
        elif kind == "blank":
            write.writerow(["", " ", "", "", ""])
            continue
        elif kind == "total":
            write.writerow(["Total", "", "", str(money), ""])
            money += money
        elif kind == "note":
            write.writerow([line[1], "", "", "", ""])
        else:
            write.writerow([line[1], "13/04/2023", "R1", "TBC", ""])
        rows += 1
    made = payments.read(out.getvalue().encode(), "x.csv")
    assert made.reconciles
    assert made.rows == rows
    assert made.total == money
    assert [one.amount for one in made.payments] == want


@pytest.mark.parametrize(
    "figure", ["5012345678900", "1234567890" * 4, "£5012345678900.00", "9" * 39]
)
def test_an_identifier_in_the_amount_column_is_refused_and_the_rest_is_read(figure: str) -> None:
    made = read(
        HEAD + f"Acorn Ltd,13/04/2023,1,5\nBirch plc,14/04/2023,2,{figure}\n"
        "Cedar CIC,15/04/2023,3,7\n"
    )
    assert [one.amount for one in made.payments] == [5, 7]
    assert [one.why for one in made.rejected] == [f"{figure[:40]!r} is no amount of money"]
    assert made.total == 12


def test_a_reader_that_loses_a_line_is_found_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The second count is apart from the reading: a fault in one is seen by the other."""
    path = tmp_path / "x.csv"
    path.write_text(HEAD + "Acorn Ltd,13/04/2023,1,5\nBirch plc,14/04/2023,2,6\n")
    assert cli.main(["read", str(path), "--layouts", str(tmp_path / "l.json")]) == 0
    take = accounting.Part.take

    def forgetful(self: accounting.Part, lines: accounting.Lines) -> None:
        take(self, lines)
        lines.accepted.pop()

    monkeypatch.setattr(accounting.Part, "take", forgetful)
    assert cli.main(["read", str(path), "--layouts", str(tmp_path / "l.json")]) == 1


# The command line


def test_read_answers_for_each_file_in_the_fixed_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "a.csv", tmp_path / "b.csv"
    good.write_text(HEAD + "Acorn Ltd,13/04/2023,1,5.10\nTotal,,,5.10\n")
    bad.write_text("")
    assert (
        cli.main(["read", str(good), str(bad), "--json", "--layouts", str(tmp_path / "l.json")])
        == 1
    )
    first, second = json.loads(capsys.readouterr().out)
    assert {
        key: first[key]
        for key in (
            "file",
            "rows",
            "accepted",
            "rejected",
            "duplicates",
            "total_gbp",
            "accepted_gbp",
            "rejected_gbp",
            "duplicate_gbp",
            "reconciles",
            "mapping",
        )
    } == {
        "file": str(good),
        "rows": 2,
        "accepted": 1,
        "rejected": 1,
        "duplicates": 0,
        "total_gbp": 10.2,
        "accepted_gbp": 5.1,
        "rejected_gbp": 5.1,
        "duplicate_gbp": 0.0,
        "reconciles": True,
        "mapping": {
            "amount": "Amount",
            "supplier": "Supplier Name",
            "date": "Payment Date",
            "reference": "Transaction No",
        },
    }
    assert (second["rows"], second["reconciles"], second["error"]) == (
        0,
        False,
        "The file is empty.",
    )


def test_what_is_shown_names_no_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "a.csv", tmp_path / "out.csv"
    path.write_text(HEAD + "Mrs Ada Lee,13/04/2023,1,5.10\nAcorn Ltd,13/04/2023,2,6\n")
    layouts = ["--layouts", str(tmp_path / "l.json")]
    assert cli.main(["read", str(path), "--out", str(out), *layouts]) == 0
    shown = capsys.readouterr().out + out.read_text()
    assert "Acorn Ltd" in shown
    assert "(a person)" in shown
    assert "Lee" not in shown


def test_a_correction_is_remembered_by_publisher(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Supplier,Trading name,Date,Net,Gross\nX1 Ltd,Acorn Ltd,13/04/2023,5,6\n")
    base = ["read", str(path), "--json", "--layouts", str(tmp_path / "l.json")]

    def amounts(*more: str) -> tuple[float, str]:
        assert cli.main([*base, *more]) == 0
        one = json.loads(capsys.readouterr().out)[0]
        return one["accepted_gbp"], one["mapping"]["supplier"]

    assert amounts() == (5.0, "Supplier")
    corrected = ("--column", "amount=Gross", "--column", "supplier=Trading name")
    assert amounts("--publisher", "Oakby Council", *corrected) == (6.0, "Trading name")
    assert amounts("--publisher", "oakby council") == (6.0, "Trading name")
    assert amounts("--publisher", "Elm Trust") == (5.0, "Supplier")
    # Another layout of the same publisher is guessed at afresh.
    path.write_text("Supplier,Trading name,Date,Net,Gross,VAT\nX1 Ltd,Acorn Ltd,13/04/2023,5,6,1\n")
    assert amounts("--publisher", "oakby council") == (5.0, "Supplier")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--column", "amount=Nothing"], "The file has no column 'Nothing'."),
        (["--column", "amount=5"], "The file has no column '5'."),
        (["--column", "colour=Amount"], "'colour' is nothing that a payment says"),
        (["--column", "amount"], "'amount' should be written ROLE=HEADING."),
        (["--period", "soon"], "'soon' is no period."),
    ],
)
def test_a_wrong_word_is_answered_with_a_sentence(
    words: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + "Acorn Ltd,13/04/2023,1,5.10\n")
    assert cli.main(["read", str(path), "--layouts", str(tmp_path / "l.json"), *words]) > 0
    shown = capsys.readouterr()
    assert why in shown.out + shown.err


def test_an_answer_is_never_written_over_what_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + "Acorn Ltd,13/04/2023,1,5.10\n")
    before = path.read_bytes()
    same = str(tmp_path / "." / "a.csv")
    for words in (
        ["read", str(path), "--out", same],
        ["match", str(path), "--register", "x", "--out", same],
        [
            "measure",
            "--anchor",
            "A",
            str(path),
            "--register",
            "x",
            "--postcodes",
            "y",
            "--town",
            "E1",
            "--sample",
            same,
        ],
    ):
        assert cli.main(words) == 2
        assert "'a.csv' is read by this command" in capsys.readouterr().err
        assert path.read_bytes() == before


def test_a_bad_file_among_two_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.csv").write_text(HEAD + "Acorn Ltd,13/04/2023,1,5.10\n")
    (tmp_path / "bad.csv").write_text("")
    assert cli.main(["compare", str(tmp_path / "good.csv"), str(tmp_path / "bad.csv")]) == 2
    assert capsys.readouterr().err == "localwealth: bad.csv: The file is empty.\n"


def test_a_reader_who_has_seen_enough_gets_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + "".join(f"Total,,{n},\n" for n in range(20_000)))
    made = subprocess.run(
        (
            f"{sys.executable} -m localwealth.cli read {path} --json --layouts "
            f"{tmp_path / 'l'} | head -1"
        ),
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (made.stdout, made.stderr) == ("[\n", "")


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["read", "/nowhere/at/all.csv"]) == 2
    assert capsys.readouterr().err == "localwealth: there is no file 'all.csv'.\n"


def test_a_corrected_file_gives_a_report_of_what_it_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text(HEAD + "Acorn Ltd,13/04/2023,1,5\nBirch plc,14/04/2023,2,6\n")
    new.write_text(
        HEAD + "\nBirch plc,14/04/2023,2,6\nAcorn Ltd,13/04/2023,1,5.50\nCedar CIC,15/04/2023,3,1\n"
    )
    assert cli.main(["compare", str(old), str(new)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "- line 2: 2023-04-13, Acorn Ltd, £5.00",
        "+ line 4: 2023-04-13, Acorn Ltd, £5.50",
        "+ line 5: 2023-04-15, Cedar CIC, £1.00",
        "£11.00 before, £12.50 after.",
    ]
    assert cli.main(["compare", str(old), str(new), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "gone": 1,
        "come": 2,
        "gone_gbp": 5.0,
        "come_gbp": 6.5,
        "was_gbp": 11.0,
        "is_gbp": 12.5,
    }
    assert cli.main(["compare", str(new), str(new)]) == 0
    assert "the same payments" in capsys.readouterr().out


# Every public file that lies beside the checkout

FILES = (
    sorted(path for path in SHARED.rglob("*") if path.is_file() and not path.name.startswith("_"))
    if SHARED.exists()
    else []
)
FOLDERS = sorted({path.parent for path in FILES})
# Every thousandth line, compared by eye on 25 November 2026 with the file as it stands: of what was
# read, a checksum (payee, dates, pounds and kind of payee, or why it is no payment).
with (Path(__file__).parent / "hand_checked.csv").open() as file:
    HAND_CHECKED = list(csv.DictReader(file))


def checksum(one: payments.PaymentLine | payments.Rejected) -> str:
    said = (
        [one.why]
        if isinstance(one, payments.Rejected)
        else [
            one.supplier,
            str(one.paid and one.paid.first),
            str(one.paid and one.paid.last),
            str(one.amount.normalize()),
            one.payee,
        ]
    )
    return hashlib.sha256("|".join(said).encode()).hexdigest()[:12]


@pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the public data to run against is not beside this checkout",
)
@pytest.mark.parametrize("folder", FOLDERS or [None], ids=[one.name for one in FOLDERS] or ["none"])
def test_every_public_file_reconciles_with_no_code_of_its_own(folder: Path) -> None:
    draw = random.Random(7)
    own = [one for one in FILES if one.parent == folder]
    assert own, "no public file was found"
    for path in own:
        made = payments.read(path.read_bytes(), path.name)
        assert made.reconciles, path.name
        assert len(made.rejected) <= max(5, 0.05 * made.rows), path.name
        assert made.rows > 5, path.name
        every = {
            (one.sheet, one.line): one for one in (*made.payments, *made.rejected, *made.duplicates)
        }
        for row in HAND_CHECKED:
            if row["file"] == str(path.relative_to(SHARED)):
                found = every[row["sheet"], int(row["line"])]
                assert checksum(found) == row["checksum"], (path.name, found)
        # One line in a thousand says in the file as it stands what it says when read.
        if path.suffix in (".csv", ".gz"):
            grid = grids(path.read_bytes(), path.name).sheets[0]
            for one in draw.sample(made.payments, max(1, len(made.payments) // 1000)):
                cells = [
                    re.sub(r"\s+", " ", cell.replace("\xa0", " ")).strip()
                    for cell in grid.lines[one.line - 1]
                ]
                assert not one.supplier or one.supplier in cells
                digits = re.sub(r"\D", "", f"{abs(one.amount):.2f}").lstrip("0")
                assert any(digits.rstrip("0") in re.sub(r"\D", "", cell) for cell in cells), (
                    path.name,
                    one,
                )


def test_the_day_of_the_invoice_is_known_only_beside_the_day_of_payment() -> None:
    both = b"Supplier,Invoice Date,Payment Date,Amount\nAcorn Ltd,01/02/2024,13/02/2024,5.00\n"
    made = payments.read(both, "x.csv")
    assert made.payments[0].roles == {"invoice_date": "2024-02-01"}
    assert str(made.payments[0].paid.first) == "2024-02-13"
    one = payments.read(both.replace(b"Payment Date", b"Ledger note"), "x.csv")
    assert str(one.payments[0].paid.first) == "2024-02-01"
    assert "invoice_date" not in one.payments[0].roles


# Names that hide somebody, with what may stand around and between.
HIDING = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "redacted",
                "PERSONAL",
                "data",
                "information",
                "budget",
                "details",
                "name",
                "withheld",
                "removed",
                "supressed",
                "suppressed",
                "withheld",
                "Confidential",
                "anonymised",
                "private",
                "individual",
                "individuals",
                "sensitive",
                "XXX",
                "protection",
                "not",
                "disclosed",
                "third",
                "party",
                "supplier",
                "misc",
                "miscellaneous",
                "payments",
                "suppliers",
                "bacs",
                "sundry",
                "payee",
                "creditors",
                "one",
                "off",
                "one-off",
                "one-time",
                "vendor",
                "n/a",
                "#N/A",
                "null",
                "Mr",
                "Mrs",
                "MS",
                "miss",
                "Dr.",
                "Rev",
                "sir",
                "Dame",
                "Lady",
                "and",
                "&",
                "(mr)",
                "Lee",
                "Smith,",
                "Ltd",
                "School",
                "12",
                "High",
                "Street",
                "\xa0",
                "-",
                ".",
                "x",
            ]
        ),
        st.text(max_size=6),
        st.sampled_from(
            [
                "con\ufb01dential",
                "ma\u017fter",
                "N\uff0fA",
                "\u0416\u0416",
                "___",
                "data  protection",
            ]
        ),
    ),
    max_size=4,
).map(" ".join)


@settings(max_examples=300)
@given(st.lists(HIDING, max_size=10))
def test_a_column_of_names_hides_whom_each_name_hides(own: list[str]) -> None:
    """Who must not be named is not looked up either, however many are asked at once."""
    hidden = [payee(name) in ("redacted", "unnamed", "person") for name in own]
    assert not_looked_up(pa.array(own, pa.string())) == hidden


def test_each_way_of_hiding_somebody_hides_in_a_column_too() -> None:
    titles = ("mr", "mrs", "ms", "miss", "master", "mx", "dr", "rev", "sir", "dame", "lady")
    own = [
        "Redacted",
        "personal data",
        "Personal information",
        "personal budget",
        "personal details",
        "name withheld",
        "Name removed",
        "name supressed",
        "name suppressed",
        "withheld",
        "confidential",
        "anonymised",
        "private individual",
        "sensitive",
        "Individual",
        "individuals",
        "XXX",
        "data protection",
        "not disclosed",
        "Third party",
        "third party supplier",
        "Misc payments",
        "miscellaneous suppliers bacs",
        "sundry payee",
        "sundry creditors",
        "one off payee",
        "one-off supplier",
        "oneoff vendor",
        "one time vendor - 7",
        "onetime payee",
        "",
        " ",
        "--",
        "n/a",
        "#N/A",
        "NULL",
        "con\ufb01dential",
        *(f"{one.title()} Lee" for one in titles),
        "Lee, Mr",
        "LEE (MRS)",
        "Lee Ms",
        "Lee Miss.",
    ]
    assert [name for name in own if payee(name) not in ("redacted", "unnamed", "person")] == []
    assert [
        name
        for name, is_hidden in zip(own, not_looked_up(pa.array(own, pa.string())), strict=True)
        if not is_hidden
    ] == []
