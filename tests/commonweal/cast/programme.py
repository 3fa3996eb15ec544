"""The programme: a pillar, a metric, an action."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from commonweal.accounts.actors import EDITOR, Actor
from commonweal.accounts.models import Role
from commonweal.charter.models import Decision, Theme
from commonweal.partners.models import Partner
from commonweal.places.models import Town
from commonweal.programme.actions import CountedPriority, cite, take_up
from commonweal.programme.models import (
    Action,
    Citation,
    Metric,
    Milestone,
    Pillar,
    Priority,
    Series,
    TargetPoint,
)

# --- Programme and books ------------------------------------------------------------------------


@pytest.fixture
def pillar(town: Town) -> Pillar:
    return Pillar.objects.create(code="procurement", name="Progressive procurement", order=1)


@pytest.fixture
def metric(bakery: Partner, theme: Theme) -> Metric:
    """A count that the bakery reports each quarter, from 10 towards 30; it began two years ago."""
    made = Metric.objects.create(
        code="apprentices",
        name="Apprentices started",
        question="Are there ways into work?",
        kind="count",
        theme=theme,
        partner=bakery,
        owner_title="Head baker",
        release_days=20,
    )
    year = timezone.localdate().year
    series = Series.objects.create(
        metric=made,
        number=1,
        definition="Those who began in the quarter.",
        unit="apprentices",
        starts_on=date(year - 2, 1, 1),
        baseline=Decimal(10),
        baseline_on=date(year - 2, 1, 1),
    )
    TargetPoint.objects.create(series=series, on=date(year + 2, 1, 1), value=Decimal(30))
    return made


@pytest.fixture
def action(
    bakery: Partner, pillar: Pillar, metric: Metric, decision: Decision, today: date
) -> Action:
    """The bakery's: two milestones, one due in 50 days and one in 100."""
    made = Action.objects.create(
        code="train-bakers",
        title="Train young bakers",
        partner=bakery,
        metric=metric,
        owner_title="Head baker",
        decision=decision,
        starts_on=today - timedelta(days=50),
        due_on=today + timedelta(days=100),
    )
    made.pillars.add(pillar)
    for order, (title, days) in enumerate((("Course agreed", 50), ("First cohort", 100)), 1):
        Milestone.objects.create(
            action=made, title=title, due_on=today + timedelta(days=days), order=order
        )
    return made


@pytest.fixture
def wished(town: Town, today: date) -> Priority:
    """What residents want second and enterprises first, of four."""
    asked = CountedPriority(
        source_key="x-1-0",
        title="Places to train",
        question="What comes first?",
        resident_place=2,
        enterprise_place=1,
        out_of=4,
        counted_on=today,
        address="/have-your-say/",
    )
    return take_up(asked=[asked], author=Actor(None, Role.PROGRAMME_LEAD))[0]


@pytest.fixture
def cited(action: Action, wished: Priority) -> Citation:
    """The bakery's action answers it."""
    because = "It takes on six a year."
    return cite(action=action, priority=wished, because=because, author=Actor(None, EDITOR, "x"))
