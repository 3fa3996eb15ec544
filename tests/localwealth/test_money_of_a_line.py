"""What the cells of a payment come to: figures, units, credits, totals, and what stands twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.sources import longer, payments, repeats
from localwealth.sources.money import Money, factor_of, is_pounds, why_no_amount
from localwealth.sources.readings import PaymentLine
from localwealth.sources.signs import column_of_signs, is_credit, says_sterling
from localwealth.sources.totals import BALANCES, Sums, is_balance, is_total
from localwealth.tables.amounts import amount, decimal_of, decimals_in, other_money
from localwealth.tables.dates import Days

D = Decimal
PENNIES = st.integers(-(10**11), 10**11).map(lambda pennies: D(pennies).scaleb(-2))


# Figures


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        *(("0", "0"), ("7", "7"), ("007", "7"), ("1234.5", "1234.5"), (".5", "0.5"), ("5.", "5")),
        *(("1,234", "1234"), ("1,234,567.89", "1234567.89"), ("12,345.6", "12345.6")),
        *(("1 234.50", "1234.50"), ("1 000 000", "1000000"), ("1'234'567", "1234567")),
        *(("1_000", "1000"), ("1’234.5", "1234.5"), ("1 234 .50", "1234.50"), ("12 . 50", "12.50")),
        *(("1,234 . 50", "1234.50"), ("1\xa0234,5", None), ("1\u202f234.5", "1234.5")),
        *(("£5", "5"), ("£ 5 000", "5000"), ("5£", "5"), ("GBP 5", "5"), ("5 GBP", "5")),
        *(("Â£5", "5"), ("œ5", "5"), ("\ufffd5", "5"), ("gbp5", "5")),
        *(("-5", "-5"), ("5-", "-5"), ("- 5", "-5"), ("–5", "-5"), ("−5", "-5"), ("－5", "-5")),
        *(("-£5", "-5"), ("£-5", "-5"), ("(5)", "-5"), ("(£5)", "-5"), ("£(5)", "-5")),
        *(("( 5 )", "-5"), ("(-5)", "-5"), ("-(5)", "-5"), ("+5", "5")),
        *(("5 CR", "-5"), ("5CR", "-5"), ("CR 5", "-5"), ("5 cr", "-5"), ("(5)CR", "-5")),
        *(("5 DR", "5"), ("DR 5", "5"), ("-5 CR", "5"), ("-5 DR", "-5")),
        *(("-", "0"), ("–", "0"), ("—", None), ("''", None), ("'5'", "5"), ('"5"', "5")),
        *(("1e5", "100000"), ("1.5E+03", "1500"), ("-2e2", "-200"), ("5E-1", "0.5")),
        *(("537.1999999999999", "537.20"), ("0.0000001", "0"), ("0.001", "0.001")),
        *(("٣٤", "34"), ("１２．５", "12.5"), ("٣٬٤٥٦٫٧", "3456.7")),
        *(("999999999999.99", "999999999999.99"), ("-999999999999", "-999999999999")),
    ],
)
def test_an_amount_is_read_as_it_is_meant(text: str, pounds: str | None) -> None:
    assert amount(text) == (None if pounds is None else D(pounds))
    assert amount(f"  {text}\t") == amount(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", ",", "£", "GBP", "CR", "()", "(", "n/a", "nil", "twelve", "12 High St"),
        # A figure or a sign was lost or added, and nobody knows which.
        *("1,23", "12,34.50", "1,2345", "1,,000", "1,000,", ",500", "1.2.3", "5,", "1.234,50"),
        *("12 34", "1 0000", "1 2 3", "12 34.50", "1 23 456", "1 234 5", "1'23", "1'234 567"),
        # Days and numbers in the wrong column.
        *("13 04 2023", "13.04.2023", "13/04/2023", "2023-04-13", "01632 960107", "E07000243"),
        *("(5", "5)", "5%", "5 of 7", "€5", "$5", "5 EUR", "½", "²", "1E400", "1e", "e5"),
        *("1000000000000", "-1000000000000", "9999999999999.99", "1E12"),
    ],
)
def test_what_is_no_amount_is_none(text: str) -> None:
    assert amount(text) is None


@given(PENNIES)
def test_an_amount_comes_back_in_every_way_of_writing(pounds: Decimal) -> None:
    plain, grouped = f"{abs(pounds):.2f}", f"{abs(pounds):,.2f}"
    for figures in (plain, grouped, grouped.replace(",", " "), grouped.replace(",", "'")):
        assert amount(figures) == abs(pounds)
        for negative in (
            f"-{figures}",
            f"({figures})",
            f"{figures}-",
            f"£-{figures}",
            f"{figures} CR",
        ):
            assert amount(negative) == -abs(pounds)
    swapped = grouped.translate(str.maketrans(",.", ".,"))
    assert amount(swapped, ",") == abs(pounds)


@given(st.text(max_size=12))
def test_no_text_breaks_it_and_an_amount_is_in_bounds(text: str) -> None:
    for sign in (".", ","):
        pounds = amount(text, sign)
        assert pounds is None or abs(pounds) < 10**12


@pytest.mark.parametrize(
    ("texts", "sign", "otherwise"),
    [
        ([], ".", 0),
        (["1,234"], ".", 0),
        (["7,50"], ",", 0),
        (["7.50"], ".", 0),
        (["1.234,50", "7.5"], ".", 1),
        (["1.234,50", "7,5", "7.5"], ",", 1),
        (["1,234.50", "2,000", "7,50"], ".", 1),
        (["12", "-", "£5"], ".", 0),
        # Three figures behind either sign are thousands as well as not.
        (["1.234", "2.345"], ".", 0),
    ],
)
def test_the_sign_before_pennies_is_that_of_most_cells(
    texts: list[str], sign: str, otherwise: int
) -> None:
    assert decimal_of(texts) == (sign, otherwise)


def test_a_torn_text_has_both_signs() -> None:
    assert decimals_in(["1,234.50 7,50"]) == (1, 1)


@pytest.mark.parametrize(
    ("text", "money"),
    [
        *(("€20", "€"), ("20 usd", "USD"), ("chf 5", "CHF"), ("$1", "$"), ("¥", "¥"), ("₹5", "₹")),
        *(("GBP 5", ""), ("£5", ""), ("EUROPE", ""), ("USDA", ""), ("", "")),
    ],
)
def test_other_money_is_named(text: str, money: str) -> None:
    assert other_money(text) == money


# Units


@pytest.mark.parametrize(
    ("heading", "factor"),
    [
        *(("Amount (£000)", "1000"), ("Amount £000s", "1000"), ("Net '000", "1000")),
        *(("£k", "1000"), ("Spend (k)", "1000"), ("£ K", "1000"), ("In thousands", "1000")),
        *(("Swm (miloedd)", "1000"), ("Swm (miliynau)", "1000000")),
        *(("£m", "1000000"), ("£ M", "1000000"), ("Millions of pounds", "1000000")),
        *(("Amount in pence", "0.01"), ("Amount (p)", "0.01"), ("Swm (ceiniogau)", "0.01")),
        *(("Swm mewn ceiniog", "0.01"), ("Amount", "1"), ("", "1"), ("Amount 2000", "1")),
        # Above so much they are published: it is no unit.
        *(("Over £25,000", "1"), ("Over £500,000", "1"), ("Over £1 million", "1")),
        *(("Payments above 500 thousand", "1"), ("Over 5 million, in pence", "0.01")),
    ],
)
def test_a_heading_says_its_unit(heading: str, factor: str) -> None:
    assert factor_of(heading) == D(factor)


@pytest.mark.parametrize(
    ("cells", "pounds"),
    [
        ({"amount": "5"}, "5"),
        ({"amount": ""}, None),
        ({"amount": "n/a"}, None),
        ({"amount": "5", "currency": "GBP"}, "5"),
        ({"amount": "5", "currency": " gbp "}, "5"),
        ({"amount": "5", "currency": ""}, "5"),
        ({"amount": "5", "currency": "Sterling"}, "5"),
        ({"amount": "5", "currency": "EUR"}, None),
        ({"amount": "5", "debit_or_credit": "C"}, "-5"),
        ({"amount": "5", "debit_or_credit": "D"}, "5"),
        ({"amount": "5", "debit_or_credit": ""}, "5"),
        # What is below nought is a credit already.
        ({"amount": "-5", "debit_or_credit": "CR"}, "-5"),
        ({"amount": "0", "debit_or_credit": "CR"}, "0"),
        ({"amount": "5", "credit": ""}, "5"),
        ({"amount": "", "credit": "5"}, "-5"),
        ({"amount": "", "credit": "-5"}, "-5"),
        ({"amount": "7", "credit": "2"}, "5"),
        ({"amount": "0.00", "credit": "2"}, "-2"),
        ({"amount": "", "credit": ""}, None),
        ({"amount": "-", "credit": "–"}, None),
        ({"amount": "5", "credit": "n/a"}, None),
        ({"amount": "n/a", "credit": "5"}, None),
    ],
)
def test_the_cells_of_a_line_come_to_pounds(cells: dict[str, str], pounds: str | None) -> None:
    assert Money().pounds(cells) == (None if pounds is None else D(pounds))
    thousands = Money(factor=D(1000)).pounds(cells)
    assert thousands == (None if pounds is None else D(pounds) * 1000)
    assert Money(foreign="EUR").pounds(cells) is None


@pytest.mark.parametrize(
    ("cells", "money", "why"),
    [
        ({"amount": "5"}, Money(foreign="EUR"), "it is in EUR, as the heading says"),
        ({"amount": "5", "currency": "USD"}, Money(), "it is in USD"),
        ({"amount": "5", "currency": "Z" * 40}, Money(), f"it is in {'Z' * 20}"),
        ({"amount": "€5"}, Money(), "it is in €"),
        ({"amount": "see note"}, Money(), "'see note' is no amount of money"),
        ({"amount": "", "credit": "tbc"}, Money(), "'tbc' is no amount of money"),
        ({"amount": "x" * 50}, Money(), f"{'x' * 40!r} is no amount of money"),
    ],
)
def test_why_a_line_comes_to_no_amount(cells: dict[str, str], money: Money, why: str) -> None:
    assert money.pounds(cells) is None
    assert why_no_amount(cells, money) == why


@pytest.mark.parametrize(
    ("heading", "cells", "separator", "money"),
    [
        ("Amount", ["5", "7.50"], ",", Money()),
        ("Amount", ["7,50", "1.234,50"], ";", Money(decimal=",")),
        ("Amount", ["1.234", "2.345.678"], ";", Money(decimal=",")),
        # One cell may be of three decimals; so may all where commas part the cells.
        ("Amount", ["1.234", "5"], ";", Money()),
        ("Amount", ["1.234", "2.345"], ",", Money()),
        ("Amount", ["1.234", "2.34"], ";", Money()),
        ("Amount (£000)", ["5"], ",", Money(factor=D(1000))),
        ("Amount EUR", ["5"], ",", Money(foreign="EUR")),
        ("Amount (Euros)", ["5"], ",", Money(foreign="EUROS")),
        ("Amount in US Dollars", ["5"], ",", Money(foreign="US DOLLARS")),
        ("Amount £ (€)", ["5"], ",", Money()),
        ("GBP equivalent of USD", ["5"], ",", Money()),
    ],
)
def test_a_column_is_read_by_its_heading_and_all_its_cells(
    heading: str, cells: list[str], separator: str, money: Money
) -> None:
    assert Money.of_column(heading, iter(cells), separator) == money


@pytest.mark.parametrize("currency", ["GBP", "gbp", "£", "Stg", "Pound Sterling", "UKP", "UK", ""])
def test_pounds_by_any_name(currency: str) -> None:
    assert is_pounds({"currency": currency})
    assert is_pounds({})
    assert not is_pounds({"currency": f"not {currency}"})


# Debits and credits


@pytest.mark.parametrize(
    ("mark", "came_back"),
    [
        *((mark, True) for mark in ("C", "c", "CR", "Cr.", "Credit", "-", "H", "Haben", "CRN")),
        *((mark, True) for mark in ("Credit  Note", "CREDIT MEMO", "nodyn credyd", "CN")),
        *((mark, False) for mark in ("D", "DR", "Debit", "+", "S", "Soll", "Invoice", "", "CARD")),
    ],
)
def test_a_mark_says_that_money_came_back(mark: str, came_back: bool) -> None:
    assert is_credit(mark) is came_back


@pytest.mark.parametrize(
    ("debits", "heads", "columns", "role"),
    [
        ("debit", ["debit", "credit"], [["5"], ["7"]], ("credit", 1)),
        ("debit amount", ["x", "credit amount gbp"], [[], []], ("credit", 1)),
        ("debyd", ["credyd"], [[""]], ("credit", 0)),
        ("amount", ["credit"], [["5"]], None),
        ("amount", ["d c"], [["D", "C"]], ("debit_or_credit", 0)),
        ("amount", ["sign"], [["+", "-"]], ("debit_or_credit", 0)),
        ("amount", ["dr cr indicator"], [["DR", "DR"]], None),
        ("amount", ["dr cr"], [["DR", "CR", "XX"]], None),
        ("amount", ["s h"], [["S", "H"]], ("debit_or_credit", 0)),
        # SAP's marks and the others are not mixed.
        ("amount", ["s h"], [["S", "C"]], None),
        ("amount", ["type"], [["D", "C"]], ("debit_or_credit", 0)),
        ("amount", ["type"], [["C", "C"]], None),
        ("amount", ["type"], [["INV", "CREDIT NOTE"]], ("debit_or_credit", 0)),
        ("amount", ["document type"], [["D", "CRN"]], ("debit_or_credit", 0)),
        ("amount", ["type"], [["CREDIT NOTE"]], None),
        ("amount", ["math o ddogfen"], [["ANFONEB", "NODYN CREDYD"]], ("debit_or_credit", 0)),
        ("amount", ["note"], [["D", "C"]], None),
        ("amount", [], [], None),
    ],
)
def test_a_column_that_marks_amounts_is_known_by_heading_and_cells(
    debits: str, heads: list[str], columns: list[list[str]], role: tuple[str, int] | None
) -> None:
    assert column_of_signs(debits, heads, columns, set()) == role
    assert column_of_signs(debits, heads, columns, set(range(len(heads)))) is None


@pytest.mark.parametrize(
    ("heading", "says"),
    [("Amount (£)", True), ("gbp", True), ("Sterling", True), ("GBPS", False), ("Amount", False)],
)
def test_a_heading_says_pounds(heading: str, says: bool) -> None:
    assert says_sterling(heading) is says


# Totals and balances


def sums_of(*pounds: int) -> Sums:
    sums = Sums()
    for amount_of_line in pounds:
        sums.add(D(amount_of_line))
    return sums


def says_total(
    payee: str, day: str, money: int | None, sums: Sums, *, before: str | None = None
) -> bool:
    line = [*([] if before is None else [before]), payee, day, str(money)]
    return is_total(
        line, {"supplier": payee, "date": day}, None if money is None else D(money), sums
    )


@pytest.mark.parametrize(
    "words",
    [
        *("Total", "TOTAL:", "Totals", "Grand Total", "Sub-total", "Subtotal", "Report total"),
        *("Total for April 2023", "Total over £25,000", "Net total paid", "Page total"),
        *("Total suppliers", "Total spend in Q1", "Total (£)", "Running total to date"),
        *("Cyfanswm", "Is-gyfanswm y mis", "Cyfanswm yr holl daliadau"),
    ],
)
def test_a_line_that_says_total_is_one_whatever_it_comes_to(words: str) -> None:
    for money in (12, 99, 0, None):
        assert says_total(words, "", money, sums_of(5, 7))
    # With a day too, where the whole name says so.
    assert says_total(words, "03/04/2023", 99, sums_of(5, 7))


@pytest.mark.parametrize(
    ("payee", "day", "money", "sums", "is_one"),
    [
        # A firm by that name is paid, unless it comes to what stands above several lines.
        ("Total Energies Gas Ltd", "", 12, (5, 7), True),
        ("Total Energies Gas Ltd", "", 99, (5, 7), False),
        ("Total Energies Gas Ltd", "03/04/2023", 12, (5, 7), False),
        ("Total Energies Gas Ltd", "", 5, (5,), False),
        ("Acorn Ltd Total", "", 5, (5,), True),
        ("Acorn Ltd Total", "", 6, (5,), False),
        ("Acorn Ltd Total", "03/04/2023", 5, (5,), False),
        # Without a word: nobody and no day, and it comes to what stands above.
        ("", "", 12, (5, 7), True),
        ("", "", 99, (5, 7), False),
        ("", "03/04/2023", 12, (5, 7), False),
        ("Acorn Ltd", "", 12, (5, 7), False),
        ("", "", 0, (), False),
        ("", "", 0, (5, -5), False),
        ("Totally Bakes Ltd", "", 12, (5, 7), False),
        ("Subtotal Systems", "", 99, (5, 7), False),
    ],
)
def test_a_total_is_known_by_what_it_comes_to(
    payee: str, day: str, money: int, sums: tuple[int, ...], is_one: bool
) -> None:
    assert says_total(payee, day, money, sums_of(*sums)) is is_one


@pytest.mark.parametrize("words", ["Subtotal", "Sub total", "SUBTOTAL:", "Total", "Cyfanswm"])
def test_a_file_with_totals_in_between_comes_to_its_payments(words: str) -> None:
    text = f"Supplier,Date,Amount\nAcorn Ltd,13/04/2023,5\nBirch plc,14/04/2023,7\n{words},,12\n"
    reading = payments.read(f"{text}Elm Ltd,15/04/2023,1\n".encode(), "x.csv")
    assert [payment.supplier for payment in reading.payments] == [
        "Acorn Ltd",
        "Birch plc",
        "Elm Ltd",
    ]
    assert [(line.line, line.why) for line in reading.rejected] == [(4, "it is a line of totals")]
    assert reading.stated == [("", 4, D(12), D(12))]
    assert reading.accepted_gbp == 13
    # Where a file gives no days, nothing else keeps it from being a payee.
    undated = payments.read(
        f"Supplier,Amount\nAcorn Ltd,5\nBirch plc,7\n{words},12\n".encode(), "x.csv"
    )
    assert [payment.supplier for payment in undated.payments] == ["Acorn Ltd", "Birch plc"]


def test_three_cells_without_a_name_are_no_total() -> None:
    sums = sums_of(5, 7)
    line = ["1", "2", "12"]
    assert not is_total(line, {"supplier": "", "date": ""}, D(12), sums)
    assert is_total(["", "2", "12"], {"supplier": "", "date": ""}, D(12), sums)


def test_sums_begin_anew_below_a_total_and_the_whole_goes_on() -> None:
    sums = sums_of(5, 7)
    assert (sums.since, sums.overall, sums.lines) == (12, 12, 2)
    assert sums.close(D(12)) == 12
    assert (sums.since, sums.overall, sums.lines) == (0, 12, 0)
    sums.add(D(8), lines=3)
    assert (sums.since, sums.overall, sums.lines) == (8, 20, 3)
    assert sums.are(D(8))
    assert sums.are(D(20))
    assert not sums.are(D(12))
    assert not sums.are(D(0))
    assert not sums.are(None)
    # A grand total is about all; one that comes to nothing, about what stands since the last.
    assert sums.close(D(20)) == 20
    sums.add(D(4))
    assert sums.close(D(999)) == 4


def test_an_opening_balance_counts_into_the_total_below() -> None:
    sums = Sums()
    sums.carry(D(100))
    sums.add(D(5))
    assert sums.opening == sums.carried == 100
    assert sums.are(D(105))
    assert sums.are(D(5))
    assert not sums.are(D(100))
    assert sums.close(D(105)) == 105
    sums.add(D(7))
    # What is carried over later is no opening.
    sums.carry(D(107))
    assert (sums.opening, sums.carried) == (100, 107)
    assert sums.are(D(112))
    assert sums.close(D(7)) == 7


def test_a_second_balance_above_all_lines_does_not_replace_the_first() -> None:
    sums = Sums()
    sums.carry(D(100))
    sums.carry(D(40))
    assert (sums.opening, sums.carried) == (100, 40)


@pytest.mark.parametrize("words", sorted(BALANCES))
def test_a_line_that_carries_a_balance_says_so_and_nothing_else(words: str) -> None:
    none, five = Sums(), sums_of(5)
    assert is_balance([words, "", "5"], {"supplier": words, "date": ""}, D(5), five)
    assert is_balance([words, "1/4/23", "5"], {"supplier": words, "date": "1/4/23"}, D(5), five)
    assert is_balance([words, "1/4/23", "9"], {"supplier": words, "date": "1/4/23"}, D(9), none)
    assert is_balance([words, "1/4/23", "x"], {"supplier": words, "date": "1/4/23"}, None, five)
    # With a day below payments, and of another sum, it is somebody's payment.
    dated = {"supplier": words, "date": "1/4/23"}
    assert not is_balance([words, "1/4/23", "9"], dated, D(9), five)
    five.carry(D(9))
    assert is_balance([words, "1/4/23", "9"], dated, D(9), five)
    assert not is_balance([f"{words} Ltd"], {"supplier": f"{words} Ltd"}, D(5), five)


def test_without_a_payee_a_balance_stands_among_the_first_three_cells() -> None:
    sums = sums_of(5)
    assert is_balance(["", "a", "b", "b/f", "5"], {}, D(5), sums)
    assert not is_balance(["a", "b", "c", "b/f", "5"], {}, D(5), sums)
    assert not is_balance(["b/f", "Acorn"], {"supplier": "Acorn"}, D(5), sums)


# Lines that are too long


@pytest.mark.parametrize(
    ("line", "kinds", "ways"),
    [
        ("Birch|14/04/2023|1|234.50", ("words", "day", "money"), ["Birch|14/04/2023|1,234.50"]),
        ("Oak|Elm Ltd|14/04/2023|5", ("words", "day", "money"), ["Oak,Elm Ltd|14/04/2023|5"]),
        (
            "Oak|Elm|1|234",
            ("words", "words", "money"),
            ["Oak|Elm|1,234", "Oak|Elm,1|234", "Oak,Elm|1|234"],
        ),
        ("Birch|x|14/04/2023|1|2", ("words", "day", "money"), []),
        ("Birch|14/04/2023|5", ("words", "day", "money"), []),
        ("Birch|14/04/2023|5||", ("words", "day", "money"), []),
        ("Birch|14/04/2023|1|234||", ("words", "day", "money"), ["Birch|14/04/2023|1,234"]),
        ("a|b|c|d|e|f", ("words",), []),
        ("a|b|c|d|e", ("words",), ["a,b,c,d,e"]),
        ("", (), []),
    ],
)
def test_cells_are_joined_so_that_each_is_of_its_columns_kind(
    line: str, kinds: tuple[longer.Kind, ...], ways: list[str]
) -> None:
    joined = longer.joined(line.split("|") if line else [], ",", kinds)
    assert sorted("|".join(way) for way in joined) == sorted(ways)


def test_too_many_ways_are_not_tried() -> None:
    kinds: list[longer.Kind] = ["words"] * 30
    assert longer.joined(["x"] * 34, ",", kinds) == []
    assert len(longer.joined(["x"] * 31, ",", kinds)) == 30


def test_the_kind_of_a_column_is_that_of_its_cells() -> None:
    lines = [
        ["Acorn", "13/04/2023", "17", "1.50", "", "5"],
        ["Birch", "14/04/2023", "18", "2.75", "", "x"],
        # Of a line that is too long nothing is learnt.
        ["Cedar", "Oak", "no", "no", "no", "no", "more"],
    ]
    kinds = longer.kinds_of(lines, 6, 5)
    assert kinds == ["words", "day", "figures", "money", "words", "money"]
    assert longer.stands(lines[0], kinds)
    assert longer.stands(["Acorn", "", "", "", "", "5"], kinds[:3])
    assert not longer.stands(lines[2], kinds)
    assert not longer.stands(lines[1], kinds)


# What stands twice


def paid(payee: str, pounds: int, day: int = 0, reference: str = "") -> PaymentLine:
    when = date(2023, 4, day) if day else None
    return PaymentLine(
        sheet="",
        line=1,
        supplier=payee,
        amount=D(pounds),
        paid=Days(when, when) if when else None,
        payee="named",
        roles={"reference": reference} if reference else {},
    )


def test_a_block_is_ten_lines_that_say_five_different_things() -> None:
    lines: list[object] = [f"line {n % 5}" for n in range(10)]
    once: list[object] = [f"line {n}" for n in range(10)]
    assert repeats.blocks([*once, "x", *once]) == [repeats.Block(11, 20, 0)]
    assert repeats.blocks([*once[:9], "x", *once[:9]]) == []
    # Right behind the first, too; and again behind that.
    assert repeats.blocks([*once, *once]) == [repeats.Block(10, 19, 0)]
    four: list[object] = [f"line {n % 4}" for n in range(10)]
    assert repeats.blocks([*four, "x", *four]) == []
    assert repeats.blocks([*lines, "x"]) == []


def test_two_blocks_are_two() -> None:
    first, second = [f"a{n}" for n in range(10)], [f"b{n}" for n in range(12)]
    keys: list[object] = [*first, *second, "x", *second, "y", *first]
    assert repeats.blocks(keys) == [repeats.Block(23, 34, 10), repeats.Block(36, 45, 0)]


def test_lines_of_one_reference_are_one_invoice() -> None:
    once: list[object] = [f"line {n}" for n in range(10)]
    keys = [*once, "x", *once]
    assert repeats.blocks(keys, lambda at: "the same") == []
    assert repeats.blocks(keys, lambda at: str(at % 2)) == [repeats.Block(11, 20, 0)]


@given(st.lists(st.integers(0, 12), max_size=60))
def test_a_block_says_what_the_earlier_lines_say(keys: list[int]) -> None:
    found_blocks = repeats.blocks(keys)
    for block in found_blocks:
        size = block.last - block.first + 1
        assert size >= repeats.BLOCK_LEAST
        earlier = keys[block.earlier : block.earlier + size]
        assert keys[block.first : block.last + 1] == earlier
        assert len(set(earlier)) >= repeats.DIFFERENT_LEAST
        assert block.earlier < block.first
    # Asked only about lines that another equals, the answer is the same.
    places = [at for at, key in enumerate(keys) if keys.count(key) > 1]
    assert repeats.blocks(keys, places=places) == found_blocks


def test_a_sheet_that_another_holds_repeats_it() -> None:
    sheet = [paid("Acorn", 5, 3), paid("Birch", 7, 4)]
    assert repeats.repeats_sheet(sheet, [*sheet, paid("Cedar", 1, 5)])
    assert repeats.repeats_sheet(sheet, [*reversed(sheet)])
    assert not repeats.repeats_sheet([], sheet)
    assert not repeats.repeats_sheet([*sheet, sheet[0]], [*sheet, paid("Cedar", 1, 5)])
    assert not repeats.repeats_sheet(sheet, [sheet[0]])
    assert not repeats.repeats_sheet([paid("Acorn", 5, 3, "A1")], [paid("Acorn", 5, 3, "A2")])


def test_a_sheet_without_days_repeats_another_from_ten_lines_on() -> None:
    undated = [paid(f"Firm {n}", n) for n in range(10)]
    assert repeats.repeats_sheet(undated, undated)
    assert not repeats.repeats_sheet(undated[:9], undated)
    assert repeats.repeats_sheet([*undated[:8], paid("Oak", 1, 3)], [*undated, paid("Oak", 1, 3)])


def test_a_sheet_of_sums_has_a_line_a_payee() -> None:
    lines = [paid("Acorn", 5), paid("ACORN", 6), paid("Birch", 7)]
    sums = [paid("acorn", 11), paid("Birch", 7)]
    assert repeats.sums_sheet(sums, lines)
    assert not repeats.sums_sheet([paid("Acorn", 12), paid("Birch", 7)], lines)
    assert not repeats.sums_sheet(sums, sums)
    assert not repeats.sums_sheet([paid("Acorn", 11)], [paid("Acorn", 5), paid("Acorn", 6)])
    assert not repeats.sums_sheet([paid("Acorn", 5), paid("Acorn", 6)], lines)
    # Sums by month, which name nobody.
    assert repeats.sums_sheet([paid("", 11), paid("", 7)], lines)
    assert repeats.sums_sheet([paid("", 18)], lines)
    assert not repeats.sums_sheet([paid("", 17)], lines)
    assert not repeats.sums_sheet([paid("", 18)], [paid("", 18), paid("", 0)])
    assert not repeats.sums_sheet([paid("", 9)] * 3, [paid("Acorn", 27)])
