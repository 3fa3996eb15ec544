"""A row of everything, or of the help desk, is made once; each test finds it as it was made."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.partners.models import Partner
from commonweal.residents.models import Resident
from tests.commonweal.test_permissions import samples
from tests.kept import KeptRows

__all__ = ["samples"]

# On one worker: the second of them finds what the first one made and spoiled.
pytestmark = pytest.mark.xdist_group("samples")


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_each_finds_it_as_it_was_made(turn, samples, kept_rows, bakery, asha, pledged):
    kept_samples = kept_rows["samples"]
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


@pytest.mark.parametrize("turn", [1, 2])
def test_what_the_desk_has_is_kept_by_itself(turn, planted, kept_rows, leah, secret):
    kept = kept_rows["planted"]
    assert kept.is_shown
    assert not kept_rows["samples"].is_shown
    assert {"planted", "leah", "spent"} <= set(kept.kept)
    assert "samples" not in kept.kept
    assert planted == kept.kept["planted"]
    assert leah == Person.objects.get(code=leah.code)
    assert leah is not kept.kept["leah"]
    papers = [path for path in settings.CASE_FOLDER.rglob("*") if path.is_file()]
    assert papers
    for paper in papers:
        paper.unlink()
    resident = Resident.objects.get(code=planted["desk-resident"]["code"])
    assert resident.last_name == f"{secret} last_name"
    resident.last_name = "Spoiled"
    resident.save()
    planted.clear()


def test_they_are_made_anew_before_anything_of_them_is_due(monkeypatch):
    kept = KeptRows("samples", lambda: None)
    kept.made_for, kept.made_at = timezone.localdate(), 1000.0
    now = SimpleNamespace(monotonic=lambda: 1000.0 + KeptRows.FRESH_S)
    monkeypatch.setattr("tests.kept.time", now)
    assert not kept.is_out_of_date()
    now.monotonic = lambda: 1001.0 + KeptRows.FRESH_S
    assert kept.is_out_of_date()


def test_after_them_the_town_is_empty(db, kept_rows):
    assert not any(kept.is_shown for kept in kept_rows.values())
    assert not Partner.objects.exists()
