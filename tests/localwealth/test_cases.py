"""Small files that people really send, each with its right answer, read from beside the
checkout."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from localwealth.errors import UnreadableFile
from localwealth.sources import payments
from localwealth.sources.payees import may_be_named
from localwealth.sources.payments import Reading

ROOT = Path(__file__).parents[2]
CASES = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "cases"
pytestmark = pytest.mark.skipif(
    not CASES.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the cases to read are not beside this checkout",
)


def read(name: str) -> Reading:
    reading = payments.read((CASES / name).read_bytes(), name, today=date(2026, 11, 27))
    assert reading.reconciles
    return reading


def amounts(name: str) -> list[str]:
    return [str(payment.amount) for payment in read(name).payments]


def days(name: str) -> dict[int, str]:
    return {
        payment.line: payment.paid.first.isoformat() if payment.paid else ""
        for payment in read(name).payments
    }


def by_payee(name: str) -> dict[str, Decimal]:
    paid: dict[str, Decimal] = {}
    for payment in read(name).payments:
        paid[payment.supplier] = paid.get(payment.supplier, Decimal(0)) + payment.amount
    return paid


def asks(name: str, *words: str) -> bool:
    questions = " ".join(read(name).questions)
    return all(word in questions for word in words)


def why(name: str) -> dict[int, str]:
    return {line.line: line.why for line in read(name).rejected}


def refusal(name: str) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read(name)
    return str(refused.value)


ASSERTIONS: dict[str, Callable[[str], bool]] = {
    "s01c-decimal-comma-large.csv": lambda name: (
        amounts(name) == ["1234.50", "12500.00", "2000.10"]
    ),
    "s03-thousand-spaces.csv": lambda name: amounts(name) == ["1234.50"] * 6,
    "s10-mixed-encodings.csv": lambda name: (
        list(by_payee(name)) == ["Caffè Nero Ltd", "Café Rouge Ltd"]
    ),
    "s10b-one-bad-byte.csv": lambda name: (
        by_payee(name) == {"“Caffè Bleu” Ltd": 10, "O’Neill Ltd": 20, "Façade Ltd": 30}
    ),
    "s14-unclosed-quote.csv": lambda name: (
        read(name).total == 100 and "not closed in line 3" in read(name).notes[0]
    ),
    "s16-duplicated-headings.csv": lambda name: asks(name, "headed 'Amount'", "headed 'Date'"),
    "s17-blank-headings.csv": lambda name: days(name) == {2: "2023-04-13", 3: "2023-04-14"},
    "s21-currency-column.csv": lambda name: (
        amounts(name) == ["10.00"] and why(name) == {3: "it is in EUR", 4: "it is in USD"}
    ),
    "s22b-amount-in-thousands.csv": lambda name: read(name).accepted_gbp == 21500,
    "s23-debit-credit-columns.csv": lambda name: amounts(name) == ["10.00", "-20.00", "30.00"],
    "s25-formula-wrapped.csv": lambda name: (
        [payment.roles["reference"] for payment in read(name).payments] == ["000123", "000124"]
        and read(name).accepted_gbp == 30
    ),
    "s27b-unquoted-thousands.csv": lambda name: amounts(name) == ["10.00", "1234.50", "2000.00"],
    "s27c-comma-in-payee-shifts.csv": lambda name: (
        read(name).accepted_gbp == 60 and by_payee(name)["Birch, Cedar & Co"] == 20
    ),
    "s28d-firm-named-total.csv": lambda name: (
        amounts(name) == ["10.00", "20.00", "7", "9"] and set(why(name)) == {4, 5}
    ),
    "s33-html-as-xls.xls": lambda name: "This is a web page" in refusal(name),
    "s43-zero-width.csv": lambda name: (
        by_payee(name) == {"Birch Ltd": 20, "Acorn Ltd": 30, "Cedar Ltd": 40}
    ),
    "s48-april-2023-dates-outside-period.csv": lambda name: (
        asks(name, "line 3: 14 April 2013", "line 5: 16 April 2024")
        and why(name) == {4: "'15/04/2032' is in the future"}
    ),
    "s49-welsh-headings.csv": lambda name: (
        by_payee(name) == {"Cwmni Derwen Cyf": Decimal("100.10"), "Bedwen Cyf": Decimal("20.00")}
    ),
    "s57b-only-pound-brackets.csv": lambda name: (
        read(name).accepted_gbp == 327150 and amounts(name)[-1] == "-1010.00"
    ),
    "s60-persons-in-other-words.csv": lambda name: (
        [payment.supplier for payment in read(name).payments if may_be_named(payment.supplier)]
        == ["Acorn Roofing Ltd"]
    ),
    "x02-merged-payee.xlsx": lambda name: by_payee(name) == {"Acorn Ltd": 30, "Birch plc": 30},
    "x03-hidden-sheet.xlsx": lambda name: (
        amounts(name) == ["10"]
        and read(name).passed_over
        == [("Working", "the sheet is hidden"), ("Very", "the sheet is hidden")]
    ),
    "x04b-subset-sheet.xlsx": lambda name: (
        read(name).accepted_gbp == 26510 and asks(name, "published twice (£26,000.00)")
    ),
    "x07b-half-converted-dates.xlsx": lambda name: (
        days(name)
        == {2: "2023-04-13", 3: "2023-04-03", 4: "2023-04-12", 5: "2023-04-28", 6: "2023-04-05"}
    ),
    "x15-two-tables-side-by-side.xlsx": lambda name: asks(name, "headed 'Amount' (G)"),
    "x21b-stray-cell-last.xlsx": lambda name: by_payee(name) == {"Acorn Ltd": 10},
}

# What the others come to: their money stays as it is, or is now read where it could not be.
COME_TO = dict(
    line.split()
    for line in """
    s02-semicolon-comma-thousand.csv 1334.40
    s04-minus-kinds.csv -1130.00
    s05-impossible-dates.csv 360
    s05b-few-impossible-dates.csv 417.00
    s06-two-digit-years.csv 150
    s07-bom-in-middle.csv 30.00
    s08-double-bom.csv 10.00
    s09-utf16-no-bom.csv 10.00
    s09b-utf16-bom-tab.csv 10.00
    s11-macroman.csv 30.00
    s12-cr-only.csv 30.00
    s13-newlines-in-cells.csv 30.00
    s15-sep-line.csv 30.00
    s18-us-uk-mixed.csv 100.00
    s19-all-ambiguous.csv 60.00
    s20-amount-words.csv 60.00
    s24-company-number.csv 150.00
    s26-scientific-reference.csv 40.00
    s27-unquoted-comma-payee.csv 60.00
    s28-footers.csv 30.00
    s28b-total-with-date.csv 30.00
    s28c-subtotals-per-supplier.csv 35.00
    s28f-subtotal-with-date-carried.csv 35.00
    s29-names.csv 96.00
    s30-date-forms.csv 276
    s31-percent-etc-header.csv 100.00
    s35-pipe.txt 10.00
    s35b-caret.txt 10.00
    s35c-tab-commas-in-names.txt 1030.00
    s36-apostrophe-text.csv 30.00
    s37-nul-bytes.csv 30.00
    s37b-nul-tail.csv 30.00
    s38-ctrl-z.csv 10.00
    s40-arabic-indic.csv 20.00
    s41-double-encoded.csv 10.00
    s42-nbsp-everywhere.csv 30.00
    s44-total-line-with-number-of.csv 30.00
    s46-year-less-dates.csv 30.00
    s46b-april-2023-year-less-dates.csv 30.00
    s47-hash-dates.csv 30.00
    s50-two-amounts-net-blank.csv 10.00
    s51-amount-spread.csv 30.00
    s51b-cumulative-first.csv 30.00
    s52-header-repeats-each-page.csv 30.00
    s53-comment-lines.csv 10.00
    s54-quotes-all-semicolon-inside.csv 1254.50
    s55-backslash-escape.csv 30.00
    s56-trailing-text-amount.csv -10.00
    s58-vat-number-etc.csv 10.00
    s59-longer-line-filled.csv 30.00
    s32b-only-headings.csv 0
    s39-fractions.csv 2367.109999999999
    x01-1904.xlsx 30
    x01b-1904-serials-as-numbers.xlsx 30
    x03b-hidden-row.xlsx 60
    x04c-subset-sheet-with-reference.xlsx 26510
    x05-pivot-first.xlsx 30
    x06-formula-no-cache.xlsx 30
    x06b-amount-formula-no-cache.xlsx 0
    x07-text-numbers.xlsx 1030.00
    x07c-april-2023-half-converted.xlsx 150
    x08-amount-formatted-as-date.xlsx 40
    x08b-small-amount-as-date.xlsx 40
    x09-excel-errors.xlsx 30
    x10-million-blank-rows.xlsx 10
    x10b-million-by-sixteen-thousand.xlsx 10
    x10c-space-in-last-row.xlsx 10
    x11-macro.xlsm 10
    x12-numbers-as-numbers.xlsx 30
    x13-datetimes.xlsx 60
    x14-noise.xlsx 1234568427.62
    x17-two-line-heading.xlsx 30
    x18-group-lines.xlsx 30
    x19-numeric-payee.xlsx 60
    x20-offset-table.xlsx 10
    """.splitlines()
    if line.strip()
)

REFUSED = {
    "s32-empty.csv": "The file is empty",
    "s32c-only-title.csv": "no column that can be an amount",
}


def expected() -> list[str]:
    """The files of payments for which a right answer is given."""
    if not CASES.exists():
        return []
    with (CASES / "expected.csv").open(encoding="utf-8", newline="") as file:
        return [row["input"] for row in csv.DictReader(file) if row["input"][0] in "sx"]


@pytest.mark.parametrize("name", expected() or [""])
def test_each_file_gives_its_right_answer(name: str) -> None:
    """A row of the list for which nothing is asserted here is a failure."""
    assert ASSERTIONS[name](name)


@pytest.mark.parametrize("name", COME_TO)
def test_the_money_of_the_others_stays_as_it_is(name: str) -> None:
    assert read(name).accepted_gbp == Decimal(COME_TO[name])


@pytest.mark.parametrize("name", REFUSED)
def test_what_holds_no_payments_is_refused_in_a_sentence(name: str) -> None:
    assert REFUSED[name] in refusal(name)


def test_days_that_stand_as_numbers_since_1904_are_read_and_asked_about() -> None:
    name = "x01b-1904-serials-as-numbers.xlsx"
    assert days(name) == {2: "2023-04-13", 3: "2023-04-14"}
    assert asks(name, "counts its days from 1904", "2023-04-13")


# Which tests hold the right answers of which cases, by the letter that these begin with.
HOLDERS = {
    "s": "tests/localwealth/test_cases.py",
    "x": "tests/localwealth/test_cases.py",
    "r": "tests/localwealth/test_register_cases.py",
    "k": "tests/commonweal/spend/test_contract_cases.py",
    "d": "tests/commonweal/helps/test_directory_cases.py",
    "h": "tests/commonweal/helps/test_lists_cases.py",
    "p": "tests/commonweal/pledges/test_cases.py",
    "g": "tests/commonweal/programme/test_cases.py",
}
# Of these every file is held, whether the list has a right answer for it or not.
WHOLE = "sxrk"


def held(letter: str) -> str:
    return (ROOT / HOLDERS[letter]).read_text("utf-8")


def rows() -> list[str]:
    if not CASES.exists():
        return []
    with (CASES / "expected.csv").open(encoding="utf-8", newline="") as file:
        return [row["input"] for row in csv.DictReader(file)]


@pytest.mark.parametrize("case", rows() or [""])
def test_every_row_of_the_list_has_an_assertion_somewhere(case: str) -> None:
    assert f'"{case}"' in held(case[0]), f"nothing is asserted in {HOLDERS[case[0]]} for {case}"


def test_every_other_file_is_held_too() -> None:
    """None may get worse: what each comes to is stated."""
    files = {path.name for path in CASES.iterdir() if path.is_file()}
    cases = {name for name in files if name[0] in WHOLE and name[1].isdigit()}
    assert {name for name in cases if name not in held(name[0])} == set()
