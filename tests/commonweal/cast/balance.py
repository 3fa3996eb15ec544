"""A period, and its books closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from commonweal.accounts.models import Person
from commonweal.balance import actions as books
from commonweal.balance.comparing import red_lines
from commonweal.balance.models import Period, Statement
from commonweal.places.models import Town


@pytest.fixture
def period(town: Town, today: date) -> Period:
    """The 90 days that ended yesterday."""
    return Period.objects.create(
        code="2026-q3",
        title="The last 90 days",
        starts_on=today - timedelta(days=90),
        ends_on=today - timedelta(days=1),
    )


@pytest.fixture
def close_books(maya: Person, idris: Person, tom: Person) -> Any:
    """Draft, explain what is red, draft again, sign off, validate and close."""

    def close(period: Period, **more: Any) -> Statement:
        draft = books.prepare(period=period, by=maya, **more)
        for about, _ in red_lines(draft.content):
            books.explain(period=period, about=about, reason="It rained.", by=maya)
        draft = books.prepare(period=period, by=maya, **more)
        seen = draft.content_sha256
        books.sign_off(draft=draft, seen=seen, by=idris)
        books.validate(draft=draft, seen=seen, by=tom)
        return books.close(draft=draft, seen=seen, by=maya)

    return close
