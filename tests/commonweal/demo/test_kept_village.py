"""The village that is kept for many tests stays whole, whatever a test beside it does to its own
connection. The three belong together, in this order, on one worker."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from commonweal.pledges.models import Pledge

pytestmark = pytest.mark.xdist_group("village")


def test_first_somebody_looks_at_the_village(whole_village):
    assert Pledge.objects.exists()


def test_then_another_test_loses_its_connection_in_the_middle(db):
    with transaction.atomic():
        assert not Pledge.objects.exists()
        connection.close()


def test_and_the_village_is_looked_at_again_in_a_transaction(whole_village):
    with transaction.atomic():
        assert Pledge.objects.exists()
