"""What stood in the database before is carried: versions, sealed words, narrower referrals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from commonweal.cases.models import Consent, Referral
from commonweal.office.tables import rename_tables
from commonweal.residents.models import Resident, SafeContact

from .rooms import Editor, before_the_rooms

pytestmark = pytest.mark.django_db
carried = import_module("commonweal.helps.migrations.0012_carry_safe_contact")
NOTE = "Violent ex-partner knows the number."


def as_before(resident: Resident, contact: str) -> None:
    SafeContact.objects.filter(resident=resident).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE residents_resident SET contact = %s, contact_version = 0 WHERE id = %s",
            [contact, resident.pk],
        )


@contextmanager
def named_as_before() -> Iterator[None]:
    """Steps without models name the table of consents themselves."""
    rename_tables(Editor, [("cases_consent", "helps_consent")])
    yield
    rename_tables(Editor, [("helps_consent", "cases_consent")])


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
    old_apps = before_the_rooms("0011_safe_contact_and_consent")
    carried.carry(old_apps, Editor)
    resident = Resident.objects.get()
    version = SafeContact.objects.get()
    assert resident.contact == version.contact == after
    assert (version.number, resident.contact_version, version.note) == (1, 1, NOTE)
    assert (version.source, version.because) == ("carried", carried.BECAUSE)


def test_words_of_consent_are_sealed_and_can_be_unsealed(asks_for_help, leah):
    consent = Consent.objects.create(resident=asks_for_help(by=leah).resident, fields=["phone"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_consent SET purpose = 'advice', words = 'Yes.'")
    with named_as_before():
        carried.seal(None, Editor)
    consent = Consent.objects.get(pk=consent.pk)
    assert (consent.purpose, consent.words, consent.recipient) == ("advice", "Yes.", "unknown")
    with named_as_before():
        carried.unseal(None, Editor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT purpose, words FROM cases_consent")
        assert cursor.fetchall() == [("advice", "Yes.")]


def test_open_referrals_are_cut_to_what_was_agreed_to(asks_for_help, leah, service):
    case = asks_for_help("debt", by=leah)
    consent = Consent.objects.create(resident=case.resident, fields=["first name"], words="Yes.")
    Referral.objects.create(
        case=case,
        need=case.needs.get(),
        service=service,
        partner=service.organisation.partner,
        hand="minimum",
        fields=["safe contact", "first name", "phone"],
        consent=consent,
        answer_by=timezone.now() + timedelta(days=1),
    )
    old_apps = before_the_rooms()
    carried.cut_referrals(old_apps, Editor)
    assert Referral.objects.get().fields == ["first name"]
