"""The town's name and telephone are kept for while the database is away: as they are in it."""

from __future__ import annotations

import json

import pytest
from django.db import transaction


@pytest.fixture
def kept(tmp_path):
    def read():
        file = tmp_path / "away" / "town.json"
        return json.loads(file.read_text()) if file.exists() else None

    return read


def test_a_change_is_kept_once_it_stands(town, kept, django_capture_on_commit_callbacks):
    town.help_phone = "01632 960001"
    with django_capture_on_commit_callbacks(execute=True):
        town.save(update_fields=["help_phone"])
        assert kept() is None
    assert kept()["help_phone"] == "01632 960001"


def test_a_change_that_is_taken_back_is_kept_nowhere(
    town, kept, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        town.help_phone = "01632 960002"
        town.save(update_fields=["help_phone"])
        transaction.set_rollback(True)
    assert kept() is None
