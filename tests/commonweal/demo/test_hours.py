"""A fictional town tells of nothing as done whose hour has not come."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from commonweal.demo.stories import Teller

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize("hour", [0, 7, 12])
@pytest.mark.parametrize("made_for", [TODAY, TODAY + timedelta(days=40)], ids=str)
def test_no_entry_is_written_later_than_the_hour_at_which_the_town_is_made(
    monkeypatch, hour, made_for
):
    """The doctor would call the clock wrong, and figures of today would have to wait for it."""
    now = datetime.combine(TODAY, time(hour, 20), tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    began = made_for - timedelta(days=1000)
    teller = Teller(random.Random(7), began=began, today=made_for, most_claims=3, people={})
    moments = [teller.at(made_for) for _ in range(50)]
    # Half an hour of entries follows the newest, a minute each.
    assert max(moments) + timedelta(minutes=30) < now + (made_for - TODAY)
    # What stands before it in the ledger keeps its place.
    assert min(moments) > max(teller.at(made_for - timedelta(days=1)) for _ in range(50))
