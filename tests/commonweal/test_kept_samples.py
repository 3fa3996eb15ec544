"""A row of everything is made once, and each test finds it as it was made."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils import timezone

from commonweal.partners.models import Partner
from tests.commonweal.test_permissions import samples
from tests.kept import KeptSamples

__all__ = ["samples"]

# On one worker: the second of them finds what the first one made and spoiled.
pytestmark = pytest.mark.xdist_group("samples")


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_each_finds_it_as_it_was_made(turn, samples, kept_samples, bakery, asha, pledged):
    assert kept_samples.is_shown
    assert {"samples", "bakery", "asha", "planted"} <= set(kept_samples.kept)
    assert samples == kept_samples.kept["samples"]
    assert bakery == Partner.objects.get(code="bakery")
    assert bakery.name == Partner.objects.get(code="bakery").name == "Harbour Lane Bakery"
    # What points to each other does so in the copies, and in what functions were made around.
    assert asha is pledged.__closure__[0].cell_contents
    assert bakery is not kept_samples.kept["bakery"]
    papers = [path for path in settings.EVIDENCE_FOLDER.rglob("*") if path.is_file()]
    assert len(papers) >= 2
    for paper in papers:
        paper.unlink()
    samples.clear()
    bakery.name = "Spoiled"
    bakery.save()
    pledged(statement="Only here.")


def test_it_is_made_anew_before_anything_of_it_is_due(kept_samples, monkeypatch):
    kept = KeptSamples(lambda: None)
    kept.made_for, kept.made_at = timezone.localdate(), 1000.0
    now = SimpleNamespace(monotonic=lambda: 1000.0 + KeptSamples.FRESH_S)
    monkeypatch.setattr("tests.kept.time", now)
    assert not kept.is_out_of_date()
    now.monotonic = lambda: 1001.0 + KeptSamples.FRESH_S
    assert kept.is_out_of_date()


def test_after_it_the_town_is_empty(db, kept_samples):
    assert not kept_samples.is_shown
    assert not Partner.objects.exists()
