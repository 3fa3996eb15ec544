"""People of the desk's tests with a rule about how they may be reached, and a clock to set."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.utils import timezone

from ..cast.desk import movable_readings
from ..cast.town import done_measure

__all__ = ["by_text", "clock", "done_measure", "movable_readings", "person"]

# Wednesday 25 November 2026, half past eleven: for whoever may be texted from 10 to 2 it is safe.
SAFE = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set what time it is for everybody who asks Django."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(SAFE)
    return at


@pytest.fixture
def person(asks_for_help, leah, clock) -> Any:
    """Somebody with a case of Leah's, a telephone, an e-mail and an address; and a rule."""

    def make(contact: str = "any", *codes: str, **more: Any):
        days = more.pop("days", "")
        start, end = more.pop("hours", (None, None))
        request = asks_for_help(
            *(codes or ("debt",)),
            by=leah,
            phones="07700 977555",
            email="zeb@example.org",
            address="14 Mill Lane",
            contact=contact,
            safe_days=days,
            safe_from=start,
            safe_until=end,
            **more,
        )
        request.refresh_from_db()
        return request

    return make


@pytest.fixture
def by_text(person) -> Any:
    """Only by text, Monday to Friday, 10 to 2."""
    return lambda **more: person("text_only", days="12345", hours=(time(10), time(14)), **more)
