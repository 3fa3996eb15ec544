"""Anchors and their payments."""

from __future__ import annotations

import pytest

from commonweal.spend import preparing
from commonweal.spend.models import (
    Anchor,
)

from .town import COUNCIL, HOSPITAL, LEDGER, registered


@pytest.fixture
def hospital(new_partner, town):
    return Anchor.objects.create(
        partner=new_partner("hospital", "General Hospital", sector="public", kind="health")
    )


@pytest.fixture
def town_spend(anchor, hospital, college, taken):
    """Two anchors' files, the council's own ledger, everything worked out. The college is an
    anchor too, with a number, and has no file."""
    registered()
    Anchor.objects.create(partner=college, ids=["GB-COH-01000006"])
    taken(anchor, COUNCIL, "council-q3.csv")
    taken(hospital, HOSPITAL, "hospital.csv")
    taken(anchor, LEDGER, "ledger.csv", route="ledger")
    return preparing.bring_up_to_date()
