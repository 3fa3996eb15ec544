"""An account in another name than that of whoever the grant is for: said, and asked about."""

from __future__ import annotations

from typing import Any

import pytest

from commonweal.grants import actions as granting
from commonweal.residents.models import Resident

from .granted import Desk
from .world import words_of

pytestmark = pytest.mark.django_db
OTHER = "The account is in the name of Mabel Allory, and the grant is for Zebedee Quillfeather."


@pytest.fixture
def desk(fund, leah, mei, robert, wanda, imran, asks_for_help) -> Desk:
    cast = {"leah": leah, "mei": mei, "robert": robert, "wanda": wanda, "imran": imran}
    return Desk(fund, cast, asks_for_help)


@pytest.fixture
def asked(desk) -> Any:
    person = {"first_name": "Zebedee", "last_name": "Quillfeather"}
    return lambda payee: desk.asked(80, case=desk.case(**person), payee=payee)


@pytest.mark.parametrize(
    ("payee", "person"),
    [
        ("Z Quillfeather", {}),
        ("MR ZEBEDEE QUILLFEATHER", {}),
        ("Quillfeather Zeb", {}),
        ("Mrs M Allory & Mr Z Quillfeather", {}),
        ("W Turner", {"first_name": "Bill", "last_name": "Turner"}),
        ("Zoe O Hagan Smyth", {"first_name": "Zoë", "last_name": "O'Hagan-Smyth"}),
        ("Z Fofana", {"also_known_as": "Zebedee Fofana"}),
        ("Cher", {"first_name": "Cher", "last_name": ""}),
    ],
)
def test_ones_own_name_in_whatever_spelling_is_no_other(asked, payee, person):
    award = asked(payee)
    Resident.objects.filter(pk=award.resident_id).update(
        **{"first_name": "Zebedee", "last_name": "Quillfeather"} | person
    )
    award.refresh_from_db()
    assert granting.other_name_in_words(award) == ""


@pytest.mark.parametrize("payee", ["Mabel Allory", "M Quillfeather", "Mr Quillfeather", "Zebedee"])
def test_another_name_is_said(asked, payee):
    assert f"in the name of {payee}" in granting.other_name_in_words(asked(payee))


def test_whoever_assesses_and_approves_reads_it_and_says_that_they_know_why(
    asked, mei, robert, sign_in
):
    award = asked("Mabel Allory")
    address = f"/desk/grants/{award.code}/"
    client = sign_in(mei)
    assert OTHER in words_of(client.get(address))
    assert "The page of the grant names both" in words_of(client.get(f"{address}assess/"))
    answers = {"amount": "80", "words": "No food at all."}
    page = words_of(client.post(f"{address}assess/", answers))
    assert "Find out why the account is in another name" in page
    assert "No food at all." in page
    client.post(f"{address}assess/", answers | {"knows_why": "on"})
    award.refresh_from_db()
    assert award.state == "assessed"

    client = sign_in(robert)
    page = words_of(client.get(address))
    assert OTHER in page
    mark = {"shown-account": granting.account_mark(award)}
    refused = words_of(client.post(f"{address}approve/", mark, follow=True))
    assert f"{OTHER} Find out why, and tick that you have." in refused
    client.post(f"{address}approve/", mark | {"knows_why": "on"})
    award.refresh_from_db()
    assert award.state == "approved"


def test_whoever_looks_at_an_account_that_came_later_is_asked_too(
    desk, asked, leah, wanda, sign_in
):
    award = desk.approved(80, case=desk.case(first_name="Zebedee", last_name="Quillfeather"))
    handler = sign_in(leah)
    path = f"/desk/help/grants/{award.code}/account/"
    account = {"payee": "Mabel Allory", "sort_code": "204060", "account": "12345678"}
    said = words_of(handler.post(path, account, follow=True))
    assert f"{OTHER} Find out why: whoever decides is asked." in said
    award.refresh_from_db()
    address, client = f"/desk/grants/{award.code}/", sign_in(wanda)
    mark = {"shown-account": granting.account_mark(award)}
    client.post(f"{address}account/seen/", mark)
    assert not granting.standing_of(award).account_is_seen
    client.post(f"{address}account/seen/", mark | {"knows_why": "on"})
    assert granting.standing_of(award).account_is_seen


def test_where_it_is_their_own_nothing_is_asked(asked, mei, sign_in):
    award = asked("Z Quillfeather")
    client = sign_in(mei)
    page = words_of(client.get(f"/desk/grants/{award.code}/assess/"))
    assert "another name" not in page


def test_a_bill_goes_to_who_sent_it(desk):
    desk.fund.methods = ["transfer", "supplier"]
    desk.fund.save()
    award = desk.asked(80, method="supplier", payee="North Water", number="12")
    assert granting.other_name_in_words(award) == ""
