"""The demonstration's handlers ring while the desk is staffed, as its telephone says: 8 to 8."""

from __future__ import annotations

import pytest
from django.db.models import F
from django.utils import timezone

from commonweal.cases.models import Call


@pytest.mark.alike
def test_nobody_was_rung_at_night_or_before_they_asked(whole_village):
    hours = {timezone.localtime(call.at).hour for call in Call.objects.all()}
    assert hours
    assert hours <= set(range(8, 20))
    assert not Call.objects.filter(at__lt=F("case__opened_at")).exists()
