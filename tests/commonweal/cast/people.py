"""The cast: a few named people, with one line each about what they may do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts.models import Appointment, Person, Role
from commonweal.partners.models import Membership, Partner
from commonweal.places.models import Town

# Some tests set the clock to days of November 2026: the cast holds its roles by then, whenever the
# tests run.
HELD_SINCE = date(2026, 11, 1)


def somebody(
    email: str, name: str, *, role: str = "", of: Partner | None = None, may: str = "editor"
) -> Person:
    person = Person.objects.create_user(f"{email}@brackenford.example", name=name)
    if role:
        today = timezone.localdate()
        Appointment.objects.create(
            person=person,
            role=role,
            starts_on=min(today - timedelta(days=10), HELD_SINCE),
            ends_on=today + timedelta(days=300),
            because="test",
        )
    if of:
        Membership.objects.create(partner=of, person=person, role=may, job_title="Manager")
    return person


@pytest.fixture
def asha(bakery: Partner) -> Person:
    """Edits for the bakery."""
    return somebody("asha", "Asha Patel", of=bakery)


@pytest.fixture
def ben(bakery: Partner) -> Person:
    """Reads for the bakery."""
    return somebody("ben", "Ben Lowe", of=bakery, may="reader")


@pytest.fixture
def carys(town: Town) -> Person:
    """Has signed in and has no tie to anything."""
    return somebody("carys", "Carys Hughes")


@pytest.fixture
def maya(council: Partner) -> Person:
    """Charter manager, of the council."""
    return somebody("maya", "Maya Lindqvist", role=Role.CHARTER_MANAGER, of=council)


@pytest.fixture
def idris(college: Partner) -> Person:
    """Reviewer, of the college."""
    return somebody("idris", "Idris Bowen", role=Role.REVIEWER, of=college)


@pytest.fixture
def priya(homes: Partner) -> Person:
    """Second reviewer, of the housing association."""
    return somebody("priya", "Priya Nair", role=Role.REVIEWER, of=homes)


@pytest.fixture
def tom(town: Town) -> Person:
    """Validator, of the cross-party group."""
    return somebody("tom", "Tom Ashdown", role=Role.VALIDATOR)


@pytest.fixture
def nadia(council: Partner) -> Person:
    """Programme lead, of the council."""
    return somebody("nadia", "Nadia Clarke", role=Role.PROGRAMME_LEAD, of=council)


@pytest.fixture
def daniel(town: Town) -> Person:
    """Administrator."""
    return somebody("daniel", "Daniel Reyes", role=Role.ADMINISTRATOR)


@pytest.fixture
def helen(town: Town) -> Person:
    """Data protection officer."""
    return somebody("helen", "Helen Marsh", role=Role.DATA_PROTECTION_OFFICER)


@pytest.fixture
def new_person() -> Any:
    return somebody
