"""Two at the same moment: what somebody else does while an action waits for the row it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.models import Model, QuerySet

Meanwhile = Callable[[type[Model], Callable[[], Any]], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Meanwhile]:
    """`meanwhile(Case, act)`: when an action first asks to hold rows of this model, `act` has just
    been done by somebody else. An action that holds none fails the test."""
    waiting: dict[type[Model], Callable[[], Any]] = {}
    hold = QuerySet.select_for_update

    def after_the_other(rows: QuerySet[Any], *args: Any, **more: Any) -> QuerySet[Any]:
        act = waiting.pop(rows.model, None)
        if act is not None:
            act()
        return hold(rows, *args, **more)

    monkeypatch.setattr(QuerySet, "select_for_update", after_the_other)
    yield waiting.__setitem__
    assert not waiting, f"Nobody held {[model.__name__ for model in waiting]}"
