"""A group of firms that agreed to be public, and one of which only staff may know."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.economy.exposure import actions
from commonweal.partners.models import Partner

# What every word of the private one holds; `cast.economy` has the same.
WORD = "Thistlewick"


def group_of(**more: Any) -> dict[str, Any]:
    """What somebody writes down of a group of 60 jobs."""
    return {
        "name": "Vantor",
        "section": "C",
        "is_multinational": True,
        "local_jobs": 60,
        "jobs_source": "Its own count",
        "jobs_on": timezone.localdate(),
        "partners": [],
        "entries": [],
        "sub_suppliers": "",
    } | more


@pytest.fixture
def grouped(bakery: Partner, yusuf: Person) -> dict[str, dict[str, Any]]:
    """For each address of exposure, what stands in it."""
    public = actions.write_down(
        group=None,
        values=group_of(partners=[bakery], sub_suppliers=f"{WORD} Castings"),
        by=yusuf,
    )
    actions.publish(
        group=public,
        consent_on=timezone.localdate(),
        consent_words=f"{WORD} of the board",
        decision=None,
        by=yusuf,
    )
    actions.write_down(
        group=None,
        values=group_of(
            name=f"{WORD} plc",
            jobs_source=f"{WORD}'s own",
            local_jobs=54321,
            partners=[bakery],
            sub_suppliers=f"{WORD} Forge",
        ),
        by=yusuf,
    )
    actions.rate(section="C", rating="middle", because=f"{WORD} said", source="x", by=yusuf)
    names = ("group", "desk-group", "group-change", "group-publish", "group-private")
    return {name: {"code": public.code} for name in names} | {"section-rate": {"section": "C"}}
