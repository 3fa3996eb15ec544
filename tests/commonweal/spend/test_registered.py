"""Organisations by name, from the registers that a town has loaded."""

from __future__ import annotations

from datetime import date

import pytest

from commonweal.partners.forms import JoinForm
from commonweal.partners.looking_up import look_up
from commonweal.spend import payees
from commonweal.spend.payees import EntryCandidate


def entry(identifier: str, probability: float = 0.9, ended: date | None = None) -> EntryCandidate:
    return EntryCandidate(identifier, "FERN", probability, "", "", None, ended, "SG1 1AA")


@pytest.mark.parametrize(
    ("identifier", "numbers"),
    [
        ("GB-COH-01234567", (("company_number", "01234567"),)),
        ("GB-CHC-1234567", (("charity_number", "1234567"),)),
        ("GB-SC-SC012345", (("charity_number", "SC012345"),)),
        ("GB-MPR-8123", (("mutual_number", "8123"),)),
        # A society under its number of Companies House: the form takes that of the FCA.
        ("GB-COH-IP32329R", (("mutual_number", "32329R"),)),
        ("GB-COH-SP2696RS", (("mutual_number", "2696RS"),)),
        ("GB-COH-IP081CUS", (("mutual_number", "81CUS"),)),
        ("GB-MPR-7568CBS", (("mutual_number", "7568CBS"),)),
        ("GB-COH-RS007533", (("company_number", "RS007533"),)),
    ],
)
def test_the_number_of_each_register_goes_to_its_field(monkeypatch, identifier, numbers):
    monkeypatch.setattr(payees, "named", lambda name, most: [entry(identifier)])
    assert [each.numbers for each in look_up("Fern")] == [numbers]


def test_who_is_gone_or_called_otherwise_is_not_offered(monkeypatch):
    gone = entry("GB-COH-01234567", ended=date(2020, 1, 1))
    other = entry("GB-COH-01234568", probability=0.01)
    unknown = entry("XI-GRID-501100.1")
    monkeypatch.setattr(payees, "named", lambda name, most: [gone, other, unknown])
    assert look_up("Fern") == []


def test_where_no_register_is_loaded_nothing_is_found(settings, tmp_path):
    assert look_up("Fern") == []


def test_every_number_of_an_entry_is_offered_and_none_that_no_form_takes(monkeypatch, town):
    known = EntryCandidate(
        "GB-COH-01234567",
        "FERN",
        0.9,
        "",
        "",
        None,
        None,
        "SG1 1AA",
        ids=("GB-CHC-1234567", "GB-COH-01234567", "GB-CUK-R021003", "GB-SHPE-C3489"),
    )
    odd = entry("GB-COH-ZZ12")
    monkeypatch.setattr(payees, "named", lambda name, most: [known, odd])
    [fern] = look_up("Fern")
    assert fern.numbers == (("company_number", "01234567"), ("charity_number", "1234567"))
    form = JoinForm(
        {
            "name": "Fern",
            "sector": "private",
            "size": "micro",
            "relation": "none",
            "job_title": "x",
            "may_act": "on",
            **dict(fern.numbers),
        }
    )
    form.is_valid()
    assert not {"company_number", "charity_number", "mutual_number"} & set(form.errors)
