"""Persons among payees: who must not be named in public before somebody has looked."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localwealth import lists
from localwealth.sources import payees, payments, persons, shapes
from localwealth.sources.payees import may_be_named, may_be_person, not_looked_up, payee

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared"))
CASE = SHARED / "cases" / "s60-persons-in-other-words.csv"
WORDS = ("beside", "firms", "given", "hints", "surnames", "surnames_too", "trades")
NOT_LOOKED_UP = ("redacted", "unnamed", "person")

# Those who say themselves that they are persons: they are not even looked up.
PERSONS = """
Estate of Mr Abel Leaf
The Estate of Abel Leaf
Estate of the Late Bea Ray
Estate Late B Ray
Mrs Ida Oak's Estate
Ida Oak's Estate
The Late Mrs Bea Ray
The Late Abel Leaf
Late Abel Leaf
Abel Leaf (Deceased)
Abel Leaf Dec'd
Exors of Miss Cora Doe
Exors. of Miss C Doe
Executors of Cora Doe
Executors of Cora Doe c/o Smith & Jones Solicitors
The Executor of the Estate of Cora Doe
Personal Representatives of Cora Doe
Pers Reps of Cora Doe
PR of the late Dr C Doe
Administrators of the Estate of Cora Doe
Abel Leaf (foster carer)
Zbyq Quoil (foster carer)
Quoil Zbyq - Direct Payment
Ann Leaf (Mrs) - Foster Carer
Ann Leaf - Foster Parent
Ann & Abel Leaf Foster Carers
Leaf Abel - Direct Payment
Abel Leaf Direct Payments
Abel Leaf re Child B
Re Child B - Abel Leaf
Abel Leaf (Kinship Carer)
Abel Leaf - Special Guardian
Abel Leaf SGO
Abel Leaf Shared Lives
Guardian of Abel Leaf
Deputy for Abel Leaf
Appointee for Ann Leaf
Mother of Ann Leaf
Ann Leaf Service User
Ann Leaf Adoption Allowance
C/O Mr Dan Roe
c/o Mrs D Roe
Refund Mrs Eve Kay
Refund to Mr J Kay
Landlord - Mr Guy Hay
Tenant: Miss G Hay
Client Mr G Hay
On behalf of Mrs G Hay
FAO Ms Gay Hay
For the attention of Ms Gay Hay
Re: Mrs Gay Hay
Refund Dr J Lee
Mr A Lee & Mrs B Church
Mr & Mrs Lee
Mr John Church
Ms A Lee and Mr B Roe
Dr A Lee & Dr B Roe
Prof Ann Lee
Professor A B Lee
Cllr Ann Lee
Lee, Mrs
Y diweddar Mrs Bea Ray
Ystad Mr Abel Leaf
Ystâd Abel Leaf
Ysgutorion y diweddar Abel Leaf
Ann Leaf (Gofalwr Maeth)
Ann Leaf - Taliadau Uniongyrchol
Ar ran Mrs Ann Leaf
Gwarcheidwad Ann Leaf
Parch John Lee
""".strip().splitlines()
# Those who look like somebody: they wait for a person who looks.
WAITING = """
John Leaf & Jane Leaf
John and Jane Leaf
John & Jane
Leaf, John & Jane
J Leaf & K Roe
J & K Leaf
JA & KB Leaf
A B & J D Leaf
John Leaf
Leaf John
Leaf, J
J Leaf
J.A. Leaf
Leaf J A
Jane Law
J Church
Amina Begum Leaf
Jane Mary Anne Leaf Oakley
John Leaf 12345
JOHN LEAF#200606029-D5
John Leaf IR35
John Leaf - Grant
Grant - John Leaf Roe
John Leaf (Roofing Contractors)
John Leaf T/A Leaf Roofing
J Leaf t/as Oak Roofing Services
Jane Leaf trading as Acorn Care
J Leaf t.a Oak Roofing Services
Jane Leaf t.a. Acorn Care
Mr J Leaf T/A Oak Builders
Jane Leaf Roofing
Jane Leaf Consulting
Jane Leaf (Childminder)
Jane & Dans Childminding
Jane Leaf Childminding
Zbyq Quoil Photography
Jane Leaf Sole Trader
Jane Leaf Business Account
Acorn Ltd C/O Mr Dan Roe
Acorn Ltd c/o Dan Roe
Acorn Care Ltd re Jane Leaf
Acorn Care Ltd re Miss J Leaf
Oak & Co on behalf of Jane Leaf
Paediatric Surgeons / Prof Leaf
PAYPAL *JANE
SUMUP *LEAFJ
Zbyq Quoil Foster Care
Graham
Xinliang Wei
Jon-Maelor I`Anson-Leaf
""".strip().splitlines()
FIRMS = """
Oak Roofing Ltd t.a. Acorn
Acorn Roofing Ltd
J Smith Roofing Ltd
John Smith Ltd
John Smith (Roofing) Ltd
Smith & Jones Solicitors
Smith & Jones
Marks & Spencer
Marks and Spencer plc
B & Q 1156
B & M Retail
H&M
P&O Ferries
R.B Kensington & Chelsea
L B Hammersmith & Fulham
Estates Gazette
Hunters Estate Agents
Estate Agents of York Ltd
Oldfield Estates
The Crown Estate Commissioners
Late Night Taxis
The Late Shift Ltd
Dr Lee & Partners
Dr Martens Airwair Group
Lady Margaret School
Sir John Soane's Museum
St John's School
St John Ambulance
Mr Clutch Ltd
Miss Selfridge Limited
Mr Smith & Sons
The Fostering Network
Foster Care Associates
Fostering Solutions
Foster Care Solutions
Unity Foster Care
Kinship Care Trust
Next Step Fostering
The Direct Payments Service
Carers Federation Ltd
Manchester Carers Forum
Tenant Services Authority
Acorn Residents & Tenants Association
Salford University Students Union
Child Action North West
Age Concern Leeds
Greater London Authority
Action for Children
Total Energies Gas Ltd
The Limes
Screwfix
Experian
3M
DHL
Veredus c/o Capita Resourcing Ltd
Client Account of Oak & Co Ltd
Badminton England - Freesport Grant
Barking & Dagenham CVS
Central M/CR University Hospitals
Camden MBC (G)
William Morris School
Thomas Telford Academy
The Jane Leaf Foundation
Leaf & Sons
John Leaf & Sons
Leaf Brothers Builders
Marks & Spencer
Landscape & Light Photography
Acorn Photography
Messrs Leaf & Roe
Executive Office
Executor Solutions Ltd
Parents Association of Oakby
Child Benefit Office
Cyngor Sir Gar
Ysgol y Garnedd
Assistant Chief Constable's Office
https://www.example.org/january/jane-leaf.csv
""".strip().splitlines()


@pytest.mark.parametrize("name", PERSONS)
def test_who_says_to_be_a_person_is_one(name: str) -> None:
    assert payee(name) == "person"
    assert not may_be_named(name)
    assert payee(name.upper()) == "person"
    assert not_looked_up(pa.array([name])) == [True]


@pytest.mark.parametrize("name", WAITING)
def test_who_looks_like_somebody_waits_until_somebody_has_looked(name: str) -> None:
    assert payee(name) == "named", "it can be looked up and decided"
    assert may_be_person(name)
    assert may_be_person(name.upper())
    assert not may_be_named(name)


@pytest.mark.parametrize("name", FIRMS)
def test_a_firm_stands_in_public(name: str) -> None:
    assert may_be_named(name)
    assert may_be_named(name.upper())


# Words of every kind that the rule knows, in any order.
_BETWEEN = """Abel Leaf J Jane & and - ( ) re c/o Ltd Care School foster-carer Child B Smith, dec'd
12 Yst\xe2d \u017fgo"""
_PAIRS = ["Foster Carer", "direct payments", "Estate of", "'s Estate"]
_WORDS = st.sampled_from([*sorted(persons.HINTS), *_BETWEEN.split(), *_PAIRS])
_NAMES = st.lists(st.one_of(_WORDS, st.text(max_size=4)), max_size=6).map(" ".join)


@settings(max_examples=400)
@given(st.lists(_NAMES, max_size=8))
def test_what_a_name_alone_is_it_is_in_a_column_too(names: list[str]) -> None:
    alone = [payee(name) in NOT_LOOKED_UP for name in names]
    assert not_looked_up(pa.array(names, pa.string())) == alone


@settings(max_examples=400)
@given(_NAMES)
def test_most_names_are_passed_over_without_another_answer(name: str) -> None:
    """A name without a hint is no person's by any of the rules."""
    spaced = " ".join(name.split())
    rules = (persons._is_dead, persons._is_titled, persons._has_role)
    if not persons.is_person(spaced):
        assert not any(rule(spaced) for rule in rules)
    assert may_be_named(name) <= (payee(name) == "named")


def test_word_lists_are_in_order_each_word_once() -> None:
    for place in WORDS:
        words = lists.entries("localwealth.sources", f"words/{place}")
        assert words == sorted(set(words)), place
        assert all(word == word.casefold() for word in words), place
    assert not set(shapes.FIRMS.whole) & shapes.GIVEN


@pytest.mark.skipif(
    not CASE.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the collected cases are not on this machine",
)
def test_of_the_collected_case_one_firm_stands_in_public() -> None:
    reading = payments.read(CASE.read_bytes(), CASE.name)
    with CASE.open(encoding="utf-8", newline="") as file:
        own = [row["Supplier"] for row in csv.DictReader(file)]
    assert len(reading.payments) == len(own)
    shown = [
        payment.supplier
        for payment in reading.payments
        if payment.payee == "named" and payees.may_be_named(payment.supplier)
    ]
    assert shown == ["Acorn Roofing Ltd"]
