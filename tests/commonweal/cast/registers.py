"""Registers of other bodies, read in beside what the town promised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from commonweal.charter.models import Theme
from commonweal.partners.models import Partner
from commonweal.pledges import carrying, importing
from commonweal.pledges.layout import layout_named
from commonweal.pledges.models import Measure, Pledge

HEAD = {
    "uk-promises": "promise_id,promise_text,status,progress_score,last_checked",
    "ndcs": "code,party,title,version,status,submissionDate",
}


def read_in(layout: str, rows: list[str], as_at: date) -> list[Pledge]:
    """Read some rows of a register of another body in."""
    content = "\n".join([HEAD[layout], *rows, ""]).encode()
    planned = importing.plan(
        content, f"{layout}.csv", layout=layout_named(layout), as_at=as_at, answers={}
    )
    assert not planned.rejected, planned.rejected
    carrying.carry_out(planned, by=None)
    return list(Pledge.objects.of_others().filter(source=layout).order_by("code"))


@pytest.fixture
def of_others(theme: Theme, bakery: Partner, today: date) -> Callable[..., list[Pledge]]:
    """Read two registers of other bodies in: three promises of a government, counted by a measure
    under a theme of the town's, and one that names a partner of the town."""

    def load(*, day: date | None = None) -> list[Pledge]:
        on = day or today - timedelta(days=3)
        Measure.objects.get_or_create(
            code="promise-progress",
            defaults={
                "theme": theme,
                "name": "Points of progress",
                "kind": "count",
                "unit": "points",
                "on_menu": False,
            },
        )
        promises = [
            f"{n},We will give more hours of jobs and shopping {n},open,{score},{on.isoformat()}"
            for n, score in enumerate(("0", "40", "100"), start=1)
        ]
        read_in("uk-promises", promises, on)
        read_in("ndcs", [f"BAK,{bakery.name},First pledge,1,active,{on.isoformat()}"], on)
        pledges = list(Pledge.objects.of_others().order_by("pk"))
        assert len(pledges) == 4
        assert {pledge.target for pledge in pledges} == {Decimal(100), None}
        return pledges

    return load
