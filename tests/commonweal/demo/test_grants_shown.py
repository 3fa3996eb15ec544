"""The demonstration's grants go by every way, and no code is left with nobody."""

from __future__ import annotations

from commonweal.grants.methods import METHODS
from commonweal.grants.models import IssuedCode, PaymentRun


def test_the_village_shows_every_way(whole_village):
    runs = PaymentRun.objects.exclude(method=None)
    assert set(runs.values_list("method", flat=True)) == set(METHODS)
    assert IssuedCode.objects.exists()
    assert not IssuedCode.objects.filter(handed_at=None).exists()
