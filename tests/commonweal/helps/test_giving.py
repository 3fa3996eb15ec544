"""Grants as 360Giving publishes them: whole, valid, and nobody in them."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commonweal.grants import actions as granting
from commonweal.grants.giving import AREAS
from commonweal.grants.models import Award
from commonweal.places.models import Town

from .granted import Desk

pytestmark = pytest.mark.django_db
ASKED = {"prefix": "360G-brack", "funder": "GB-LAE-BRA"}

# What schema/360-giving-schema.json and 360-giving-package-schema.json of the standard 1.4
# (github.com/ThreeSixtyGiving/standard, 15 July 2026) say of what we write: type, whether it must
# be there, a pattern or a list that is closed. A key that the schemas lack is none of theirs.
DAY = r"^[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])$"
NAMED = {"id": (str, True, ""), "name": (str, True, "")}
GRANT: dict[str, Any] = {
    "id": (str, True, ""),
    "title": (str, True, ""),
    "description": (str, True, ""),
    "currency": (str, True, "^GBP$"),
    "amountAwarded": (float, True, ""),
    "awardDate": (str, True, DAY),
    "fundingOrganization": ([NAMED], True, ""),
    "recipientIndividual": (NAMED, True, ""),
    "grantProgramme": ([{"code": (str, False, ""), "title": (str, False, "")}], False, ""),
    "toIndividualsDetails": (
        {
            "primaryGrantReason": (str, False, "^GTIR(0[1-9]0|1[0-2]0)$"),
            "grantPurpose": ([(str, False, "^GTIP(0[1-9]0|1[0-7]0)$")], False, ""),
        },
        False,
        "",
    ),
    "beneficiaryLocation": (
        [
            {
                "name": (str, False, ""),
                "countryCode": (str, False, "^[A-Z]{2}$"),
                "geoCode": (str, False, ""),
                "geoCodeType": (str, False, "^(UA|NMD|MD|LONB|CTY|CA)$"),
            }
        ],
        False,
        "",
    ),
    "locationScope": (str, False, "^GLS(0[1-6]0|099)$"),
}
PACKAGE: dict[str, Any] = {
    "version": (str, False, r"^(\d+\.)(\d+)$"),
    "title": (str, False, ""),
    "issued": (str, False, DAY),
    "publisher": (
        {"identifier": (str, False, ""), "name": (str, True, "")},
        False,
        "",
    ),
    "grants": ([GRANT], True, ""),
}


def faults(read: Any, rule: Any, where: str = "") -> list[str]:
    """What does not fit; every text must say something, every list hold something."""
    if isinstance(rule, dict):
        lacking = [name for name, (_, must, _) in rule.items() if must and name not in read]
        return [
            *(f"{where}.{name} is missing" for name in lacking),
            *(f"{where}.{name} is no key of the standard" for name in read if name not in rule),
            *(
                fault
                for name in read
                if name in rule
                for fault in faults(read[name], rule[name], f"{where}.{name}")
            ),
        ]
    if isinstance(rule, list):
        inner = [fault for one in read for fault in faults(one, rule[0], where)]
        return inner if read else [f"{where} is empty"]
    kind, _, pattern = rule
    if not isinstance(kind, type):
        return faults(read, kind, where)
    if not isinstance(read, kind) or read == "" or (pattern and not re.search(pattern, read)):
        return [f"{where} is {read!r}"]
    return []


@pytest.fixture
def five_paid(fund, leah, asks_for_help) -> list[Award]:
    """Five people who got food, and one who got travel."""
    awards = []
    for number in range(6):
        case = asks_for_help(
            "money",
            by=leah,
            first_name=f"P{number}",
            last_name="Quillfeather",
            address=f"{number} Sea Row",
            phones=f"07700 90001{number}",
        )
        purpose = "GTIP100" if number == 5 else "GTIP070"
        values = {"category": "food", "reason": "GTIR010", "purpose": purpose}
        awards.append(
            granting.apply(
                fund=fund,
                resident=case.resident,
                case=case,
                by=leah,
                values=values | {"asked": Decimal("80.50")},
            )
        )
    Award.objects.update(
        state="paid", amount=Decimal("80.50"), decided_by=leah, decided_at=timezone.now()
    )
    return awards


@pytest.fixture
def council(town) -> None:
    Town.objects.update(council_name="Brackenford Council", ons_code="E07000999")


def test_the_file_is_whole_and_valid(five_paid, council, tmp_path):
    to = tmp_path / "grants.json"
    call_command("help-desk", "grants", str(to), **ASKED)
    package = json.loads(to.read_text())
    assert faults(package, PACKAGE) == []
    assert len(package["grants"]) == 5
    grant = package["grants"][0]
    assert grant["fundingOrganization"] == [{"id": "GB-LAE-BRA", "name": "Brackenford Council"}]
    assert grant["beneficiaryLocation"][0]["geoCode"] == "E07000999"
    assert grant["beneficiaryLocation"][0]["geoCodeType"] == "NMD"
    assert grant["id"].startswith("360G-brack-")
    assert len({one["id"] for one in package["grants"]}) == 5
    assert package["issued"] == timezone.localdate().isoformat()
    text = to.read_text()
    for award in five_paid:
        assert award.code not in text
    assert "Quillfeather" not in text


@pytest.mark.parametrize(
    ("known", "asked", "said"),
    [
        ({}, {"prefix": ""}, "which prefix 360Giving gave you"),
        ({}, {"prefix": "E07000999"}, "which prefix 360Giving gave you"),
        ({}, {"funder": ""}, "Say who gives"),
        ({"ons_code": ""}, {}, "lacks ons_code"),
        ({"council_name": ""}, {}, "lacks council_name"),
    ],
)
def test_nothing_is_written_with_an_empty_identifier(
    five_paid, council, tmp_path, known, asked, said
):
    Town.objects.update(**({"name": "Brackenford"} | known))
    with pytest.raises(CommandError, match=said):
        call_command("help-desk", "grants", str(tmp_path / "g.json"), **ASKED | asked)
    assert not (tmp_path / "g.json").exists()


def test_what_may_not_be_published_makes_no_file(five_paid, council, tmp_path):
    five_paid[0].__class__.objects.filter(pk=five_paid[0].pk).update(state="cancelled")
    with pytest.raises(CommandError, match="No grant may be published"):
        call_command("help-desk", "grants", str(tmp_path / "g.json"), **ASKED)


def test_the_look_finds_what_is_missing():
    """The rules of the standard fail where they should."""
    grant = {"id": "", "awardDate": "2026-11", "fundingOrganization": [], "more": 1}
    found = faults({"grants": [grant]}, PACKAGE)
    for fault in (
        ".grants.id is ''",
        ".grants.awardDate is '2026-11'",
        "is no key of the standard",
        ".grants.fundingOrganization is empty",
        ".grants.currency is missing",
    ):
        assert any(fault in one for one in found), fault
    assert set(AREAS.values()) <= {"UA", "NMD", "MD", "LONB", "CTY", "CA"}


@pytest.fixture
def desk(fund, leah, mei, robert, wanda, imran, asks_for_help) -> Desk:
    cast = {"leah": leah, "mei": mei, "robert": robert, "wanda": wanda, "imran": imran}
    return Desk(fund, cast, asks_for_help)


def written(tmp_path) -> dict[str, float]:
    """The file as it is now, whole and valid: identifier, and how much."""
    to = tmp_path / "grants.json"
    call_command("help-desk", "grants", str(to), **ASKED)
    package = json.loads(to.read_text())
    assert faults(package, PACKAGE) == []
    return {grant["id"]: grant["amountAwarded"] for grant in package["grants"]}


def test_what_came_back_is_not_in_it_and_a_grant_that_was_raised_is_once(
    desk, council, tmp_path, leah, wanda, imran, robert
):
    grants = [desk.paid(20 + number) for number in range(7)]
    before = written(tmp_path)
    assert sorted(before.values()) == [20, 21, 22, 23, 24, 25, 26]
    back, raised = grants[0], grants[1]
    returned = granting.say_returned(payment=back.payments.get(), because="Closed.", by=imran)
    assert written(tmp_path) == before, "one officer's word took it out"
    granting.decide_returned(returned=returned, agrees=True, by=robert)
    assert sorted(written(tmp_path).values()) == [21, 22, 23, 24, 25, 26]
    review = granting.ask_review(award=raised, words="Not enough.", by=leah)
    granting.decide_review(review=review, amount=Decimal(40), words="More is right.", by=wanda)
    raised.refresh_from_db()
    desk.read_back(desk.run(), raised)
    after = written(tmp_path)
    assert sorted(after.values()) == [22, 23, 24, 25, 26, 40]
    assert set(after) < set(before), "it is the same grant, and under its own number"
