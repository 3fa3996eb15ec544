"""The file that comes back from finance, line by line: in which headings, states, amounts and days
it is read, and with which sentence it is refused. No page and no grant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from commonweal.grants import payment_files
from commonweal.grants.payment_files import Line, check_amount, day_of, lines_of, means
from commonweal.office.errors import Refused

HEADING = "reference,state,amount,on,because"


def read(*rows: str, heading: str = HEADING, codes: bool = False) -> list[Line]:
    text = "\n".join([heading, *rows, ""])
    # Ours was made on a day of which day and month can't be taken for each other.
    return lines_of(text.encode(), "back.csv", since=date(2026, 1, 20), codes=codes)


def line_of(row: str, **more: Any) -> Line:
    [line] = read(row, **more)
    return line


# What a heading means


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("reference", "reference"),
        ("Reference", "reference"),
        ("YOUR REFERENCE", "reference"),
        ("grant_reference", "reference"),
        ("Cyfeirnod y taliad", "reference"),
        ("Payment status", "state"),
        ("Paid or cancelled", "state"),
        ("Canlyniad", "state"),
        ("amount", "amount"),
        ("Amount", "amount"),
        ("on", "on"),
        ("Diwrnod", "on"),
        ("Why", "because"),
        ("because", "because"),
        ("Pam", "because"),
        ("Voucher code", "code"),
        ("PIN", "code"),
        ("Cod y daleb", "code"),
        ("", ""),
        ("favourite colour", ""),
    ],
)
def test_a_heading_is_known_in_either_language_and_any_case(heading: str, meaning: str) -> None:
    assert means(heading) == meaning


@pytest.mark.parametrize("state", sorted(payment_files.STATES))
def test_every_word_of_a_state_is_read(state: str) -> None:
    for word in payment_files.STATES[state].split(","):
        for typed in (word, word.upper(), f"  {word.capitalize()} "):
            assert line_of(f"G-1,{typed},10.00,,").state == state


@pytest.mark.parametrize("typed", ["pending", "?", "unpaid", "nearly"])
def test_a_state_that_nobody_knows_stays_as_it_was_typed(typed: str) -> None:
    assert line_of(f"G-1,{typed},10.00,,").state == ("" if typed == "?" else typed)


# Cells


@pytest.mark.parametrize(
    ("amount", "pounds"),
    [
        ("10", "10"),
        ("10.00", "10.00"),
        ("£10.00", "10.00"),
        ('"1,234.50"', "1234.50"),
        ("0.01", "0.01"),
        (" 80.00 ", "80.00"),
        ("ten", None),
        ("", None),
        ("1E+2", None),
        ("€10.00", None),
        ("$10", None),
    ],
)
def test_an_amount_in_pounds(amount: str, pounds: str | None) -> None:
    line = line_of(f"G-1,paid,{amount},,")
    assert line.pounds == (None if pounds is None else Decimal(pounds))


@pytest.mark.parametrize(
    ("on", "day"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("31/01/2026", date(2026, 1, 31)),
        ("31.1.2026", date(2026, 1, 31)),
        ("31 January 2026", date(2026, 1, 31)),
        ("31 Jan 26", date(2026, 1, 31)),
        ("", None),
        ("soon", None),
        ("31/02/2026", None),
    ],
)
def test_a_day_in_any_usual_spelling(on: str, day: date | None) -> None:
    days = line_of(f"G-1,paid,10,{on},").days
    assert (days.first if days is not None and days.is_exact else None) == day


@pytest.mark.parametrize("on", ["-", "n/a", "none"])
def test_a_mark_for_no_day_is_none(on: str) -> None:
    assert line_of(f"G-1,cancelled,10,{on},Closed").on == ""


def test_day_before_month_is_seen_from_all_lines_together() -> None:
    first, second = read("G-1,paid,10,03/02/2026,", "G-2,paid,10,28/02/2026,")
    assert first.days is not None
    assert second.days is not None
    assert (first.days.first, second.days.first) == (date(2026, 2, 3), date(2026, 2, 28))


def test_a_line_says_what_was_typed_and_where_it_stands() -> None:
    first, second = read("g-4k7,Paid,10.00,31/01/2026,", ' H-9 ,failed,£1,,"Account closed, sadly"')
    assert (first.number, second.number) == (2, 3)
    assert (first.reference, second.reference) == ("G-4K7", "H-9")
    assert (first.amount, second.amount) == ("10.00", "£1")
    assert (first.on, second.on) == ("31/01/2026", "")
    assert (first.because, second.because) == ("", "Account closed, sadly")


def test_the_columns_stand_in_any_order_and_others_are_passed_over() -> None:
    line = line_of("x,10.00,G-1,2026-01-31,paid", heading="colour,Amount,Reference,Day,Outcome")
    assert (line.reference, line.state, line.pounds) == ("G-1", "paid", Decimal("10.00"))
    assert (line.on, line.because, line.code) == ("2026-01-31", "", "")


@pytest.mark.parametrize(("codes", "code"), [(True, "PZQ7-44XK"), (False, "")])
def test_a_code_is_read_only_where_the_way_brings_codes(codes: bool, code: str) -> None:
    line = line_of(
        "G-1,issued,10,2026-01-31,PZQ7-44XK", heading="reference,state,amount,on,pin", codes=codes
    )
    assert (line.code, line.state) == (code, "paid")


# What is refused


@pytest.mark.parametrize(
    ("heading", "rows", "sentence"),
    [
        ("reference,amount,on", ["G-1,10,"], "The file needs the columns reference, state, amount"),
        ("state,amount", ["paid,10"], "The file needs the columns reference, state, amount"),
        ("reference,state", ["G-1,paid"], "The file needs the columns reference, state, amount"),
        (HEADING, [], "The file"),
        (HEADING, ["G-1,paid,10,,", "g-1,paid,10,,"], "Row 3: G-1 stands in the file twice"),
        (HEADING, ["G-1,paid,10,,", ",paid,10,,"], "Row 3 has no reference"),
        (HEADING, ["G-1,paid,1,234.50,,x"], "Row 2 has more cells than there are headings"),
        (
            "reference,state,amount,on,day",
            ["G-1,paid,10,,"],
            "Two columns say the on: “on” and “day”",
        ),
        (
            "reference,state,outcome,amount",
            ["G-1,paid,paid,10"],
            "Two columns say the state: “state” and “outcome”",
        ),
    ],
)
def test_a_file_that_is_refused_says_why(heading: str, rows: list[str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read(*rows, heading=heading)


def test_two_columns_of_codes_are_finances_own_where_the_way_brings_none() -> None:
    heading = "reference,state,amount,code,pin"
    assert line_of("G-1,paid,10,a,b", heading=heading).code == ""
    with pytest.raises(Refused, match="Two columns say the code: “code” and “pin”"):
        read("G-1,paid,10,a,b", heading=heading, codes=True)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"\n\n\n"])
def test_what_is_no_table_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        lines_of(content, "back.csv", since=date(2026, 1, 20))
    assert str(refused.value).strip()


# Against what was sent


@pytest.mark.parametrize(
    ("typed", "sent", "fits"),
    [
        ("80", "80.00", True),
        ("£80.00", "80", True),
        ("80.01", "80.00", False),
        ("-80", "80.00", False),
        ("", "80.00", False),
        ("8E1", "80.00", False),
    ],
)
def test_an_amount_is_what_was_sent(typed: str, sent: str, fits: bool) -> None:
    line = line_of(f"G-1,paid,{typed},,")
    if fits:
        check_amount(line, Decimal(sent))
    else:
        with pytest.raises(Refused, match=f"Row 2: the amount is .*, and £{sent} was sent"):
            check_amount(line, Decimal(sent))


@pytest.fixture
def payment() -> Callable[..., Any]:
    """A payment of a file of today whose money was approved so many days ago, each."""

    def make(*approved: int) -> Any:
        noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
        moments = [noon - timedelta(days=days) for days in approved]

        class Decisions:
            def filter(self, **_: Any) -> Decisions:
                return self

            def values_list(self, *_: Any, **__: Any) -> list[datetime]:
                return moments

        return SimpleNamespace(
            award=SimpleNamespace(decisions=Decisions()),
            run=SimpleNamespace(made_on=timezone.localdate()),
        )

    return make


@pytest.mark.parametrize(
    ("approved", "days"), [((5,), 5), ((9, 5), 5), ((5, 9), 5), ((), 0), ((5, -2), 5), ((-2,), 0)]
)
def test_money_was_approved_by_the_last_yes_before_its_file(
    payment: Callable[..., Any], approved: tuple[int, ...], days: int
) -> None:
    expected = timezone.localdate() - timedelta(days=days)
    assert payment_files.approved_on(payment(*approved)) == expected


@pytest.mark.parametrize(
    ("ago", "fits"), [(0, True), (5, True), (6, False), (-1, False), (400, False)]
)
def test_a_day_lies_between_the_approval_and_today(
    payment: Callable[..., Any], ago: int, fits: bool
) -> None:
    on = timezone.localdate() - timedelta(days=ago)
    [line] = lines_of(
        f"{HEADING}\nG-1,paid,10,{on.isoformat()},\n".encode(),
        "back.csv",
        since=timezone.localdate() - timedelta(days=5),
    )
    if fits:
        assert day_of(line, payment(5)) == on
    else:
        with pytest.raises(Refused, match=r"Row 2: .* can't be when it was paid"):
            day_of(line, payment(5))


@pytest.mark.parametrize("on", ["", "soon", "2026", "January 2026"])
def test_what_is_no_day_is_asked_for(payment: Callable[..., Any], on: str) -> None:
    with pytest.raises(Refused, match=r"Row 2: .* is no date; write 31/03/2027 or 2027-03-31"):
        day_of(line_of(f"G-1,paid,10,{on},"), payment(5))
