"""The record keeps the role in which somebody acted, always under its code."""

from __future__ import annotations

from commonweal.accounts.actors import EDITOR, IMPORT, RESIDENT, SYSTEM
from commonweal.accounts.models import Event, Role


def test_whatever_is_in_the_record_is_there_under_a_code(planted, db):
    roles = set(Event.objects.values_list("as_role", flat=True)) - {""}
    assert Role.ANALYST in roles
    assert roles <= {*Role.values, EDITOR, IMPORT, RESIDENT, SYSTEM, "person", "command line"}
