"""One comma too many moves every cell behind it: such a row is refused, and the others are
taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from commonweal.bringing.meanings import Choice, Meaning
from commonweal.bringing.reading import understand
from commonweal.office.errors import Refused
from commonweal.services.directory import reading as services
from commonweal.spend import contracts
from commonweal.spend.models import Anchor

MEANINGS = (
    Meaning("name", "Name", is_needed=True),
    Meaning("post", "Post"),
)
# As programs write a line above a table: as wide as the widest line.
TITLE = "Our list,,,,\n"
BEYOND = "stands beyond the last"
Refusals = Mapping[int, str]


def of_frame(lines: str, heading: int = 1) -> tuple[list[str], Refusals]:
    choice = Choice("", heading, ("name", "post", ""))
    sheet = understand(lines.encode(), "x.csv", meanings=MEANINGS, choice=choice).as_sheet()
    refusals = {}
    for number, _ in sheet.rows:
        try:
            sheet.refuse_surplus(number, Refused)
        except Refused as why:
            refusals[number] = str(why)
    return [cells[0] for number, cells in sheet.rows if number not in refusals], refusals


def of_services(lines: str, choice: Choice | None = None) -> tuple[list[str], Refusals]:
    services_read, outcome = services.read(lines.encode(), "x.csv", choice)
    refusals = {int(refusal.place.split()[-1]): refusal.why for refusal in outcome.refused}
    return [service.name for service in services_read], refusals


def of_contracts(lines: str, choice: Choice | None = None) -> tuple[list[str], Refusals]:
    register = contracts.read(Anchor(), lines.encode(), "x.csv", choice=choice)
    return [contract.title for contract in register.contracts], dict(register.left_out)


SERVICES = "Service name,Organisation,Description\n"
CONTRACTS = "Title,End date,Supplier\n"


@pytest.mark.parametrize(
    ("read", "lines"),
    [
        (of_frame, "Name,Post,Note\nOak,Head,a\nElm,Head, of Repairs,b\nAsh,Head,c\n"),
        (of_services, f"{SERVICES}Oak,Mill,a\nElm,Mill, of Lane,b\nAsh,Mill,c\n"),
        (
            lambda lines: of_services(lines, Choice("", 1, ("name", "organisation", ""))),
            f"{SERVICES}Oak,Mill,a\nElm,Mill, of Lane,b\nAsh,Mill,c\n",
        ),
        (of_contracts, f"{CONTRACTS}Oak,2029-03-31,a\nElm,2029-03-31,Elm, Ltd\nAsh,2029-03-31,c\n"),
        (
            lambda lines: of_contracts(lines, Choice("", 1, ("title", "ends_on", "supplier"))),
            f"{CONTRACTS}Oak,2029-03-31,a\nElm,2029-03-31,Elm, Ltd\nAsh,2029-03-31,c\n",
        ),
    ],
)
def test_the_row_is_refused_and_the_others_are_taken(
    read: Callable[[str], tuple[list[str], Refusals]], lines: str
) -> None:
    taken, refusals = read(lines)
    assert taken == ["Oak", "Ash"]
    assert list(refusals) == [3]
    assert BEYOND in refusals[3]


def test_a_wider_line_above_the_headings_hides_none() -> None:
    taken, refusals = of_frame(
        f"{TITLE}Name,Post,Note\nOak,Head,a\nElm,Head, of Repairs,b\nAsh,Head,c\n", heading=2
    )
    assert taken == ["Oak", "Ash"]
    assert list(refusals) == [4]


def test_what_most_rows_have_is_a_column_that_nobody_headed() -> None:
    lines = "Name,Post,Note\nOak,Head,a,x\nElm,Head,b,y\nAsh,Head,c\n"
    assert of_frame(lines) == (["Oak", "Elm", "Ash"], {})


def test_a_column_without_a_heading_that_was_told_is_one() -> None:
    choice = Choice("", 1, ("name", "", "post"))
    lines = b"Name,Kind\nOak,a,Head\nElm,b\nAsh,c\n"
    understood = understand(lines, "x.csv", meanings=MEANINGS, choice=choice)
    assert understood.surplus == {}
