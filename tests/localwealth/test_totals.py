"""Lines of totals and balances: known by what they come to and where they stand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.sources.totals import BALANCES, Sums, is_balance, is_total

NIL = Decimal(0)


def sums_of(*amounts: str) -> Sums:
    """What so many lines come to."""
    sums = Sums()
    for amount in amounts:
        sums.add(Decimal(amount))
    return sums


def totals(payee: str, day: str, amount: str, sums: Sums, *cells: str) -> bool:
    """Whether a line of payee, day and amount, or of these cells, is one of totals."""
    money = Decimal(amount) if amount else None
    line = list(cells) or [payee, day, amount]
    return is_total(line, {"supplier": payee, "date": day, "amount": amount}, money, sums)


def balances(payee: str, day: str, amount: str, sums: Sums, *cells: str) -> bool:
    money = Decimal(amount) if amount else None
    line = list(cells) or [payee, day, amount]
    return is_balance(line, {"supplier": payee, "date": day, "amount": amount}, money, sums)


ABOVE = ("10.00", "20.00", "5.50")

# Nobody is called so: it needs no sum.
BY_WORD = [
    "Total",
    "TOTAL",
    "Totals",
    "Total:",
    "Total £",
    "Grand Total",
    "Grand-total",
    "Sub total",
    "Sub-Total",
    "Subtotal",
    "Overall total",
    "Report Total",
    "Monthly total",
    "Net total",
    "Gross total",
    "Page total",
    "Final Total",
    "Running total",
    "Total paid",
    "Total amount",
    "Total for April",
    "Total for April 2023",
    "Total for the month",
    "Total of all payments",
    "Total spend over £500",
    "Total spend over £1,000.00",
    "Total (ex VAT)",
    "Total excl. VAT",
    "Total inc VAT",
    "Total Q1 2023",
    "Total for quarter",
    "Total to date",
    "Total suppliers",
    "Total expenditure in period",
    "Cyfanswm",
    "Is-gyfanswm",
    "Cyfanswm y mis",
]


@pytest.mark.parametrize("word", BY_WORD)
def test_a_total_by_its_word_alone(word: str) -> None:
    # In whatever column it stands at the beginning, and whatever it comes to.
    assert totals("", "", "99.00", sums_of(*ABOVE), word, "", "99.00")
    assert totals("", "", "99.00", sums_of(*ABOVE), "", word, "99.00")
    assert totals(word, "", "99.00", sums_of(*ABOVE))
    assert totals(word, "", "99.00", Sums())


@pytest.mark.parametrize("word", BY_WORD)
def test_a_total_may_bear_a_day_where_it_stands_in_the_payees_place(word: str) -> None:
    assert totals(word, "30/04/2023", "99.00", sums_of(*ABOVE))
    # In another cell beside a payee and a day it is no total: a payment is *total* of something.
    assert not totals("Acorn Ltd", "30/04/2023", "99.00", sums_of(*ABOVE), "Acorn Ltd", word)


FIRMS = [
    "Total Energies Gas Ltd",
    "Total Gas & Power",
    "TotalEnergies",
    "Total Hygiene Limited",
    "Total Produce",
    "Totally Local CIC",
    "Subtotal Software Ltd",
    "Acorn Total Care Ltd",
]


@pytest.mark.parametrize("firm", FIRMS)
def test_a_firm_that_is_called_so_is_paid(firm: str) -> None:
    assert not totals(firm, "03/04/2023", "99.00", sums_of(*ABOVE))
    assert not totals(firm, "", "99.00", sums_of(*ABOVE))
    # Even what the lines above come to, as long as it has a day.
    assert not totals(firm, "03/04/2023", "35.50", sums_of(*ABOVE))


@pytest.mark.parametrize("firm", FIRMS[:4])
def test_a_firms_first_payment_may_be_as_large_as_the_one_line_above(firm: str) -> None:
    assert not totals(firm, "", "10.00", sums_of("10.00"))


@pytest.mark.parametrize(
    ("payee", "above", "amount", "is_sum"),
    [
        ("Acorn Ltd Total", ABOVE, "35.50", True),
        ("Acorn Ltd Totals:", ABOVE, "35.50", True),
        ("Acorn Ltd sub-total", ABOVE, "35.50", True),
        ("Total Acorn Ltd", ABOVE, "35.50", True),
        ("Cyfanswm Acorn Cyf", ABOVE, "35.50", True),
        # At the end of a name also over one line.
        ("Acorn Ltd Total", ("35.50",), "35.50", True),
        ("Total Acorn Ltd", ("35.50",), "35.50", False),
        # It comes to something else.
        ("Acorn Ltd Total", ABOVE, "35.49", False),
        ("Acorn Ltd Total", ABOVE, "-35.50", False),
        ("Acorn Ltd Total", (), "35.50", False),
        # Nought is what any lines may come to.
        ("Acorn Ltd Total", ("5.00", "-5.00"), "0.00", False),
        ("Acorn Ltd", ABOVE, "35.50", False),
    ],
)
def test_the_word_in_a_name_is_a_total_where_the_lines_above_come_to_it(
    payee: str, above: tuple[str, ...], amount: str, is_sum: bool
) -> None:
    assert totals(payee, "", amount, sums_of(*above)) is is_sum


@pytest.mark.parametrize(
    ("cells", "amount", "is_sum"),
    [
        (("", "", "35.50"), "35.50", True),
        (("", "note", "35.50"), "35.50", True),
        # Three cells say more than a sum does.
        (("A1", "note", "35.50"), "35.50", False),
        (("", "", "35.51"), "35.51", False),
        (("", "", "0.00"), "0.00", False),
        (("", "", ""), "", False),
    ],
)
def test_a_line_that_names_nobody_and_no_day_is_one_where_it_comes_to_them(
    cells: tuple[str, ...], amount: str, is_sum: bool
) -> None:
    assert totals("", "", amount, sums_of(*ABOVE), *cells) is is_sum


def test_a_word_that_only_begins_so_says_nothing() -> None:
    for word in ("Totalling", "Totality", "Atotal", "totalled"):
        assert not totals("", "", "99.00", sums_of(*ABOVE), word, "x", "99.00")


def test_the_word_stands_at_the_beginning_not_in_the_fourth_cell() -> None:
    assert totals("", "", "1.00", Sums(), "a", "b", "Total", "1.00")
    assert not totals("", "", "1.00", Sums(), "a", "b", "c", "Total", "1.00")


def test_sums_go_on_from_total_to_total_and_in_all() -> None:
    sums = sums_of("10.00", "20.00")
    assert sums.are(Decimal("30.00"))
    assert sums.close(Decimal("30.00")) == Decimal("30.00")
    sums.add(Decimal("5.00"))
    assert (sums.since, sums.overall, sums.lines) == (Decimal("5.00"), Decimal("35.00"), 1)
    # The next may be about its own lines, or about all.
    assert sums.are(Decimal("5.00"))
    assert sums.are(Decimal("35.00"))
    assert not sums.are(Decimal("30.00"))
    assert sums.close(Decimal("35.00")) == Decimal("35.00")
    assert (sums.since, sums.lines) == (NIL, 0)


@pytest.mark.parametrize(
    ("stated", "about"),
    [("5.00", "5.00"), ("35.00", "35.00"), ("5.01", "5.00"), ("0.00", "5.00")],
)
def test_a_total_that_is_wrong_is_held_against_the_lines_since_the_last(
    stated: str, about: str
) -> None:
    sums = sums_of("10.00", "20.00")
    sums.close(Decimal("30.00"))
    sums.add(Decimal("5.00"))
    assert sums.close(Decimal(stated)) == Decimal(about)


def test_nothing_is_no_sum() -> None:
    for sums in (Sums(), sums_of("5.00", "-5.00"), sums_of("0.00")):
        assert not sums.are(None)
        assert not sums.are(NIL)
        assert not sums.are(Decimal("0.00"))


def test_an_opening_balance_counts_where_the_total_has_it() -> None:
    sums = Sums()
    sums.carry(Decimal("100.00"))
    assert (sums.opening, sums.carried) == (Decimal("100.00"), Decimal("100.00"))
    sums.add(Decimal("30.00"))
    assert sums.are(Decimal("130.00"))
    assert sums.are(Decimal("30.00"))
    assert sums.close(Decimal("130.00")) == Decimal("130.00")


def test_a_balance_that_is_carried_further_down_is_no_opening() -> None:
    sums = sums_of("30.00")
    sums.carry(Decimal("30.00"))
    assert (sums.opening, sums.carried) == (NIL, Decimal("30.00"))
    sums.carry(Decimal("31.00"))
    assert sums.carried == Decimal("31.00")
    # The same above all lines twice: the first is the opening.
    sums = Sums()
    sums.carry(Decimal("7.00"))
    sums.carry(Decimal("8.00"))
    assert (sums.opening, sums.carried) == (Decimal("7.00"), Decimal("8.00"))


BALANCED = [
    "b/f",
    "B/F",
    "c/fwd",
    "Brought forward",
    "Brought Forward",
    "BALANCE B/F",
    "Balance carried forward",
    "Total c/f",
    "Opening balance",
    "CLOSING BALANCE",
    "Gweddill",
]


@pytest.mark.parametrize("word", BALANCED)
def test_a_balance_by_its_word(word: str) -> None:
    assert word in BALANCES
    # Without a day, wherever it stands.
    assert balances(word, "", "35.50", sums_of(*ABOVE))
    assert balances("", "", "35.50", sums_of(*ABOVE), "", word, "35.50")
    # With one: above all payments, or with the sum, or with the balance of before.
    assert balances(word, "01/04/2023", "99.00", Sums())
    assert balances(word, "30/04/2023", "35.50", sums_of(*ABOVE))
    assert balances(word, "30/04/2023", "", sums_of(*ABOVE))
    assert not balances(word, "30/04/2023", "99.00", sums_of(*ABOVE))
    carried = sums_of(*ABOVE)
    carried.carry(Decimal("99.00"))
    assert balances(word, "30/04/2023", "99.00", carried)


@pytest.mark.parametrize(
    "name", ["Balance Ltd", "Brought Forward Ltd", "New Balance", "Forward", "Opening balance Ltd"]
)
def test_a_firm_whose_name_has_the_word_is_paid(name: str) -> None:
    assert not balances(name, "", "35.50", sums_of(*ABOVE))
    assert not balances(name, "03/04/2023", "99.00", Sums())


def test_the_payees_cell_alone_speaks_where_there_is_one() -> None:
    assert not balances("Acorn Ltd", "", "9.00", Sums(), "b/f", "Acorn Ltd", "9.00")
    assert balances("", "", "9.00", Sums(), "x", "y", "b/f", "9.00")
    assert not balances("", "", "9.00", Sums(), "x", "y", "z", "b/f", "9.00")


_PENNIES = st.integers(-100_000, 100_000).map(lambda pennies: Decimal(pennies) / 100)


@given(st.lists(_PENNIES, max_size=12))
def test_sums_are_what_the_lines_come_to_to_the_penny(amounts: list[Decimal]) -> None:
    sums = Sums()
    for amount in amounts:
        sums.add(amount)
    assert sums.since == sums.overall == sum(amounts, NIL)
    assert sums.lines == len(amounts)
    assert sums.are(sum(amounts, NIL)) is bool(sum(amounts, NIL))


@given(st.lists(st.lists(_PENNIES, max_size=5), max_size=5))
def test_each_right_total_is_about_what_it_says(blocks: list[list[Decimal]]) -> None:
    sums = Sums()
    for block in blocks:
        for amount in block:
            sums.add(amount)
        stated = sum(block, NIL)
        assert sums.close(stated) == stated
        assert (sums.since, sums.lines) == (NIL, 0)
    assert sums.overall == sum((amount for block in blocks for amount in block), NIL)


@given(
    st.sampled_from(["", "Acorn Ltd", "Total", "Acorn Total", "b/f"]),
    st.sampled_from(["", "03/04/2023"]),
    _PENNIES,
    st.lists(_PENNIES, max_size=4),
)
def test_a_payee_with_a_day_and_without_such_a_word_is_always_paid(
    payee: str, day: str, amount: Decimal, above: list[Decimal]
) -> None:
    sums = sums_of(*map(str, above))
    before = (sums.since, sums.overall, sums.lines, sums.opening, sums.carried)
    is_none = totals(payee, day, str(amount), sums) or balances(payee, day, str(amount), sums)
    if payee == "Acorn Ltd":
        assert not is_none
    if payee == "Total":
        assert is_none
    # To ask changes nothing.
    assert before == (sums.since, sums.overall, sums.lines, sums.opening, sums.carried)
