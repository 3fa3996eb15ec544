"""Keys of residents as numbers: those of earlier versions are cut, and find as before."""

from __future__ import annotations

import hmac
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from commonweal.office.fields import keyed_bytes, keyed_hash
from commonweal.residents import finding, key_rows, keys, people
from commonweal.residents.models import Resident, ResidentKey
from commonweal.residents.models.key_kinds import NUMBERS, ORDER

pytestmark = pytest.mark.django_db
MIGRATION = "commonweal.residents.migrations.0004_compact_keys"
EARLIER = """CREATE TABLE residents_residentkey (
    id bigint NOT NULL PRIMARY KEY, kind varchar(12) NOT NULL, digest varchar(32) NOT NULL,
    resident_id bigint NOT NULL
)"""
FACTS = [
    ("phone", "7700900123"),
    ("full", "ada example"),
    *(("born", str(y)) for y in range(1950, 1990)),
]


@pytest.fixture
def resident() -> Resident:
    return Resident.objects.create(first_name="Ada", last_name="Example", born="1958-04-12")


def test_keys_of_earlier_versions_find_as_before(resident):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE residents_residentkey")
        cursor.execute(EARLIER)
        for number, (kind, fact) in enumerate(FACTS):
            before = keyed_hash(f"{kind}:{fact}")[:32]
            line = (number, kind, before, resident.pk)
            cursor.execute("INSERT INTO residents_residentkey VALUES (%s, %s, %s, %s)", line)
    import_module(MIGRATION).compact(None, SimpleNamespace(connection=connection))
    kept = set(ResidentKey.objects.values_list("resident", "kind", "digest"))
    assert kept == {(resident.pk, kind, keys.digest(kind, fact)) for kind, fact in FACTS}
    assert {digest < 0 for _, _, digest in kept} == {True, False}, "signs of both kinds"
    with pytest.raises(IntegrityError), transaction.atomic():
        key_rows.write([next(iter(kept))])


def test_the_migration_knows_every_kind_by_the_same_number():
    assert ORDER[: len(import_module(MIGRATION).KINDS)] == import_module(MIGRATION).KINDS
    names, ways = ("Ada", "Ex", ("Bo Li",)), (("07700 900123",), "a@b.org", "9434765919")
    described = keys.Described(*names, "1958-04-12", *ways, "1 Mill Lane", "BF1 2AG", "10012345")
    kinds = {kind for kind, _ in finding.keys_of(described)}
    kinds |= {kind for kind, _ in keys.keys_of(keys.Described("Ada", postcode="BF1 2AG"))}
    assert kinds | {""} == set(NUMBERS)


def test_keys_go_with_their_resident_and_lie_by_digest(resident):
    people.index([resident])
    assert resident.keys.filter(kind="full", digest=keys.digest("full", "ada example")).exists()
    assert resident.keys.filter(kind__in=finding.KINDS).count() < resident.keys.count()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'residents_residentkey'")
            assert "WITHOUT ROWID" in cursor.fetchone()[0]
    resident.delete()
    assert not ResidentKey.objects.exists()


@pytest.mark.parametrize("text", ["", "a", "  Straße ", "x" * 500])
def test_the_hash_is_hmac_sha_256(text):
    key = settings.FIELD_KEYS[-1].encode()
    assert keyed_bytes(text) == hmac.digest(key, text.strip().casefold().encode(), "sha256")


def test_a_hash_outside_the_table_leads_to_the_same_key():
    fact = keys.address_of("bf1 2ag", "14 Mill Lane")
    assert fact == "BF12AG 14"
    assert keys.of_hash(keys.address_hash(fact)) == keys.digest("address", fact)
    assert len(keys.address_hash(fact)) == 32
