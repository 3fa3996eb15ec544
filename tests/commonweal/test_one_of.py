"""Thousands of keys are one parameter, on both databases."""

from __future__ import annotations

import pytest

from commonweal.office.one_of import OneOf
from commonweal.residents.models import Resident


@pytest.mark.django_db
def test_one_of_thousands(db, django_assert_num_queries):
    ada, bea = (Resident.objects.create(first_name=name) for name in ("Ada", "Bea"))
    numbers = {ada.pk, *range(10**6, 10**6 + 40_000)}
    with django_assert_num_queries(1):
        assert list(Resident.objects.filter(OneOf("id", numbers))) == [ada]
    assert list(Resident.objects.exclude(OneOf("id", numbers))) == [bea]
    assert not Resident.objects.filter(OneOf("id", ())).exists()
