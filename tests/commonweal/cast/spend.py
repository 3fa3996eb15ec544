"""An anchor, its payments, and the analyst."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts.models import Person, Role
from commonweal.partners.models import Partner
from commonweal.spend import importing, payees, preparing
from commonweal.spend.models import Anchor, Answer, Payee, Release, Survey

from .people import somebody

# --- Local spend --------------------------------------------------------------------------------


@pytest.fixture
def yusuf(council: Partner) -> Person:
    """Analyst, of the council."""
    return somebody("yusuf", "Yusuf Demir", role=Role.ANALYST, of=council)


@pytest.fixture
def anchor(council: Partner) -> Anchor:
    """The council, whose payments are analysed."""
    return Anchor.objects.create(partner=council)


@pytest.fixture
def taken(yusuf: Person) -> Any:
    """Upload, read and take a file of payments."""

    def take(
        anchor: Anchor,
        text: str,
        name: str = "payments.csv",
        *,
        route: str = "published",
        replaces: Release | None = None,
    ) -> Release:
        made = importing.upload(
            anchor=anchor, route=route, content=text.encode(), name=name, by=yusuf
        )
        importing.take(release=importing.read(made), by=yusuf, replaces=replaces)
        made.refresh_from_db()
        return made

    return take


@pytest.fixture
def spent(anchor: Anchor, taken: Any, yusuf: Person) -> dict[str, dict[str, Any]]:
    """Two payments that count, a file that waits, a decision; for each address what stands in it.

    No register is loaded.
    """
    head = "Payment Date,Supplier Name,Net Amount,Invoice Ref\n"
    counts = taken(anchor, f"{head}03/07/2026,Oakby Tiles Ltd,10.00,A1\n04/07/2026,Elm,5.00,A2\n")
    waits = importing.read(
        importing.upload(
            anchor=anchor,
            route="published",
            name="b.csv",
            by=yusuf,
            content=f"{head}03/09/2026,Oakby Tiles Ltd,10.00,A9\n".encode(),
        )
    )
    preparing.bring_up_to_date()
    payee = Payee.objects.get(name="Oakby Tiles Ltd")
    decided = payees.decide(payee=payee, verdict="none", because="x", by=yusuf, role="analyst")
    other = Payee.objects.get(name="Elm")
    asked = Survey.objects.create(title="Again?", closes_on=timezone.localdate())
    page = Answer.objects.create(survey=asked, supplier=payee.code, name=payee.name)
    return {
        "spend-supplier": {"code": payee.code},
        "spend-release": {"code": counts.code},
        **{
            name: {"code": waits.code}
            for name in ("desk-release", "release-say", "release-take", "release-away")
        },
        "release-undo": {"code": counts.code},
        "spend-decide": {"code": other.code},
        "spend-take-back": {"pk": decided.pk},
        "spend-survey": {"token": page.token},
        "survey-links": {"pk": page.survey.pk},
    }
