"""What stood in the database before is carried: versions, sealed words, narrower referrals."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from commonweal.helps.models import Consent, Referral, Resident, SafeContact

pytestmark = pytest.mark.django_db
carried = import_module("commonweal.helps.migrations.0012_carry_safe_contact")
NOTE = "Violent ex-partner knows the number."


class Editor:
    connection = connection


class BeforeTheGuard:
    """The models as the migration has them: without the guard."""

    @staticmethod
    def get_model(app: str, name: str) -> Any:
        model = apps.get_model(app, name)
        if name != "Resident":
            return model
        return type("Before", (), {"objects": Rows(model)})


class Rows:
    def __init__(self, model: Any) -> None:
        self.model = model

    def exclude(self, **which: Any) -> Any:
        rows = list(self.model.objects.exclude(**which))
        for row in rows:
            row.save = lambda update_fields, row=row: _raw(row, update_fields)
        return type("Found", (), {"iterator": lambda self, size: iter(rows)})()


def _raw(row: Any, names: list[str]) -> None:
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(
                f"UPDATE helps_resident SET {name} = %s WHERE id = %s",
                [getattr(row, name), row.pk],
            )


def as_before(resident: Resident, contact: str) -> None:
    SafeContact.objects.filter(resident=resident).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE helps_resident SET contact = %s, contact_version = 0 WHERE id = %s",
            [contact, resident.pk],
        )


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("food", "any", "any"),
        ("food", "text_only", "text_only"),
        ("safety", "any", "not_asked"),
        ("safety", "text_only", "text_only"),
        ("safety", "none", "none"),
    ],
)
def test_what_was_so_becomes_a_first_version(asks_for_help, grace, kind, before, after):
    resident = asks_for_help(kind, by=grace, safe_note=NOTE).resident
    as_before(resident, before)
    carried.carry(BeforeTheGuard, Editor)
    resident = Resident.objects.get()
    version = SafeContact.objects.get()
    assert resident.contact == version.contact == after
    assert (version.number, resident.contact_version, version.note) == (1, 1, NOTE)
    assert (version.source, version.because) == ("carried", carried.BECAUSE)


def test_words_of_consent_are_sealed_and_can_be_unsealed(asks_for_help, leah):
    consent = Consent.objects.create(resident=asks_for_help(by=leah).resident, fields=["phone"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE helps_consent SET purpose = 'advice', words = 'Yes.'")
    carried.seal(apps, Editor)
    consent = Consent.objects.get(pk=consent.pk)
    assert (consent.purpose, consent.words, consent.recipient) == ("advice", "Yes.", "unknown")
    carried.unseal(apps, Editor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT purpose, words FROM helps_consent")
        assert cursor.fetchall() == [("advice", "Yes.")]


def test_open_referrals_are_cut_to_what_was_agreed_to(asks_for_help, leah, service):
    case = asks_for_help("debt", by=leah)
    consent = Consent.objects.create(resident=case.resident, fields=["first name"], words="Yes.")
    Referral.objects.create(
        request=case,
        need=case.needs.get(),
        service=service,
        partner=service.organisation.partner,
        hand="minimum",
        fields=["safe contact", "first name", "phone"],
        consent=consent,
        answer_by=timezone.now() + timedelta(days=1),
    )
    carried.cut_referrals(apps, Editor)
    assert Referral.objects.get().fields == ["first name"]
