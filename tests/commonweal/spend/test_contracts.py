"""Registers of contracts: read by their headings, shown where their supplier is paid."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commonweal.jobs import queue
from commonweal.office.errors import Refused
from commonweal.spend import contracts, preparing, reads, registers
from commonweal.spend.models import Contract

from .town import COUNCIL, brought_in, registered, text_of

pytestmark = pytest.mark.django_db


def register(today, *more: str) -> str:
    soon, gone = today + timedelta(days=90), today - timedelta(days=90)
    return "\n".join(
        (
            "Register of contracts over £5,000",
            "",
            "Ref,Title of agreement,Supplier name,Start date,End date,Total value (£)",
            f'C1,Joinery repairs,ACORN JOINERY LTD.,01/04/2024,{soon:%d/%m/%Y},"12,000"',
            f"C2,Old repairs,Acorn Joinery Ltd,01/04/2020,{gone:%d/%m/%Y},900",
            f"C3,Care at home,Mrs Ottoline Fairbrass,01/04/2024,{soon:%d/%m/%Y},800",
            "C4,Endless,Acorn Joinery Ltd,01/04/2024,rolling,1",
            *more,
            "",
        )
    )


def test_every_line_is_a_contract_or_left_out_with_its_reason(anchor, today):
    found = contracts.read(anchor, register(today, "C5,,X,,01/01/2030,").encode(), "c.csv")
    assert [one.title for one in found.contracts] == [
        "Joinery repairs",
        "Old repairs",
        "Care at home",
    ]
    assert found.left_out == [(7, "'rolling' is no date"), (8, "it names no contract")]
    assert (found.contracts[0].reference, found.contracts[0].value_gbp) == ("C1", 12000)
    assert found.contracts[2].supplier == ""
    for wrong in ("a,b\n1,2\n", "Title,End date\n"):
        with pytest.raises(Refused):
            registers.keep(
                anchor=anchor,
                register=contracts.read(anchor, wrong.encode(), "c.csv"),
                file_name="c.csv",
                by=None,
            )


@pytest.mark.parametrize(
    "supplier",
    [
        "Acorn Joinery Limited",
        "ACORN JOINERY, LTD.",
        "Acorn Joinery\u200b Ltd",
        "Acorn Joinery Cyf",
    ],
)
def test_a_supplier_is_the_payee_of_the_same_name_in_one_form(anchor, taken, today, supplier):
    registered()
    taken(anchor, COUNCIL)
    text = register(today).replace("ACORN JOINERY LTD.", f'"{supplier}"')
    registers.keep(
        anchor=anchor,
        register=contracts.read(anchor, text.encode(), "c.csv"),
        file_name="c.csv",
        by=None,
    )
    prepared = preparing.bring_up_to_date()
    titles = [row["title"] for row in reads.contracts(prepared, "Repairs", today)]
    assert titles == ["Joinery repairs"]


def test_local_firms_see_what_ends_next(anchor, taken, today, client, sign_in, yusuf):
    registered()
    taken(anchor, COUNCIL)
    desk = sign_in(yusuf)
    page = brought_in(desk, anchor, register(today), "contracts.csv")
    assert "3 contracts kept; lines left out: 1; line 7" in page.content.decode().replace(
        "&#x27;", "'"
    )
    page = brought_in(desk, anchor, register(today), "contracts.csv")
    assert "Nothing would be done" in page.content.decode()
    assert Contract.objects.count() == 3
    queue.run_all()
    soon = today + timedelta(days=90)
    assert f"{soon:%b %Y}" in text_of(client, "/spend/opportunities/")
    page = text_of(client, "/spend/opportunities/?category=Repairs")
    assert "Joinery repairs" in page
    assert "£12,000" in page
    assert "Old repairs" not in page
    assert "No end of a contract" in text_of(client, "/spend/opportunities/?category=Care")
    assert preparing.bring_up_to_date().is_current
