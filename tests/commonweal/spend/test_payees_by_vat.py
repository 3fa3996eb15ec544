"""One VAT number is one payee: what one name is counts for another, and for no person."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal.spend import payees
from commonweal.spend.models import Payee, Verdict
from commonweal.spend.payees.counting import chunks, write_over
from commonweal.spend.payees.matching import entry_named, match_waiting, to_match
from commonweal.spend.payees.naming import GIVEN, WAITS, entry_stands, is_named
from localwealth.spend.lines import SAME_VAT, SAME_VAT_WHY

VAT = "123456789"
OAK = {"entry": "GB-COH-01234567", "register_name": "OAK LIMITED", "probability": 0.9}
ELM = {"entry": "GB-COH-07654321", "register_name": "ELM LIMITED", "probability": 0.8}


def payee_of(name: str, vat: str = VAT, **further) -> Payee:
    return Payee.objects.create(
        code=payees.code_of(name),
        name=name,
        vat=vat,
        **{"lines": 1, "amount_gbp": Decimal(1)} | further,
    )


def is_of(payee: Payee) -> tuple[str, str, float, str, str]:
    payee.refresh_from_db()
    return (payee.entry, payee.register_name, payee.probability, payee.method, payee.reasons)


SHARED = ("GB-COH-01234567", "OAK LIMITED", 0.9, SAME_VAT, SAME_VAT_WHY)
NOTHING = ("", "", 0.0, "", "")


@pytest.mark.django_db
def test_another_name_with_the_number_becomes_the_same_entry():
    payee_of("Oak Ltd", **OAK)
    other = payee_of("The Joinery Company Ltd")
    assert payees.share_vat_numbers() == 1
    assert is_of(other) == SHARED


@pytest.mark.django_db
def test_shared_twice_is_shared_once():
    payee_of("Oak Ltd", **OAK)
    other = payee_of("The Joinery Company Ltd")
    payees.share_vat_numbers()
    assert payees.share_vat_numbers() == 0
    assert is_of(other) == SHARED


@pytest.mark.django_db
def test_what_it_already_is_stays():
    oak = payee_of("Oak Ltd", **OAK)
    elm = payee_of("Elm Ltd", **ELM)
    before = is_of(oak), is_of(elm)
    assert payees.share_vat_numbers() == 0
    assert (is_of(oak), is_of(elm)) == before


@pytest.mark.django_db
@pytest.mark.parametrize("known", [[OAK, ELM], [ELM, OAK], [OAK, OAK, ELM]], ids=range(3))
def test_where_a_number_is_two_entries_it_settles_nothing(known):
    for at, entry in enumerate(known):
        payee_of(f"Firm {at} Ltd", **entry)
    other = payee_of("The Joinery Company Ltd")
    assert payees.share_vat_numbers() == 0
    assert is_of(other) == NOTHING


@pytest.mark.django_db
def test_of_several_that_are_one_the_surest_speaks():
    payee_of("Oak Ltd", **OAK | {"probability": 0.81})
    payee_of("Oak & Co Ltd", **OAK | {"probability": 0.97})
    payee_of("Oaks Ltd", **OAK | {"probability": 0.5})
    other = payee_of("The Joinery Company Ltd")
    assert payees.share_vat_numbers() == 1
    assert is_of(other)[2] == 0.97


@pytest.mark.django_db
@pytest.mark.parametrize(
    "further",
    [{"vat": ""}, {"vat": "987654321"}, {"lines": 0}],
    ids=["no number", "another number", "no longer paid"],
)
def test_who_takes_no_part(further):
    payee_of("Oak Ltd", **OAK)
    other = payee_of("The Joinery Company Ltd", **{"vat": VAT} | further)
    assert payees.share_vat_numbers() == 0
    assert is_of(other) == NOTHING


@pytest.mark.django_db
@pytest.mark.parametrize(
    "further",
    [{"vat": ""}, {"lines": 0}, {"entry": ""}],
    ids=["no number", "no longer paid", "not matched"],
)
def test_whose_entry_is_taken_over_by_nobody(further):
    payee_of("Oak Ltd", **OAK | {"vat": VAT} | further)
    other = payee_of("The Joinery Company Ltd")
    assert payees.share_vat_numbers() == 0
    assert is_of(other) == NOTHING


@pytest.mark.django_db
def test_two_without_a_number_have_none_in_common():
    payee_of("Oak Ltd", vat="", **OAK)
    other = payee_of("The Joinery Company Ltd", vat="")
    assert payees.share_vat_numbers() == 0
    assert is_of(other) == NOTHING


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["Mrs A Leaf", "J Smith", "SMITH, JOHN", "Abel Leaf", "Zygotic Wumpus"]
)
def test_who_may_be_a_person_waits_for_somebody_to_look(name):
    payee_of("Oak Ltd", **OAK)
    person = payee_of(name)
    assert payees.share_vat_numbers() == 0
    assert is_of(person) == NOTHING


@pytest.mark.django_db
@pytest.mark.parametrize("verdict", ["none", "person"])
def test_what_a_person_decided_is_not_written_over(yusuf, verdict):
    payee_of("Oak Ltd", **OAK)
    other = payee_of("The Joinery Company Ltd")
    payees.decide(payee=other, verdict=verdict, because="x", by=yusuf, role="analyst")
    assert payees.share_vat_numbers() == 0
    assert is_of(other)[0] == ""


@pytest.mark.django_db
def test_a_persons_decision_for_one_name_counts_for_the_others():
    payee = payee_of("Oak Ltd", **OAK | {"method": "decided by a person", "probability": 1.0})
    other = payee_of("The Joinery Company Ltd")
    assert payees.share_vat_numbers() == 1
    assert is_of(other)[:3] == (payee.entry, payee.register_name, 1.0)


@pytest.mark.django_db
def test_each_number_for_itself():
    payee_of("Oak Ltd", **OAK)
    payee_of("Elm Ltd", vat="222222222", **ELM)
    of_oak = payee_of("The Joinery Company Ltd")
    of_elm = payee_of("The Plumbing Company Ltd", vat="222222222")
    assert payees.share_vat_numbers() == 2
    assert is_of(of_oak)[0] == OAK["entry"]
    assert is_of(of_elm)[0] == ELM["entry"]


@pytest.mark.django_db
def test_nothing_but_what_was_found_is_written():
    payee_of("Oak Ltd", **OAK)
    other = payee_of(
        "The Joinery Company Ltd", matched_with="state", likeliest="GB-COH-1", postcode="ZB1 1AA"
    )
    payees.share_vat_numbers()
    other.refresh_from_db()
    assert (other.matched_with, other.likeliest, other.postcode) == (
        "state",
        "GB-COH-1",
        "ZB1 1AA",
    )
    assert (other.lines, other.amount_gbp, other.vat) == (1, Decimal(1), VAT)


# --- Without a register ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_without_a_register_nothing_is_matched_and_nothing_lost(monkeypatch):
    monkeypatch.setattr("commonweal.spend.files.register", lambda: None)
    payee = payee_of("Oak Ltd", matched_with="older", **OAK)
    steps = []
    assert match_waiting(lambda done, total: steps.append((done, total))) == 0
    assert steps == []
    payee.refresh_from_db()
    assert (payee.entry, payee.matched_with) == (OAK["entry"], "older")
    assert payees.candidates(payee) == []
    assert payees.named("Oak Ltd", 3) == []
    assert payees.entry_named("01234567") is None


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("01234567", "GB-COH-01234567"),
        ("1234567", "GB-COH-01234567"),
        (" 1234567 ", "GB-COH-01234567"),
        ("sc123456", "GB-COH-SC123456"),
        ("GB-COH-01234567", "GB-COH-01234567"),
        ("gb-chc-1234567", "GB-CHC-1234567"),
        ("xi-grid-501100.1", "XI-GRID-501100.1"),
        ("oc 301 234", "GB-COH-OC301234"),
    ],
)
def test_a_company_is_found_by_its_bare_number(monkeypatch, typed, asked):
    looked_for = []

    def described(condition, wanted):
        looked_for.append((condition, wanted))
        return {}

    monkeypatch.setattr("commonweal.spend.payees.matching._described", described)
    assert entry_named(typed) is None
    assert looked_for == [("list_contains(ids, $1)", asked)]


@pytest.mark.django_db
def test_who_is_asked_of_the_registers(yusuf):
    payee_of("Oak Ltd")
    payee_of("Ash Ltd", matched_with="now")
    payee_of("Fir Ltd", matched_with="older")
    payee_of("Yew Ltd", lines=0)
    decided = payee_of("Elm Ltd")
    payees.decide(payee=decided, verdict="none", because="x", by=yusuf, role="analyst")
    assert sorted(to_match("now").values_list("name", flat=True)) == ["Fir Ltd", "Oak Ltd"]


# --- Who may be named -----------------------------------------------------------------------------


FIRM, PERSON, PLAIN = "Acorn Roofing Ltd", "J Smith", "Zygotic Wumpus"


@pytest.mark.parametrize(
    ("name", "method", "verdict", "stands"),
    [
        # Shaped as a person's: a machine's entry waits, a number or a person's word settles it.
        (PERSON, "same name", None, False),
        (PERSON, "", None, False),
        (PERSON, SAME_VAT, None, False),
        (PERSON, WAITS, None, False),
        (PERSON, GIVEN, None, True),
        (PERSON, "same name", Verdict.ENTRY, True),
        (PERSON, "same name", Verdict.NONE, True),
        (PERSON, "same name", Verdict.PERSON, True),
        (PLAIN, "same name", None, True),
        (FIRM, "same name", None, True),
        (FIRM, GIVEN, None, True),
        ("Jane Leaf T/A Oak", "same name", None, False),
    ],
)
def test_when_an_entry_counts_before_anybody_has_looked(name, method, verdict, stands):
    assert entry_stands(name, method, verdict) is stands


@pytest.mark.parametrize(
    ("name", "entry", "verdict", "named"),
    [
        (FIRM, "", None, True),
        (FIRM, "GB-COH-1", None, True),
        # What may be somebody's is named once an entry stands or a person has looked.
        (PLAIN, "", None, False),
        (PLAIN, "GB-COH-1", None, True),
        (PERSON, "", None, False),
        (PERSON, "GB-COH-1", None, True),
        (PERSON, "", Verdict.NONE, True),
        (PERSON, "GB-COH-1", Verdict.ENTRY, True),
        # Whoever is a person is named in no case.
        (PERSON, "GB-COH-1", Verdict.PERSON, False),
        (FIRM, "GB-COH-1", Verdict.PERSON, False),
        (FIRM, "", Verdict.PERSON, False),
        ("Mrs A Leaf", "", None, False),
        ("REDACTED PERSONAL DATA", "", None, False),
        ("", "", None, False),
    ],
)
def test_who_may_stand_in_public_under_its_name(name, entry, verdict, named):
    assert is_named(name, entry, verdict) is named


# --- Written in pieces ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "size", "sizes"),
    [(0, 3, []), (1, 3, [1]), (3, 3, [3]), (4, 3, [3, 1]), (7, 2, [2, 2, 2, 1]), (2, 500, [2])],
)
def test_rows_go_in_pieces_and_none_is_lost(count, size, sizes):
    parts = list(chunks(iter(range(count)), size))
    assert [len(part) for part in parts] == sizes
    assert [row for part in parts for row in part] == list(range(count))


@pytest.mark.django_db
def test_only_these_fields_are_written_over():
    payee = payee_of("Oak Ltd", **OAK)
    payee.entry, payee.name = "GB-COH-5", "Another"
    write_over([payee], ["entry"])
    payee.refresh_from_db()
    assert (payee.entry, payee.name) == ("GB-COH-5", "Oak Ltd")
    assert Payee.objects.count() == 1


@pytest.mark.parametrize("letters", ["OAKLTD", "", "ÉLM", "A" * 500])
def test_a_payees_code_is_of_its_letters_alone(letters):
    code = payees.code_of(letters)
    assert code == payees.code_of(letters)
    assert len(code) == 16
    assert int(code, 16) >= 0
    assert code != payees.code_of(f"{letters}X")
