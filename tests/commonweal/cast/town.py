"""The town: its charter and measures, and the organisations in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonweal.cases.models import Opening
from commonweal.charter.models import CharterVersion, Clause, Decision, Theme, Tier
from commonweal.partners.models import Partner
from commonweal.places.models import Area, Town
from commonweal.pledges.models import Measure


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def town(db: None) -> Town:
    """Brackenford, with all rooms on and its help desk open."""
    Opening.objects.create(id=1, is_open=True)
    return Town.objects.create(
        id=1,
        name="Brackenford",
        service_name="Charter",
        council_name="Borough Council",
        is_fictional=True,
    )


@pytest.fixture
def theme(town: Town) -> Theme:
    return Theme.objects.create(code="fair-work", name="Fair work", order=1)


@pytest.fixture
def area(town: Town) -> Area:
    return Area.objects.create(code="northmoor", name="Northmoor")


@pytest.fixture
def decision(town: Town) -> Decision:
    return Decision.objects.create(
        code="2023-06",
        title="Charter adopted",
        body="Executive",
        decided_on=date(2023, 6, 20),
        minute="E/2023/061",
    )


@pytest.fixture
def version(theme: Theme, decision: Decision) -> CharterVersion:
    made = CharterVersion.objects.create(
        number=1, title="The charter", adopted_by=decision, in_force_from=date(2023, 7, 1)
    )
    Clause.objects.create(version=made, theme=theme, number="1", text="Work to live on.")
    return made


@pytest.fixture
def tier(town: Town) -> Tier:
    return Tier.objects.create(
        code="partner", name="Partner", criteria="Two results", rank=1, review_months=24
    )


@pytest.fixture
def measure(theme: Theme) -> Measure:
    return Measure.objects.create(
        code="hours", name="Hours volunteered", theme=theme, kind="hours", unit="hours"
    )


@pytest.fixture
def done_measure(theme: Theme) -> Measure:
    return Measure.objects.create(
        code="confident", name="Disability Confident", theme=theme, kind="yes_no", unit="reached"
    )


def organisation(code: str, name: str, **more: Any) -> Partner:
    defaults = {"sector": "private", "kind": "company", "size": "micro"}
    accepted = more.pop("accepted_on", timezone.localdate() - timedelta(days=400))
    return Partner.objects.create(code=code, name=name, accepted_on=accepted, **(defaults | more))


@pytest.fixture
def bakery(town: Town) -> Partner:
    return organisation("bakery", "Harbour Lane Bakery")


@pytest.fixture
def college(town: Town) -> Partner:
    return organisation("college", "Brackenford College", sector="public", kind="school")


@pytest.fixture
def homes(town: Town) -> Partner:
    return organisation("homes", "Oakbridge Homes", sector="voluntary", kind="charity")


@pytest.fixture
def council(town: Town) -> Partner:
    return organisation(
        "council", "Borough Council", sector="public", kind="council", is_council=True
    )


@pytest.fixture
def new_partner() -> Any:
    return organisation
