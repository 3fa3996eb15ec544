"""Which partners a name in a file could mean: as comparing each with it, sign by sign, says."""

from __future__ import annotations

import re

import pytest

from commonweal.partners.likeness import similarity
from commonweal.partners.models import Partner
from commonweal.pledges.register import NEAR, NEAR_MOST, Register

NAMES = (
    "Brackenford Joinery",
    "Brackenford Joinery Ltd",
    "Brackenford Joinary",
    "Brackenford Joiners",
    "Joinery of Brackenford",
    "Brackenford Borough Council",
    "Brackenford Borough Council Cash Help",
    "Brackenford Borough Concil",
    "1st Brackenford Scouts",
    "1st Brackenford Scout",
    "2nd Brackenford Scouts",
    "Firm 12",
    "Firm 21",
    "Firms 12",
    "Quay",
    "Quays",
    "Harbour Lane Bakery",
    "Harbour Lane Brewery Tap",
    "Bóro Ltd",
    "The Ltd",
    "!",
)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*NAMES, "Brackenford", "Nobody’s", ""])
def test_near_names_are_those_that_comparing_all_of_them_finds(name: str) -> None:
    Partner.objects.bulk_create(
        Partner(code=f"p{number}", name=known, sector="private")
        for number, known in enumerate(NAMES)
    )
    scores = {known: similarity(name, known) for known in NAMES}
    alike = [
        known
        for known, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
        if score >= NEAR and re.findall(r"\d+", known) == re.findall(r"\d+", name)
    ]
    near = [known for _, known in Register("list").near(name)]
    assert near == alike[:NEAR_MOST]
