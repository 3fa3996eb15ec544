"""A café that waits to be accepted, and what it signed meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from commonweal.accounts.models import Person
from commonweal.charter.models import CharterVersion, HeldSignature
from commonweal.partners.models import Partner

from .joined import hold


@pytest.fixture
def fern(new_partner: Any, version: CharterVersion) -> Partner:
    """A café that waits to be accepted."""
    return new_partner("fern", "Little Fern", accepted_on=None)


@pytest.fixture
def hale(fern: Partner, new_person: Any) -> Person:
    return new_person("hale", "Fern Hale", of=fern)


@pytest.fixture
def held(fern: Partner, hale: Person, version: CharterVersion) -> HeldSignature:
    return hold(fern, version, hale)
