"""The help desk: who works at it, a case, a service, a fund."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from commonweal.accounts.models import Person, Role
from commonweal.cases import starting as helping
from commonweal.cases import working
from commonweal.cases.models import Case
from commonweal.grants.models import Fund
from commonweal.partners.models import Partner
from commonweal.places.models import Town
from commonweal.residents import people as residents
from commonweal.services.models import HelpType, Organisation, Service
from commonweal.volunteers.models import Volunteer

from .people import somebody
from .town import organisation

# --- The help desk ------------------------------------------------------------------------------


@pytest.fixture
def kinds(town: Town) -> dict[str, HelpType]:
    """The kinds of help that a town starts with; “safety” is restricted."""
    helping.apply({}, on=timezone.localdate())
    return {one.code: one for one in HelpType.objects.all()}


@pytest.fixture
def leah(kinds: Any) -> Person:
    """Call handler."""
    return somebody("leah", "Leah Omondi", role=Role.CALL_HANDLER)


@pytest.fixture
def owen(kinds: Any) -> Person:
    """Another call handler."""
    return somebody("owen", "Owen Pryce", role=Role.CALL_HANDLER)


@pytest.fixture
def grace(kinds: Any) -> Person:
    """Desk manager."""
    return somebody("grace", "Grace Whitlock", role=Role.DESK_MANAGER)


@pytest.fixture
def noor(kinds: Any) -> Person:
    """Named colleague for “safety”; nobody has planned her hours."""
    person = somebody("noor", "Noor Haddad", role=Role.NAMED_COLLEAGUE)
    kinds["safety"].only_for.add(person)
    return person


@pytest.fixture
def mei(town: Town) -> Person:
    """Grants assessor."""
    return somebody("mei", "Mei Tran", role=Role.GRANTS_ASSESSOR)


@pytest.fixture
def robert(town: Town) -> Person:
    """Grants approver."""
    return somebody("robert", "Robert Ayre", role=Role.GRANTS_APPROVER)


@pytest.fixture
def wanda(town: Town) -> Person:
    """Another grants approver."""
    return somebody("wanda", "Wanda Kowal", role=Role.GRANTS_APPROVER)


@pytest.fixture
def imran(town: Town) -> Person:
    """Finance officer."""
    return somebody("imran", "Imran Shah", role=Role.FINANCE_OFFICER)


@pytest.fixture
def advice(town: Town) -> Partner:
    return organisation("advice", "Advice Centre", sector="voluntary", kind="charity")


@pytest.fixture
def joan(advice: Partner) -> Person:
    """Edits for the advice centre and is its referral worker."""
    person = somebody("joan", "Joan Tully", of=advice)
    person.memberships.update(handles_referrals=True)
    return person


@pytest.fixture
def sam(town: Town) -> Person:
    """A volunteer, active, who shops."""
    person = somebody("sam", "Sam Okoro")
    Volunteer.objects.create(
        person=person, phone="07700 900111", skills=["shopping"], state="active"
    )
    return person


@pytest.fixture
def service(advice: Partner, kinds: Any) -> Service:
    """The advice centre's, for debts, with room for two."""
    owner = Organisation.objects.create(name=advice.name, partner=advice)
    made = Service.objects.create(
        organisation=owner,
        name="Debt advice",
        takes_referrals=True,
        capacity=2,
        answer_hours=48,
        assured_on=timezone.localdate(),
    )
    made.help_types.set([kinds["debt"], kinds["money"]])
    return made


@pytest.fixture
def asks_for_help(kinds: Any) -> Any:
    """Somebody asks for help: by default by a form, for food, and nobody has it yet."""

    def ask(*codes: str, by: Person | None = None, signs: Any = (), **values: Any) -> Case:
        channel = values.pop("channel", "phone" if by else "web")
        at = values.pop("at", None)
        said = {
            "first_name": "Zebedee",
            "last_name": "Quillfeather",
            "born": "1958-04-12",
            "phones": "07700 934567",
            "address": "14 Mill Lane",
            "postcode": "BF1 2AG",
        }
        resident = values.pop("resident", None) or residents.add(values=said | values, by=by)
        return working.open_case(
            resident=resident,
            channel=channel,
            by=by,
            signs=signs,
            at=at,
            needs={kinds[code]: {} for code in codes or ("food",)},
            words="There is nothing left.",
        )

    return ask


@pytest.fixture
def fund(town: Town, today: date) -> Fund:
    """£1,000, at most £300 each; above £100 it takes two approvals."""
    return Fund.objects.create(
        code="hardship",
        name="Hardship fund",
        budget=Decimal(1000),
        most=Decimal(300),
        starts_on=today - timedelta(days=100),
        ends_on=today + timedelta(days=100),
        window_days=90,
        ask_review_days=28,
        review_days=15,
        approvals=[{"up_to": "100", "approvals": 1}, {"up_to": "300", "approvals": 2}],
    )


@pytest.fixture
def movable_readings(db: None) -> None:
    """Lets a test move or take readings, which the database refuses to everybody."""
    with connection.cursor() as cursor:
        for table in ("cases_caseread", "cases_glass"):
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            else:
                for name in ("no_update", "no_delete"):
                    cursor.execute(f"DROP TRIGGER {table}_{name}")
