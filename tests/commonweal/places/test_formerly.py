"""What rows were called before: kept once, never rewritten, read back for an earlier day."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction

from commonweal.partners import naming
from commonweal.partners.models import Partner
from commonweal.places import formerly
from commonweal.places.models import Former


@pytest.fixture
def renamed(bakery, maya, asha) -> Partner:
    naming.hold_back(partner=bakery, profile={"name": "Quay Bakery"}, by=asha)
    naming.accept(change=naming.waiting_of(bakery), by=maya)
    return Partner.objects.get(pk=bakery.pk)


def test_a_day_has_the_name_of_its_end(renamed, today):
    yesterday = today - timedelta(days=1)
    assert [p.name for p in formerly.as_at([renamed], today)] == ["Quay Bakery"]
    assert [p.name for p in formerly.as_at([renamed], yesterday)] == ["Harbour Lane Bakery"]
    assert Partner.objects.get(pk=renamed.pk).name == "Quay Bakery"


def test_what_something_was_called_is_never_rewritten(renamed):
    for write in (lambda rows: rows.update(was={}), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            write(Former.objects.filter(code=renamed.code))


def test_nothing_private_is_kept(bakery):
    formerly.keep(bakery, {"contact_name": "Somebody", "name": bakery.name})
    assert not Former.objects.exists()


def test_an_upgrade_keeps_the_names_that_were_changed_before(bakery, maya, asha, today):
    naming.hold_back(partner=bakery, profile={"name": "Quay Bakery"}, by=asha)
    bakery.name_changes.update(state="accepted", decided_by=maya, decided_at="2026-01-02T12:00Z")
    Partner.objects.filter(pk=bakery.pk).update(name="Quay Bakery")
    import_module("commonweal.partners.migrations.0004_names_that_were").copy(apps, None)
    [then] = formerly.as_at(Partner.objects.filter(pk=bakery.pk), today.replace(year=2025))
    assert then.name == "Harbour Lane Bakery"
