"""No published page names somebody before a person has looked, in whatever words a payee stands."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.core.management import call_command

from commonweal.spend import contracts, payees, preparing, registers
from commonweal.spend.models import Payee, Release
from localwealth.sources import accounting

from .town import PUBLIC, registered, text_of

pytestmark = pytest.mark.django_db

HEAD = "Supplier,Date,Amount\n"
IN_OTHER_WORDS = """Acorn Roofing Ltd,13/04/2023,10.00
Estate of Mr Abel Leaf,13/04/2023,11.00
The Late Mrs Bea Ray,14/04/2023,12.00
Exors of Miss Cora Doe,15/04/2023,13.00
Abel Leaf (foster carer),16/04/2023,14.00
John Leaf & Jane Leaf,17/04/2023,15.00
C/O Mr Dan Roe,18/04/2023,16.00
Refund Mrs Eve Kay,19/04/2023,17.00
Landlord - Mr Guy Hay,20/04/2023,18.00
Ann Leaf (Mrs) - Foster Carer,21/04/2023,19.00
Mrs Ida Oak's Estate,22/04/2023,20.00
Leaf Abel - Direct Payment,23/04/2023,21.00
Abel Leaf re Child B,24/04/2023,22.00
"""
WORDS = r"\b(?:leaf|ray|doe|roe|kay|hay|oak|abel|child b)\b"
# What a machine would take for the payees that look like somebody.
NAMESAKES = tuple(
    (name, number, "ZB1 1AA", "Private Limited Company", "43220", "Active")
    for name, number in (
        ("JOHN LEAF & JANE LEAF LIMITED", "01000011"),
        ("ABEL LEAF LIMITED", "01000012"),
        ("ACORN ROOFING LIMITED", "01000013"),
    )
)


def everything_public(client) -> dict[str, str]:
    """Each published page and file that is about payments, as it reads."""
    places = [*PUBLIC, *(release.get_absolute_url() for release in Release.objects.all())]
    texts = {place: text_of(client, place) for place in places}
    for place in ("/spend/payments.csv", "/payments.csv", "/payments.json"):
        texts[place] = client.get(place).getvalue().decode("utf-8-sig")
    return texts


def payees_of(texts: dict[str, str]) -> set[str]:
    """Whom the public files name."""
    named = {row["payee"] for row in csv.DictReader(io.StringIO(texts["/spend/payments.csv"]))}
    named |= {row["payee"] for row in csv.DictReader(io.StringIO(texts["/payments.csv"]))}
    named |= {row["payee"] for row in json.loads(texts["/payments.json"])}
    return named - {"not named"}


@pytest.mark.parametrize("with_registers", [False, True], ids=["no register", "registers"])
def test_of_a_file_taken_at_the_desk_the_public_reads_one_firm(
    sign_in, yusuf, anchor, client, with_registers
):
    if with_registers:
        registered(*NAMESAKES)
    desk = sign_in(yusuf)
    sent = io.BytesIO((HEAD + IN_OTHER_WORDS).encode())
    sent.name = "april.csv"
    desk.post("/desk/spend/releases/", {"anchor": anchor.pk, "route": "published", "file": sent})
    release = Release.objects.get()
    desk.post(f"/desk/spend/releases/{release.code}/take/", {"replaces": "none"})
    call_command("work", "--once")
    client.logout()
    texts = everything_public(client)
    firm = "ACORN ROOFING LIMITED" if with_registers else "Acorn Roofing Ltd"
    assert payees_of(texts) == {firm}
    for place, text in texts.items():
        assert re.findall(WORDS, text, re.IGNORECASE) == [], place
    assert texts["/spend/payments.csv"].count("\n") == 14, "every payment is there"


def test_who_looks_like_somebody_is_named_once_a_person_has_looked(
    anchor, taken, client, yusuf, sign_in
):
    """A register has a company of that name, and a machine is sure: it waits all the same."""
    registered(*NAMESAKES)
    taken(anchor, HEAD + IN_OTHER_WORDS)
    preparing.bring_up_to_date()
    pair = Payee.objects.get(name="John Leaf & Jane Leaf")
    assert (pair.entry, pair.likeliest) == ("", "GB-COH-01000011")
    assert pair in payees.queue()
    assert "looks like somebody's name" in pair.reasons
    desk = sign_in(yusuf)
    assert "John Leaf & Jane Leaf" in text_of(desk, "/desk/spend/review/")
    desk.post(
        f"/desk/spend/review/{pair.code}/", {"answer": pair.likeliest, "because": "Its invoice."}
    )
    preparing.bring_up_to_date()
    client.logout()
    assert payees_of(everything_public(client)) == {
        "ACORN ROOFING LIMITED",
        "JOHN LEAF & JANE LEAF LIMITED",
    }


def test_lines_kept_before_a_sign_was_known_are_not_named_either(
    anchor, taken, client, monkeypatch
):
    """Their names were kept when nothing said that they are persons, and an entry was found."""
    registered(*NAMESAKES)
    with monkeypatch.context() as before:
        before.setattr(accounting, "payee", lambda _: "named")
        taken(anchor, HEAD + IN_OTHER_WORDS)
    preparing.bring_up_to_date()
    Payee.objects.filter(name="Estate of Mr Abel Leaf").update(
        entry="GB-COH-01000012", register_name="ABEL LEAF LIMITED", probability=1.0
    )
    preparing.prepare()
    assert Payee.objects.filter(name="The Late Mrs Bea Ray").exists()
    assert payees_of(everything_public(client)) == {"ACORN ROOFING LIMITED"}


def test_a_number_that_the_publisher_gives_says_that_it_is_a_firm(anchor, taken, client):
    registered(*NAMESAKES)
    lines = "John Leaf & Jane Leaf,13/04/2023,10.00,1000011\n"
    taken(anchor, "Supplier,Date,Amount,Company Number\n" + lines)
    preparing.bring_up_to_date()
    assert payees_of(everything_public(client)) == {"JOHN LEAF & JANE LEAF LIMITED"}


def test_a_contract_names_nobody_who_waits_to_be_looked_at(anchor, taken, client, today, yusuf):
    taken(
        anchor,
        (
            "Supplier,Date,Amount,Expense Type\n"
            "Jane Leaf,13/04/2026,10.00,Repairs\nAcorn Roofing Ltd,14/04/2026,11.00,Repairs\n"
        ),
    )
    soon = today + timedelta(days=90)
    register = "Title,Supplier name,End date\n" + "".join(
        f"{title},{name},{soon:%d/%m/%Y}\n"
        for title, name in (("Gutters", "Jane Leaf"), ("Tiles", "Acorn Roofing Ltd"))
    )
    read = contracts.read(anchor, register.encode(), "contracts.csv")
    registers.keep(anchor=anchor, register=read, file_name="c.csv", by=None)
    preparing.bring_up_to_date()
    page = text_of(client, "/spend/opportunities/?category=Repairs")
    assert "Acorn Roofing Ltd" in page
    assert "Jane Leaf" not in page
    payees.decide(
        payee=Payee.objects.get(name="Jane Leaf"),
        verdict="none",
        because="A firm.",
        by=yusuf,
        role="analyst",
    )
    preparing.bring_up_to_date()
    assert "Jane Leaf" in text_of(client, "/spend/opportunities/?category=Repairs")
