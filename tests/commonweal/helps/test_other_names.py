"""An account in another name than that of whoever the grant is for: said, and asked about."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from commonweal.grants import actions as granting
from commonweal.office.errors import Refused
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


@pytest.mark.parametrize("act", ["assess", "approve", "see_account"])
def test_the_action_itself_asks_whatever_the_page_sent(asked, desk, act, mei, robert, wanda, leah):
    """A command, a job or another page that says nothing is refused as the page is."""
    award = asked("Mabel Allory")
    acts = {
        "assess": lambda **more: granting.assess(
            award=award, amount=Decimal(80), words="x", by=mei, **more
        ),
        "approve": lambda **more: granting.approve(award=award, by=robert, **more),
        "see_account": lambda **more: granting.see_account(award=award, by=wanda, **more),
    }
    if act != "assess":
        acts["assess"](knows_why=True)
    if act == "see_account":
        acts["approve"](knows_why=True)
        granting.give_account(
            award=award, by=leah, payee="Mabel Allory", sort_code="204060", account="12345678"
        )
    for said in ({}, {"knows_why": False}):
        with pytest.raises(Refused, match="Find out why, and tick"):
            acts[act](**said)
    acts[act](knows_why=True)


SOURCES = Path(__file__).resolve().parents[3] / "src/commonweal"
# Marks of what a page showed, as they go along with its buttons.
MARKS = re.compile(r"shown|seen|mark", re.IGNORECASE)


def _taken_without_a_mark(tree: ast.AST) -> list[str]:
    """Marks that are taken from what was sent, and are None where nothing was: an action takes
    that for a caller without a page, and asks nothing."""
    taken = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign | ast.keyword) or not isinstance(node.value, ast.Call):
            continue
        call = node.value
        name = ast.unparse(call.args[0]) if call.args else ""
        if ast.unparse(call.func) == "request.POST.get" and MARKS.search(name):
            taken += [name] if len(call.args) == 1 else []
    return taken


def test_a_page_that_sends_no_mark_of_what_it_showed_is_not_taken_for_none():
    paths = [path for path in SOURCES.rglob("*.py") if "migrations" not in path.parts]
    assert len(paths) > 500
    taken = {
        path.relative_to(SOURCES).as_posix(): marks
        for path in paths
        if "request.POST.get" in (text := path.read_text())
        and (marks := _taken_without_a_mark(ast.parse(text)))
    }
    assert taken == {}


def test_no_answer_that_an_action_needs_is_yes_where_nobody_gave_it():
    """What somebody has to say they know, saw or mean is a plain yes or no, and no by default."""
    faults = []
    for path in SOURCES.glob("*/**/*.py"):
        if "knows_" not in (text := path.read_text()):
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.FunctionDef):
                continue
            for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
                if argument.arg.startswith("knows_") and ast.unparse(default) != "False":
                    faults.append(f"{path.name}: {node.name}")
    assert faults == []
